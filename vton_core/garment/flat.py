"""Whether a top lay flat when its photo was taken, or was worn by somebody who was painted out."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import expit

from vton_core.garment.landmarks import Landmarks, Side

__all__ = ["laid_flat"]

# Logistic regressions on 334 tops that were worn and 693 that lay or hung: how much the logarithms of three proportions
# count (the chest's width to the length, to the shoulders' width, and the neck's width to the chest's); of the sleeves
# how steep they hang (in right angles), their length and their cuffs' width (in widths of the chest); and an offset. A
# body is round, so that a worn top looks narrow for its length and its neckline. Without sleeves the shoulders tell
# nothing.
_SLEEVED: Final = (7.69, 4.36, -4.27, -4.23, 1.69, -2.03, 3.67)
_SLEEVELESS: Final = (6.37, 0.0, -3.30, 0.0, 0.0, 0.0, 0.92)
# The same without length and sleeves, as a cropped top is short whether it is worn or not.
_CROPPED: Final = (0.0, 8.73, -5.43, 0.0, 0.0, 0.0, -2.65)
# Below the first likelihood a top counts as worn, from the second on as flat.
_DOUBT, _DOUBT_CROPPED = (0.55, 0.88), (0.5, 0.8)
# From the first width of the chest, in lengths, on a shop's top without sleeves is likelier cropped than flat, from the
# second on it is cropped: nothing else tells those apart.
_SHORT: Final = (0.75, 0.85)
# The likelihoods of photos taken at home, where next to nothing hangs on an invisible wearer.
_DOUBT_HOME: Final = (0.05, 0.35)


def laid_flat(landmarks: Landmarks, *, home: bool = False) -> float:
    """How much a top looks as if it lay flat, 0 for worn to 1.

    Args:
        landmarks: of the top.
        home: see :class:`vton_core.types.Garment`.
    """
    if landmarks.off_shoulder or landmarks.hidden is not None:
        return 0.0
    sides = landmarks.sides
    neck, hem = (np.mean([getattr(side, name) for side in sides], axis=0) for name in ("neck", "hem"))
    chest, tall = max(landmarks.chest_width, 1.0), max(float(hem[1] - neck[1]), 1.0)
    open_neck = max(float(sides[1].neck[0] - sides[0].neck[0]), 1.0)
    proportions = np.log([chest / tall, chest / max(landmarks.shoulder_width, 1.0), open_neck / chest])
    sleeves = [_sleeve(side, chest) for side in sides if side.sleeved]
    seen = [*proportions, *(np.mean(sleeves, axis=0) if sleeves else (0.0, 0.0, 0.0))]
    flat = _flat(seen, _SLEEVED if sleeves else _SLEEVELESS, _DOUBT_HOME if home else _DOUBT)
    if home:
        return flat
    if sleeves:
        return min(flat, _flat(seen, _CROPPED, _DOUBT_CROPPED))
    return flat * float(np.clip((_SHORT[1] - chest / tall) / (_SHORT[1] - _SHORT[0]), 0, 1))


def _flat(seen: list[float], counts: tuple[float, ...], doubt: tuple[float, float]) -> float:
    likely = float(expit(np.dot(seen, counts[:-1]) + counts[-1]))
    return float(np.clip((likely - doubt[0]) / (doubt[1] - doubt[0]), 0, 1))


def _sleeve(side: Side, chest: float) -> tuple[float, float, float]:
    """How steep a sleeve hangs, its length and its cuff's width, see :data:`_SLEEVED`."""
    outer, inner = (np.asarray(end, np.float64) for end in (side.outer[-1], side.inner[-1]))
    along = (outer + inner - side.shoulder - side.armpit) / 2
    steep = float(np.arctan2(along[1], abs(along[0]))) / (np.pi / 2)
    return steep, float(np.linalg.norm(along)) / chest, float(np.linalg.norm(outer - inner)) / chest
