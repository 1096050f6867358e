"""What is found in a small picture, at the garment's own size."""

from __future__ import annotations

import numpy as np
import pytest

from vton_core.garment.small import erased, small_mask
from vton_core.types import Garment


@pytest.mark.parametrize("shape", [(300, 200), (384, 256), (1536, 1024)])
def test_a_part_goes_at_the_garments_own_size(shape: tuple[int, int]) -> None:
    height, width = shape
    alpha = np.zeros(shape, np.float32)
    alpha[height // 4 :, width // 4 : 3 * width // 4] = 1
    garment = Garment(np.zeros((*shape, 3), np.uint8), alpha)
    mask = small_mask(garment)
    assert max(mask.shape) == min(max(shape), 384)
    gone = np.zeros_like(mask)
    gone[: mask.shape[0] // 2] = True
    bare = erased(garment, gone, np.zeros_like(mask))
    assert abs(int(np.flatnonzero(bare.alpha.any(axis=1))[0]) - height // 2) <= max(1, height // 384)
    np.testing.assert_array_equal(bare.alpha[height * 5 // 8 :], alpha[height * 5 // 8 :])
    np.testing.assert_array_equal(erased(garment, gone, gone).alpha, alpha)
