"""The cut of a collar: where front, inner back and background lie."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Cut", "draw_cut", "fill", "step"]

_KINDS = ("round", "v", "boat", "closed", "standing", "racer", "open", "flaps", "shirt", "lapels")
_SHARES = (0.32, 0.15, 0.08, 0.1, 0.06, 0.05, 0.08, 0.05, 0.08, 0.03)
# Those that stand, with leaves that fold over.
_LEAVED = ("shirt", "lapels")
# Nothing of the back is seen: the collar is closed, or the back is cut lower than the front.
_BACKLESS = ("closed", "standing", "open")
# How wide the opening of these is at its upper end, and of others, in widths of the chest; how deep, in that; and how
# round.
_NARROW, _USUAL = 0.3, 0.47
_DEPTH = {"round": 0.42, "v": 0.75, "boat": 0.16, "closed": 0.1, "standing": 0.1, "racer": 0.6, "flaps": 0.35}
_DEPTH |= {"shirt": 0.75, "lapels": 1.7, "open": 0.6}
_POWERS = {"v": (1.0, 1.5), "flaps": (1.0, 1.6), "boat": (1.6, 3.0), "shirt": (1.0, 2.0), "lapels": (1.0, 1.3)}
_POWERS |= {"open": (1.0, 3.4)}
Points = NDArray[np.float64]
Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Cut:
    """Planes ``float32 (S, S)`` in [0, 1] and the lines of a collar in its picture's pixels.

    Attributes:
        front: where the garment's front is.
        inner: where the inner side of the back is seen behind it.
        left: the collar's left corner ``(2,)``.
        right: its right corner.
        edge: ``(N, 2)``, the front edge from corner to corner.
        back: ``(N, 2)``, the back's upper edge.
        chest: the garment's width in pixels.
        flaps: ``(N, 2)`` each, the outer edges of a shirt's collar; none without.
    """

    front: Plane
    inner: Plane
    left: Points
    right: Points
    edge: Points
    back: Points
    chest: float
    flaps: tuple[Points, ...] = ()


def step(x: float, y: float) -> Points:
    """``(2,)``: so far to the right and down."""
    return np.array([x, y], np.float64)


def fill(points: Points, side: int) -> Plane:
    """Antialiased polygon, ``float32 (S, S)`` in [0, 1]."""
    plane = np.zeros((side, side), np.uint8)
    fixed = np.round(points * 16).astype(np.int32)
    cv2.fillPoly(plane, [fixed], (255,), cv2.LINE_AA, shift=4)
    return plane.astype(np.float32) / np.float32(255)


def _arc(left: Points, right: Points, depth: float, power: float, lean: float = 0.0) -> Points:
    t = np.linspace(-1, 1, 61)
    drop = (1 - np.abs(t) ** power) * depth
    line = left + ((t + 1) / 2)[:, None] * (right - left)
    return np.asarray(line + np.stack([lean * drop, drop], axis=1))


def draw_cut(side: int, middle: tuple[float, float], chest: float, rng: np.random.Generator) -> Cut:
    """A collar at random.

    Args:
        side: of the square picture.
        middle: between the collar's corners.
        chest: width of the garment in pixels.
        rng: where randomness comes from.
    """
    kind = str(rng.choice(_KINDS, p=_SHARES))
    width = chest * float(np.clip(np.exp(rng.normal(np.log(_NARROW if kind in _LEAVED else _USUAL), 0.3)), 0.15, 0.95))
    at = np.asarray(middle, np.float64)
    tilt = rng.normal(0, 0.03)
    half = np.array([width / 2, tilt * width / 2])
    left, right = at - half, at + half
    depth = width * _DEPTH[kind] * float(np.exp(rng.normal(0, 0.35)))
    edge = _arc(left, right, depth, float(rng.uniform(*_POWERS.get(kind, (1.7, 3.4)))), rng.normal(0, 0.06))
    sag = width * float(rng.uniform(-0.07, 0.14)) if kind != "racer" else depth * float(rng.uniform(0.5, 1.3))
    back = _arc(left, right, min(sag, 0.9 * depth) if kind != "racer" else sag, float(rng.uniform(1.6, 3)))
    if kind in ("closed", "standing"):
        # The collar goes round the neck without an opening: its upper edge is the front's.
        edge = _arc(left, right, width * float(rng.uniform(-0.04, 0.05)), 2.0)
    back = edge if kind in _BACKLESS else back
    # A collar that stands has its corners above those of the shoulders.
    feet = _feet(chest, rng) if kind in _LEAVED else step(0, 0)
    low = left + feet * (-1, 1), right + feet
    body = np.concatenate([edge, _shoulder(low[1], chest, side, 1, rng), _shoulder(low[0], chest, side, -1, rng)[::-1]])
    front = fill(body, side)
    inner = np.maximum(fill(np.concatenate([edge, back[::-1]]), side) - front, 0)
    if kind in _BACKLESS:
        inner = np.zeros_like(front)
    if kind == "standing":
        front = np.maximum(front, _stand(left, right, width, side, rng))
    if kind == "racer":
        inner = np.where(fill(np.concatenate([back, [[right[0], -9], [left[0], -9]]]), side) > 0.5, 0, inner)
    flaps = _flaps(edge, chest, rng) if kind == "flaps" else ()
    if kind in _LEAVED:
        flaps = _leaves(edge, low, chest, rng)
    for flap in flaps:
        part = fill(flap, side)
        front, inner = np.maximum(front, part), np.minimum(inner, 1 - part)
    return Cut(front, inner.astype(np.float32), left, right, edge, back, chest, flaps)


def _flaps(edge: Points, chest: float, rng: np.random.Generator) -> tuple[Points, ...]:
    """A shirt's collar: from either corner down to a tip beside the opening's lowest point."""
    wide, low, out = (chest * rng.uniform(*span) for span in ((0.03, 0.1), (0.05, 0.18), (0.0, 0.16)))
    bottom = edge[len(edge) // 2]
    flaps = []
    for side, corner, run in ((-1, edge[0], edge[:31]), (1, edge[-1], edge[:29:-1])):
        tip = bottom + step(side * (out + 0.02 * chest), low)
        outer = corner + step(side * wide, 0.5 * wide)
        flaps.append(np.concatenate([run, [tip, outer, corner + step(side * 0.4 * wide, -0.3 * wide)]]))
    return tuple(flaps)


def _feet(chest: float, rng: np.random.Generator) -> Points:
    """How far outwards and down from the corner of a collar that stands its foot is."""
    return chest * step(rng.uniform(0.01, 0.1), rng.uniform(0.03, 0.17))


def _leaves(edge: Points, feet: tuple[Points, Points], chest: float, rng: np.random.Generator) -> tuple[Points, ...]:
    """A shirt's collar that stands: each leaf folds over at the opening's edge, and its tip lies beside it, at times
    above its lowest point."""
    share, wide, drop = rng.uniform(0.6, 1.0), chest * rng.uniform(0.04, 0.2), chest * rng.uniform(0.0, 0.12)
    leaves = []
    for sign, foot, run in ((-1, feet[0], edge[:31]), (1, feet[1], edge[:29:-1])):
        inner = run[: max(2, round(share * len(run)))]
        tip = inner[-1] + step(sign * wide, drop)
        leaves.append(np.concatenate([inner, [tip, foot + step(sign * 0.01 * chest, 0.02 * chest)]]))
    return tuple(leaves)


def _stand(left: Points, right: Points, width: float, side: int, rng: np.random.Generator) -> Plane:
    """A turtle-neck or a hood above the corners."""
    high, lean = width * rng.uniform(0.1, 0.45), width * rng.uniform(-0.05, 0.12)
    top = _arc(left + step(lean, -high), right + step(-lean, -high), width * float(rng.uniform(-0.05, 0.08)), 2.0)
    return fill(np.concatenate([top, [right + step(0, 4), left + step(0, 4)]]), side)


def _shoulder(corner: Points, chest: float, side: int, sign: int, rng: np.random.Generator) -> Points:
    """Outline from the collar's corner over shoulder and arm, or armhole, to the picture's lower end."""
    strap = rng.random() < 0.3
    out = chest * (rng.uniform(0.06, 0.16) if strap else rng.uniform(0.18, 0.5))
    drop = out * (rng.uniform(0.0, 0.3) if strap else rng.uniform(0.08, 0.55))
    tip = corner + step(sign * out, drop)
    if strap:
        below = [tip + step(-sign * chest * rng.uniform(-0.02, 0.06), chest * rng.uniform(0.25, 0.4))]
        below.append(np.array([side / 2 + sign * chest * 0.52, tip[1] + chest * 0.5]))
        ends = [np.array([side / 2 + sign * chest * 0.52, side + 9.0])]
    else:
        below = [tip + step(sign * chest * rng.uniform(0.1, 0.4), chest * rng.uniform(0.15, 0.9))]
        ends = [np.array([below[0][0], side + 9.0])]
    return np.array([tip, *below, *ends])
