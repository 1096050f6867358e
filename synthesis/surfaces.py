"""What a pixel shows: its kind of surface, and its label in the 20 classes of CIHP.

The labels are those of ``vton_core.labels``; they are written out here because nothing here imports the product.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Label", "Surface"]


class Surface(IntEnum):
    """A kind of surface; what is shaded in the same way."""

    NONE = 0
    SKIN = 1
    LIPS = 2
    BROW = 3
    SCLERA = 4
    IRIS = 5
    PUPIL = 6
    HAIR = 7
    SHOE = 8
    GARMENT = 10
    GARMENT_INSIDE = 11
    OTHER = 12
    OTHER_INSIDE = 13


class Label(IntEnum):
    """The CIHP labels that occur; left and right are the person's own."""

    BACKGROUND = 0
    HAIR = 2
    UPPER_CLOTHES = 5
    DRESS = 6
    PANTS = 9
    TORSO_SKIN = 10
    SKIRT = 12
    FACE = 13
    LEFT_ARM = 14
    RIGHT_ARM = 15
    LEFT_LEG = 16
    RIGHT_LEG = 17
    LEFT_SHOE = 18
    RIGHT_SHOE = 19
