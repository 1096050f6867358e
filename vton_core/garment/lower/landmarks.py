"""Landmarks of trousers, shorts and skirts, read off the outline and the gap between the legs.

Sides are those of the picture: index 0 is the left side of the picture, 1 the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.garment.corrections import bent, check_sides
from vton_core.garment.lower.gap import Gap, find_gap
from vton_core.garment.polyline import resample
from vton_core.types import Garment, Mask, Point

__all__ = ["LowerLandmarks", "find_lower_landmarks", "skirt_part"]

Points = NDArray[np.float32]
# So many pixels long is the picture that they are read off, and so many points each seam, rim and hem has.
_WORK, _COUNT = 512, 33
# How much steeper than this (across over down) a side may leave the waist and still be a side.
_STEEPEST: Final = 2.5
# The waist's corners are within this share of the height below the top.
_WAIST_BAND: Final = 0.2
# From this rise on, in widths of the hips, what looks like the crotch is where the legs cease to touch.
_LONGEST_RISE: Final = 1.05
# Rise of usual trousers, in widths of the hips.
_USUAL_RISE: Final = 0.64
# From where to where, in its widths, a leg becomes so long that its ends tell which way it goes.
_SLENDER: Final = (0.6, 1.4)


@dataclass(frozen=True)
class LowerLandmarks:
    """A lower garment's landmarks in its picture's pixels.

    Attributes:
        outer: ``float32 (33, 2)`` for each side: the side seam from the waist's corner to the hem's outer corner.
        inner: the inner seams, ``float32 (33, 2)`` each, from the crotch to the hem's inner corner; ``None``: a skirt.
        hem: ``float32 (33, 2)``, a skirt's hem from the left corner to the right; of trousers the straight line there.
        rim: ``float32 (33, 2)``, the upper edge from the left corner to the right.
    """

    outer: tuple[Points, Points]
    inner: tuple[Points, Points] | None
    hem: Points
    rim: Points

    @property
    def crotch(self) -> Points | None:
        """Where the legs part, ``(2,)``; ``None`` for a skirt."""
        return None if self.inner is None else self.inner[0][0]

    @property
    def waist(self) -> Points:
        """The middle of the waist's corners, ``(2,)``."""
        return np.asarray((self.outer[0][0] + self.outer[1][0]) / 2, np.float32)

    @property
    def bottom(self) -> float:
        """y of the hem: the mean of its corners."""
        return float((self.outer[0][-1, 1] + self.outer[1][-1, 1]) / 2)

    @property
    def rise(self) -> float | None:
        """Distance of waist and crotch; ``None`` for a skirt."""
        return None if self.crotch is None else float(self.crotch[1] - self.waist[1])

    @property
    def hips(self) -> float:
        """The garment's width at the hips."""
        if self.rise is not None:
            return self._across(0.8 * self.rise)
        return self._across(0.62 * float(np.linalg.norm(self.outer[1][0] - self.outer[0][0])))

    def _across(self, below: float) -> float:
        """Width so many pixels below the waist, or at the hem where that is higher."""
        y = self.waist[1] + below
        x = [float(np.interp(y, np.maximum.accumulate(side[:, 1]), side[:, 0])) for side in self.outer]
        return max(x[1] - x[0], 1.0)

    def mapped(self, scale: float) -> LowerLandmarks:
        """Every point times ``scale``."""

        def move(points: Points) -> Points:
            return np.asarray(points * np.float32(scale), np.float32)

        inner = None if self.inner is None else (move(self.inner[0]), move(self.inner[1]))
        return LowerLandmarks((move(self.outer[0]), move(self.outer[1])), inner, move(self.hem), move(self.rim))

    def points(self) -> dict[str, Point]:
        """The landmarks by name, in the photo's pixels."""
        found = {"left_waist": self.outer[0][0], "right_waist": self.outer[1][0]}
        if self.inner is None:
            found |= {"left_hem": self.outer[0][-1], "right_hem": self.outer[1][-1]}
        else:
            found |= {"crotch": self.inner[0][0]}
            found |= {"left_hem_outer": self.outer[0][-1], "right_hem_outer": self.outer[1][-1]}
            found |= {"left_hem_inner": self.inner[0][-1], "right_hem_inner": self.inner[1][-1]}
        return {name: (float(point[0]), float(point[1])) for name, point in found.items()}

    def corrected(self, moved: Mapping[str, Point]) -> LowerLandmarks:
        """The landmarks with points moved, and the curves between them bent along.

        Args:
            moved: places in the photo's pixels, by the names of :meth:`points`; others are left out of account.

        Raises:
            InputError: left and right lie crosswise.
        """
        own = self.points()
        if not own.keys() & moved.keys():
            return self
        check_sides(own | {name: at for name, at in moved.items() if name in own})
        step = {name: np.subtract(moved.get(name, at), at).astype(np.float32) for name, at in own.items()}
        ends = ("left_hem", "right_hem") if self.inner is None else ("left_hem_outer", "right_hem_outer")
        outer = (
            bent(self.outer[0], step["left_waist"], step[ends[0]]),
            bent(self.outer[1], step["right_waist"], step[ends[1]]),
        )
        inner = self.inner
        if inner is not None:
            crotch = step["crotch"]
            inner = (
                bent(inner[0], crotch, step["left_hem_inner"]),
                bent(inner[1], crotch, step["right_hem_inner"]),
            )
        hem = bent(self.hem, step[ends[0]], step[ends[1]])
        return LowerLandmarks(outer, inner, hem, bent(self.rim, step["left_waist"], step["right_waist"]))


