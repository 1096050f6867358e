"""The upper edge of what is worn on the legs: where it runs, how wide it is, and how it is evened."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.recolour import recoloured
from vton_core.garment.shapes import disc, shows_at
from vton_core.masks import box_around, closed, opened, rims_within
from vton_core.types import Mask

__all__ = [
    "BAND",
    "even_waist",
    "in_opening",
    "smooth_edge",
    "span_at",
    "upper_edge",
    "waist_below",
    "without_rims",
    "without_spikes",
]

BAND: Final = 0.06
"""Half the height of the strip that a waistband's width is measured on, in shoulder distances."""
# A waistband's edge strays this far from a parabola, notches in it are this deep, spikes twice this thick at most.
_RAGGED: Final = 0.02
_NOTCH: Final = 0.25
_SPIKE: Final = 0.03
# A lower garment reaches at least so far to either side, in half widths of a slim body.
_SLIM: Final = 0.8
# Rims are twice this thick at most, begin so far under the upper edge, and border on the lower garment for so much of
# their outline.
_RIM, _UNDER, _BESIDE = 0.03, 0.08, 0.3
# An opening is looked for so far beside the middle line, and the top so far above the lower garment's edge, both in
# shoulder distances. A waistband is seen in so many columns at least, slants by so much at most, and begins no higher
# than this, in torso lengths; the top hides so much more of it elsewhere, in so large a share of the columns.
_OPENING, _JUST_ABOVE = 0.6, 0.05
_FEW, _SLANTS, _HIGHEST = 5, 0.12, 0.45
_DEEPER, _HIDDEN = 0.15, 0.25
# Of how many percent of it a waistband's edge is above where it is said to be: more of it is a slanting opening's.
_USUAL: Final = 30


def waist_below(lower: Mask, body: Body) -> float | None:
    """The median height of the lower garment's upper edge near the middle line, in pixels below the neck."""
    edges = upper_edge(lower, np.linspace(-0.25, 0.25, 21) * body.unit, body)
    known = np.isfinite(edges)
    return float(np.median(edges[known])) if known.mean() >= 0.4 else None


def in_opening(lower: Mask, top: Mask, body: Body) -> float | None:
    """How far below the neck a waistband is seen in a top's opening: between a jacket's sides, or a shirt's tails.

    Args:
        lower: ``bool (H, W)``.
        top: ``bool (H, W)``, all that is worn above it.
        body: the body in the same pixels.

    Returns:
        Pixels; ``None`` where the top hides no more of the lower garment at its sides than elsewhere.
    """
    columns = np.arange(-_OPENING, _OPENING, 0.02) * body.unit
    edges = upper_edge(lower, columns, body)
    above = np.nan_to_num(edges) - _JUST_ABOVE * body.unit
    points = body.neck + above[:, None] * body.down + columns[:, None] * body.across
    # Beside the figure, or below a bag, no top ends.
    ends = shows_at(top, points[None])[0]
    ends &= np.isfinite(edges)
    if ends.sum() < 2 * _FEW:
        return None
    band = ends & (edges < np.sort(edges[ends])[_FEW - 1] + _SLANTS * body.unit)
    hidden = ends & ~band
    if hidden.sum() < _HIDDEN * ends.sum() or np.median(edges[band]) < _HIGHEST * body.torso:
        return None
    if np.median(edges[hidden]) - np.median(edges[band]) < _DEEPER * body.unit:
        return None
    return float(np.percentile(edges[band], _USUAL))


def span_at(lower: Mask, body: Body, below: float, reach: float = BAND) -> tuple[float, float] | None:
    """How far a lower garment spans beside the middle line, in pixels to the right; ``None`` where it hardly shows.

    Args:
        lower: ``bool (H, W)``.
        body: the body in the same pixels.
        below: at this height, in pixels below the neck.
        reach: how far above and below that height it is looked at, in shoulder distances.

    Returns:
        Left and right end; at least those of a slim body, since what shows on one side only is a part of it.
    """
    beside, depth = body.frame(lower.shape)
    found = beside[lower & (np.abs(depth - below) < reach * body.unit)]
    if len(found) < 20:
        return None
    left, right = np.percentile(found, (1, 99))
    least = _SLIM * float(body.half_width(below))
    return min(float(left), -least), max(float(right), least)


