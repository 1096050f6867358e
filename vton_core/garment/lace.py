"""Lace, mesh and tulle in a shop photo: fabric that shows the background between its threads.

On a garment whose body is of one colour, lace is made of mixtures of that colour and the background's, of all shares
and in fine patches, and of narrow holes, and reaches an edge of the garment. A print has other colours, or plain areas,
or lies inside, or on one side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.shapes import disc
from vton_core.garment.sheet import Sheet
from vton_core.masks import closed, dilated, eroded, opened, softened
from vton_core.planes import dots, layered, lengths, repeated
from vton_core.types import Garment, Image, Mask

__all__ = ["lace", "premultiplied", "see_through", "underlay"]

_Float = NDArray[np.float32]
# The garment's body, in shares of its height and width: from, to; half its width. What share of it has one colour.
_BODY: Final = (0.4, 0.85, 0.15)
_PLAIN: Final = 0.99
# How far apart fabric and background are at least, how far a mixture is from the line between them at most (8-bit RGB),
# in the body and in a patch, and which percentage of it.
_APART, _OFF_BODY, _OFF, _MOST = 80.0, 40.0, 22.0, 85
# How much of a patch has its like on the other side: embroidery is often on one only.
_BOTH: Final = 0.2
# From this share of thread on a pixel is solid, and below the other one bare.
_SOLID, _BARE = 0.85, 0.15
# The finest detail of lace in shares of the picture, and the smallest and the largest patch in shares of the garment.
_FINE: Final = 0.008
_SMALLEST, _LARGEST = 0.004, 0.3
# From fewer pixels no colour is told.
_FEWEST: Final = 30
# What is nearly bare.
_FAINT: Final = 0.03
# The shop photo shows the background through front and back, and who wears it shows through the front: by the root as
# much. But light comes to the skin through the lace as well. In photos of two tops and people in them: 0.55 and 0.65.
_LAYERS: Final = 0.75
# Patches that are nearer than this, in shares of the picture, belong together.
_NEAR: Final = 0.06


@dataclass(frozen=True)
class _Looks:
    """What a patch looks like, or must.

    Attributes:
        fine: share of mixtures and of narrow holes among its pixels that are not solid.
        solid: share of solid pixels.
        contrast: standard deviation of the threads' share within the finest detail.
        level: how much of that does not go one way, as stripes do.
        edge: pixels at the garment's edge, in square roots of its area.
    """

    fine: float
    solid: float
    contrast: float
    level: float
    edge: float

    def striped(self) -> bool:
        """Whether it is plainly a pattern of stripes, which on other parts of the garment may look less so."""
        return self.level < _STRIPED[0] and self.contrast > _STRIPED[1]

    def reaches(self, least: _Looks) -> bool:
        mine, asked = vars(self), vars(least)
        return all(mine[name] > asked[name] for name in mine)


# From what look on it is lace by itself; and below which level and from which contrast on it is stripes.
_SURE: Final = _Looks(fine=0.8, solid=0.04, contrast=0.08, level=0.4, edge=1.0)
_STRIPED: Final = (0.2, 0.2)
# Beside a sure one less is asked for.
_BESIDE: Final = _Looks(fine=0.7, solid=0.02, contrast=0.06, level=0.3, edge=-1.0)


def lace(rgb: Image, mask: Mask, background: _Float) -> Mask:
    """Where a garment is lace.

    Args:
        rgb: ``uint8 (H, W, 3)``, the shop photo.
        mask: ``bool (H, W)``, the garment, with its lace.
        background: ``float32 (H, W, 3)``, 0 to 255, the colour behind it.

    Returns:
        ``bool (H, W)``; nothing on a garment whose body has no one colour, or the background's.
    """
    sure, beside = np.zeros_like(mask), np.zeros_like(mask)
    fabric = _fabric(rgb, mask, background)
    if fabric is None:
        return sure
    radius = max(1, round(_FINE * max(mask.shape)))
    inside = eroded(closed(mask, disc(radius)), disc(radius))
    share = _threads(rgb, fabric, background)
    loose = inside & (share < _SOLID)
    if loose.sum() < _SMALLEST * inside.sum():
        return sure
    off = lengths(rgb - background - repeated(share) * (fabric - background))
    patches = opened(closed(loose, disc(radius)), disc(2 * radius))
    wide = opened(np.asarray(share < _BARE), disc(radius))
    seen = _Seen(share, _contrast(share, 2 * radius + 1), wide, inside & ~eroded(inside, disc(2 * radius)))
    mirrored = _mirrored(patches, inside)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(patches.view(np.uint8))
    for number, (x, y, width, height, area) in enumerate(stats):
        if number and _SMALLEST < area / inside.sum() < _LARGEST:
            box = np.s_[y : y + height, x : x + width]
            patch = np.asarray(labels[box] == number)
            if np.percentile(off[box][patch], _MOST) < _OFF and (mirrored[box] & patch).sum() > _BOTH * area:
                looks = seen.looks(patch, box)
                if looks.striped():
                    return np.zeros_like(mask)
                sure[box] |= patch & looks.reaches(_SURE)
                beside[box] |= patch & looks.reaches(_BESIDE)
    if not sure.any():
        return sure
    reach = _NEAR * max(mask.shape)
    found = _together(sure, beside, max(1, round(reach / 2)))
    # With its outermost stitches, and what is too small a patch to be told.
    found |= loose & dilated(found, disc(round(reach)))
    return np.asarray(mask & dilated(found, disc(4 * radius)))


def see_through(rgb: Image, clean: Image, region: Mask, solid: Mask, background: _Float) -> NDArray[np.uint8]:
    """The colour of a garment's threads, and how solid the lace is for who wears it.

    Args:
        rgb: ``uint8 (H, W, 3)``, the shop photo.
        clean: likewise, without the background along the garment's outline.
        region: ``bool (H, W)``, where it is lace.
        solid: ``bool (H, W)``, well inside the garment.
        background: ``float32 (H, W, 3)``, 0 to 255, the colour behind it.

    Returns:
        ``uint8 (H, W, 4)``, RGBA that is not premultiplied; ``clean`` and 255 where it is no lace.
    """
    # In a small picture even the densest lace is mixed with what is behind it.
    fabric = pull_push(rgb, solid & ~region)
    share = _threads(rgb, fabric, background) / np.float32(_SOLID)
    radius = max(1, round(_FINE * max(region.shape)))
    soft = softened(dilated(region, disc(radius)), radius / 2)
    alpha = 1 - soft * np.power(1 - share.clip(0, 1), _LAYERS)
    colour = np.where((alpha < 1)[..., None], fabric, clean)
    return np.asarray(np.dstack([colour, 255 * alpha]).round().clip(0, 255), np.uint8)


def premultiplied(garment: Garment) -> _Float:
    """The garment with what its lace lets through, ``float32 (H, W, 4)``: colour times alpha (0 to 255), and alpha."""
    if garment.lace is None:
        return layered(garment.shown * repeated(garment.alpha), garment.alpha)
    alpha = garment.alpha * garment.lace[..., 3] / np.float32(255)
    return layered(garment.lace[..., :3] * repeated(alpha), alpha)


def underlay(sheet: Sheet) -> _Float:
    """Where what lies under a piece of a garment with lace is to be seen, ``float32 (H, W)`` in [0, 1]."""
    radius = max(1, round(_FINE * max(sheet.alpha.shape)))
    whole = closed(np.asarray(sheet.alpha > _FAINT), disc(radius))
    return softened(eroded(whole, disc(radius)), 1.0)


@dataclass(frozen=True)
class _Seen:
    """Planes ``(H, W)`` that tell what a patch looks like."""

    share: _Float
    contrast: _Float
    wide: Mask
    edge: Mask

    def looks(self, patch: Mask, box: tuple[slice, slice]) -> _Looks:
        share = self.share[box]
        own = share[patch]
        across, down = (cv2.Sobel(share, cv2.CV_32F, *order)[patch] for order in ((1, 0), (0, 1)))
        a, b, d = float(across @ across), float(across @ down), float(down @ down)
        one_way = float(np.hypot(a - d, 2 * b)) / max(a + d, 1e-6)
        return _Looks(
            fine=float(1 - self.wide[box][patch].sum() / max(int((own < _SOLID).sum()), 1)),
            solid=float((own > _SOLID).mean()),
            contrast=float(np.median(self.contrast[box][patch])),
            level=1 - one_way,
            edge=float((self.edge[box] & patch).sum() / np.sqrt(patch.sum())),
        )


def _fabric(rgb: Image, mask: Mask, background: _Float) -> _Float | None:
    """The one colour of the garment's body, ``float32 (3,)``."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) < _FEWEST:
        return None
    top, bottom = (round(rows[0] + share * np.ptp(rows)) for share in _BODY[:2])
    middle, half = columns[[0, -1]].mean(), _BODY[2] * np.ptp(columns)
    body = np.s_[top:bottom, round(middle - half) : round(middle + half) + 1]
    own = rgb[body][mask[body]]
    if len(own) < _FEWEST:
        return None
    fabric = np.asarray(np.median(own, axis=0), np.float32)
    behind = background[body][mask[body]]
    if np.median(lengths(fabric - behind)) < _APART:
        return None
    share = _threads(own, fabric, behind)
    off = lengths(own - behind - share[:, None] * (fabric - behind))
    return fabric if np.mean((share > _SOLID) & (off < _OFF_BODY)) > _PLAIN else None


