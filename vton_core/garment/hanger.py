"""What is seen of a hanger above the collar of a top or dress: it has none of the garment's colours, and the garment
network is in doubt about it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.backdrop import to_lab
from vton_core.garment.shapes import disc
from vton_core.garment.small import SMALL, Place, erased, place_of, small_mask
from vton_core.masks import dilated, opened
from vton_core.planes import dots
from vton_core.resampling import reduced_to
from vton_core.types import Garment, Mask

__all__ = ["without_hanger"]

# Shares of the garment's height: from where on its colours are learnt, and how far down a hanger is seen.
_COLOURS, _DOWN = 0.3, 0.25
# In widths: how far from the middle it reaches, and its own middle lies; how high it is at most: hoods are higher.
_REACH, _ASIDE, _HIGH = 0.35, 0.2, 0.22
# Less than this share of the garment's pixels, of which so many are looked at, is so near (ΔE) to a colour of another
# thing.
_SAMPLE, _NEAR, _RARE = 500, 15.0, 0.01
# How large it is, in shares of the garment, how surely it is taken for one at most, and in which share of it at least
# nothing of the garment lies above.
_LARGE, _TAKEN, _ABOVE = (0.0015, 0.03), 0.88, 0.12
# How far around it its haze and its shadow go with it, in pixels.
_HAZE: Final = 6
_Float = NDArray[np.float32]


def without_hanger(garment: Garment, probability: _Float) -> Garment:
    """The garment without the hanger above its collar.

    Args:
        garment: a top or a dress, cut out.
        probability: ``float32 (h, w)`` in [0, 1]: how surely each place of its photo is a garment.

    Returns:
        The garment itself where there is no hanger.
    """
    mask = small_mask(garment)
    place = place_of(mask)
    if place is None:
        return garment
    size = (mask.shape[1], mask.shape[0])
    likely = np.asarray(cv2.resize(probability, size, interpolation=cv2.INTER_LINEAR), np.float32)
    hanger = _hanger(mask, to_lab(reduced_to(garment.rgb, SMALL)), likely, place)
    if not hanger.any():
        return garment
    body = mask & ~hanger & ~_bits(mask & ~hanger, place)
    return erased(garment, dilated(mask & ~body, disc(_HAZE)), dilated(body, disc(1)))


def _hanger(mask: Mask, lab: _Float, likely: _Float, place: Place) -> Mask:
    """``bool (H, W)``: the hanger, if any."""
    strange = _strange(mask, lab, place)
    own = np.cumsum(mask & ~strange, axis=0) > 0
    count, labels, stats, centres = cv2.connectedComponentsWithStats(
        opened(strange, np.ones((2, 2), np.uint8)).view(np.uint8)
    )
    found = np.zeros_like(mask)
    least, most = (share * mask.sum() for share in _LARGE)
    for index in range(1, count):
        part = labels == index
        high, area = stats[index, [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA]]
        if not (least < area < most and high < _HIGH * place.wide):
            continue
        aside = abs(centres[index, 0] - place.middle) < _ASIDE * place.wide
        if aside and likely[part].mean() < _TAKEN and (~own[part]).mean() > _ABOVE:
            found |= part
    return found


def _strange(mask: Mask, lab: _Float, place: Place) -> Mask:
    """What near the collar has none of the garment's colours."""
    first = int(place.top + _COLOURS * place.high)
    colours = lab[first:][mask[first:]]
    colours = colours[:: max(1, len(colours) // _SAMPLE)]
    zone = mask & _at_collar(mask.shape, place)
    seen = lab[zone]
    # |a - b|² = |a|² + |b|² - 2 a b
    apart = dots(seen, seen)[:, None] + dots(colours, colours)[None] - 2 * seen @ colours.T
    strange = np.zeros_like(mask)
    strange[zone] = (apart < _NEAR**2).mean(axis=1) < _RARE
    return strange


def _bits(mask: Mask, place: Place) -> Mask:
    """What hangs together with nothing but itself near the collar."""
    _, labels = cv2.connectedComponents(mask.view(np.uint8))
    elsewhere = np.unique(labels[~_at_collar(mask.shape, place)])
    return mask & ~np.isin(labels, elsewhere)


def _at_collar(shape: tuple[int, ...], place: Place) -> Mask:
    """``bool (H, W)``: where a hanger may be."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    return np.asarray((np.abs(x - place.middle) < _REACH * place.wide) & (y < place.top + _DOWN * place.high))
