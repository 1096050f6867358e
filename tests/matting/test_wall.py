"""White before a white wall: small differences tell the edge, and nothing changes where there is no such wall."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vton_core.matting.matte import matte
from vton_core.matting.wall import drawn_out
from vton_core.types import Alpha, Image

SIZE = 320
NO_HAIR: Alpha = np.zeros((SIZE, SIZE), np.float32)


def _before_a_wall(colour: tuple[int, int, int], noise: float = 0.8) -> tuple[Image, Alpha, Alpha]:
    """A photo of a figure of one colour before a wall that is darker to one side; its alpha, and a coarse mask of it
    whose edge wobbles."""
    large = np.zeros((4 * SIZE, 4 * SIZE), np.uint8)
    cv2.ellipse(large, (640, 1280), (360, 900), 0, 0, 360, (255.0,), -1)
    cv2.ellipse(large, (640, 420), (150, 190), 0, 0, 360, (255.0,), -1)
    alpha = np.asarray(cv2.resize(large, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.float32) / 255
    wall = np.linspace(222, 236, SIZE)[None, :, None] * np.ones((SIZE, 1, 3))
    random = np.random.default_rng(1)
    photo = alpha[..., None] * np.array(colour, float) + (1 - alpha[..., None]) * wall
    photo = (photo + random.normal(0, noise, photo.shape)).round().clip(0, 255).astype(np.uint8)
    sway = cv2.resize(random.normal(0, 4, (20, 20, 2)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    y, x = np.indices((SIZE, SIZE)).astype(np.float32)
    coarse = cv2.remap(alpha, x + sway[..., 0], y + sway[..., 1], cv2.INTER_LINEAR)
    return photo, alpha, np.asarray(cv2.GaussianBlur(coarse, (0, 0), 3).clip(0, 1), np.float32)


@pytest.mark.parametrize(
    ("colour", "hair", "most"), [((238, 238, 238), False, 0.003), ((236, 232, 226), True, 0.005)], ids=["grey", "hair"]
)
def test_white_is_told_from_a_white_wall(colour: tuple[int, int, int], hair: bool, most: float) -> None:
    """Mean absolute error of alpha: measured 0.0021 and 0.0029, and 0.0038 and 0.0140 where the wall says nothing."""
    photo, alpha, coarse = _before_a_wall(colour)
    cutout = matte(photo, coarse, NO_HAIR + np.float32(hair))
    assert np.abs(cutout.alpha - alpha).mean() < most


def test_the_walls_own_colour_is_the_middle_and_both_sides_of_it_are_told() -> None:
    photo, alpha, coarse = _before_a_wall((248, 248, 247))
    out = drawn_out(photo, coarse, 150)
    assert out is not None
    assert np.abs(out[alpha == 0].astype(int) - 128).mean() < 12
    assert out[..., 0][alpha == 1].mean() > 128 + 50


def test_without_such_a_wall_nothing_is_drawn_out() -> None:
    # A dark figure, an uneven wall, and no wall at all.
    dark, _, coarse = _before_a_wall((60, 40, 50))
    assert drawn_out(dark, coarse, 150) is None
    rough, _, coarse = _before_a_wall((248, 248, 247), noise=14)
    assert drawn_out(rough, coarse, 150) is None
    white, _, _ = _before_a_wall((248, 248, 247))
    assert drawn_out(white, np.ones_like(NO_HAIR), 150) is None
