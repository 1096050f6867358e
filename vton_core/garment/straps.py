"""Thin shoulder straps, and ties behind the neck, that a garment's mask has lost.

A strap is a thin line of an even colour that differs from what is on both sides of it, which begins at the garment's
upper outline, rises above that and comes to an end. Floors and covers have thin lines too, and hangers are made of
them: those go on to the picture's border, or are neither of the garment's colour nor seen by the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.backdrop import to_lab
from vton_core.garment.ridges import ridges
from vton_core.garment.shapes import disc
from vton_core.masks import box_around, dilated, opened
from vton_core.planes import lengths, repeated
from vton_core.types import Alpha, Image, Mask

__all__ = ["UNIT", "find_straps"]

UNIT: Final = 300
"""The root of the garment's area in pixels where straps are looked for: larger pictures are reduced first."""
# How wide the lines are, in pixels there, as all lengths below unless they are said to be shares.
_WIDTHS: Final = (3.0, 5.0, 8.0)
# So far above a garment and to both sides of it, in shares of the root of its area, and below its top, in shares of
# its height, lines are looked at.
_ABOVE, _BESIDE, _BELOW = 0.5, 0.2, 0.27
# From how much contrast on a line begins (ΔE); how much of that at its beginning it has farther on, and by how much of
# it, or so little (ΔE), its colour changes.
_FAINTEST, _FADING, _CHANGE, _NOISE = 8.0, 0.45, 0.6, 7.0
# Within so many pixels of the garment it begins, with so many pixels at least, and so wide are its gaps.
_START, _FEWEST, _GAP = 6, 4, 2
# How often another line is looked for among the pixels of a beginning: light gaps between two dark straps are lines.
_TRIES: Final = 2
# How far it is followed at a time where its colour changes, how often, and how much more of it must be found each time;
# how wide what ties it to the garment is.
_STEP, _STEPS, _GOES_ON, _TIE = 8.0, 8, 1.02, 4.0
# How wide it is at most, and how long at least, also in widths; how far it leaves the garment, and which share of it is
# farther from the garment than a seam's shadow.
_WIDEST, _LONG, _SLIM, _LEAVES, _SHADOW, _FREE = 16.0, 20.0, 3.0, 14.0, 8.0, 0.35
# How far around it is looked for its own colour, in how much of that it is at most, and what is its colour (in shares
# of its contrast).
_RING, _SOME, _ALIKE = 14.0, 0.35, 0.5
# By how much its top is above its lowest beginning, and what is as near to the garment as its beginning.
_TOUCHES: Final = 3.0
_RISES: Final = 20.0
# How far below the garment's top it may begin, in shares of the garment's height.
_LOW: Final = 0.22
# How far from the garment's middle it begins, in shares of its width: what begins nearer is a hanger's hook or a label.
_ASIDE, _OUTERMOST = 0.1, 0.4
# How much more contrast it has than most lines of the background, and how much more if the network sees nothing of it;
# and how many percent of those are most.
_CLEARER, _UNSEEN, _MOST = 1.0, 1.3, 95.0
# How unlike the garment's nearest colours it may be, in shares of its contrast, and how unlike if the network says that
# it belongs to the garment, from which mean probability on.
_OWN, _OWN_SEEN, _SEEN = 0.65, 1.7, 0.42
# How near to its beginning the garment's colours are taken, and how many percent of those are like it.
_AROUND, _LIKE = 25.0, 10.0
# What two that are each other's mirror image need less of: contrast (ΔE), in shares of what others need in comparison
# with the background's and in colour.
_FAINT_PAIR, _PAIR, _OWN_PAIR = 6.0, 0.7, 0.75
# Very thin ones have half the background's colour: so unlike the garment's, in shares of their contrast, they may be if
# the network sees so much of them.
_MIXED, _GLIMPSED = 1.3, 0.06
# How far from its mirror image's beginning each begins, in shares of the garment's width, how different their heights
# are, as a share, and how different their colours (ΔE).
_MIRRORED, _EVEN, _SAME = 0.1, 0.35, 10.0
_Float = NDArray[np.float32]


