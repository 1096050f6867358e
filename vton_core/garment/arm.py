"""A bare arm as it would be seen: where its pixels lie along it and across it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.across import on_line
from vton_core.garment.body import IN_FRONT, Body
from vton_core.garment.girth import girth
from vton_core.garment.limb import Limb
from vton_core.garment.relief import Place
from vton_core.garment.shapes import shows_at
from vton_core.types import Mask

__all__ = ["BareArm", "bare_arm"]

_Float = NDArray[np.float32]
# The fields are smooth unless the arm is folded, so they are worked out at every fourth pixel.
_STEP: Final = 4
# The part of the arm over which its usual width becomes that of the hand's end that is seen.
_BLEND: Final = 0.35
# Further up than this share a bare arm's edges are not measured.
_UPPER: Final = 0.25
# A sleeve below a bare shoulder covers at least this share of the arm, counted in so many steps along it.
_SLEEVE, _STEPS = 0.12, 50
# A stretch of a sleeve, where nothing of the arm is seen, and how far behind it that is looked for, as shares of it.
_RUN, _NEXT = 0.12, 0.08
# How far behind a cuff, as shares of the arm, what comes out of it is measured; at how many of these places
# at least, and what share of the usual width it has there; and how steep its edges may run.
_BEHIND_CUFF: Final = (0.015, 0.03, 0.045, 0.06, 0.075)
_SURE, _WHOLE = 3, 0.95
_STEEPEST: Final = 0.5
# Where an arm ends, as a share of it; up to which one a hand that begins farther on is taken for its own, and how far
# into that the arm goes.
_END, _BEYOND, _INTO_HAND = 1.06, 1.2, 0.08

# Around which share of the arm its end's tone is told.
_ABOVE_END, _ABOUT = 0.9, 0.1


@dataclass(frozen=True)
class BareArm:
    """Fields ``float32 (H, W)`` around an arm.

    Attributes:
        share: of the arm's length from the shoulder, 1 at the wrist.
        across: from -1 at the inner edge to 1 at the outer one.
        inside: how many pixels inside of the arm's edge (negative: outside).
        length: of the arm in pixels.
        joint: the share from which on the arm is seen bare; ``None`` where none of it is.
        shadow: how much further down, as a share, the shadow of the sleeve that it comes out of reaches.
        hand: where its hand, which the old top hid, is to be drawn; ``None`` where there is nothing to draw.
    """

    share: _Float
    across: _Float
    inside: _Float
    length: float
    joint: float | None
    shadow: float = 0.0
    hand: Place | None = None

    @property
    def cover(self) -> _Float:
        """How much of each pixel the arm covers, in [0, 1]."""
        return np.asarray((self.inside / 2 + 0.5).clip(0, 1), np.float32)

    def tone(self, skin: _Float) -> _Float | None:
        """``(3,)``: what skin ``float32 (H, W, 3)`` looks like in the mean above the arm's end; ``None`` where that is
        out of the picture."""
        above = (self.inside > 0) & (np.abs(self.share - _ABOVE_END) < _ABOUT)
        return np.asarray(skin[above].mean(axis=0), np.float32) if above.any() else None


def bare_arm(body: Body, side: int, seen: Mask, clothed: Mask) -> BareArm:
    """The arm as wide as usual, but no wider than its sleeve, and at the wrist as wide as what is seen of it.

    Args:
        body: the body in the same pixels.
        side: 0 for the picture's left arm, 1 for its right.
        seen: ``bool (H, W)``, what is bare of that arm.
        clothed: ``bool (H, W)``, the garment whose sleeve the arm may be in.

    Returns:
        Its fields.
    """
    limb = body.arms[side]
    step = 1 if limb.folded else _STEP
    height, width = seen.shape
    size = (-(-width // step), -(-height // step))
    if limb.folded:
        along, beside = limb.fields(slice(0, height), slice(0, width))
    else:
        # Where cv2.resize puts a coarse pixel's centre.
        x, y = (np.arange(n) * step + (step - 1) / 2 for n in size)
        along, beside = limb.coordinates(np.stack(np.meshgrid(x, y), axis=-1))
    share = along / limb.length
    joint = _joint(body, limb, seen, clothed, body.wrists[side])
    radius, middle = _lying(body, limb, seen, clothed, share, joint)
    centred = beside - middle
    inside = radius - np.hypot(centred, np.minimum(along, 0))
    end = max(_END, 0.0 if joint is None else joint + _INTO_HAND)
    inside = np.minimum(inside, end * limb.length - along)
    fields = np.dstack([share, (centred / np.maximum(radius, 1)).clip(-2, 2), inside]).astype(np.float32)
    large = cv2.resize(fields, (size[0] * step, size[1] * step), interpolation=cv2.INTER_LINEAR)[:height, :width]
    planes = [np.ascontiguousarray(large[..., k]) for k in range(3)]
    return BareArm(planes[0], planes[1], planes[2], limb.length, joint)


def _lying(
    body: Body, limb: Limb, seen: Mask, clothed: Mask, share: NDArray[Any], joint: float | None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The arm's radius and how far outwards its middle lies, at shares of its length."""
    usual = body.arm_radius(share.clip(0, 1))
    slim, outwards = (1.0, 0.0) if limb.folded else girth(body, limb, seen, clothed).at(share)
    radius, middle = usual * slim, usual * outwards
    known = None if joint is None else _width(body, limb, seen, joint)
    if joint is not None and known is not None:
        late = np.clip((share - joint + _BLEND) / _BLEND, 0, 1)
        late = late * late * (3 - 2 * late)
        radius, middle = radius + late * (usual * known[0] - radius), middle + late * (known[1] - middle)
    return radius, middle