def without_spikes(lower: Mask, top: Mask, body: Body) -> Mask:
    """The lower garment with thin spikes of the top that run into it."""
    radius = max(1, round(_SPIKE * body.unit))
    spikes = closed(lower, disc(radius)) & top
    # What the top is farther away says nothing of them.
    box = box_around(spikes, 4 * radius + 2)
    if box is not None:
        spikes[box] &= ~opened(top[box], disc(radius))
    return np.asarray(lower | spikes)


def without_rims(lower: Mask, top: Mask, waist: float | None, body: Body) -> Mask:
    """The lower garment with the thin rims beside it, below its upper edge, that were taken for the top.

    Args:
        lower: ``bool (H, W)``.
        top: ``bool (H, W)``.
        waist: where the lower garment begins, in pixels below the neck; ``None`` where none is seen.
        body: the body in the same pixels.
    """
    if waist is None:
        return lower
    radius = max(1, round(_RIM * body.unit))
    _, below = body.frame(lower.shape)
    start = waist + _UNDER * body.unit
    # What is far above tells nothing of rims.
    low = top & (below > start - 3 * radius)
    thin = low & ~opened(low, disc(radius)) & (below > start)
    count, labels = cv2.connectedComponents(thin.astype(np.uint8))
    # A rim borders on nothing but the lower garment along its inner side; a sleeve's edge or a hem do on other things.
    rims = rims_within(labels, count, lower, 2) > _BESIDE
    return np.asarray(lower | (rims[labels] & thin))


def even_waist(lab: NDArray[np.float32], lower: Mask, top: Mask, body: Body) -> Mask:
    """The lower garment whose upper edge, beside the top, is one smooth curve, as waistbands are.

    What was taken for the top below that curve, and has the lower garment's colour, is the lower garment, and the
    other way round. Where the edge follows no curve, as under a loose top's hem, all stays.
    """
    beside, below = body.frame(lower.shape)
    columns = np.arange(-0.6, 0.6, 0.02) * body.unit
    edges = upper_edge(lower, columns, body)
    known = np.isfinite(edges)
    if known.sum() < 20:
        return lower
    curve, error = smooth_edge(columns[known], edges[known])
    if error > _RAGGED * body.unit:
        return lower
    low, high = columns[known][[0, -1]]
    above = below - np.polyval(curve, beside.clip(low, high))
    spans = (beside > low) & (beside < high)
    near = spans & (np.abs(above) < _NOTCH * body.unit)
    gained = recoloured(lab, top & near & (above > 0), top, lower, body)
    lost = recoloured(lab, lower & near & (above < 0), lower, top, body)
    return np.asarray((lower & ~lost) | gained)


def upper_edge(lower: Mask, columns: NDArray[np.float64], body: Body) -> NDArray[np.float64]:
    """Where a lower garment begins.

    Args:
        lower: ``bool (H, W)``.
        columns: ``(N,)``, distances from the middle line in pixels, to the right.
        body: the body in the same pixels.

    Returns:
        ``(N,)``, in pixels below the neck; NaN where there is none.
    """
    below = np.linspace(0.3, 1.8, 300) * body.torso
    strip = shows_at(lower, body.neck + below[:, None, None] * body.down + columns[None, :, None] * body.across)
    return np.where(strip.any(axis=0), below[strip.argmax(axis=0)], np.nan)


def smooth_edge(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """The parabola that most of an edge follows (least squares, reweighted), and its median distance from it."""
    weights = np.ones_like(x)
    for _ in range(12):
        curve = np.polyfit(x, y, 2, w=np.sqrt(weights))
        error = np.abs(y - np.polyval(curve, x))
        scale = max(float(np.median(error)), 0.5)
        weights = 1 / (1 + np.square(error / (2 * scale)))
    return np.asarray(curve, np.float64), float(np.median(error))
