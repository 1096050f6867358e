"""CIHP_PGN in PyTorch: looked at in six sizes and mirrored, as published, or once, which is many times faster.

Source: Gong et al., "Instance-level Human Parsing via Part Grouping Network" (ECCV 2018), with the sizes and means of
its published code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vton_core.checkpoints import load_strictly, read_checkpoint, unfilled
from vton_core.labels import COUNT, MIRRORED, Label
from vton_core.networks.bilinear import resample
from vton_core.networks.cihp_pgn import CihpPgn
from vton_core.types import Alpha, Image, Mask, ParseMap, Pose
from vton_core.weights import path_of

__all__ = ["PUBLISHED_SCALES", "CihpPgnParser", "load", "load_fast", "load_network"]

PUBLISHED_SCALES: Final = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75)
"""The sizes in which the published code looks at a photo, as parts of its own."""

_LONGEST_SIDE: Final = 512
_MEAN: Final = (125.0, 114.4, 107.9)
_MIRRORED: Final = MIRRORED[:COUNT].tolist()
# Edges are taken from the larger looks only.
_EDGE_SCALE: Final = 1.0


def load() -> CihpPgnParser:
    """The engine as published: six sizes, each mirrored too.

    Raises:
        MissingWeightsError: the weights are not there.
        EngineError: they are damaged, or not those of this network.
    """
    return CihpPgnParser(load_network(path_of("cihp-pgn")))


def load_fast() -> CihpPgnParser:
    """The engine with one look at the photo; raises what :func:`load` raises."""
    return CihpPgnParser(load_network(path_of("cihp-pgn")), scales=(1.0,), mirrored=False)


def load_network(path: Path) -> CihpPgn:
    """The network with the weights of a converted checkpoint.

    Raises:
        EngineError: the file is damaged, or its tensors are not exactly those of the network.
    """
    net = unfilled(CihpPgn)
    load_strictly(net, read_checkpoint(path), path, unused=("*.num_batches_tracked",))
    return net


class CihpPgnParser:
    """See :class:`vton_core.engines.base.ParsingEngine`.

    Args:
        net: the network; its batch norms are taken into its convolutions.
        scales: the sizes in which it looks at the photo, as parts of its own; the means of all looks count.
        mirrored: look at each size's mirror image too.
        longest: a larger photo is looked at as if its longer side had so many pixels.
    """

    def __init__(
        self,
        net: CihpPgn,
        scales: Sequence[float] = PUBLISHED_SCALES,
        mirrored: bool = True,
        longest: int = _LONGEST_SIDE,
    ) -> None:
        self._net = net.fuse().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._scales, self._mirrored, self._longest = tuple(scales), mirrored, longest

    def parse(self, image: Image, pose: Pose, mask: Mask | None = None) -> ParseMap:  # noqa: ARG002
        """See :meth:`vton_core.engines.base.ParsingEngine.parse`; the pose is not needed."""
        labels = np.asarray(self.scores(image).argmax(axis=0), np.uint8)
        if mask is not None:
            labels[~mask] = Label.BACKGROUND
        return labels

    def scores(self, image: Image) -> NDArray[np.float32]:
        """The mean scores of the labels, the greatest of which is a pixel's label.

        Args:
            image: ``uint8 (H, W, 3)``.

        Returns:
            ``float32 (20, H, W)``, before any softmax.
        """
        return self._look(image, edges=False)

    def edges(self, image: Image) -> Alpha:
        """See :meth:`vton_core.engines.base.EdgeEngine.edges`."""
        score = torch.from_numpy(self._look(image, edges=True)[0])
        return np.asarray(torch.sigmoid(score).numpy(), np.float32)

    @torch.inference_mode()
    def _look(self, image: Image, edges: bool) -> NDArray[np.float32]:
        """Means over all looks, ``float32 (20 or 1, H, W)``."""
        bgr = torch.from_numpy(np.ascontiguousarray(image[..., ::-1])).permute(2, 0, 1)[None].float()
        photo = bgr - torch.tensor(_MEAN).view(1, 3, 1, 1)
        height, width = self._working_size(image.shape[0], image.shape[1])
        photo = _reduced(photo, height, width)
        total = torch.zeros(1 if edges else COUNT, height, width)
        scales = [scale for scale in self._scales if scale >= _EDGE_SCALE] or [1.0] if edges else self._scales
        for scale in scales:
            size = max(1, int(height * scale)), max(1, int(width * scale))
            total += self._judge(resample(photo, *size), edges, height, width)
            if self._mirrored:
                # Mirrored before it is resampled: this resampling is not the same from both sides.
                mirrored = self._judge(resample(photo.flip(3), *size), edges, height, width).flip(2)
                total += mirrored if edges else mirrored[_MIRRORED]
        total /= len(scales) * (2 if self._mirrored else 1)
        return np.asarray(resample(total, image.shape[0], image.shape[1]).numpy(), np.float32)

    def _judge(self, view: Tensor, edges: bool, height: int, width: int) -> Tensor:
        """Scores of one look, brought to the working size."""
        found = self._net(view.contiguous(memory_format=torch.channels_last), edges)
        scores = found.edges if edges else (found.parsing + found.refined) / 2
        return resample(scores, height, width)[0]

    def _working_size(self, height: int, width: int) -> tuple[int, int]:
        share = min(1.0, self._longest / max(height, width))
        return max(1, round(height * share)), max(1, round(width * share))


def _reduced(photo: Tensor, height: int, width: int) -> Tensor:
    """A smaller photo, each pixel the mean of those that it covers."""
    if photo.shape[2:] == (height, width):
        return photo
    return torch.nn.functional.interpolate(photo, (height, width), mode="bilinear", antialias=True)
