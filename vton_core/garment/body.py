"""The body that carries the garment: shoulders, middle line, widths and arms.

Left and right, indices 0 and 1, are those of the picture. Lengths are in pixels of the working picture; the unit that
the rest is told in is the distance of the shoulder joints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.limb import Limb
from vton_core.types import Mask

__all__ = ["IN_FRONT", "TORSO_TO_SHOULDERS", "WAIST", "Body"]

Vector = NDArray[np.float64]

TORSO_TO_SHOULDERS: Final = 1.55
"""Distance of neck and mid hip over that of the shoulder joints, of an upright person seen from the front."""
WAIST: Final = 0.78
"""Depth of the waist below the neck, in torso lengths."""
ARM_TO_SHOULDERS: Final = 1.65
"""Shoulder to wrist over the distance of the shoulder joints."""
IN_FRONT: Final = 0.8
"""How surely a wrist is seen at least that is in front of the body, be the hand hidden or not."""

# Half widths of a slim body, in shoulder distances, at depths below the neck in torso lengths.
_DEPTHS: Final = (0.0, 0.22, 0.38, 0.64, 1.0, 1.2, 1.7)
_HALF_WIDTHS: Final = (0.52, 0.50, 0.45, 0.41, 0.50, 0.53, 0.53)
# The upper edge of the shoulders over the joints' line, at distances from the middle; both in shoulder distances.
_SURFACE_X: Final = (0.0, 0.16, 0.22, 0.35, 0.52, 0.60, 0.68)
_SURFACE_Y: Final = (0.36, 0.34, 0.235, 0.165, 0.10, 0.045, -0.10)
# Radius of the arm along shoulder-elbow-wrist, in shoulder distances.
_ARM_X: Final = (0.0, 0.12, 0.35, 0.52, 0.62, 0.9, 1.0)
_ARM_R: Final = (0.12, 0.13, 0.113, 0.108, 0.112, 0.08, 0.075)


@dataclass(frozen=True)
class Body:
    """A person's upper body.

    Attributes:
        shoulders: ``(2, 2)``, the shoulders: their joints, or further out where a bare arm is.
        neck: the middle of the joints.
        down: unit vector from the neck to the hips.
        across: unit vector from the left to the right of the picture, at right angles to ``down``.
        unit: distance of the shoulder joints, as large as it would be from the front.
        torso: distance from neck to mid hip.
        hips_seen: whether the hips are in the picture.
        arms: the middle line of each arm; it hangs from the shoulder where the elbow is not seen.
        wrists: how surely each wrist is seen, in [0, 1]; 0 where it is not.
        surface_shift: how much higher the shoulders' edge is than usual.
        throat: how far to the right of the middle line the neck goes up to the head, in pixels.
        arm_girth: how thick the arms are, compared with usual ones.
        hidden: whether each arm is in the picture, but behind something from above the elbow on.
        facing: how far it is turned to the picture's right, in radians.
    """

    shoulders: Vector
    neck: Vector
    down: Vector
    across: Vector
    unit: float
    torso: float
    hips_seen: bool
    arms: tuple[Limb, Limb]
    wrists: tuple[float, float]
    surface_shift: float = 0.0
    throat: float = 0.0
    arm_girth: float = 1.0
    hidden: tuple[bool, bool] = (False, False)
    facing: float = 0.0

    def at(self, beside: float, below: float) -> Vector:
        """The point so many pixels to the right of the middle line and below the neck."""
        return np.asarray(self.neck + beside * self.across + below * self.down)

    def frame(self, shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Pixels to the right of the middle line and pixels below the neck, each ``float32 (H, W)``; read only."""
        known = self._frames.get(shape)
        if known is None:
            known = self._frames[shape] = self._frame(shape)
            for field in known:
                field.setflags(write=False)
        return known

    @cached_property
    def _frames(self) -> dict[tuple[int, ...], tuple[NDArray[np.float32], NDArray[np.float32]]]:
        return {}

    def _frame(self, shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
        x, y = x - np.float32(self.neck[0]), y - np.float32(self.neck[1])
        beside, below = (x * np.float32(axis[0]) + y * np.float32(axis[1]) for axis in (self.across, self.down))
        return beside, below

    def half_width(self, below: Any) -> Any:
        """Half the width of a slim body, in pixels, so many pixels below the neck."""
        return self.unit * np.interp(np.asarray(below) / self.torso, _DEPTHS, _HALF_WIDTHS)

    def on_shoulder(self, side: int, beside: float) -> Vector:
        """The point of the shoulder's upper edge so many pixels from the middle."""
        joint = self.shoulders[side]
        reach = float(np.linalg.norm(self.shoulders[1] - self.shoulders[0])) / 2
        # In a turned view the shoulders are drawn together; distances shrink with them.
        share = beside / self.unit
        base = self.neck + (joint - self.neck) * (share * min(1.0, 2 * reach / self.unit) * self.unit / max(reach, 1.0))
        rise = float(np.interp(share, _SURFACE_X, _SURFACE_Y)) + self.surface_shift
        return np.asarray(base - rise * self.unit * self.down)

    def arm_radius(self, share: Any) -> Any:
        """Radius of the arm in pixels at shares of its length from shoulder to wrist."""
        return self.arm_girth * self.unit * np.interp(share, _ARM_X, _ARM_R)

    @cached_property
    def arm_length(self) -> float:
        """Length of an arm that is not foreshortened, in pixels."""
        return ARM_TO_SHOULDERS * self.unit

    def arm_zone(self, side: int, shape: tuple[int, ...], widen: float = 1.0, upto: float = 1.0) -> Mask:
        """``bool (H, W)``: where a bare arm would be, from the shoulder to a share of its length."""
        arm = self.arms[side]
        zone = np.zeros(shape[:2], np.uint8)
        shares = np.linspace(0, 1, len(arm.path))
        chosen = slice(0, max(1, round(upto * len(arm.path))), 6)
        for (x, y), radius in zip(arm.path[chosen], self.arm_radius(shares[chosen]), strict=True):
            cv2.circle(zone, (round(float(x)), round(float(y))), max(1, round(float(radius) * widen)), (1.0,), -1)
        return zone > 0

    def torso_zone(self, shape: tuple[int, ...], widen: float = 1.0, shoulders: float = 0.56) -> Mask:
        """``bool (H, W)``: where a slim bare torso, the shoulders and the neck would be.

        Args:
            shape: height and width of the working picture.
            widen: factor of the torso's width.
            shoulders: how far from the middle the shoulders reach, in shoulder distances.
        """
        below = np.linspace(0.25 if shoulders > 0.5 else 0.36, 1.7, 24) * self.torso
        right = [self.at(widen * float(self.half_width(v)), float(v)) for v in below]
        left = [self.at(-widen * float(self.half_width(v)), float(v)) for v in below]
        edge = np.linspace(0.2, shoulders, 10) * self.unit
        # The neck leans towards the head.
        leans = self.throat / 2 * np.linspace(1, 0, 10)
        top_right = [self.on_shoulder(1, float(x)) for x in edge + leans]
        top_left = [self.on_shoulder(0, float(x)) for x in edge - leans]
        throat = [self.at(self.throat + s * 0.17 * self.unit, -0.62 * self.unit) for s in (-1, 1)]
        outline = np.array([throat[0], throat[1], *top_right, *right, *left[::-1], *top_left[::-1]])
        zone = np.zeros(shape, np.uint8)
        cv2.fillPoly(zone, [outline.round().astype(np.int32)], (1.0,))
        return zone > 0
