"""VITON-HD's segmentation and matching networks, small and trained here, with the garment engine's layers.

The networks see little pictures: they say where the garment will be seen and how it is warped. The warp is smooth, so
the garment is drawn with its own detail. Bared skin, the lower garment and the order of the layers are the garment
engine's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vton_core.checkpoints import load_strictly
from vton_core.engines.tryon.conditions import TARGET, conditions
from vton_core.engines.tryon.framing import cloth_picture, frame_of, in_source, seen_in
from vton_core.engines.tryon.repaint import Sampler
from vton_core.engines.tryon.tensors import DETAIL, inputs_of, sampler_of
from vton_core.engines.tryon.working import Figures, View, lay_worn, upper_box
from vton_core.errors import InputError
from vton_core.garment.drape import inner_back
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.warped import Warped, wear_warped
from vton_core.networks.viton_hd import SMALL, Matching
from vton_core.types import Canvas, Cutout, Garment, Image, Mask, ParseMap, Pose, TryOn, Wearing
from vton_core.weights import load_tensors, path_of

__all__ = ["VitonHdSmall", "load"]

_PARTS: Final = ("seg", "gmm")
_SEED: Final = 0
_Float = NDArray[np.float32]


def load() -> VitonHdSmall:
    """With the weights trained here.

    Raises:
        MissingWeightsError: a file is not there.
        EngineError: one is damaged or does not fit.
    """
    networks = Matching(SMALL)
    for part in _PARTS:
        name = f"viton-hd-small-{part}"
        load_strictly(networks.get_submodule(part), load_tensors(name), path_of(name))
    return VitonHdSmall(networks)


class VitonHdSmall:
    """See :class:`vton_core.engines.base.TryOnEngine`; for tops.

    Args:
        networks: with their weights; taken over.
    """

    def __init__(self, networks: Matching) -> None:
        self._networks = networks.eval().requires_grad_(False)
        self._config = networks.config
        self._figures = Figures()

    def dress(
        self, cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap, garment: Garment, wearing: Wearing
    ) -> TryOn:
        """See :meth:`vton_core.engines.base.TryOnEngine.dress`; the networks know of no wishes.

        Raises:
            InputError: the garment is said to be none for the upper body.
        """
        if wearing.garment in ("lower", "dress"):
            raise InputError(
                "This engine was trained on tops only. Choose the engine 'garment' for trousers, skirts and dresses."
            )
        own = in_source(pose, canvas)
        view = View(upper_box(own, canvas, parse))
        figure = self._figures.seen_in(view, cutout, canvas, own, parse)
        size = (self._config.width, self._config.height)
        frame = frame_of(own, cutout.size, size)
        rgb, _, labels = seen_in(frame, cutout, canvas, parse)
        most = round(DETAIL * max(size[1], size[1] / frame.scale))
        groups, sampler = self._matched((rgb, labels, own.mapped(frame.scale, frame.offset)), garment, most)
        return lay_worn(cutout, wear_warped(figure, _in_view(view, frame, groups == TARGET, sampler)), view)

    def _matched(
        self, person: tuple[Image, ParseMap, Pose], garment: Garment, most: int
    ) -> tuple[NDArray[np.int64], Sampler]:
        """The groups that the person will show, and what draws the garment."""
        config, networks = self._config, self._networks
        shape = (config.width, config.height)
        inputs = inputs_of(
            conditions(*person), cloth_picture(garment, shape, most), config, torch.Generator().manual_seed(_SEED)
        )
        with torch.inference_mode():
            groups = networks.predict_groups(inputs.cloth, inputs.mask, inputs.agnostic, inputs.pose, inputs.noise)
            upper = (groups == TARGET)[:, None].float()
            theta = networks.predict_warp(upper, inputs.pose, inputs.person, inputs.cloth)
        # The networks were shown the inner side of the back too; on a person the neck hides it.
        height, width = garment.alpha.shape
        front = 1 - inner_back(find_landmarks(garment), (height, width))
        shown = cloth_picture(replace(garment, alpha=garment.alpha * front), shape, most)
        return groups[0].numpy(), sampler_of(networks.gmm.gridGen, theta, config, shown)


def _in_view(view: View, frame: Canvas, covered: Mask, sampler: Sampler) -> Warped:
    """The garment in the working picture's pixels."""
    columns, rows = (np.asarray(frame.scale * view.in_source(axis) + frame.offset[axis], np.float32) for axis in (0, 1))
    drawn = sampler(columns, rows)
    alpha = drawn[..., 3:].clip(0, 255)
    # What lies over white becomes premultiplied.
    colour = (drawn[..., :3] - (255 - alpha)).clip(0, 255)
    x, y = np.meshgrid(columns, rows)
    seen = cv2.remap(covered.astype(np.float32), x, y, cv2.INTER_LINEAR)
    return Warped(np.dstack([colour, alpha / 255]).astype(np.float32), np.asarray(seen > 0.5))