def _joint(body: Body, limb: Limb, seen: Mask, clothed: Mask, surely: float) -> float | None:
    """The share from which on the arm is seen, its wrist so surely: to the hand, where the shoulder is bare too."""
    rows, columns = np.nonzero(seen)
    if len(rows) < 0.01 * body.unit**2:
        return None
    along, beside = limb.coordinates(np.stack([columns, rows], axis=1)[::3])
    near = np.abs(beside) < 0.25 * body.unit
    joint = float(np.percentile(along[near] / limb.length, 4)) if near.any() else 2.0
    if joint >= _BEYOND:
        return None
    if surely > IN_FRONT and joint < 1 - _RUN:
        end = _beyond_sleeve(body, limb, seen, clothed, joint)
        # A bare arm that goes behind the body comes out from behind more than a top.
        if joint > _UPPER or _span(limb, seen, end + _NEXT, 0.25 * body.unit) is not None:
            joint = end
    return max(joint, _below_sleeve(body, limb, seen, clothed))


def _beyond_sleeve(body: Body, limb: Limb, seen: Mask, clothed: Mask, joint: float) -> float:
    """The share at which clothing ends that hides the arm below ``joint``: a sleeve with a hand on it, a loose top."""
    shares = np.arange(joint, 1.0, _RUN / 4)
    hides = np.array([_span(limb, seen, float(share), 0.25 * body.unit) is None for share in shares])
    runs = np.convolve(on_line(limb, clothed, shares) & hides, np.ones(4, int), "valid") == 4
    return float(shares[np.flatnonzero(runs)[-1] + 3]) if runs.any() else joint


def _below_sleeve(body: Body, limb: Limb, seen: Mask, clothed: Mask) -> float:
    """The share at which a sleeve ends that begins below a bare shoulder and lies beside the torso; 0 without one."""
    shares = np.linspace(0, 1, _STEPS)
    bare, sleeve = (on_line(limb, mask, shares) for mask in (seen, clothed & ~body.torso_zone(seen.shape, 0.95)))
    above, below = np.logical_or.accumulate(bare), np.logical_or.accumulate(bare[::-1])[::-1]
    between = np.flatnonzero(sleeve & above & below)
    return float(between[-1] + 1) / _STEPS if len(between) > _SLEEVE * _STEPS else 0.0


def _width(body: Body, limb: Limb, seen: Mask, joint: float) -> tuple[float, float] | None:
    """Where the seen part begins: its width over the usual one, and its middle's distance outwards; if known."""
    # Next to the shoulder the arm's inner edge cannot be told from the body.
    if joint < _UPPER:
        return None
    spans = [(at, _span(limb, seen, joint + at, 0.25 * body.unit)) for at in _BEHIND_CUFF]
    known = np.array([(at, *span) for at, span in spans if span is not None]).reshape(-1, 3)
    # Behind an oblique cuff a hand is not as wide as it is.
    known = known[known[:, 1:].sum(axis=1) > _WHOLE * np.median(known[:, 1:].sum(axis=1))] if len(known) else known
    if len(known) < _SURE:
        return None
    # A hand that bends away from the arm is followed back to where it begins.
    steps = known[:, 0] - known[:, 0].mean()
    slopes = steps @ known[:, 1:] / np.square(steps).sum()
    steep = _STEEPEST * limb.length
    out, into = np.median(known[:, 1:], axis=0) - known[:, 0].mean() * slopes.clip(-steep, steep)
    ratio = float((out + into) / 2 / body.arm_radius(min(joint + 0.05, 1.0)))
    limit = 0.08 * body.unit
    return float(np.clip(ratio, 0.75, 1.8)), float(np.clip((out - into) / 2, -limit, limit))


def _span(limb: Limb, seen: Mask, share: float, reach: float) -> tuple[float, float] | None:
    """How far the seen part reaches to the outside and to the inside at a share of the arm."""
    index = min(round(share * (len(limb.path) - 1)), len(limb.path) - 1)
    steps = np.arange(-reach, reach)
    # The hand goes on where the forearm's line ends.
    centre = limb.path[index] + max(share - 1, 0.0) * limb.length * limb.directions()[index]
    where = np.flatnonzero(shows_at(seen, (centre + steps[:, None] * limb.normals()[index])[None])[0])
    if len(where) < 3:
        return None
    return float(steps[where[-1]]), float(-steps[where[0]])
