"""Arms that are the figure's outline: nothing of a garment's torso shows outside of the upper arms or their sleeves,
and no sliver of it outside of the forearms."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm
from vton_core.garment.body import Body
from vton_core.garment.shapes import disc
from vton_core.masks import dilated
from vton_core.types import Alpha, Mask

__all__ = ["slivers", "within_arms"]

_Float = NDArray[np.float32]
# From how far below its joint the shoulder is round no more, and how far beside an arm's middle line the figure ends
# where it is the arm that ends there; in shoulder distances.
_ROUND, _ARM = 0.2, 0.3
# How far below an elbow the torso may still be narrower, in the same, and how fast it widens there and above.
_PAST, _COMES_OUT = 0.4, 0.4
# From how much of its cover on a pixel is an arm's.
_HALF: Final = 0.5
# In which share of the rows the arm must be the outline.
_MOSTLY: Final = 0.8
# From this share of a bare arm on the torso is not beside it as its strap or armhole.
_FREE: Final = 0.3
# How thick a sliver is at most, in the same, and which share of it lies outside of the arm.
_SLIVER, _OUTSIDE = 0.1, 0.8
# In a view that is turned so much that the shoulders are drawn together the body reaches out on both sides of an arm.
_FACING: Final = 0.97


def within_arms(arms: tuple[Alpha, Alpha], body: Body, figure: Mask) -> _Float:
    """How much of the garment's torso may show beside the arms.

    Args:
        arms: ``float32 (H, W)`` in [0, 1] each, how much of a pixel the picture's left and right arm covers, with its
            sleeve, as they will be.
        body: whose they are.
        figure: ``bool (H, W)``, the person without the head.

    Returns:
        ``float32 (H, W)`` in [0, 1].
    """
    height, width = figure.shape
    shows = np.ones((height, width), np.float32)
    if np.linalg.norm(body.shoulders[1] - body.shoulders[0]) < _FACING * body.unit:
        return shows
    x, steps = np.arange(width, dtype=np.float32), np.arange(int(_ARM * body.unit) + 1)
    for side, sign in enumerate((-1, 1)):
        rows, middle = _upper_arm(body, side, height)
        along = middle[:, None] + sign * steps
        inside = (along >= 0) & (along < width)
        person = figure[rows[:, None], along.clip(0, width - 1)] & inside
        seen = np.logical_and.accumulate(person, axis=1).sum(axis=1)
        arm = arms[side][rows]
        edge = _outer_edge(arm) if side else width - 1 - _outer_edge(arm[:, ::-1])
        limited = (arm > _HALF).any(axis=1) & (seen > 0) & (seen <= _ARM * body.unit)
        if not len(rows) or limited.mean() < _MOSTLY:
            # Where the body shows here and there beside the arm, cuts would be seen.
            continue
        # Above them, and below the elbow where the torso comes out behind it, nothing ends in a step.
        for way, end, reach in ((-1, 0, _ROUND), (1, len(rows) - 1, _PAST)):
            if limited[end]:
                away = np.arange(1, round(reach * body.unit) + 1)
                away = away[(rows[end] + way * away >= 0) & (rows[end] + way * away < height)]
                rows, limited = np.append(rows, rows[end] + way * away), np.append(limited, away > 0)
                edge = np.append(edge, edge[end] + sign * _COMES_OUT * away)
        # Half a pixel inside, so that what is seen of the edge is the sleeve's own.
        within = (sign * (edge[limited, None] - x)).clip(0, 1).astype(np.float32)
        shows[rows[limited]] = np.minimum(shows[rows[limited]], within)
    return shows


def _outer_edge(cover: Alpha) -> _Float:
    """Where each row's cover falls to one half for the last time, ``float32 (N,)``; a pixel's middle is at its number.
    Anywhere in rows that it does not cover."""
    ended = np.pad(cover, ((0, 0), (0, 1)))
    last = cover.shape[1] - 1 - (cover[:, ::-1] > _HALF).argmax(axis=1)
    row = np.arange(len(cover))
    inner, outer = ended[row, last], ended[row, last + 1]
    return np.asarray(last + (inner - _HALF) / np.maximum(inner - outer, 1e-6), np.float32)


def _upper_arm(body: Body, side: int, height: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows that an arm hangs through from the shoulder to its elbow, and the columns of its middle line."""
    none = np.zeros(0, np.intp)
    arm = body.arms[side]
    if arm.folded:
        return none, none
    upper = arm.path[: len(arm.path) // 2]
    first, last = float(body.shoulders[side][1]) + _ROUND * body.unit, float(upper[-1, 1])
    if np.any(np.diff(upper[:, 1]) <= 0):
        return none, none
    rows = np.arange(max(0, round(first)), min(height, round(last)), dtype=np.intp)
    middle = np.interp(rows, upper[:, 1], upper[:, 0])
    return rows, middle.round().astype(np.intp)


def slivers(torso: Mask, arms: tuple[BareArm, BareArm], cuffs: tuple[float, float], unit: float) -> Mask:
    """What shows of a garment's torso outside of a bare arm before it, in bits so thin that it seems to be the arm's.

    Args:
        torso: ``bool (H, W)``, where the torso shows.
        arms: the picture's left and right arm.
        cuffs: how much of each the garment's sleeve covers, 1 to the wrist.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``bool (H, W)``, with their soft edges.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(torso.view(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA].astype(float)
    outside = np.zeros(torso.shape, bool)
    for arm, cuff in zip(arms, cuffs, strict=True):
        outside |= (arm.across > 0) & (arm.share > max(cuff, _FREE)) & (arm.share < 1)
    bits = np.bincount(labels[outside], minlength=count) > _OUTSIDE * areas
    bits[[0, int(areas[1:].argmax()) + 1 if count > 1 else 0]] = False
    for index in np.flatnonzero(bits):
        x, y, width, height = stats[index, :4]
        part = np.pad((labels[y : y + height, x : x + width] == index).astype(np.uint8), 1)
        bits[index] = 2 * float(cv2.distanceTransform(part, cv2.DIST_L2, 3).max()) < _SLIVER * unit
    return dilated(np.asarray(bits[labels]), disc(2)) if bits.any() else np.zeros_like(torso)
