"""Finding everyone, with an engine that sees coloured rectangles as people."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vton_core.engines.background.people import Person, find_people
from vton_core.errors import NoPersonError
from vton_core.types import Alpha, Image, Pose

_RED = (220, 30, 30)


class _Rectangles:
    """Finds the largest red rectangle, as sure of it as told."""

    def __init__(self, certainty: float = 1.0) -> None:
        self._certainty = certainty
        self.calls = 0

    def estimate_with_mask(self, image: Image) -> tuple[Pose, Alpha]:
        self.calls += 1
        red = (np.abs(image.astype(int) - _RED).max(axis=2) < 40).astype(np.uint8)
        count, parts, stats, _ = cv2.connectedComponentsWithStats(red)
        areas = stats[1:, cv2.CC_STAT_AREA]
        if count < 2 or areas.max() < 30:
            raise NoPersonError("Nobody.")
        sure = self._certainty if areas.max() < 1000 else 1.0
        return Pose(np.zeros((25, 3), np.float32)), (parts == 1 + areas.argmax()).astype(np.float32) * sure


def _photo(*boxes: tuple[int, int, int, int]) -> Image:
    image = np.full((120, 200, 3), (90, 110, 130), np.uint8)
    for top, left, height, width in boxes:
        image[top : top + height, left : left + width] = _RED
    return image


def test_everyone_is_found_largest_first() -> None:
    people = find_people(_Rectangles(), _photo((20, 10, 60, 30), (10, 120, 100, 50), (40, 70, 40, 20)))
    assert [person.area for person in people] == [5000, 1800, 800]


def test_somebody_far_away_does_not_count() -> None:
    assert len(find_people(_Rectangles(), _photo((10, 20, 100, 50), (10, 150, 10, 10)))) == 1


def test_a_faint_second_person_is_nobody() -> None:
    photo = _photo((10, 20, 100, 50), (10, 150, 40, 20))
    assert len(find_people(_Rectangles(0.7), photo)) == 1
    assert len(find_people(_Rectangles(0.95), photo)) == 2


def test_the_search_ends() -> None:
    """An engine that sees the same person again and again is asked a few times at most."""

    class _Stubborn(_Rectangles):
        def estimate_with_mask(self, image: Image) -> tuple[Pose, Alpha]:
            self.calls += 1
            return Pose(np.zeros((25, 3), np.float32)), np.full(image.shape[:2], 0.95, np.float32)

    engine = _Stubborn()
    assert len(find_people(engine, _photo())) == 1
    assert engine.calls == 2


def test_nobody_is_an_error() -> None:
    with pytest.raises(NoPersonError):
        find_people(_Rectangles(), _photo())


def test_certainty_is_a_share() -> None:
    mask = np.zeros((10, 10), np.float32)
    mask[:4], mask[4:5] = 0.95, 0.6
    assert Person(Pose(np.zeros((25, 3), np.float32)), mask).certainty == pytest.approx(0.8)
