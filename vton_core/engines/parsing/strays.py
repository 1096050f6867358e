"""Pieces of an upper garment that belong to a lower one, and the other way round: in one piece are most garments."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.engines.parsing.colour import bins_of, frequency
from vton_core.engines.parsing.hands import SEEN
from vton_core.engines.parsing.prior import body_unit
from vton_core.labels import LOWER, UPPER
from vton_core.masks import rims_within
from vton_core.types import Image, Joint, Mask, ParseMap, Pose

__all__ = ["without_strays"]

_FOREARMS: Final = ([Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST], [Joint.LEFT_ELBOW, Joint.LEFT_WRIST])
# Shares of the largest piece: smaller ones are specks, and from this one on a piece has colours to judge it by.
_SPECK, _PIECE = 0.02, 0.004
# How much of a piece's rim the other garment must be, and how much likelier there its colours (logarithm of odds); and
# the same for what lies mostly under the lower garment's upper edge.
_TOUCH, _OTHERS = 0.1, 0.4
_TOUCH_LOW, _OTHERS_LOW, _EDGE, _MOSTLY = 0.25, -0.75, 0.03, 0.7
# How far beside a forearm's middle its sleeve reaches, in body units.
_SLEEVE: Final = 0.14


def without_strays(labels: ParseMap, rgb: Image, pose: Pose) -> ParseMap:
    """Give pieces of an upper garment that lie apart from it to a lower one which they touch, and the other way round:
    specks amid it, and what has its colours rather than their own garment's, or lies where it is and tells neither.

    Args:
        labels: ``uint8 (H, W)`` of CIHP labels.
        rgb: ``uint8 (H, W, 3)``, the photo.
        pose: the person's joints in the same pixels; what lies along a forearm may be its sleeve.

    Returns:
        ``uint8 (H, W)``.
    """
    out, upper, lower = labels.copy(), np.isin(labels, UPPER), np.isin(labels, LOWER)
    if upper.any() and lower.any():
        out[_strays(upper, lower, rgb, pose)] = np.bincount(labels[lower]).argmax()
        out[_strays(lower, upper, rgb)] = np.bincount(labels[upper]).argmax()
    return out


def _strays(mask: Mask, around: Mask, rgb: Image, pose: Pose | None = None) -> Mask:
    """Components of ``mask`` that belong to ``around``; with a pose more readily those that lie where a lower garment
    is."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    touch = rims_within(parts, count, around, 2)
    chosen = (areas < _SPECK * areas.max()) & (touch > 0.5)
    pieces = (areas > _PIECE * areas.max()) & (areas < areas.max()) & (touch > _TOUCH) & ~chosen
    if pieces.any():
        bins, low = bins_of(rgb), np.zeros_like(mask) if pose is None else _below(around, pose)
        theirs = frequency(bins[around])
        for number in np.flatnonzero(pieces):
            piece = parts == number
            ours = frequency(bins[mask & ~piece])
            lower = touch[number] > _TOUCH_LOW and low[piece].mean() > _MOSTLY
            chosen[number] = (theirs - ours)[bins[piece]].mean() > (_OTHERS_LOW if lower else _OTHERS)
    return np.asarray(chosen[parts])


def _below(lower: Mask, pose: Pose) -> Mask:
    """What lies below a lower garment's upper edge and in no sleeve; nothing, if a hand is hidden, wherever it is."""
    below, sleeves = np.zeros_like(lower), np.zeros(lower.shape, np.uint8)
    if (pose.keypoints[[wrist for _, wrist in _FOREARMS], 2] < SEEN).any():
        return below
    below[int(np.quantile(np.nonzero(lower)[0], _EDGE)) + 1 :] = True
    width = max(1, round(2 * _SLEEVE * body_unit(pose)))
    for joints in _FOREARMS:
        (x, y), (right, bottom) = pose.keypoints[joints, :2].round().astype(int).tolist()
        cv2.line(sleeves, (x, y), (right, bottom), (1.0,), width)
    return np.asarray(below & (sleeves == 0))
