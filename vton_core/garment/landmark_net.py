"""A top's landmarks as a small network sees them, which has learnt them from drawn tops
(:mod:`vton_core.training.silhouettes.marked`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

if TYPE_CHECKING:
    from vton_core.networks.landmarks import LandmarkNet

__all__ = ["GRID", "NAMES", "SIDE", "Frame", "Seen", "framed", "located", "seen_landmarks"]

_Float = NDArray[np.float32]
NAMES: Final = ("neck", "shoulder", "armpit", "cuff_outer", "cuff_inner", "hem")
"""The landmarks of a side."""
SIDE: Final = 96
"""Side of the square that the network sees."""
GRID: Final = SIDE // 2
"""Side of the grid of places among which it chooses."""
# So many pixels around the garment are empty.
_MARGIN: Final = 4
# How far round the likeliest place the others are averaged, in places: also how near it they must be to speak for it.
_NEAR: Final = 2
_CUFFS: Final = [NAMES.index(name) for name in ("cuff_outer", "cuff_inner")]
# A photo's word is never nearer than this to no or yes.
_NEVER: Final = 0.01


@dataclass(frozen=True)
class Frame:
    """How a mask lies in the square: ``square = scale · mask + offset``, pixel centres at integers.

    Attributes:
        scale: ``float64 (2,)``, x and y.
        offset: ``float64 (2,)``.
    """

    scale: NDArray[np.float64]
    offset: NDArray[np.float64]

    def into(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the mask, ``(..., 2)``, in the square."""
        return points * self.scale + self.offset

    def back(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the square in the mask."""
        return (points - self.offset) / self.scale


@dataclass(frozen=True)
class Seen:
    """What the network says.

    Attributes:
        points: ``float64 (2, 6, 2)``: the picture's left and right side, :data:`NAMES`, x and y in the mask's pixels.
        sure: ``float64 (2, 6)``, how likely each is about there.
        present: ``float64 (2, 6)``, how likely it is anywhere.
    """

    points: NDArray[np.float64]
    sure: NDArray[np.float64]
    present: NDArray[np.float64]

    def given(self, sleeves: float) -> Seen:
        """What it says of one whose photo tells how likely it has sleeves, which the silhouette may hide.

        Args:
            sleeves: that likelihood, in [0, 1]; at 0.5 nothing changes.
        """
        told, likely = self.present[:, _CUFFS], float(np.clip(sleeves, _NEVER, 1 - _NEVER))
        both = told * likely / (told * likely + (1 - told) * (1 - likely))
        present, sure = self.present.copy(), self.sure.copy()
        present[:, _CUFFS] = both
        # Where they are, if they are, it knows as well as before.
        sure[:, _CUFFS] *= both / np.maximum(told, 1e-9)
        return Seen(self.points, sure, present)


def framed(mask: Mask) -> tuple[_Float, Frame]:
    """The garment alone, as large as it fits into the network's square.

    Args:
        mask: ``bool (H, W)``, not empty.

    Returns:
        ``float32 (SIDE, SIDE)`` in [0, 1], and how the mask lies there.
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    part = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    size = np.array(part.shape[::-1])
    inner = np.maximum(1, np.rint(size * (SIDE - 2 * _MARGIN) / size.max())).astype(int)
    left, top = ((SIDE - inner) // 2).tolist()
    picture = np.zeros((SIDE, SIDE), np.float32)
    width, height = inner.tolist()
    method = cv2.INTER_AREA if size.max() > SIDE else cv2.INTER_LINEAR
    picture[top : top + height, left : left + width] = cv2.resize(part, (width, height), interpolation=method)
    scale = inner / size
    corner = np.array([columns[0], rows[0]], np.float64)
    return picture, Frame(scale, (0.5 - corner) * scale - 0.5 + (left, top))


def located(shares: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The likeliest places.

    Args:
        shares: ``float64 (N, GRID, GRID)``, the likelihood of each place; what is missing to 1 is that of none.

    Returns:
        ``float64 (N, 2)``, in the square's pixels, and ``float64 (N,)``, how likely each is about there.
    """
    at = np.arange(GRID)
    points, sure = [], []
    for share in shares:
        near = cv2.boxFilter(share, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
        row, column = np.unravel_index(int(near.argmax()), near.shape)
        weight = share * (np.abs(at - row) <= _NEAR)[:, None] * (np.abs(at - column) <= _NEAR)
        total = float(weight.sum())
        middle = np.array([weight.sum(axis=0) @ at, weight.sum(axis=1) @ at]) / max(total, 1e-9)
        points.append(2 * middle + 0.5)
        sure.append(total)
    return np.array(points), np.array(sure)


def seen_landmarks(mask: Mask) -> Seen:
    """Where the network sees a top's landmarks; a mirrored top has them mirrored.

    Args:
        mask: ``bool (H, W)``, not empty: a top from the front, upright.

    Returns:
        The landmarks.

    Raises:
        MissingWeightsError: the shipped weights are not there.
        EngineError: they are damaged, or not those of this network.
    """
    import torch

    picture, frame = framed(mask)
    both = np.stack([picture, picture[:, ::-1]])
    with torch.inference_mode():
        shares = _network()(torch.from_numpy(both)).softmax(dim=2)[..., :-1].double().numpy()
    shares = shares.reshape(2, 2, len(NAMES), GRID, GRID)
    mean = (shares[0] + shares[1, ::-1, :, :, ::-1]) / 2
    points, sure = located(mean.reshape(-1, GRID, GRID))
    return Seen(frame.back(points.reshape(2, len(NAMES), 2)), sure.reshape(2, len(NAMES)), mean.sum(axis=(2, 3)))


@cache
def _network() -> LandmarkNet:
    from vton_core.checkpoints import load_shipped
    from vton_core.networks.folding import folded
    from vton_core.networks.landmarks import LandmarkNet

    return folded(load_shipped(LandmarkNet, "landmarks")).requires_grad_(False)