def _mirrored(patches: Mask, inside: Mask) -> Mask:
    """Patches at the other side of a garment's middle."""
    columns = np.flatnonzero(inside.any(axis=0))
    across = columns[0] + columns[-1] - np.arange(inside.shape[1])
    there = (across >= 0) & (across < inside.shape[1])
    return np.asarray(patches[:, across.clip(0, inside.shape[1] - 1)] & there)


def _threads(rgb: Image, fabric: _Float, background: _Float) -> _Float:
    """The share of threads ``(...)`` in [0, 1] of pixels ``(..., 3)`` between fabric and background."""
    span = np.broadcast_to(fabric, rgb.shape) - background
    share = dots(rgb - background, span) / np.maximum(dots(span, span), 1)
    return np.asarray(share.clip(0, 1), np.float32)


def _contrast(share: _Float, side: int) -> _Float:
    mean = cv2.blur(share, (side, side))
    return np.asarray(np.sqrt(np.maximum(cv2.blur(share * share, (side, side)) - mean * mean, 0)), np.float32)


def _together(sure: Mask, beside: Mask, reach: int) -> Mask:
    """Sure patches, and what is linked to them by patches near one another."""
    _, labels = cv2.connectedComponents(dilated(sure | beside, disc(reach)).view(np.uint8))
    return np.asarray((sure | beside) & np.isin(labels, np.unique(labels[sure])))
