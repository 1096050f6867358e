"""One person wears one lower garment, a dress is a dress from top to bottom, and half a body wears a top.

The network looks at each pixel; here the whole figure decides which of the labels that are easily confused (dress, or
upper-clothes with a skirt; skirt or trousers; a coat that shows in a few specks) are there at all.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.engines.parsing.prior import body_unit
from vton_core.labels import Label
from vton_core.types import Image, Joint, Mask, ParseMap, Pose

__all__ = ["likeliest", "settle"]

_Float = NDArray[np.float32]
_GARMENTS: Final = (Label.UPPER_CLOTHES, Label.DRESS, Label.COAT, Label.PANTS, Label.SKIRT)
_WAIST: Final = 0.72
_COLLAR: Final = 0.3
_SPECKS: Final = 0.15
# A photo that ends above the knees, so many body units below the neck, shows tops far more often than dresses and
# coats, and too little of either to tell them from a top: what they count there.
_KNEES, _SELDOM = 2.0, 0.25
# No lower garment reaches so high, in body units below the neck.
_CHEST: Final = 0.45
# The share of what is worn above the waist from which on trousers look as if they had a top.
_OVERALL: Final = 0.5
# A hem over a skirt or trousers: in how many bands of rows its colours are followed, over how many rows at least, and
# how much more they differ there than within either part (ΔE, lightness counting less). Dresses of several colours are
# worn, trousers that change their colour below the waist are not: there half the bands may differ as they like.
_STEPS, _LEAST_ROWS, _TWO_COLOURS = 24, 48, 14.0
_OF_BANDS: Final = {Label.DRESS: 1.0, Label.PANTS: 0.5}
# So many bands above and below it, its colours tell where a hem runs that is not level.
_ASLANT: Final = 2
# How much of what looks like a dress below the waist, where there is none, counts as a skirt beside trousers.
_TUNIC: Final = 0.5
# A dress: its share above and below the waist, a skirt's share below, and how little the colours differ (ΔE).
_SKIRT_WEIGHT, _COLOUR_WEIGHT, _COLOUR_LIMIT, _DRESS = 0.5, 0.02, 30.0, 1.0


class _Hem(NamedTuple):
    """Its row, and how many rows were looked at together."""

    row: float
    band: int


def settle(scores: _Float, rgb: Image, pose: Pose) -> _Float:
    """Take out the garments that the person does not wear, in place; of half a body, those that are seldom seen there.

    Args:
        scores: ``float32 (20, H, W)`` probabilities of the CIHP labels.
        rgb: ``uint8 (H, W, 3)``.
        pose: the person's joints in the same pixels.

    Returns:
        ``scores``: what a label that was taken out had goes to the one it was mistaken for.
    """
    labels = likeliest(scores)
    neck, unit = pose.point(Joint.NECK), body_unit(pose)
    figure = np.flatnonzero((labels != Label.BACKGROUND).any(axis=1))
    if neck is None or not len(figure):
        return scores
    if figure[-1] < neck[1] + _KNEES * unit:
        scores[[Label.DRESS, Label.COAT]] *= _SELDOM
        scores /= scores.sum(axis=0)
        labels = likeliest(scores)
    worn: Mask = np.isin(labels, _GARMENTS)
    if not worn.any():
        return scores
    rows = np.arange(scores.shape[1], dtype=np.float32)[:, None]
    upper, lower = worn & (rows < neck[1] + _WAIST * unit), worn & (rows >= neck[1] + _WAIST * unit)
    above, below, round_neck = _sums(scores, upper, lower, worn & (rows < neck[1] + _COLLAR * unit))
    whole = _whole(above, below)
    chest: Mask = worn & (rows < neck[1] + _CHEST * unit)
    hem = None
    if whole is not None:
        hem = _hem_over_lower(rgb, worn, lower if whole == Label.DRESS else worn & ~chest, _OF_BANDS[whole])
    if whole is not None and hem is not None:
        lower = np.asarray(worn & (rows >= hem.row))
        upper = worn & ~lower
        _give(scores, whole, Label.UPPER_CLOTHES, upper)
        _give(scores, Label.DRESS, Label.SKIRT, lower)
        if whole == Label.PANTS:
            _halve(scores, Label.UPPER_CLOTHES, Label.PANTS, worn & (np.abs(rows - hem.row) < _ASLANT * hem.band))
        above, below = _sums(scores, upper, lower)
    for label in (Label.PANTS, Label.SKIRT):
        _give(scores, label, Label.UPPER_CLOTHES, chest)
    if _is_dress(above, below, _difference(rgb, labels, upper, lower)):
        _all_dress(scores, below)
    else:
        _top_and_lower(scores, below, upper, lower)
    # A coat is worn over the shoulders, whatever else it shows of.
    if any(part[Label.COAT] < _SPECKS * part[list(_GARMENTS[:3])].sum() for part in (above, round_neck)):
        _give(scores, Label.COAT, Label.UPPER_CLOTHES if scores[Label.UPPER_CLOTHES].any() else Label.DRESS)
    return scores


def _all_dress(scores: _Float, below: _Float) -> None:
    """Take a dress for one from top to bottom, in place."""
    _give(scores, Label.SKIRT, Label.DRESS)
    if below[Label.PANTS] < below[Label.SKIRT] + below[Label.DRESS]:
        _give(scores, Label.PANTS, Label.DRESS)
    _give(scores, Label.UPPER_CLOTHES, Label.DRESS)


def _top_and_lower(scores: _Float, below: _Float, upper: Mask, lower: Mask) -> None:
    """Take out the dress, and of skirt and trousers what shows less, in place."""
    _give(scores, Label.DRESS, Label.UPPER_CLOTHES, upper)
    trousers = below[Label.PANTS] > below[Label.SKIRT] + _TUNIC * below[Label.DRESS]
    gainer, loser = (Label.PANTS, Label.SKIRT) if trousers else (Label.SKIRT, Label.PANTS)
    _give(scores, loser, gainer)
    # Of what looked like a dress down there some may be the top's, and its colours will tell.
    scores[Label.UPPER_CLOTHES][lower] += scores[Label.DRESS][lower] / 2
    scores[gainer] += scores[Label.DRESS] / 2
    scores[Label.DRESS] = 0


def _sums(scores: _Float, *masks: Mask) -> _Float:
    """``float32 (N, C)``: every label's sum within each of N masks."""
    parts = np.stack(masks, axis=-1).reshape(-1, len(masks)).astype(np.float32)
    return np.asarray((scores.reshape(len(scores), -1) @ parts).T, np.float32)


