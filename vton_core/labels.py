"""The 20 CIHP labels, the groups that VITON-HD makes of them, and the palette that shows them.

Left and right are the person's own. Source of the labels: Gong et al., "Instance-level Human Parsing via Part Grouping
Network" (ECCV 2018); of the groups: Choi et al., "VITON-HD" (CVPR 2021).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["COUNT", "HEAD", "LOWER", "MIRRORED", "PALETTE", "UPPER", "VITON_HD_GROUPS", "Label", "swap_sides"]


class Label(IntEnum):
    """A CIHP label; its value is the pixel value in a parse map."""

    BACKGROUND = 0
    HAT = 1
    HAIR = 2
    GLOVE = 3
    SUNGLASSES = 4
    UPPER_CLOTHES = 5
    DRESS = 6
    COAT = 7
    SOCKS = 8
    PANTS = 9
    TORSO_SKIN = 10
    SCARF = 11
    SKIRT = 12
    FACE = 13
    LEFT_ARM = 14
    RIGHT_ARM = 15
    LEFT_LEG = 16
    RIGHT_LEG = 17
    LEFT_SHOE = 18
    RIGHT_SHOE = 19


COUNT: Final = len(Label)

HEAD: Final = (Label.HAT, Label.HAIR, Label.SUNGLASSES, Label.FACE)
"""The head and what is on it."""
UPPER: Final = (Label.UPPER_CLOTHES, Label.COAT, Label.DRESS)
"""The garments that are worn on the upper body."""
LOWER: Final = (Label.PANTS, Label.SKIRT)
"""The garments that are worn on the lower body alone."""

VITON_HD_GROUPS: Final[tuple[tuple[str, tuple[Label, ...]], ...]] = (
    ("background", (Label.BACKGROUND, Label.TORSO_SKIN)),
    ("hair", (Label.HAT, Label.HAIR)),
    ("face", (Label.SUNGLASSES, Label.FACE)),
    ("upper", (Label.UPPER_CLOTHES, Label.DRESS, Label.COAT)),
    ("bottom", (Label.PANTS, Label.SKIRT)),
    ("left_arm", (Label.LEFT_ARM,)),
    ("right_arm", (Label.RIGHT_ARM,)),
    ("left_leg", (Label.LEFT_LEG,)),
    ("right_leg", (Label.RIGHT_LEG,)),
    ("left_shoe", (Label.LEFT_SHOE,)),
    ("right_shoe", (Label.RIGHT_SHOE,)),
    ("socks", (Label.SOCKS,)),
    ("noise", (Label.GLOVE, Label.SCARF)),
)
"""The 13 groups of VITON-HD's segmentation generator, in its channel order."""

PALETTE: Final[NDArray[np.uint8]] = np.array(
    [
        (0, 0, 0),
        (128, 0, 0),
        (255, 0, 0),
        (0, 85, 0),
        (170, 0, 51),
        (255, 85, 0),
        (0, 0, 85),
        (0, 119, 221),
        (85, 85, 0),
        (0, 85, 85),
        (85, 51, 0),
        (52, 86, 128),
        (0, 128, 0),
        (0, 0, 255),
        (51, 170, 221),
        (0, 255, 255),
        (85, 255, 170),
        (170, 255, 85),
        (255, 255, 0),
        (255, 170, 0),
    ],
    dtype=np.uint8,
)
"""``uint8 (20, 3)``: the RGB colour in which CIHP_PGN shows each label."""

MIRRORED: Final[NDArray[np.uint8]] = np.arange(256, dtype=np.uint8)
for _left, _right in (
    (Label.LEFT_ARM, Label.RIGHT_ARM),
    (Label.LEFT_LEG, Label.RIGHT_LEG),
    (Label.LEFT_SHOE, Label.RIGHT_SHOE),
):
    MIRRORED[_left], MIRRORED[_right] = _right, _left
MIRRORED.setflags(write=False)
"""``uint8 (256,)``: what each label is in the mirrored picture; what is no label stays."""


def swap_sides(parse: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Exchange left and right labels, as a mirrored picture needs.

    Args:
        parse: ``uint8 (H, W)`` of CIHP labels; other values pass through.

    Returns:
        ``uint8 (H, W)``; the pixels stay where they are.
    """
    return MIRRORED[parse]