class _Line(NamedTuple):
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


class _Scene(NamedTuple):
    """The garment's upper part and what is around it.

    Attributes:
        lab: ``float32 (h, w, 3)``, slightly smoothed.
        ridge: ``float32 (h, w)``, as :func:`vton_core.garment.ridges.ridges` tells it.
        mask: ``bool (h, w)``, the garment.
        thin: ``bool (h, w)``, what is as thin as a strap in it.
        away: ``float32 (h, w)``: how far from the garment.
        seen: ``float32 (h, w)``: the network's probability.
        clutter: what contrast (ΔE) the background's own lines have.
        scale: of lengths, against those of :data:`UNIT`.
        middle, top, width, height: of the garment, within the scene.
    """

    lab: _Float
    ridge: _Float
    mask: Mask
    thin: Mask
    away: _Float
    seen: Alpha
    clutter: float
    scale: float
    middle: float
    top: int
    width: int
    height: int


def find_straps(rgb: Image, mask: Mask, likely: Alpha) -> Mask:
    """Find the straps that a garment's mask has lost.

    Args:
        rgb: ``uint8 (H, W, 3)``; the garment about :data:`UNIT` in size, or smaller.
        mask: ``bool (H, W)``, the garment; not empty.
        likely: ``float32 (H, W)`` in [0, 1]: the network's probability of the garment.

    Returns:
        ``bool (H, W)``: the straps, about as wide as they are; where there are none, nothing.
    """
    found = np.zeros_like(mask)
    box = _upper_part(mask)
    scene = _scene(rgb[box], mask, likely[box], box)
    lines = [line for line in _lines(scene) if line.shaped and _placed(line)]
    for line in lines:
        if _plain(line, scene) or any(_pair(line, other, scene) for other in lines if other is not line):
            found[box] |= _tied(_followed(line, scene), scene)
    return found


def _upper_part(mask: Mask) -> tuple[slice, slice]:
    """Rows and columns of the garment's upper part and what is around it."""
    unit = float(np.sqrt(mask.sum()))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    low = rows[0] - round(_ABOVE * unit), columns[0] - round(_BESIDE * unit)
    high = rows[0] + round(_BELOW * (rows[-1] - rows[0])), columns[-1] + round(_BESIDE * unit) + 1
    return slice(max(0, low[0]), high[0] + 1), slice(max(0, low[1]), min(mask.shape[1], high[1]))


def _scene(rgb: Image, whole: Mask, seen: Alpha, box: tuple[slice, slice]) -> _Scene:
    lab, mask = to_lab(rgb), whole[box]
    # Where a small picture has no pixels to tell widths by, there is nothing finer to look for.
    scale = max(0.5, float(np.sqrt(whole.sum())) / UNIT)
    ridge = ridges(lab, tuple(scale * width for width in _WIDTHS))
    away = np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5), np.float32)
    ground = ridge[away > 2 * _START * scale]
    clutter = float(np.percentile(ground, _MOST)) if len(ground) else 0.0
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    middle = (columns[0] + columns[-1]) / 2 - (box[1].start or 0)
    size = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    lab = np.asarray(cv2.GaussianBlur(lab, (0, 0), 0.7), np.float32)
    thin = mask & ~opened(mask, disc(round(_WIDEST * scale / 2)))
    return _Scene(lab, ridge, mask, thin, away, seen, clutter, scale, middle, int(rows[0]) - (box[0].start or 0), *size)


