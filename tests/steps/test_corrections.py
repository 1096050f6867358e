"""What was corrected by hand, laid over what was found."""

from __future__ import annotations

import numpy as np

from vton_core.steps.corrections import painted


def test_a_layer_reaches_as_far_as_it_covers() -> None:
    alpha = np.full((4, 4), 0.5, np.float32)
    layer = np.zeros((4, 4, 4), np.uint8)
    layer[0] = 255
    layer[1, :, 3] = 255
    layer[2] = (255, 255, 255, 51)
    mask, added = painted(alpha, layer)
    np.testing.assert_allclose(mask[:, 0], [1, 0, 0.6, 0.5], atol=1 / 255)
    np.testing.assert_allclose(added[:, 0], [1, 0, 0.2, 0], atol=1e-6)
    large, _ = painted(np.zeros((8, 8), np.float32), layer)
    assert large[0, 0] == 1
    assert large[7, 7] == 0
