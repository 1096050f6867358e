"""The hips and legs that carry a lower garment, measured from joints and parse map.

Left and right, indices 0 and 1, are those of the picture; the unit of length is the distance of the shoulder joints.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoPersonError
from vton_core.garment.across import runs
from vton_core.garment.arm import BareArm
from vton_core.garment.body import Body
from vton_core.garment.limb import Limb, limb_through
from vton_core.labels import Label
from vton_core.types import Joint, Mask, ParseMap, Pose

__all__ = ["CROTCH", "Legs", "bare_leg", "bare_mask", "measure_legs"]

Vector = NDArray[np.float64]
_Joints = tuple[Joint, Joint, Joint]

CROTCH: Final = 0.38
"""How far below the hip joints the legs part, in shoulder distances."""
# Lengths of thigh and shank, in shoulder distances.
_THIGH, _SHANK = 1.22, 1.18
# Radius of a leg along hip-knee-ankle, in shoulder distances.
_LEG_X: Final = (0.0, 0.12, 0.25, 0.42, 0.5, 0.56, 0.68, 0.82, 0.95, 1.1)
_LEG_R: Final = (0.27, 0.265, 0.235, 0.180, 0.158, 0.150, 0.160, 0.120, 0.088, 0.088)
# How much thinner and thicker than usual legs are.
_GIRTHS: Final = (0.72, 1.4)
# Between which shares of a leg its edges are looked for, on how many lines across it; how far beside its middle line,
# in shoulder distances, and in how many steps, of which so many at least must be the leg's.
_LOOKED_AT, _LINES = (0.2, 0.94), 22
_REACH, _STEPS, _FEWEST = 0.42, 43, 3
# Up to this share of a leg the hips tell where its line runs, and how thick it is.
_HIPS: Final = 0.25
_LEG: Final = (Label.LEFT_LEG, Label.RIGHT_LEG, Label.SOCKS)
_STEP: Final = 4
_SHARES: Final = np.linspace(0, 1.2, 61)
_BELOW_HIPS: Final = (_SHARES / _HIPS).clip(0, 1)
# So far above a shoe's upper edge an ankle may lie, in shoulder distances.
_ABOVE_SHOE: Final = 0.2
# What may hide an ankle, where the knee is on a leg that hangs straight, how many pixels make a shoe, and how large the
# smaller of two is at least in the larger one's area.
_GARMENTS: Final = (Label.UPPER_CLOTHES, Label.DRESS, Label.COAT, Label.PANTS, Label.SKIRT)
_KNEE: Final = _THIGH / (_THIGH + _SHANK)
_SHOE, _ANOTHER = 40, 0.25
# Over this share of a leg its usual width becomes that of the part that is seen.
_BLEND: Final = 0.25


@dataclass(frozen=True)
class Legs:
    """A person's hips and legs, in the working picture's pixels.

    Attributes:
        hips: ``(2, 2)`` hip joints.
        limbs: the middle line of each leg from the hip to the ankle.
        unit: distance of the shoulder joints.
        radii: ``float64 (2, 61)``: radius of each bare leg in pixels, at shares from 0 to 1.2 of its length.
        seen: whether hip, knee and ankle of both legs are in the picture.
    """

    hips: Vector
    limbs: tuple[Limb, Limb]
    unit: float
    radii: Vector
    seen: tuple[bool, bool, bool]

    def radius(self, side: int, share: Any) -> Any:
        """Radius of a bare leg in pixels at shares of its length from hip to ankle."""
        return np.interp(share, _SHARES, self.radii[side])

    @property
    def length(self) -> float:
        """Mean length of the legs from hip to ankle."""
        return (self.limbs[0].length + self.limbs[1].length) / 2

    @property
    def crotch_along(self) -> float:
        """How far along a leg's line the crotch is."""
        return CROTCH * self.unit

    @property
    def front(self) -> int:
        """The leg that is nearer to the viewer: the one whose ankle is lower in the picture."""
        return int(self.limbs[1].path[-1][1] > self.limbs[0].path[-1][1])

    def at(self, side: int, along: float, out: float) -> Vector:
        """The point so many pixels along a leg's line, going on straight at its ends, and so many to its outside."""
        limb = self.limbs[side]
        step = limb.length / (len(limb.path) - 1)
        index = int(np.clip(round(along / step), 0, len(limb.path) - 1))
        return np.asarray(
            limb.path[index] + (along - index * step) * limb.directions()[index] + out * limb.normals()[index]
        )

    def zone(self, side: int, shape: tuple[int, ...], widen: float = 1.0) -> Mask:
        """``bool (H, W)``: where a bare leg would be."""
        limb = self.limbs[side]
        zone = np.zeros(shape[:2], np.uint8)
        shares = np.linspace(0, 1, len(limb.path))
        for (x, y), radius in zip(limb.path[::3], self.radius(side, shares[::3]), strict=True):
            cv2.circle(zone, (round(float(x)), round(float(y))), max(1, round(float(radius) * widen)), (1.0,), -1)
        return zone > 0


