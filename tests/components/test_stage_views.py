"""The stages' pictures: the right part of the photo, in the right colours."""

from __future__ import annotations

import numpy as np
import pytest

from components.stage_views import framed, tinted
from vton_core.labels import PALETTE, Label
from vton_core.types import Canvas


def test_a_canvas_picture_shows_the_part_of_the_photo_that_was_asked_for() -> None:
    canvas = Canvas(2.0, (10.5, 4.5), (200, 200), (80, 90))
    picture = np.full((200, 200, 3), 255, np.uint8)
    # Source pixels 20..29 by 30..49 are red: on the canvas, each is a square of two.
    low, high = canvas.to_canvas(np.array([(19.5, 29.5), (29.5, 49.5)])) + 0.5
    picture[int(low[1]) : int(high[1]), int(low[0]) : int(high[0])] = (255, 0, 0)
    shown = framed(picture, canvas, (15, 25, 45, 55))
    assert shown.shape == (60, 60, 3)
    rows, columns = np.nonzero(shown[..., 1] < 128)
    assert (columns.min(), columns.max() + 1, rows.min(), rows.max() + 1) == (10, 30, 10, 50)


def test_what_lies_off_the_canvas_is_white_and_a_large_frame_is_made_small() -> None:
    canvas = Canvas(1.0, (0.0, 0.0), (100, 100), (4000, 2000))
    shown = framed(np.zeros((100, 100, 3), np.uint8), canvas, (0, 0, 4000, 2000))
    assert shown.shape == (480, 960, 3)
    assert shown[2, 2].max() < 10
    assert (shown[100:] == 255).all()


def test_labels_are_seen_in_their_colours_and_the_background_is_white() -> None:
    labels = np.array([[Label.BACKGROUND, Label.UPPER_CLOTHES]], np.uint8)
    shown = tinted(labels, np.full((1, 2, 3), 100, np.uint8))
    assert shown[0, 0].tolist() == [255, 255, 255]
    assert shown[0, 1].tolist() == pytest.approx(0.7 * PALETTE[Label.UPPER_CLOTHES] + 30, abs=1)
