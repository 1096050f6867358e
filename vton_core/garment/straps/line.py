"""What tells a strap from other thin lines: its measures, and whether it has a strap's shape."""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.shapes import disc
from vton_core.garment.straps.scene import START, WIDEST, Scene
from vton_core.masks import box_around, dilated
from vton_core.planes import lengths
from vton_core.types import Mask

__all__ = ["ASIDE", "MIRRORED", "Line", "measure", "shaped"]

ASIDE: Final = 0.1
"""How far from the garment's middle a strap begins at least, in shares of its width: what begins nearer is a hanger's
hook or a label."""
MIRRORED: Final = 0.1
"""How far from its mirror image a strap is at most, in shares of the garment's width."""

# How long it is at least, also in widths; how far it leaves the garment, and which share of it is farther from the
# garment than a seam's shadow.
_LONG, _SLIM, _LEAVES, _SHADOW, _FREE = 20.0, 3.0, 14.0, 8.0, 0.35
# How far around it is looked for its own colour, in how much of that it is at most, and what is its colour (in shares
# of its contrast).
_RING, _SOME, _ALIKE = 14.0, 0.35, 0.5
# What is as near to the garment as its beginning.
_TOUCHES: Final = 3.0
# How near to its beginning the garment's colours are taken, and how many percent of those are like it.
_AROUND, _LIKE = 25.0, 10.0
_Float = NDArray[np.float32]


class Line(NamedTuple):
    """A thin line that begins at the garment.

    Attributes:
        mask: ``bool (h, w)``, within the scene.
        colour: ``float32 (3,)``, Lab.
        contrast: to both of its sides (ΔE).
        own: how unlike the garment's nearest colours it is (ΔE).
        seen: the network's probability for it.
        start: where it begins, in shares of the garment's width from its middle, and of its height from its top.
        rises: by how much its top is above its beginning.
        shaped: whether it is thin, long, clear of the garment and within the scene.
        crosses: whether it passes over the garment's middle without beginning on both sides of it, as hangers do.
    """

    mask: Mask
    colour: _Float
    contrast: float
    own: float
    seen: float
    start: tuple[float, float]
    rises: float
    shaped: bool
    crosses: bool


def measure(scene: Scene, mask: Mask) -> Line:
    """Measure a line, ``bool (h, w)``, not empty."""
    y, x = np.nonzero(mask)
    away, strong = scene.away[mask], scene.ridge[mask]
    first = int(away.argmin())
    lowest = int(y[away < away.min() + _TOUCHES * scene.scale].max())
    around = np.zeros(mask.shape, np.uint8)
    cv2.circle(around, (int(x[first]), int(y[first])), round(_AROUND * scene.scale), (1,), -1)
    colour, contrast = np.median(scene.lab[mask][strong >= np.median(strong)], axis=0), float(np.median(strong))
    garment = scene.lab[(scene.mask & (around > 0)) | _opposite(scene, mask)]
    return Line(
        mask,
        colour,
        contrast,
        float(np.percentile(lengths(garment - colour), _LIKE)) if len(garment) else np.inf,
        float(scene.seen[mask].mean()),
        ((x[first] - scene.middle) / scene.width, (y[first] - scene.top) / scene.height),
        float(lowest - y.min()) / scene.scale,
        shaped(scene, mask) and _stands_out(scene, mask, colour, contrast),
        _crosses((x - scene.middle) / scene.width, away < START * scene.scale),
    )


def shaped(scene: Scene, mask: Mask) -> bool:
    """Whether a line, ``bool (h, w)``, is thin, long, clear of the garment and comes to an end."""
    if mask[[0, -1]].any() or mask[:, [0, -1]].any():
        return False
    depth = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, 5)[mask] / scene.scale
    # In a ribbon the mean distance to its edges is a quarter of its width.
    width, away = 4 * float(depth.mean()), scene.away[mask] / scene.scale
    length = len(depth) / scene.scale**2 / width
    long = length > _LONG and length > _SLIM * width and 2 * float(depth.max()) < WIDEST
    return bool(long and away.max() > _LEAVES and (away > _SHADOW).mean() > _FREE)


def _stands_out(scene: Scene, line: Mask, colour: _Float, contrast: float) -> bool:
    """Whether what is around it mostly looks unlike it; what is seen through a loop does not."""
    radius = round(_RING * scene.scale)
    window = box_around(line, radius)
    assert window is not None
    ring = dilated(line, disc(radius))[window] & ~dilated(line, disc(2))[window] & ~scene.mask[window]
    like = lengths(scene.lab[window][ring] - colour) < _ALIKE * contrast
    return bool(like.mean() < _SOME) if len(like) else False


def _crosses(aside: NDArray[np.float64], begins: NDArray[np.bool_]) -> bool:
    """Whether pixels, so far from the garment's middle, pass over that, and do not begin on both sides."""
    over, first = bool((np.abs(aside) < ASIDE / 2).any()), aside[begins]
    return over and not (bool((first < -ASIDE).any()) and bool((first > ASIDE).any()))


def _opposite(scene: Scene, mask: Mask) -> Mask:
    """What the garment has of straps where this one's mirror image would be."""
    x = (2 * scene.middle - np.flatnonzero(mask.any(axis=0))[[0, -1]][::-1]).round().astype(int)
    rows = np.flatnonzero(mask.any(axis=1))[[0, -1]]
    margin = round(MIRRORED * scene.width)
    place = np.zeros_like(mask)
    place[max(0, rows[0] - margin) : rows[1] + margin, max(0, x[0] - margin) : max(0, x[1] + margin)] = True
    return place & scene.thin