def measure_legs(pose: Pose, parse: ParseMap, body: Body) -> Legs:
    """Measure hips and legs.

    Args:
        pose: joints in the working picture's pixels.
        parse: ``uint8 (H, W)`` of CIHP labels in the same pixels.
        body: the upper body.

    Returns:
        The legs; what the picture cuts off goes on as it usually is.

    Raises:
        NoPersonError: the hips are not in the picture.
    """
    names = [
        (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
        (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    ]
    hips = [pose.point(joints[0]) for joints in names]
    if hips[0] is None or hips[1] is None:
        raise NoPersonError(
            "The hips cannot be seen, so no trousers, skirt or dress can be put on. "
            "Use a photo that shows the person at least down to the thighs, from the front."
        )
    if hips[0][0] > hips[1][0]:
        names, hips = names[::-1], hips[::-1]
    ends = np.array(hips, np.float64)
    feet = _feet(parse, (names[0], names[1]))
    lines = [_line(pose, joints, body, parse, foot) for joints, foot in zip(names, feet, strict=True)]
    limbs = tuple(limb_through(line, 0.5 * body.unit, 1.0 if side else -1.0) for side, line in enumerate(lines))
    seen = tuple(all(pose.point(joints[k]) is not None for joints in names) for k in range(3))
    # In a turned view shoulders tell less of a person's size than legs.
    larger = math.sqrt((limbs[0].length + limbs[1].length) / 2 / (_THIGH + _SHANK) / body.unit)
    usual = np.tile(body.unit * np.interp(_SHARES, _LEG_X, _LEG_R) * larger**_BELOW_HIPS, (2, 1))
    legs = Legs(ends, (limbs[0], limbs[1]), body.unit, usual, (seen[0], seen[1], seen[2]))
    return _settled(legs, parse)


def _line(pose: Pose, joints: _Joints, body: Body, parse: ParseMap, foot: Vector | None) -> Vector:
    """Hip, knee and ankle."""
    hip, knee, ankle = (None if at is None else np.array(at, np.float64) for at in map(pose.point, joints))
    assert hip is not None
    if foot is not None and ankle is not None:
        # An ankle under a long garment is a guess: the leg goes on to the shoe that is seen.
        short = float(foot[1] - ankle[1]) / body.unit
        if short > _ABOVE_SHOE and (short < _SHANK or _is_hidden(parse, ankle)):
            ankle, knee = foot, knee if short < _SHANK / 2 else None
    ankle = foot if ankle is None else ankle
    if knee is None:
        end = hip + _unit(np.array([0.0, 1.0]) + 0.3 * body.down) * (_THIGH + _SHANK) * body.unit
        return np.array([hip, end]) if ankle is None else np.array([hip, hip + _KNEE * (ankle - hip), ankle])
    if ankle is None:
        ankle = knee + _unit(_unit(knee - hip) + np.array([0.0, 1.0])) * _SHANK * body.unit
    return np.array([hip, knee, ankle])


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 0.1))


def _is_hidden(parse: ParseMap, at: Vector) -> bool:
    """Whether a garment is seen there."""
    column, row = (min(max(round(float(at[k])), 0), parse.shape[1 - k] - 1) for k in (0, 1))
    return bool(np.isin(parse[row, column], _GARMENTS))


def _feet(parse: ParseMap, names: tuple[_Joints, _Joints]) -> tuple[Vector | None, Vector | None]:
    """The middle of each shoe's upper edge, ``(2,)``; ``None`` where none is seen."""
    masks = [parse == (Label.RIGHT_SHOE if joints[2] == Joint.RIGHT_ANKLE else Label.LEFT_SHOE) for joints in names]
    if min(int(mask.sum()) for mask in masks) <= _SHOE:
        # One foot is hidden, or both were given one name.
        _, labels, stats, centres = cv2.connectedComponentsWithStats((masks[0] | masks[1]).astype(np.uint8))
        areas = stats[1:, cv2.CC_STAT_AREA]
        largest = [n for n in areas.argsort()[::-1][:2] if areas[n] > max(_SHOE, _ANOTHER * areas.max(initial=0))]
        if not largest:
            return None, None
        ordered = sorted(largest, key=lambda n: float(centres[n + 1, 0]))
        masks = [labels == ordered[0] + 1, labels == ordered[-1] + 1]
    return _shoe_top(masks[0]), _shoe_top(masks[1])


def _shoe_top(shoe: Mask) -> Vector:
    rows, columns = np.nonzero(shoe)
    top = rows < rows.min() + max(1.0, 0.2 * float(np.ptp(rows)))
    return np.array([columns[top].mean(), rows.min()], np.float64)


