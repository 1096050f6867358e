"""Whether a top lay flat when its photo was taken, or was worn by somebody who was painted out."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import expit

from vton_core.garment.landmarks import Landmarks

__all__ = ["laid_flat"]

# Logistic regressions on 334 tops that were worn and 693 that lay or hung: how much the logarithms of three proportions
# count (the chest's width to the length, to the shoulders' width, and the neck's width to the chest's), and an offset.
# A body is round, so that a worn top looks narrow for its length and its neckline. Without sleeves the shoulders tell
# nothing.
_SLEEVED: Final = (8.07, 5.19, -4.18, 1.79)
_SLEEVELESS: Final = (6.37, 0.0, -3.30, 0.92)
# Below the first likelihood a top counts as worn, from the second on as flat; without sleeves less is sure.
_DOUBT, _DOUBT_SLEEVELESS = (0.5, 0.85), (0.6, 0.92)


def laid_flat(landmarks: Landmarks) -> float:
    """How much a top looks as if it lay flat, 0 for worn to 1.

    Args:
        landmarks: of the top.
    """
    if landmarks.off_shoulder or landmarks.hidden is not None:
        return 0.0
    sides = landmarks.sides
    neck, hem = (np.mean([getattr(side, name) for side in sides], axis=0) for name in ("neck", "hem"))
    chest, tall = max(landmarks.chest_width, 1.0), max(float(hem[1] - neck[1]), 1.0)
    open_neck = max(float(sides[1].neck[0] - sides[0].neck[0]), 1.0)
    proportions = np.log([chest / tall, chest / max(landmarks.shoulder_width, 1.0), open_neck / chest])
    sleeved = any(side.sleeved for side in sides)
    *counts, offset = _SLEEVED if sleeved else _SLEEVELESS
    worn, flat = _DOUBT if sleeved else _DOUBT_SLEEVELESS
    likely = float(expit(proportions @ np.array(counts) + offset))
    return float(np.clip((likely - worn) / (flat - worn), 0, 1))
