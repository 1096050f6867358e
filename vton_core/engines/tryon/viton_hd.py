"""VITON-HD (Choi et al., CVPR 2021): segmentation, matching and ALIAS generator, from the published checkpoints."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch

from vton_core.checkpoints import load_strictly, read_checkpoint
from vton_core.engines.tryon.conditions import Conditions, conditions
from vton_core.engines.tryon.framing import cloth_picture, frame_of, in_source, seen_in
from vton_core.engines.tryon.repaint import Painted, lay, paint
from vton_core.engines.tryon.tensors import DETAIL, array, inputs_of, sampler_of
from vton_core.networks.viton_hd import PUBLISHED, VitonHd, VitonHdConfig, fold_spectral_norm
from vton_core.networks.viton_hd.chain import VitonHdResult
from vton_core.types import Alpha, Canvas, Cutout, Garment, Image, Mask, ParseMap, Pose, TryOn, Wearing
from vton_core.weights import path_of

__all__ = ["VitonHdTryOn", "published", "published_lower"]

_SEED: Final = 0
_PARTS: Final = ("seg", "gmm", "alias")


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
        rgb, alpha, labels = seen_in(frame, cutout, canvas, parse)
        told = conditions(rgb, labels, own.mapped(frame.scale, frame.offset), lower=self._lower)
        # No larger than the result shows it, with some room for where the warp enlarges.
        cloth = cloth_picture(garment, size, max(1, round(DETAIL * size[1] / frame.scale), round(DETAIL * size[1])))
        result = self._run(told, cloth)
        sampler = sampler_of(self._networks.gmm.gridGen, result.theta, self._config, cloth)
        return lay(cutout, frame, _painted(result, told, alpha > 0.5, labels), sampler)

    def _run(self, told: Conditions, cloth: tuple[Image, Alpha]) -> VitonHdResult:
        generator = torch.Generator().manual_seed(_SEED)
        inputs = inputs_of(told, cloth, self._config, generator)
        with torch.inference_mode():
            result: VitonHdResult = self._networks(*inputs.to(self._device), generator)
        return result


def _painted(result: VitonHdResult, told: Conditions, figure: Mask, labels: ParseMap) -> Painted:
    after = result.groups[0].cpu().numpy().astype(np.uint8)
    picture = (array(result.picture) + 1) * np.float32(127.5)
    cloth = np.dstack([(array(result.cloth) + 1) * np.float32(127.5), array(result.mask) * np.float32(255)])
    return paint(picture, (told.groups, after), told.hidden, (figure, labels), cloth)