def find_lower_landmarks(garment: Garment) -> LowerLandmarks:
    """Find the landmarks of trousers, shorts or a skirt.

    Args:
        garment: the shop photo, front view, upright.

    Returns:
        The landmarks in the photo's pixels; the user's corrections are not yet applied.

    Raises:
        NoGarmentError: the mask has no outline that could be a lower garment.
    """
    height, width = garment.alpha.shape
    scale = _WORK / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    alpha = cv2.resize(garment.alpha, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    mask = _one(np.asarray(alpha > 0.5))
    least = 16 * max(1.0, scale)
    if mask.sum() < least**2 * 1.5 or min(np.ptp(axis) for axis in np.nonzero(mask)) < least:
        raise _shapeless()
    rgb = np.asarray(cv2.resize(garment.rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    gap = find_gap(rgb, mask)
    marks = _skirt(mask) if gap is None else _trousers(mask, gap)
    return marks.mapped(1 / scale)


def _one(mask: Mask) -> Mask:
    """The largest part, or the two legs where the photo's mask parts them, without frills."""
    smooth = cv2.medianBlur(mask.astype(np.uint8) * 255, 5)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(smooth)
    if count < 2:
        return np.zeros_like(mask)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray((areas > 0.3 * areas.max())[labels] & (labels > 0))


def _contour(mask: Mask) -> Points:
    """The outline of the largest part, counter-clockwise on the screen, ``(N, 2)``."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=len)[:, 0].astype(np.float32)
    return np.asarray(contour[::-1] if cv2.contourArea(contour, oriented=True) > 0 else contour, np.float32)


def _run(contour: Points, start: int, end: int) -> Points:
    """The contour from one index on to another, around its end if need be."""
    return contour[start : end + 1] if end >= start else np.concatenate([contour[start:], contour[: end + 1]])


def _waist_corners(contour: Points) -> tuple[int, int]:
    """Where the upper edge breaks into the sides: the left and the right corner's index."""
    top, height = float(contour[:, 1].min()), float(np.ptp(contour[:, 1]))
    upper = contour[:, 1] < top + min(_WAIST_BAND * height, 0.35 * float(np.ptp(contour[:, 0])))
    x, y = contour[:, 0], _STEEPEST * contour[:, 1]
    left = np.where(upper, -x - y, -np.inf).argmax()
    right = np.where(upper, x - y, -np.inf).argmax()
    return int(left), int(right)


def _corner(contour: Points, along: NDArray[Any], out: NDArray[Any]) -> int:
    """The point that lies farthest down a leg and to one side of it."""
    return int((1.2 * contour @ along + contour @ out).argmax())


def _skirt(mask: Mask) -> LowerLandmarks:
    contour = _contour(mask)
    left, right = _waist_corners(contour)
    low = float(contour[:, 1].max())
    # Only the lower third: a wide hip is no hem.
    lower = contour[:, 1] > low - 0.34 * float(np.ptp(contour[:, 1]))
    x, y = contour[:, 0], 1.2 * contour[:, 1]
    corners = [int(np.where(lower, sign * x + y, -np.inf).argmax()) for sign in (-1, 1)]
    outer = (
        resample(_run(contour, left, corners[0]), _COUNT),
        resample(_run(contour, corners[1], right)[::-1], _COUNT),
    )
    hem = resample(_run(contour, corners[0], corners[1]), _COUNT)
    return LowerLandmarks(outer, None, hem, resample(_run(contour, right, left)[::-1], _COUNT))


def _trousers(mask: Mask, gap: Gap) -> LowerLandmarks:
    contour = _contour(mask)
    left, right = _waist_corners(contour)
    waist = (contour[left] + contour[right]) / 2
    crotch = _crotch(mask, gap, waist)
    halves = []
    for side, start in ((0, left), (1, right)):
        leg = gap.leg(mask, side, round(float(crotch[1])))
        halves.append(_leg(_contour(leg), contour[start], crotch, side, _contour(gap.leg(mask, side, 0))))
    outer, inner = (halves[0][0], halves[1][0]), (halves[0][1], halves[1][1])
    hem = resample(np.stack([outer[0][-1], outer[1][-1]]), _COUNT)
    return LowerLandmarks(outer, inner, hem, resample(_run(contour, right, left)[::-1], _COUNT))


def _crotch(mask: Mask, gap: Gap, waist: Points) -> Points:
    """The gap's top, or the usual place where the legs touch below the crotch."""
    rows = np.arange(mask.shape[0])
    filled = mask.sum(axis=1)
    hips = float(filled[int(waist[1]) : gap.top + 1].max(initial=1))
    rise = gap.top - float(waist[1])
    y = float(gap.top) if rise < _LONGEST_RISE * hips else float(waist[1]) + _USUAL_RISE * hips
    return np.array([np.interp(y, rows, gap.middle), y], np.float32)


def _leg(leg: Points, corner: Points, crotch: Points, side: int, half: Points) -> tuple[Points, Points]:
    """Outer seam from the waist's corner and inner seam from the crotch, of one leg's outline."""
    along = _along(leg)
    out = np.array([along[1], -along[0]]) * (1 if side else -1)
    outer_end, inner_end = leg[_corner(leg, along, out)], leg[_corner(leg, along, -out)]
    start, end = (int(np.linalg.norm(half - point, axis=1).argmin()) for point in (corner, outer_end))
    outer = _run(half, start, end) if side == 0 else _run(half, end, start)[::-1]
    start, end = (int(np.linalg.norm(leg - point, axis=1).argmin()) for point in (crotch, inner_end))
    inner = _run(leg, end, start)[::-1] if side == 0 else _run(leg, start, end)
    inner = np.concatenate([crotch[None], inner[1:]])
    return resample(outer, _COUNT), resample(inner, _COUNT)


def _along(leg: Points) -> NDArray[Any]:
    """Which way a leg goes, a unit vector; where it is hardly longer than wide its hem's slant would tell, so down."""
    top, bottom = (leg[np.abs(leg[:, 1] - y) < 3].mean(axis=0) for y in (leg[:, 1].min(), leg[:, 1].max()))
    slender = float(bottom[1] - top[1]) / max(float(np.ptp(leg[:, 0])), 1.0)
    told = float(np.interp(slender, _SLENDER, (0, 1)))
    along = told * (bottom - top) + (1 - told) * np.array([0, bottom[1] - top[1]])
    return np.asarray(along / max(float(np.linalg.norm(along)), 1.0))


def skirt_part(garment: Garment, skirt: Mask, waist: tuple[Points, Points]) -> LowerLandmarks:
    """The landmarks of a dress's skirt.

    Args:
        garment: the dress's shop photo.
        skirt: ``bool (H, W)``: the part of it below the waist.
        waist: its waist's left and right corner in the photo's pixels, ``(2,)`` each.

    Returns:
        The skirt's landmarks in the photo's pixels.

    Raises:
        NoGarmentError: there is next to nothing below the waist.
    """
    height, width = garment.alpha.shape
    scale = _WORK / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    mask = _one(np.asarray(cv2.resize(skirt.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5))
    if mask.sum() < _WORK:
        raise _shapeless()
    corners = [point * np.float32(scale) for point in waist]
    contour = _contour(mask)
    ends = [int(np.linalg.norm(contour - corner, axis=1).argmin()) for corner in corners]
    low = contour[:, 1] > contour[:, 1].max() - 0.34 * float(np.ptp(contour[:, 1]))
    hems = [int(np.where(low, sign * contour[:, 0] + 1.2 * contour[:, 1], -np.inf).argmax()) for sign in (-1, 1)]
    outer = (
        resample(_run(contour, ends[0], hems[0]), _COUNT),
        resample(_run(contour, hems[1], ends[1])[::-1], _COUNT),
    )
    outer[0][0], outer[1][0] = corners
    hem = resample(_run(contour, hems[0], hems[1]), _COUNT)
    return LowerLandmarks(outer, None, hem, resample(np.stack(corners), _COUNT)).mapped(1 / scale)


def _shapeless() -> NoGarmentError:
    return NoGarmentError(
        "The garment's shape cannot be made out. Use a photo of one garment, seen from the front and upright."
    )
