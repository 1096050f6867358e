"""What is printed and woven: no one's mark, and nothing finer than the sheet can hold."""

from __future__ import annotations

import numpy as np
from PIL import Image as Pillow
from scipy.ndimage import gaussian_filter

from synthesis.surfaces import Label
from synthesis.textures import _stamp, fabric
from tests.synthesis.conftest import sheet


def _rotated(mark: Pillow.Image, degrees: float) -> np.ndarray:
    return np.asarray(mark.rotate(degrees, Pillow.Resampling.BILINEAR), float) / 255


def test_no_emblem_is_made_of_rings() -> None:
    emblems = [mark for seed in range(80) if (mark := _stamp(np.random.default_rng(seed), False)).height > 150]
    assert len(emblems) > 20
    for mark in emblems:
        side = min(mark.size)
        middle = mark.crop(((mark.width - side) // 2, 0, (mark.width + side) // 2, side))
        whole = _rotated(middle, 0)
        # Rings look the same however they are turned.
        assert max(np.abs(_rotated(middle, angle) - whole).mean() for angle in (24, 36, 45, 60)) > 0.02


def test_denim_has_no_bands() -> None:
    trousers = sheet(kind="trousers", label=int(Label.PANTS), neck=0.0)
    cloths = (fabric(trousers, np.random.default_rng(seed)) for seed in range(20))
    albedo = next(cloth.albedo for cloth in cloths if cloth.pattern == "denim")[20:300, 20:560, 2]
    fine = albedo / gaussian_filter(albedo, 12) - 1
    bands = [np.diagonal(fine, offset).mean() for offset in range(260)]
    assert np.std(bands) < 0.01
