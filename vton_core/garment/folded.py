"""An arm that is folded back at the elbow: its forearm lies before its upper arm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.limb import Limb, Piece, limb_through
from vton_core.types import Mask

__all__ = ["FoldedLimb", "folded_limb", "is_folded"]

_Float = NDArray[np.float32]
# Below this angle at the elbow, in degrees, an arm is folded; halves shorter than this, in shoulder distances, point
# at the camera and tell no angle.
_FOLDED: Final = 60.0
_SHORT: Final = 0.3
# How long a hand is, in lengths of the forearm, and how wide, compared with what the forearm hides.
_HAND_LONG, _HAND_WIDE = 0.7, 2.0
# The share of an arm that its upper half has: where a half is foreshortened, what is laid on it is too.
_UPPER: Final = (0.45, 0.60)


@dataclass(frozen=True)
class FoldedLimb(Limb):
    """A limb in two straight halves, the far one before the near one.

    Attributes:
        near: from the shoulder to the elbow.
        far: from the elbow to the wrist.
        thick: how far beside its middle line the far half hides the near one, in pixels.
    """

    near: Limb
    far: Limb
    thick: float

    @property
    def folded(self) -> bool:
        return True

    @property
    def bend(self) -> float:
        """How far along the limb the elbow counts, in pixels."""
        return self.length * float(np.clip(self.near.length / self.length, *_UPPER))

    def moved(self, outwards: float | NDArray[np.float64]) -> FoldedLimb:
        """The limb so many pixels further out, everywhere or ``(N,)`` at each of the points of its path."""
        whole = super().moved(outwards)
        out = np.broadcast_to(outwards, len(self.path))
        at = np.linspace(0, self.length, len(out))
        halves = [
            half.moved(np.interp(np.linspace(start, start + half.length, len(half.path)), at, out))
            for half, start in ((self.near, 0.0), (self.far, self.near.length))
        ]
        return replace(self, path=whole.path, eased=whole.eased, near=halves[0], far=halves[1])

    def coordinates(self, points: NDArray[Any]) -> tuple[_Float, _Float]:
        return self._joined(self.near.coordinates(points), self.far.coordinates(points))

    def from_root(self, points: NDArray[Any]) -> tuple[_Float, _Float]:
        along, beside = self.near.coordinates(points)
        return np.asarray(along * self._scales()[0], np.float32), beside

    def pieces(self, rows: slice, columns: slice) -> tuple[Piece, Piece]:
        return self._halves(self.near.fields(rows, columns), self.far.fields(rows, columns))

    def _found(self, rows: slice, columns: slice) -> tuple[_Float, _Float]:
        return self._joined(self.near.fields(rows, columns), self.far.fields(rows, columns))

    def _scales(self) -> tuple[np.float32, np.float32]:
        bend = self.bend
        return np.float32(bend / self.near.length), np.float32((self.length - bend) / self.far.length)

    def _joined(self, near: tuple[_Float, _Float], far: tuple[_Float, _Float]) -> tuple[_Float, _Float]:
        first = self._far_first(near, far)
        behind, before = self._halves(near, far)
        along = np.where(first, before.run_on, behind.run_on)
        away = [np.copysign(half.away(half.beside), half.beside) for half in (behind, before)]
        return along.astype(np.float32), np.where(first, away[1], away[0]).astype(np.float32)

    def _halves(self, near: tuple[_Float, _Float], far: tuple[_Float, _Float]) -> tuple[Piece, Piece]:
        scale_near, scale_far = self._scales()
        past = (near[0] - np.float32(self.near.length)).clip(0, None), (-far[0]).clip(0, None)
        return (
            Piece(scale_near * (near[0] - past[0]), near[1], past[0]),
            Piece(np.float32(self.bend) + scale_far * (far[0] + past[1]), far[1], past[1], -1.0, self.bend),
        )

    def _far_first(self, near: tuple[_Float, _Float], far: tuple[_Float, _Float]) -> Mask:
        away = _away(near, self.near.length), _away(far, (1 + _HAND_LONG) * self.far.length)
        # The hand belongs to the forearm.
        thick = np.where(far[0] > self.far.length, np.float32(_HAND_WIDE * self.thick), np.float32(self.thick))
        return np.asarray(away[1] <= np.maximum(away[0], thick))


def _away(coordinates: tuple[_Float, _Float], length: float) -> _Float:
    """How far points are from a straight line of that length."""
    along, beside = coordinates
    past = np.maximum(np.maximum(-along, along - np.float32(length)), 0)
    return np.asarray(np.hypot(beside, past), np.float32)


def is_folded(joints: NDArray[np.float64], unit: float) -> bool:
    """Whether an arm is folded back.

    Args:
        joints: ``(3, 2)``: shoulder, elbow and wrist.
        unit: distance of the shoulder joints in pixels.
    """
    bones = joints[[0, 2]] - joints[1]
    lengths = np.linalg.norm(bones, axis=1)
    if lengths.min() < _SHORT * unit:
        return False
    return bool(bones[0] @ bones[1] > np.cos(np.radians(_FOLDED)) * lengths.prod())


def folded_limb(joints: NDArray[np.float64], radius: float, side: float, thick: float) -> FoldedLimb:
    """The middle line of a folded arm.

    Args:
        joints: ``(3, 2)``: shoulder, elbow and wrist.
        radius: see :func:`vton_core.garment.limb.limb_through`.
        side: see :class:`vton_core.garment.limb.Limb`.
        thick: see :class:`FoldedLimb`.
    """
    whole = limb_through(joints, radius, side)
    near, far = limb_through(joints[:2], radius, side), limb_through(joints[1:], radius, side)
    # The line with its corner, since both halves end at the elbow itself.
    return FoldedLimb(whole.path, near.length + far.length, side, whole.eased, whole.reached, near, far, thick)
