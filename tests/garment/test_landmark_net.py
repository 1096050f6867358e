"""What the network says that has seen drawn tops."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.garment import landmarks
from vton_core.garment.landmark_net import GRID, NAMES, Seen, framed, located, seen_landmarks
from vton_core.garment.landmarks import Landmarks, find_landmarks
from vton_core.training.silhouettes.marked import MarkedTop, draw_top
from vton_core.types import Garment, Mask
from vton_core.weights import entry


def _garment(mask: Mask) -> Garment:
    return Garment(np.full((*mask.shape, 3), 90, np.uint8), mask.astype(np.float32))


def _marks(found: Landmarks) -> NDArray[np.float64]:
    """As the network names them, ``(2, 6, 2)``."""
    none = np.full((2, 2), np.nan)
    return np.array(
        [
            [s.neck, s.shoulder, s.armpit, *((s.outer[-1], s.inner[-1]) if s.sleeved else none), s.hem]
            for s in found.sides
        ],
        np.float64,
    )


@pytest.fixture(scope="module")
def tops() -> list[MarkedTop]:
    """Tops from another seed than those that were trained on."""
    rng = np.random.default_rng(2_000_004)
    return [draw_top(rng) for _ in range(16)]


def test_the_frame_says_where_points_lie() -> None:
    mask = np.zeros((300, 200), bool)
    mask[30:290, 40:150] = True
    picture, frame = framed(mask)
    corners = np.array([[39.5, 29.5], [149.5, 289.5]])
    rows, columns = np.nonzero(picture > 0.5)
    np.testing.assert_allclose(frame.into(corners)[0], (columns.min() - 0.5, rows.min() - 0.5), atol=0.01)
    np.testing.assert_allclose(frame.into(corners)[1], (columns.max() + 0.5, rows.max() + 0.5), atol=0.01)
    np.testing.assert_allclose(frame.back(frame.into(corners)), corners)


def test_the_likeliest_place_is_found_between_the_pixels() -> None:
    y, x = np.mgrid[:GRID, :GRID]
    share = 0.8 * np.exp(-0.5 * ((x - 20.3) ** 2 + (y - 31.6) ** 2) / 0.6**2) / (2 * np.pi * 0.6**2)
    points, sure = located(share[None])
    np.testing.assert_allclose(points[0], (2 * 20.3 + 0.5, 2 * 31.6 + 0.5), atol=0.1)
    assert 0.7 < sure[0] <= 0.8


def test_landmarks_of_new_drawn_tops_are_seen(tops: list[MarkedTop]) -> None:
    away, sure = [], []
    for top in tops:
        seen = seen_landmarks(top.mask)
        away.append(np.linalg.norm(seen.points - top.marks, axis=2) / max(top.mask.shape))
        sure.append(np.where(np.isnan(top.marks[..., 0]), np.nan, seen.sure))
    assert (np.nanmedian(away, axis=(0, 1)) < 0.04).all()
    # What it is sure of is where it says.
    certain = np.array(sure) > 0.8
    assert np.mean(np.array(away)[certain] < 0.04) > 0.9


def test_a_mirrored_top_has_its_landmarks_mirrored(tops: list[MarkedTop]) -> None:
    mask = tops[0].mask
    seen, mirrored = seen_landmarks(mask), seen_landmarks(np.ascontiguousarray(mask[:, ::-1]))
    there = seen.sure > 0.5
    flipped = mirrored.points[::-1] * (-1, 1) + (mask.shape[1] - 1, 0)
    np.testing.assert_allclose(flipped[there], seen.points[there], atol=1)
    np.testing.assert_allclose(mirrored.present[::-1], seen.present, atol=0.02)


def test_the_outline_and_the_network_together_find_more(tops: list[MarkedTop], monkeypatch: pytest.MonkeyPatch) -> None:
    def errors() -> NDArray[np.float64]:
        found = []
        for top in tops:
            landmarks._KEPT.clear()
            try:
                marks = _marks(find_landmarks(_garment(top.mask)))
            except NoGarmentError:
                marks = np.full((2, len(NAMES), 2), np.nan)
            away = np.linalg.norm(marks - top.marks, axis=2) / max(top.mask.shape)
            found.append(np.where(np.isnan(away) & ~np.isnan(top.marks[..., 0]), 0.5, away))
        return np.nanmean(found, axis=(0, 1))

    together = errors()
    monkeypatch.setattr(landmarks, "revised", lambda sides, *_: sides)
    assert (together < 0.8 * errors()).all()


def test_a_photos_word_about_sleeves_counts_for_the_cuffs() -> None:
    present = np.tile([0.9, 0.9, 0.9, 0.2, 0.5, 0.9], (2, 1))
    seen = Seen(np.zeros((2, 6, 2)), present / 2, present)
    same = seen.given(0.5)
    np.testing.assert_allclose(same.present, present)
    np.testing.assert_allclose(same.sure, present / 2)
    # Ten times as likely as not, and one to four, make ten to four.
    more, less = seen.given(10 / 11), seen.given(1 / 11)
    np.testing.assert_allclose(more.present[0], [0.9, 0.9, 0.9, 10 / 14, 10 / 11, 0.9])
    np.testing.assert_allclose(less.present[1], [0.9, 0.9, 0.9, 1 / 41, 1 / 11, 0.9])
    np.testing.assert_allclose(more.sure, more.present / 2)
    assert seen.given(1).present.max() < 1


def test_sleeves_that_the_silhouette_hides_are_found_where_the_photo_shows_them() -> None:
    """A shirt on a hanger: its sleeves hang beside the body down to the hem, and nothing of its outline tells them."""
    half = [(-28, 52), (-62, 62), (-106, 84), (-112, 120), (-116, 240), (-120, 330), (-122, 372), (0, 384)]
    outline = np.array([(200 + x, y) for x, y in half] + [(200 - x, y) for x, y in half[::-1]])
    area = np.zeros((430, 400), np.uint8)
    cv2.fillPoly(area, [outline.astype(np.int32)], 1)
    garment = _garment(area > 0)
    plain = find_landmarks(garment)
    assert not any(side.sleeved for side in plain.sides)
    told = {"none": 0.05, "short": 0.1, "long": 0.85}
    assert find_landmarks(replace(garment, sleeves=told)).sides[0].sleeved is False
    found = find_landmarks(replace(garment, sleeves=told, home=True))
    for side, sign in zip(found.sides, (-1, 1), strict=True):
        assert side.sleeved
        # The cuff is at the hem, the armpit above it within the outline.
        assert abs(side.outer[-1, 1] - 372) < 12
        assert 110 < side.armpit[1] < 200
        assert sign * (side.armpit[0] - 200) < 112
    again = find_landmarks(replace(garment, sleeves={"none": 0.95, "short": 0.04, "long": 0.01}, home=True))
    assert not any(side.sleeved for side in again.sides)


def test_the_shipped_weights_are_small() -> None:
    assert entry("landmarks").path.stat().st_size < 1_000_000
