"""What a garment's dressing comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.overlay import Overlay
from vton_core.types import GarmentKind, Point

__all__ = ["Worn"]


@dataclass(frozen=True)
class Worn:
    """A worn garment.

    Attributes:
        overlay: what changes in the working picture.
        warped: ``float32 (H, W, 4)``: the garment alone, colour times alpha, and alpha.
        landmarks: the garment's landmarks as used, by name, in its photo's pixels.
        kind: what it was worn as.
    """

    overlay: Overlay
    warped: NDArray[np.float32]
    landmarks: Mapping[str, Point]
    kind: GarmentKind = "upper"