def _settled(legs: Legs, parse: ParseMap) -> Legs:
    """The legs moved to where the picture shows them bare, and as thick as they are there."""
    covered = np.isin(parse, (*_LEG, Label.PANTS))
    limbs: list[Limb] = []
    seen: list[tuple[Vector, Vector] | None] = []
    ratios: list[float] = []
    for side in (0, 1):
        shares, outer, inner = _extents(legs, side, bare_mask(legs, side, parse))
        bare = len(shares) >= 4
        if not bare:
            shares, outer, inner = _extents(legs, side, covered)
        if len(shares) < 4:
            limbs.append(legs.limbs[side])
            seen.append(None)
            continue
        limbs.append(_shifted(legs.limbs[side], shares, (outer - inner) / 2))
        ratio = (outer + inner) / 2 / legs.radius(side, shares)
        # Trousers tell only that a leg is no thicker than they are.
        ratios.append(float(np.median(ratio if bare else np.minimum(ratio, 1))))
        seen.append((shares, ratio) if bare else None)
    girth = float(np.clip(np.mean(ratios), *_GIRTHS)) if ratios else 0.95
    radii = np.stack([legs.radii[side] * (girth * _own(seen[side], girth)) ** _BELOW_HIPS for side in (0, 1)])
    return Legs(legs.hips, (limbs[0], limbs[1]), legs.unit, radii, legs.seen)


def _own(seen: tuple[Vector, Vector] | None, girth: float) -> Vector:
    """How much thicker a leg is than the others' mean at each share, going back to 1 away from where it is seen."""
    if seen is None:
        return np.ones(len(_SHARES))
    shares, ratio = seen
    ratio = np.clip(ratio / girth, 0.75, 1.3)
    inside = np.interp(_SHARES, shares, ratio)
    away = np.maximum(shares[0] - _SHARES, _SHARES - shares[-1]).clip(0, None)
    own = 1 + (inside - 1) * (1 - away / _BLEND).clip(0, 1)
    return np.asarray(cv2.GaussianBlur(own[:, None], (0, 0), 1.5, borderType=cv2.BORDER_REPLICATE)[:, 0])


def bare_mask(legs: Legs, side: int, parse: ParseMap) -> Mask:
    """``bool (H, W)``: what is seen bare of one leg, by the label that lies along its line, and its sock."""
    path = legs.limbs[side].path.round().astype(int)
    inside = (path >= 0).all(axis=1) & (path[:, 0] < parse.shape[1]) & (path[:, 1] < parse.shape[0])
    found = parse[path[inside, 1], path[inside, 0]]
    label = max((Label.LEFT_LEG, Label.RIGHT_LEG), key=lambda name: int(np.count_nonzero(found == name)))
    return np.isin(parse, (label, Label.SOCKS))


def _extents(legs: Legs, side: int, mask: Mask) -> tuple[Vector, Vector, Vector]:
    """Shares of a leg where both its edges are seen, and how far the outer and the inner one lie from its line."""
    steps = np.linspace(0, _REACH * legs.unit, _STEPS)
    shares = np.linspace(*_LOOKED_AT, _LINES)
    found = runs(legs.limbs[side], mask, shares, steps)
    # A run without an end has gone over to the other leg.
    known = np.all([(run >= _FEWEST) & (run < _STEPS) for run in found], axis=0)
    outer, inner = (steps[np.maximum(run - 1, 0)] for run in found)
    return shares[known], outer[known], inner[known]


def _shifted(limb: Limb, shares: Vector, out: Vector) -> Limb:
    """The line moved outwards by what is seen, smoothly."""
    at = np.linspace(0, 1, len(limb.path))
    median = np.median(out)
    shift = np.interp(at, shares, np.clip(out, median - 0.2 * limb.length / 3, median + 0.2 * limb.length / 3))
    shift *= (at / _HIPS).clip(0, 1)
    smooth = cv2.GaussianBlur(shift[:, None], (0, 0), len(at) / 12, borderType=cv2.BORDER_REPLICATE)
    return limb.moved(np.asarray(smooth[:, 0], np.float64))


def bare_leg(legs: Legs, side: int, seen: Mask) -> BareArm:
    """The fields of a bare leg, as those of a bare arm.

    Args:
        legs: in the same pixels.
        side: 0 for the picture's left leg, 1 for its right.
        seen: ``bool (H, W)``, what is bare of that leg.

    Returns:
        Its fields; ``share`` counts from the hip, 1 at the ankle.
    """
    limb = legs.limbs[side]
    height, width = seen.shape
    size = (-(-width // _STEP), -(-height // _STEP))
    # Where cv2.resize puts a coarse pixel's centre.
    x, y = (np.arange(n) * _STEP + (_STEP - 1) / 2 for n in size)
    along, beside = limb.coordinates(np.stack(np.meshgrid(x, y), axis=-1))
    share = along / limb.length
    radius = legs.radius(side, share)
    inside = np.minimum(radius - np.hypot(beside, np.minimum(along, 0)), 1.1 * limb.length - along)
    fields = np.dstack([share, (beside / np.maximum(radius, 1)).clip(-2, 2), inside]).astype(np.float32)
    large = cv2.resize(fields, (size[0] * _STEP, size[1] * _STEP), interpolation=cv2.INTER_LINEAR)[:height, :width]
    planes = [np.ascontiguousarray(large[..., k]) for k in range(3)]
    bare = share[np.asarray(cv2.resize(seen.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)) > 0]
    joint = float(np.percentile(bare, 4)) if len(bare) > 12 else None
    return BareArm(planes[0], planes[1], planes[2], limb.length, joint)
