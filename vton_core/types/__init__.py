"""The values that pass between the steps: frozen dataclasses that check their own shapes.

Conventions: images are RGB ``uint8 (H, W, 3)``, masks ``bool (H, W)``, alpha ``float32 (H, W)`` in [0, 1], parse maps
``uint8 (H, W)`` of :class:`vton_core.labels.Label`; points are ``(x, y)`` pixels, origin top-left, pixel centres at
integers.
"""

from __future__ import annotations

from vton_core.types.arrays import Alpha, Image, Mask, ParseMap, Point
from vton_core.types.dressing import Garment, GarmentKind, TryOn, Tuck, Wearing
from vton_core.types.figure import Canvas, Cutout, Joint, Pose
from vton_core.types.picture import Picture
from vton_core.types.placing import Finish, Placement

__all__ = [
    "Alpha",
    "Canvas",
    "Cutout",
    "Finish",
    "Garment",
    "GarmentKind",
    "Image",
    "Joint",
    "Mask",
    "ParseMap",
    "Picture",
    "Placement",
    "Point",
    "Pose",
    "TryOn",
    "Tuck",
    "Wearing",
]
