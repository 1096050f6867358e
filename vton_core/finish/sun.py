"""Where the light comes from, as far as one picture tells.

How hard the light is and to which side shadows fall are logistic regressions on the signs of
:mod:`vton_core.finish.cues`, fitted on street photos whose light somebody looked at (``benchmarks/light.py``). A
picture that tells nothing gives a short soft shadow behind the feet, since a missing shadow is seen less than a wrong
one. That the sun stands behind the scene is never assumed: too few photos were taken against it to learn it. It is an
estimate: the user's own angle, length and softness go before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vton_core.finish.cast import Sun
from vton_core.finish.cues import hardness_cues, side_cues
from vton_core.finish.place import View
from vton_core.types import Finish, Mask

__all__ = ["HARDNESS", "SIDE", "Cue", "estimate_sun", "sun_of"]


class Cue(NamedTuple):
    """What a sign counts: its bounds, beyond which it says no more, and its weight."""

    low: float
    high: float
    weight: float


HARDNESS: Final = (
    Cue(-0.4, 0.6, 2.19),
    Cue(-3, 3, -0.4),
    Cue(-0.5, 0.5, 7.24),
    Cue(-0.4, 0.4, 3.3),
    Cue(0, 0.5, 3.42),
    Cue(0, 1, 4.48),
    Cue(0, 0.5, 4.99),
    Cue(-1.2, 0, -1.44),
)
"""In the order of :func:`hardness_cues`."""
_DOUBT: Final = -4.16
SIDE: Final = (Cue(-2, 2, 0.5), Cue(-2, 2, 0.17), Cue(-2, 2, 0.25), Cue(-0.5, 0.5, 3.13))
"""In the order of :func:`side_cues`."""
_SOFT, _HARD = 0.35, 0.92
"""Probability of sun up to which light is taken for soft, and from which for the hardest."""
_BEHIND, _TURN = -90, 75
"""Angle of a shadow whose side is unknown, and how far the surest one is turned from it."""
_SURENESS: Final = 1.5


def estimate_sun(view: View, seen: Mask | None = None) -> Sun:
    """Estimate how a shadow falls.

    Args:
        view: the background, small.
        seen: ``bool (h, w)``: the pixels that count; all of them when left out.

    Returns:
        The angle between straight away from the viewer and nearly beside; the length between 0.3 and 0.8; the softness
        between 0.15 and 0.9.
    """
    sunny = 1 / (1 + math.exp(-_score(hardness_cues(view, seen), HARDNESS) - _DOUBT))
    hardness = float(np.interp(sunny, (_SOFT, _HARD), (0, 1)))
    aside = min(max(_SURENESS * _score(side_cues(view, seen), SIDE), -1), 1)
    # Learnt in the sun: where a window is the light, the brighter side is the one that it comes from.
    aside *= min(1.0, 4 * hardness)
    return Sun(_BEHIND + _TURN * aside, 0.3 + 0.5 * hardness, 0.9 - 0.75 * hardness)


def sun_of(finish: Finish, view: View) -> Sun:
    """What the finish says, and for the rest the estimate."""
    guess = estimate_sun(view)
    return Sun(
        guess.angle if finish.shadow_angle is None else finish.shadow_angle,
        guess.length if finish.shadow_length is None else finish.shadow_length,
        guess.softness if finish.shadow_softness is None else finish.shadow_softness,
    )


def _score(cues: NDArray[np.float64], scales: Sequence[Cue]) -> float:
    return sum(
        scale.weight * min(max(float(cue), scale.low), scale.high) for cue, scale in zip(cues, scales, strict=True)
    )
