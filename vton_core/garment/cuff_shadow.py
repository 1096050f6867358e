"""The shadow that an old sleeve has left on the arm below it; a leg below an old hem is told like an arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm
from vton_core.masks import softened
from vton_core.types import Image, Mask

__all__ = ["cuff_shadow", "in_shadow", "shadowed"]

_Float = NDArray[np.float32]
# Between which shares of an arm a sleeve ends whose shadow lies on an arm, and not on a hand or the armpit.
_ENDS: Final = (0.12, 0.7)
# In steps of so much of the arm it is looked for, at most so many steps far; so many steps more tell how light the arm
# is, and so many pixels make a step.
_STEP, _MOST, _BEYOND, _LEAST = 0.02, 6, 5, 8
# How much darker it is at least, in L*, and how much of an arm's width is looked at.
_DARKER, _ACROSS = 2.0, 0.85
# The shares of its length between which it fades.
_FADES: Final = (0.55, 1.15)


def cuff_shadow(rgb: Image, seen: Mask, arm: BareArm) -> float:
    """How far down the arm a sleeve's shadow reaches.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        seen: ``bool (H, W)``, what is bare of the arm.
        arm: the arm.

    Returns:
        A share of the arm's length; 0 without a shadow.
    """
    if arm.joint is None or not _ENDS[0] < arm.joint < _ENDS[1]:
        return 0.0
    count = _MOST + _BEYOND
    chosen = seen & (np.abs(arm.across) < _ACROSS) & (arm.share > arm.joint)
    if np.count_nonzero(chosen) < count * _LEAST:
        return 0.0
    steps = ((arm.share[chosen] - arm.joint) / _STEP).astype(int)
    lab = cv2.cvtColor(rgb[chosen][None].astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    light = lab.reshape(-1, 3)[:, 0]
    parts = [light[steps == step] for step in range(count)]
    if any(len(part) < _LEAST for part in parts):
        return 0.0
    medians = np.array([np.median(part) for part in parts])
    usual = float(np.median(medians[-_BEYOND:]))
    lit = np.flatnonzero(medians[:_MOST] > usual - _DARKER)
    return _STEP * float(lit[0] if len(lit) else _MOST)


def shadowed(arm: BareArm, share: _Float) -> _Float:
    """Where an old sleeve and its shadow lie on an arm, fading to the shadow's end.

    Args:
        arm: the arm.
        share: ``float32 (h, w)``, its :attr:`BareArm.share`, at any size.

    Returns:
        ``float32 (h, w)`` in [0, 1]; 0 everywhere without a shadow.
    """
    if arm.joint is None or arm.shadow <= 0:
        return np.zeros_like(share)
    down = (share - arm.joint) / np.float32(arm.shadow)
    return np.asarray(((_FADES[1] - down) / (_FADES[1] - _FADES[0])).clip(0, 1), np.float32)


def in_shadow(arms: tuple[BareArm, BareArm], seen: Sequence[Mask]) -> _Float:
    """What is seen of arms in their old sleeves' shadows.

    Args:
        arms: the arms.
        seen: ``bool (H, W)`` each, what is bare of them.

    Returns:
        ``float32 (H, W)`` in [0, 1].
    """
    found = np.zeros_like(arms[0].share)
    for arm, bare in zip(arms, seen, strict=True):
        if arm.shadow > 0:
            found = np.maximum(found, shadowed(arm, arm.share) * softened(bare, 1.0) * (arm.inside > 0))
    return np.asarray(found, np.float32)
