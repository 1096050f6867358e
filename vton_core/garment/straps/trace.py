"""Thin lines that begin at a garment, followed as far as they go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.shapes import disc
from vton_core.garment.straps.line import Line, shaped
from vton_core.garment.straps.scene import START, Scene
from vton_core.planes import lengths, repeated
from vton_core.types import Mask

__all__ = ["FAINTEST", "followed", "tied", "trace"]

FAINTEST: Final = 8.0
"""From how much contrast on a line begins (ΔE)."""

# How much of its contrast at its beginning a line has farther on, and by how much of it, or so little (ΔE), its colour
# changes.
_FADING, _CHANGE, _NOISE = 0.45, 0.6, 7.0
# To which share of what a line begins with at least its contrast may fall, however faint it is at its beginning.
_FAINTER: Final = 0.7
# With so many pixels at least it begins, and so wide are its gaps.
_FEWEST, _GAP = 4, 2
# How many percent of a beginning's pixels stand out too little to tell the line's colour.
_DIMMER: Final = 60
# A line of which lines before it have more than this share is one of those.
_TAKEN: Final = 0.5
# How often another line is looked for among the pixels of a beginning: light gaps between two dark straps are lines.
_TRIES: Final = 2
# How far it is followed at a time where its colour changes, how often, and how much more of it must be found each time;
# how wide what ties it to the garment is.
_STEP, _STEPS, _GOES_ON, _TIE = 8.0, 8, 1.02, 4.0
_Float = NDArray[np.float32]


def trace(scene: Scene) -> Iterator[Mask]:
    """What begins at the garment as thin lines do, ``bool (h, w)`` each, the clearest first."""
    ridge, colours = scene.ridge.reshape(-1), scene.lab.reshape(-1, 3)
    taken = np.zeros(scene.mask.size, np.bool_)
    for left in _beginnings(scene):
        for _ in range(_TRIES):
            left = left[~taken[left]]
            if len(left) < _FEWEST:
                break
            best = left[ridge[left] >= np.percentile(ridge[left], _DIMMER)]
            colour, contrast = np.median(colours[best], axis=0), float(np.median(ridge[best]))
            mask = _grown(scene, best, colour, contrast)
            if mask.any() and not taken[mask.reshape(-1)].mean() > _TAKEN:
                yield mask
            taken[mask.reshape(-1)] = True
            left = left[lengths(colours[left] - colour) > _CHANGE * contrast]


def _beginnings(scene: Scene) -> list[NDArray[np.intp]]:
    """The numbers of the pixels that stand out beside the garment, by what hangs together, the clearest first."""
    starts = ~scene.mask & (scene.away < START * scene.scale) & (scene.ridge > FAINTEST)
    count, parts = cv2.connectedComponents(starts.view(np.uint8), connectivity=8)
    groups = [np.flatnonzero(parts.reshape(-1) == part) for part in range(1, count)]
    ridge = scene.ridge.reshape(-1)
    return sorted((group for group in groups if len(group) >= _FEWEST), key=lambda group: -ridge[group].max())


def _goes_on(scene: Scene, contrast: float) -> Mask:
    """What stands out enough to belong to a line that begins with a contrast."""
    return np.asarray(~scene.mask & (scene.ridge > max(_FAINTER * FAINTEST, _FADING * contrast)))


def _grown(scene: Scene, start: NDArray[np.intp], colour: _Float, contrast: float) -> Mask:
    """What hangs together with a line's beginning, stands out as it does and has its colour."""
    like = lengths(scene.lab - colour) < max(_NOISE, _CHANGE * contrast)
    part = like & _goes_on(scene, contrast)
    joined = cv2.morphologyEx(part.view(np.uint8), cv2.MORPH_CLOSE, disc(_GAP))
    joined[scene.mask] = 0
    _, parts = cv2.connectedComponents(joined, connectivity=8)
    numbers = np.bincount(parts.reshape(-1)[start])
    numbers[0] = 0
    return np.asarray((parts == numbers.argmax()) & (numbers.max() > 0))


def followed(line: Line, scene: Scene) -> Mask:
    """A strap as far as it goes on, though the light on it changes; itself where that leads astray; ``bool (h, w)``."""
    mask = line.mask
    size = [2 * round(_STEP * scene.scale) + 1] * 2
    free = _goes_on(scene, line.contrast)
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
    return mask if shaped(scene, mask) else line.mask


def tied(mask: Mask, scene: Scene) -> Mask:
    """A strap, ``bool (h, w)``, and what is between it and the garment."""
    y, x = np.nonzero(mask)
    first = int(scene.away[mask].argmin())
    rows, columns = np.nonzero(scene.mask)
    nearest = int(((rows - y[first]) ** 2 + (columns - x[first]) ** 2).argmin())
    ends = (int(x[first]), int(y[first])), (int(columns[nearest]), int(rows[nearest]))
    tie = np.asarray(cv2.line(np.zeros(mask.shape, np.uint8), *ends, (1,), max(1, round(_TIE * scene.scale))))
    return mask | ((tie > 0) & ~scene.mask)
