"""Where the light comes from, as far as one picture tells.

The cues are those of Lalonde, Efros and Narasimhan, "Estimating the Natural Illumination Conditions from a Single
Outdoor Image" (IJCV 2012), in their simplest form: which side of the scene is lit, whether what lies behind is brighter
than the ground, and whether the ground shows hard contrasts. A picture that tells nothing gives a short soft shadow
beside and behind the feet. It is an estimate: the user's own angle, length and softness go before it.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.finish.cast import Sun
from vton_core.finish.place import View, brightness
from vton_core.types import Finish

__all__ = ["estimate_sun", "sun_of"]

_SIDE: Final = 1.0
"""Difference of the two sides, in stops, that a light from the side makes."""
_BACKLIT: Final = 1.6
"""How much brighter than the ground, in stops, what lies behind is under an open sky."""
_SOFT, _HARD = 0.35, 1.1
"""Contrast of the ground, in stops, without shadows and with hard ones."""


def estimate_sun(view: View) -> Sun:
    """Estimate how a shadow falls.

    Args:
        view: the background, small.

    Returns:
        The angle between straight away from the viewer and straight towards; the length between 0.3 and 1; the softness
        between 0.3 and 0.9.
    """
    stops = np.asarray(cv2.GaussianBlur(brightness(view.light), (0, 0), 2.0), np.float32)
    rows, columns = stops.shape
    foot = int(np.clip(view.place.feet[1] - 0.1 * view.place.height, 0.45 * rows, 0.9 * rows))
    ground, behind = stops[foot:], stops[:foot]
    third = max(1, columns // 3)
    side = float(np.clip((stops[:, -third:].mean() - stops[:, :third].mean()) / _SIDE, -1, 1))
    back = float(np.clip((behind.mean() - ground.mean() - _BACKLIT) / 2, -1, 1))
    hardness = _hardness(ground)
    # Away from the brighter side; behind the figure unless what lies behind is far brighter than the ground.
    across = -side if abs(side) > 0.15 else 0.5
    nearer = back if back > 0 else min(back, -0.25)
    return Sun(
        float(np.degrees(np.arctan2(nearer, across))),
        float(0.3 + 0.5 * hardness + 0.2 * abs(side)),
        float(0.9 - 0.6 * hardness),
    )


def sun_of(finish: Finish, view: View) -> Sun:
    """What the finish says, and for the rest the estimate."""
    guess = estimate_sun(view)
    return Sun(
        guess.angle if finish.shadow_angle is None else finish.shadow_angle,
        guess.length if finish.shadow_length is None else finish.shadow_length,
        guess.softness if finish.shadow_softness is None else finish.shadow_softness,
    )


def _hardness(ground: NDArray[np.float32]) -> float:
    """0 for an evenly lit ground, 1 for one with hard light and shade."""
    low, high = np.quantile(ground - cv2.GaussianBlur(ground, (0, 0), 12.0), (0.05, 0.95))
    return float(np.interp(high - low, (_SOFT, _HARD), (0, 1)))
