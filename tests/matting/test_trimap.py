"""The band of unknown pixels."""

from __future__ import annotations

import numpy as np

from vton_core.matting.trimap import FOREGROUND, UNKNOWN, build_trimap
from vton_core.types import Mask


def _square() -> Mask:
    mask = np.zeros((60, 60), np.bool_)
    mask[20:40, 20:40] = True
    return mask


def test_the_band_straddles_the_edge() -> None:
    trimap = build_trimap(_square(), np.zeros((60, 60), np.bool_), 3, 8)
    row = trimap[30]
    assert set(np.unique(trimap)) == {0, UNKNOWN, FOREGROUND}
    assert (row[:17] == 0).all()
    assert (row[17:23] == UNKNOWN).all()
    assert (row[23:37] == FOREGROUND).all()


def test_the_band_is_wide_at_hair_only() -> None:
    hair = np.zeros((60, 60), np.bool_)
    hair[:30] = True
    trimap = build_trimap(_square(), hair, 3, 8)
    assert (trimap[12:28, 30] == UNKNOWN).all()
    assert trimap[11, 30] == 0
    assert trimap[36, 30] == FOREGROUND
    assert trimap[43, 30] == 0


def test_a_figure_cut_off_by_the_photo_is_solid_there() -> None:
    mask = np.zeros((60, 60), np.bool_)
    mask[30:, 20:40] = True
    trimap = build_trimap(mask, np.zeros((60, 60), np.bool_), 3, 8)
    assert (trimap[40:, 25:35] == FOREGROUND).all()
