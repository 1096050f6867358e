"""What a picture tells of its light: how hard it is, and to which side shadows fall.

The signs of sun are those that tell a cast shadow from dark paint (Lalonde, Efros and Narasimhan, "Detecting Ground
Shadows in Outdoor Consumer Photographs", ECCV 2010) and a clear sky from a clouded one ("Estimating the Natural
Illumination Conditions from a Single Outdoor Image", IJCV 2012): lit ground with some shade, the shade being the bluer
since the sky alone lights it, and a sky that is blue rather than white. They are few and smooth, so that a picture and
the same one reduced tell the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.finish.cast import EYES
from vton_core.finish.place import View, brightness
from vton_core.types import Mask

__all__ = ["hardness_cues", "side_cues"]

_HORIZON_ROWS: Final = (0.0, 0.6)
_STANDING, _GROUND = 0.17, 0.65
"""Where what stands on the ground, and the ground about the viewer, begin: shares of the way from the horizon down."""
_ABOVE_ROWS: Final = (0.15, 0.4)
_FEW: Final = 16
"""So few pixels tell nothing."""
_FAINT_EDGE: Final = 0.1
"""Stops a pixel, at the edge of what counts as an edge."""
_DARKEST: Final = 1 / 1024


@dataclass(frozen=True)
class _Look:
    """A view taken apart: ``float32 (h, w)`` brightness and warmth in stops, and ``bool (h, w)`` regions."""

    light: NDArray[np.float32]
    stops: NDArray[np.float32]
    warmth: NDArray[np.float32]
    ground: Mask
    above: Mask
    between: Mask


def hardness_cues(view: View, seen: Mask | None = None) -> NDArray[np.float64]:
    """Signs of sun on the ground.

    Args:
        view: the background, small.
        seen: ``bool (h, w)``: the pixels that count; all of them when left out.

    Returns:
        Eight numbers, 0 each where the picture tells nothing: of the brightness of the ground, how far its median lies
        above its mean, and its skewness; how much warmer the lit side of edges on the ground is; the warmth of the
        ground, and its spread; how much of the ground is burnt out while other parts are not; how blue the sky is, and
        how bright, in stops.
    """
    look = _look(view, seen)
    stops, warmth = look.stops[look.ground], look.warmth[look.ground]
    ground = np.zeros(6)
    if len(stops) >= _FEW:
        spread = max(float(stops.std()), 0.1)
        away = stops - stops.mean()
        ground[:] = (
            (np.median(stops) - stops.mean()) / spread,
            ((away / spread) ** 3).mean(),
            _warmer_side(look, seen),
            warmth.mean(),
            warmth.std(),
            (stops > -0.5).mean() * min(1.0, spread / 0.6),
        )
    return np.concatenate([ground, _sky(look)])


def side_cues(view: View, seen: Mask | None = None) -> NDArray[np.float64]:
    """Signs of the side to which shadows fall, positive to the right; those of the mirrored picture are the negative.

    Args:
        view: the background, small.
        seen: ``bool (h, w)``: the pixels that count; all of them when left out.

    Returns:
        Four numbers, 0 each where the picture tells nothing: how much brighter what stands there is on the right, in
        stops; how much steeper things get brighter than darker from left to right, there and on the ground; how much
        the edges on the ground lean to the right.
    """
    look = _look(view, seen)
    columns = np.arange(look.stops.shape[1])
    right, left = (look.between & half for half in (columns > columns.mean(), columns < columns.mean()))
    clear = _clear(seen, look.stops.shape)
    wide, _ = _slopes(look.stops, 4.0)
    across, down = _slopes(look.stops, 2.0)
    ground = look.ground & clear
    brighter = 0.0
    if min(np.count_nonzero(right), np.count_nonzero(left)) >= _FEW:
        brighter = float(look.stops[right].mean() - look.stops[left].mean())
    energy = float((across[ground] ** 2 + down[ground] ** 2).sum())
    lean = float((across[ground] * down[ground]).sum()) / max(energy, 1e-2)
    return np.array([brighter, _skewness(wide[look.between & clear]), _skewness(wide[ground]), lean])


def _look(view: View, seen: Mask | None) -> _Look:
    light = np.maximum(view.light, np.float32(_DARKEST))
    rows = light.shape[0]
    seen = np.ones(light.shape[:2], np.bool_) if seen is None else seen
    # All figures of a scene share the horizon, so they share what is seen of the light, wherever they stand.
    horizon = _within(view.place.feet[1] - EYES * view.place.height, _HORIZON_ROWS, rows)
    row = np.arange(rows)[:, None]
    ground = row > horizon + _GROUND * (rows - horizon)
    above = row < _within(horizon + _STANDING * (rows - horizon), _ABOVE_ROWS, rows)
    warmth = np.log2(light[..., 0] / light[..., 2])
    return _Look(light, brightness(light), warmth, ground & seen, above & seen, ~(ground | above) & seen)


def _within(row: float, shares: tuple[float, float], rows: int) -> float:
    return min(max(row, shares[0] * rows), shares[1] * rows)


def _clear(seen: Mask | None, shape: tuple[int, ...]) -> Mask:
    """Where all that is near counts too."""
    if seen is None:
        return np.ones(shape, np.bool_)
    return np.asarray(cv2.erode(seen.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)


def _slopes(values: NDArray[np.float32], sigma: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Across and down, a pixel."""
    smooth = cv2.GaussianBlur(values, (0, 0), sigma)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, x, 1 - x, scale=1 / 8) for x in (1, 0))
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _warmer_side(look: _Look, seen: Mask | None) -> float:
    """How much warmer the lit side of the edges on the ground is, in stops of red over blue a stop of brightness."""
    (across, down), (warm_across, warm_down) = _slopes(look.stops, 2.0), _slopes(look.warmth, 2.0)
    steep = across**2 + down**2
    weight = (np.sqrt(steep) / _FAINT_EDGE - 1).clip(0, 1) * (look.ground & _clear(seen, look.stops.shape))
    ratio = (across * warm_across + down * warm_down) / np.maximum(steep, 1e-3)
    return float((weight * ratio.clip(-1, 1)).sum() / max(float(weight.sum()), 10.0))


def _sky(look: _Look) -> NDArray[np.float64]:
    """How blue, and how bright it is above."""
    stops, cold, blue = look.stops[look.above], -look.warmth[look.above], look.light[look.above][:, 2]
    if len(stops) < _FEW:
        return np.zeros(2)
    # A sky is bluer than grey and paler than paint, and never dark.
    sky = ((cold - 0.2) / 0.3).clip(0, 1) * ((2.2 - cold) / 0.5).clip(0, 1) * ((blue - 0.08) / 0.08).clip(0, 1)
    return np.array([sky.mean(), np.quantile(stops, 0.98)])


def _skewness(values: NDArray[np.float32]) -> float:
    if len(values) < _FEW:
        return 0.0
    return float((values**3).mean() / max(float((values**2).mean()) ** 1.5, 1e-6))