def _lines(scene: _Scene) -> Iterator[_Line]:
    """What begins at the garment as thin lines do, the clearest first."""
    starts = ~scene.mask & (scene.away < _START * scene.scale) & (scene.ridge > _FAINTEST)
    count, parts = cv2.connectedComponents(starts.view(np.uint8), connectivity=8)
    where = [np.flatnonzero(parts.reshape(-1) == part) for part in range(1, count)]
    ridge, colours = scene.ridge.reshape(-1), scene.lab.reshape(-1, 3)
    taken = np.zeros(scene.mask.size, np.bool_)
    for pixels in sorted((one for one in where if len(one) >= _FEWEST), key=lambda one: -ridge[one].max()):
        left = pixels
        for _ in range(_TRIES):
            left = left[~taken[left]]
            if len(left) < _FEWEST:
                break
            best = left[ridge[left] >= np.percentile(ridge[left], 60)]
            colour, contrast = np.median(colours[best], axis=0), float(np.median(ridge[best]))
            mask = _grown(scene, best, colour, contrast)
            if mask.any() and not taken[mask.reshape(-1)].mean() > 0.5:
                yield _measured(scene, mask)
            taken[mask.reshape(-1)] = True
            left = left[lengths(colours[left] - colour) > _CHANGE * contrast]


def _grown(scene: _Scene, start: NDArray[np.intp], colour: _Float, contrast: float) -> Mask:
    """What hangs together with a line's beginning, stands out as it does and has its colour."""
    like = lengths(scene.lab - colour) < max(_NOISE, _CHANGE * contrast)
    part = ~scene.mask & like & (scene.ridge > max(0.7 * _FAINTEST, _FADING * contrast))
    joined = cv2.morphologyEx(part.view(np.uint8), cv2.MORPH_CLOSE, disc(_GAP))
    joined[scene.mask] = 0
    _, parts = cv2.connectedComponents(joined, connectivity=8)
    numbers = np.bincount(parts.reshape(-1)[start])
    numbers[0] = 0
    return np.asarray((parts == numbers.argmax()) & (numbers.max() > 0))


def _followed(line: _Line, scene: _Scene) -> Mask:
    """A strap as far as it goes on, though the light on it changes; itself where that leads astray."""
    mask = line.mask
    size = [2 * round(_STEP * scene.scale) + 1] * 2
    free = ~scene.mask & (scene.ridge > max(0.7 * _FAINTEST, _FADING * line.contrast))
    for _ in range(_STEPS):
        weight = mask.astype(np.float32)
        near_by = np.maximum(cv2.blur(weight, size), np.float32(1e-6))
        colour = cv2.blur(scene.lab * repeated(weight), size) / repeated(near_by)
        like = (near_by > 1e-5) & (lengths(scene.lab - colour) < max(_NOISE, _CHANGE * line.contrast))
        _, parts = cv2.connectedComponents((mask | (free & like)).view(np.uint8), connectivity=8)
        on = np.asarray(np.isin(parts, np.unique(parts[mask])))
        if on.sum() < _GOES_ON * mask.sum():
            break
        mask = on
    return mask if _shaped(scene, mask) else line.mask


def _tied(mask: Mask, scene: _Scene) -> Mask:
    """A strap, and what is between it and the garment."""
    y, x = np.nonzero(mask)
    first = int(scene.away[mask].argmin())
    rows, columns = np.nonzero(scene.mask)
    nearest = int(((rows - y[first]) ** 2 + (columns - x[first]) ** 2).argmin())
    ends = (int(x[first]), int(y[first])), (int(columns[nearest]), int(rows[nearest]))
    tie = np.asarray(cv2.line(np.zeros(mask.shape, np.uint8), *ends, (1,), max(1, round(_TIE * scene.scale))))
    return mask | ((tie > 0) & ~scene.mask)


def _measured(scene: _Scene, mask: Mask) -> _Line:
    y, x = np.nonzero(mask)
    away, strong = scene.away[mask], scene.ridge[mask]
    first = int(away.argmin())
    lowest = int(y[away < away.min() + _TOUCHES * scene.scale].max())
    around = np.zeros(mask.shape, np.uint8)
    cv2.circle(around, (int(x[first]), int(y[first])), round(_AROUND * scene.scale), (1,), -1)
    colour, contrast = np.median(scene.lab[mask][strong >= np.median(strong)], axis=0), float(np.median(strong))
    garment = scene.lab[(scene.mask & (around > 0)) | _opposite(scene, mask)]
    return _Line(
        mask,
        colour,
        contrast,
        float(np.percentile(lengths(garment - colour), _LIKE)) if len(garment) else np.inf,
        float(scene.seen[mask].mean()),
        ((x[first] - scene.middle) / scene.width, (y[first] - scene.top) / scene.height),
        float(lowest - y.min()) / scene.scale,
        _shaped(scene, mask) and _stands_out(scene, mask, colour, contrast),
        _crosses((x - scene.middle) / scene.width, away < _START * scene.scale),
    )


