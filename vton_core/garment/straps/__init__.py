"""Thin shoulder straps, and ties behind the neck, that a garment's mask has lost.

A strap is a thin line of an even colour that differs from what is on both sides of it, which begins at the garment's
upper outline, rises above that and comes to an end. Floors and covers have thin lines too, and hangers are made of
them: those go on to the picture's border, or are neither of the garment's colour nor seen by the network.
"""

from __future__ import annotations

import numpy as np

from vton_core.garment.straps.judge import is_pair, is_plain, placed
from vton_core.garment.straps.line import measure
from vton_core.garment.straps.scene import UNIT, look_at, upper_part
from vton_core.garment.straps.trace import followed, tied, trace
from vton_core.types import Alpha, Image, Mask

__all__ = ["UNIT", "find_straps"]


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
    box = upper_part(mask)
    scene = look_at(rgb[box], mask, likely[box], box)
    lines = [measure(scene, line) for line in trace(scene)]
    lines = [line for line in lines if line.shaped and placed(line)]
    for line in lines:
        if is_plain(line, scene) or any(is_pair(line, other, scene) for other in lines if other is not line):
            found[box] |= tied(followed(line, scene), scene)
    return found