def likeliest(scores: _Float) -> ParseMap:
    """``uint8 (H, W)``: the label, of several the first, with the highest of ``float32 (C, H, W)`` scores.

    Plane by plane, which is twice as quick as ``argmax`` over the first axis.
    """
    best = scores.max(axis=0)
    labels = np.zeros(best.shape, np.uint8)
    for label in range(len(scores) - 1, -1, -1):
        np.copyto(labels, np.uint8(label), where=scores[label] == best)
    return labels


def _give(scores: _Float, loser: Label, gainer: Label, where: Mask | None = None) -> None:
    """Move a label's probability to another one, in place."""
    if where is None:
        scores[gainer] += scores[loser]
        scores[loser] = 0
    else:
        scores[gainer][where] += scores[loser][where]
        scores[loser][where] = 0


def _halve(scores: _Float, one: Label, other: Label, where: Mask) -> None:
    """Give two labels the same probability, in place."""
    scores[one][where] = scores[other][where] = (scores[one][where] + scores[other][where]) / 2


def _is_dress(above: _Float, below: _Float, difference: float) -> bool:
    top = above[Label.DRESS] / max(float(above[Label.DRESS] + above[Label.UPPER_CLOTHES]), 1e-6)
    total = max(float(below[Label.DRESS] + below[Label.SKIRT] + below[Label.PANTS]), 1e-6)
    if total < 1:
        return bool(top > 0.5)
    score = top + (below[Label.DRESS] + _SKIRT_WEIGHT * below[Label.SKIRT]) / total
    return bool(top > 0.5 and score - _COLOUR_WEIGHT * min(difference, _COLOUR_LIMIT) > _DRESS)


def _whole(above: _Float, below: _Float) -> Label | None:
    """What looks like one garment above and below the waist, if anything: a dress, or trousers with a top."""
    if below[Label.DRESS] > below[Label.PANTS] + below[Label.SKIRT]:
        return Label.DRESS
    return Label.PANTS if above[Label.PANTS] > _OVERALL * above[list(_GARMENTS)].sum() else None


def _hem_over_lower(rgb: Image, worn: Mask, lower: Mask, share: float) -> _Hem | None:
    """Where what is worn turns into something of another colour all the way across ``lower``, if any.

    ``share`` of the bands of either part must be of one colour.
    """
    rows = np.flatnonzero(lower.any(axis=1))
    if len(rows) < _LEAST_ROWS:
        return None
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) * np.array([0.6, 1, 1], np.float32)
    tall = max(1, len(rows) // _STEPS)
    edges = np.arange(rows[0], rows[-1] + 1, tall)
    parts = [slice(top, top + tall) for top in edges[:-1]]
    if any(not worn[part].any() for part in parts):
        return None
    bands = np.array([np.median(lab[part][worn[part]], axis=0) for part in parts])
    splits = range(2, len(bands) - 1)
    split = min(splits, key=lambda at: float(sum(_strays(part).sum() for part in (bands[:at], bands[at:]))))
    over, under = bands[:split], bands[split:]
    apart = float(np.linalg.norm(np.median(over, axis=0) - np.median(under, axis=0)))
    within = max(float(np.quantile(_strays(part), share)) for part in (over, under))
    return _Hem(float(edges[split]), tall) if apart - 2 * within > _TWO_COLOURS else None


def _strays(bands: _Float) -> _Float:
    """How far each of some colours is from their median."""
    return np.asarray(np.linalg.norm(bands - np.median(bands, axis=0), axis=1), np.float32)


def _difference(rgb: Image, labels: ParseMap, upper: Mask, lower: Mask) -> float:
    """How much the median colours above and below the waist differ, coats left out (ΔE, lightness counting less)."""
    lab = cv2.cvtColor(rgb[::2, ::2].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    inner = (labels != Label.COAT)[::2, ::2]
    parts = [part[::2, ::2] & inner for part in (upper, lower)]
    if min(int(part.sum()) for part in parts) < 50:
        return 0.0
    top, bottom = (np.median(lab[part], axis=0) for part in parts)
    return float(np.linalg.norm((top - bottom) * (0.6, 1.0, 1.0)))