def _crosses(aside: NDArray[np.float64], begins: NDArray[np.bool_]) -> bool:
    """Whether pixels, so far from the garment's middle, pass over that, and do not begin on both sides."""
    over, first = bool((np.abs(aside) < _ASIDE / 2).any()), aside[begins]
    return over and not (bool((first < -_ASIDE).any()) and bool((first > _ASIDE).any()))


def _opposite(scene: _Scene, mask: Mask) -> Mask:
    """What the garment has of straps where this one's mirror image would be."""
    x = (2 * scene.middle - np.flatnonzero(mask.any(axis=0))[[0, -1]][::-1]).round().astype(int)
    rows = np.flatnonzero(mask.any(axis=1))[[0, -1]]
    margin = round(_MIRRORED * scene.width)
    place = np.zeros_like(mask)
    place[max(0, rows[0] - margin) : rows[1] + margin, max(0, x[0] - margin) : max(0, x[1] + margin)] = True
    return place & scene.thin


def _shaped(scene: _Scene, mask: Mask) -> bool:
    """Whether it is thin, long, clear of the garment and comes to an end."""
    if mask[[0, -1]].any() or mask[:, [0, -1]].any():
        return False
    depth = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, 5)[mask] / scene.scale
    # In a ribbon the mean distance to its edges is a quarter of its width.
    width, away = 4 * float(depth.mean()), scene.away[mask] / scene.scale
    length = len(depth) / scene.scale**2 / width
    long = length > _LONG and length > _SLIM * width and 2 * float(depth.max()) < _WIDEST
    return bool(long and away.max() > _LEAVES and (away > _SHADOW).mean() > _FREE)


def _stands_out(scene: _Scene, line: Mask, colour: _Float, contrast: float) -> bool:
    """Whether what is around it mostly looks unlike it; what is seen through a loop does not."""
    radius = round(_RING * scene.scale)
    window = box_around(line, radius)
    assert window is not None
    ring = dilated(line, disc(radius))[window] & ~dilated(line, disc(2))[window] & ~scene.mask[window]
    like = lengths(scene.lab[window][ring] - colour) < _ALIKE * contrast
    return bool(like.mean() < _SOME) if len(like) else False


def _placed(line: _Line) -> bool:
    """Whether it begins and goes where straps do."""
    aside, below = line.start
    return _ASIDE < abs(aside) < _OUTERMOST and below < _LOW and line.rises > _RISES and not line.crosses


def _plain(line: _Line, scene: _Scene) -> bool:
    """Whether it is a strap for itself."""
    clear = line.contrast > max(_FAINTEST, (_CLEARER if line.seen > _GLIMPSED else _UNSEEN) * scene.clutter)
    return clear and line.own < (_OWN_SEEN if line.seen > _SEEN else _OWN) * line.contrast


def _pair(line: _Line, other: _Line, scene: _Scene) -> bool:
    """Whether two are straps because each is the other's mirror image."""
    return (
        min(line.contrast, other.contrast) > max(_FAINT_PAIR, _PAIR * scene.clutter)
        and all(_akin(one) for one in (line, other))
        and abs(line.start[0] + other.start[0]) < _MIRRORED
        and abs(line.rises - other.rises) < _EVEN * max(line.rises, other.rises)
        and float(lengths(line.colour - other.colour)) < _SAME
    )


def _akin(line: _Line) -> bool:
    """Whether its colour may be the garment's, given that there are two of it."""
    limit = _MIXED if line.seen > _GLIMPSED else _OWN_PAIR
    return line.own < limit * line.contrast
