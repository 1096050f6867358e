"""Pictures and their planes."""

from __future__ import annotations

import numpy as np

from vton_core.planes import alpha_of, layered, repeated


def test_a_plane_is_in_every_channel() -> None:
    plane = np.arange(12, dtype=np.float32).reshape(3, 4)
    for channels in (3, 4):
        many = repeated(plane, channels)
        assert many.dtype == np.float32
        np.testing.assert_array_equal(many, np.broadcast_to(plane[..., None], (3, 4, channels)))
    np.testing.assert_array_equal(repeated(plane > 5)[..., 1], plane > 5)


def test_colour_and_alpha_are_joined_and_taken_apart() -> None:
    colour = np.random.default_rng(0).random((5, 7, 4)).astype(np.float32)[..., :3]
    alpha = np.random.default_rng(1).random((5, 7)).astype(np.float32)
    pixels = layered(colour, alpha)
    np.testing.assert_array_equal(pixels, np.dstack([colour, alpha]))
    np.testing.assert_array_equal(alpha_of(pixels), alpha)
    np.testing.assert_array_equal(alpha_of(pixels[1:4, 2:6]), alpha[1:4, 2:6])
