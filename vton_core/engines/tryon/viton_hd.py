"""VITON-HD (Choi et al., CVPR 2021): segmentation, matching and ALIAS generator, from the published checkpoints."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import one_hot

from vton_core.checkpoints import load_strictly, read_checkpoint
from vton_core.engines.tryon.conditions import Conditions, conditions
from vton_core.engines.tryon.framing import cloth_picture, frame_of, in_source, labels_in, over_white
from vton_core.engines.tryon.repaint import Painted, Sampler, lay, paint
from vton_core.networks.viton_hd import GROUPS, PUBLISHED, SMALL, VitonHd, VitonHdConfig, fold_spectral_norm
from vton_core.networks.viton_hd.chain import VitonHdResult, warp
from vton_core.networks.viton_hd.noise import speckle
from vton_core.networks.viton_hd.tps import REACH
from vton_core.types import Alpha, Canvas, Cutout, Garment, Image, Mask, ParseMap, Pose, TryOn, Wearing
from vton_core.weights import path_of

__all__ = ["VitonHdTryOn", "published", "published_lower", "small"]

_SEED: Final = 0
_PARTS: Final = ("seg", "gmm", "alias")
_DETAIL: Final = 1.5
_Float = NDArray[np.float32]


def _load(config: VitonHdConfig, weights: str) -> VitonHd:
    files = [path_of(f"{weights}-{part}") for part in _PARTS]
    networks = VitonHd(config)
    for part, file in zip(_PARTS, files, strict=True):
        load_strictly(networks.get_submodule(part), read_checkpoint(file), file)
    return networks


def published() -> VitonHdTryOn:
    """With the published checkpoints at 1024×768, for upper garments.

    Raises:
        MissingWeightsError: a checkpoint is not there.
        EngineError: one is damaged or does not fit.
    """
    return VitonHdTryOn(_load(PUBLISHED, "viton-hd"))


def published_lower() -> VitonHdTryOn:
    """The same for trousers and skirts, which these checkpoints were not trained on; see :func:`published`."""
    return VitonHdTryOn(_load(PUBLISHED, "viton-hd"), lower=True)


def small() -> VitonHdTryOn:
    """With the small networks trained here at 256×192; see :func:`published` for what it raises."""
    return VitonHdTryOn(_load(SMALL, "viton-hd-small"))


def _device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


class VitonHdTryOn:
    """See :class:`vton_core.engines.base.TryOnEngine`.

    Args:
        networks: with their weights; taken over.
        lower: for trousers and skirts instead of tops.
        half: the large networks work in bfloat16; the warp stays ``float32``.
        device: where they work; the best that there is if ``None``.
    """

    def __init__(
        self, networks: VitonHd, *, lower: bool = False, half: bool = False, device: torch.device | None = None
    ) -> None:
        fold_spectral_norm(networks)
        self._device = device or _device()
        self._networks = networks.eval().requires_grad_(False).to(self._device)
        # Not the matching network, which is small, and whose rounding the warp would carry over to the garment's edges.
        for part in (self._networks.seg, self._networks.alias):
            part.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if half:
            self._networks.seg.to(torch.bfloat16)
            self._networks.alias.to(torch.bfloat16)
        self._config = networks.config
        self._lower = lower

    def dress(
        self, cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap, garment: Garment, wearing: Wearing
    ) -> TryOn:
        """See :meth:`vton_core.engines.base.TryOnEngine.dress`; the networks know of no wishes."""
        del wearing
        own = in_source(pose, canvas)
        size = (self._config.width, self._config.height)
        frame = frame_of(own, cutout.size, size, lower=self._lower)
        rgb, alpha = over_white(cutout, frame)
        labels = labels_in(frame, canvas, parse)
        labels[alpha < 0.02] = 0
        told = conditions(rgb, labels, own.mapped(frame.scale, frame.offset), lower=self._lower)
        # No larger than the result shows it, with some room for where the warp enlarges.
        cloth = cloth_picture(garment, size, max(1, round(_DETAIL * size[1] / frame.scale), round(_DETAIL * size[1])))
        result = self._run(told, *cloth)
        return lay(cutout, frame, _painted(result, told, alpha > 0.5, labels), self._sampler(result, *cloth))

    def _run(self, told: Conditions, cloth: Image, mask: Alpha) -> VitonHdResult:
        size = (self._config.width, self._config.height)
        shrunk = np.asarray(cv2.resize(cloth, size, interpolation=cv2.INTER_AREA), np.uint8)
        solid = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA) >= 0.5, np.float32)
        generator = torch.Generator().manual_seed(_SEED)
        noise = speckle((1, 1, *self._config.coarse_size), generator)
        inputs = (
            *(_picture(told.person), _groups(told.agnostic), _picture(told.pose), _picture(shrunk)),
            *(torch.from_numpy(solid)[None, None], noise),
        )
        with torch.inference_mode():
            result: VitonHdResult = self._networks(*(x.to(self._device) for x in inputs), generator)
        return result

    def _sampler(self, result: VitonHdResult, cloth: Image, mask: Alpha) -> Sampler:
        """The garment at its own resolution under the result's warp, which is smooth and so serves any size."""
        layers = np.dstack([cloth, mask * 255]).astype(np.float32)
        picture = torch.from_numpy(layers).movedim(2, 0)[None].to(self._device)
        spline, theta, config = self._networks.gmm.gridGen, result.theta, self._config

        def sample(columns: _Float, rows: _Float) -> _Float:
            steps = [
                torch.from_numpy((REACH * (2 * at / (count - 1) - 1)).astype(np.float32)).to(self._device)
                for at, count in ((columns, config.width), (rows, config.height))
            ]
            with torch.inference_mode():
                return np.asarray(_array(warp(picture, spline.at(theta, *steps))), np.float32)

        return sample


def _painted(result: VitonHdResult, told: Conditions, figure: Mask, labels: ParseMap) -> Painted:
    after = result.groups[0].cpu().numpy().astype(np.uint8)
    picture = (_array(result.picture) + 1) * np.float32(127.5)
    cloth = np.dstack([(_array(result.cloth) + 1) * np.float32(127.5), _array(result.mask) * np.float32(255)])
    return paint(picture, (told.groups, after), told.hidden, (figure, labels), cloth)


def _picture(rgb: Image) -> Tensor:
    """``uint8 (H, W, 3)`` → ``float32 (1, 3, H, W)`` in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(rgb)).movedim(2, 0)[None].float() / 127.5 - 1


def _groups(groups: NDArray[np.uint8]) -> Tensor:
    """``uint8 (H, W)`` → ``float32 (1, 13, H, W)``."""
    return one_hot(torch.from_numpy(groups).long(), GROUPS).movedim(2, 0)[None].float()


def _array(x: Tensor) -> Any:
    """``(1, C, H, W)`` → ``float32 (H, W, C)``."""
    return x[0].movedim(0, 2).float().cpu().numpy()
