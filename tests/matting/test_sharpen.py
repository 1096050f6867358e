"""A coarse mask's edge moves to the picture's edge."""

from __future__ import annotations

import cv2
import numpy as np

from tests.matting.figures import Figure
from vton_core.matting.sharpen import figure_size, sharpen
from vton_core.types import Mask


def _iou(a: Mask, b: Mask) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_the_size_is_the_root_of_the_area() -> None:
    probability = np.zeros((50, 50), np.float32)
    assert figure_size(probability) == 1
    probability[10:40, 10:40] = 0.8
    assert figure_size(probability) == 30


def test_the_mask_is_better_than_what_it_came_from(drawn: Figure) -> None:
    truth = drawn.alpha > 0.5
    before, after = _iou(drawn.coarse > 0.5, truth), _iou(sharpen(drawn.photo, drawn.coarse), truth)
    assert before < 0.93
    assert after > 0.95


def test_a_shifted_mask_finds_the_edge_again() -> None:
    image = np.full((120, 120, 3), (40, 90, 160), np.uint8)
    cv2.circle(image, (60, 60), 32, (190, 120, 60), -1)
    truth = (image == (190, 120, 60)).all(axis=2)
    shifted = np.roll(truth, 5, axis=1).astype(np.float32)
    coarse = cv2.GaussianBlur(shifted, (0, 0), 4).astype(np.float32)
    assert _iou(shifted > 0.5, truth) < 0.85
    assert _iou(sharpen(image, coarse), truth) > 0.97


def test_specks_that_the_coarse_mask_had_not_seen_go() -> None:
    image = np.full((120, 120, 3), (40, 90, 160), np.uint8)
    cv2.circle(image, (60, 60), 32, (190, 120, 60), -1)
    image[8:12, 8:12] = (190, 120, 60)
    coarse = np.zeros((120, 120), np.float32)
    cv2.circle(coarse, (60, 60), 32, (1.0,), -1)
    mask = sharpen(image, cv2.GaussianBlur(coarse, (0, 0), 3).astype(np.float32))
    assert mask[60, 60]
    assert not mask[:20, :20].any()


def test_a_button_in_the_walls_colour_is_no_hole() -> None:
    """What looks like the background within the figure stays where the coarse mask is sure, and goes elsewhere."""
    wall = (40, 90, 160)
    image = np.full((400, 400, 3), wall, np.uint8)
    coarse = np.zeros((400, 400), np.float32)
    for picture, colour in ((image, (190, 120, 60)), (coarse, (0.98,))):
        cv2.circle(picture, (200, 200), 150, colour, -1)
    cv2.circle(image, (150, 200), 6, wall, -1)
    cv2.circle(image, (250, 200), 6, wall, -1)
    cv2.circle(coarse, (150, 200), 6, (0.85,), -1)
    cv2.circle(coarse, (250, 200), 6, (0.3,), -1)
    mask = sharpen(image, coarse)
    assert mask[200, 150]
    assert not mask[200, 250]
