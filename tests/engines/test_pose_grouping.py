"""Peaks and people, on maps drawn from poses that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.engines.pose_maps import STANDING, draw
from vton_core.engines.pose.grouping import FIELDS, LIMBS, group, limb_scores
from vton_core.engines.pose.peaks import MOST, find_peaks
from vton_core.types import Joint

_SIZE = (200, 160)
_FEET = range(Joint.LEFT_BIG_TOE, Joint.RIGHT_HEEL + 1)
_FOOT = (Joint.LEFT_BIG_TOE, Joint.LEFT_SMALL_TOE, Joint.LEFT_HEEL)


def _people(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    return group(find_peaks(maps[:25], 0.0), maps[26:])


def _without(*joints: int) -> NDArray[np.float32]:
    person = STANDING.copy()
    person[list(joints)] = np.nan
    return person


def test_one_person_is_found_whole() -> None:
    (person,) = _people(draw([STANDING], _SIZE))
    np.testing.assert_allclose(person[:, :2], STANDING, atol=0.6)
    assert (person[:, 2] > 0.9).all()


def test_two_people_keep_their_own_joints() -> None:
    other = STANDING + np.array([70, 10], np.float32)
    people = _people(draw([STANDING, other], _SIZE))
    assert len(people) == 2
    for person, truth in zip(sorted(people, key=lambda one: float(one[0, 0])), (STANDING, other), strict=True):
        np.testing.assert_allclose(person[:, :2], truth, atol=0.6)


def test_crossing_people_are_told_apart_by_the_fields() -> None:
    """Each one's wrist lies nearer to the other's elbow than to their own."""
    left, right = STANDING.copy(), STANDING + np.array([60, 0], np.float32)
    left[[Joint.LEFT_ELBOW, Joint.LEFT_WRIST]] = (74, 50), (100, 60)
    right[[Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST]] = (88, 66), (72, 82)
    people = sorted(_people(draw([left, right], _SIZE)), key=lambda one: float(one[0, 0]))
    for person, truth in zip(people, (left, right), strict=True):
        np.testing.assert_allclose(person[:, :2], truth, atol=1.0)


@settings(max_examples=12, deadline=None)
@given(
    st.sets(st.sampled_from([(Joint.LEFT_WRIST,), (Joint.RIGHT_WRIST,), (Joint.LEFT_EAR,), (Joint.RIGHT_EYE,), _FOOT])),
    st.integers(0, 100),
)
def test_missing_joints_are_zero_and_the_rest_stays(hidden: set[tuple[int, ...]], right: int) -> None:
    truth = _without(*(joint for joints in hidden for joint in joints)) + np.array([right, 5], np.float32)
    (person,) = _people(draw([truth], _SIZE))
    seen = np.isfinite(truth[:, 0])
    np.testing.assert_array_equal(person[:, 2] > 0, seen)
    np.testing.assert_allclose(person[seen, :2], truth[seen], atol=0.6)
    assert not person[~seen].any()


def test_someone_without_a_neck_is_in_pieces_that_are_whole() -> None:
    """Limbs that meet in the neck do not meet any more; the arms are too short to be people of their own."""
    people = _people(draw([_without(Joint.NECK)], _SIZE))
    assert all((person[:, 2] > 0).sum() >= 3 for person in people)
    hips = [person for person in people if person[Joint.MID_HIP, 2] > 0]
    assert len(hips) == 1
    np.testing.assert_allclose(hips[0][Joint.LEFT_KNEE, :2], STANDING[Joint.LEFT_KNEE], atol=0.6)


def test_feet_alone_count_only_when_there_is_nobody_else() -> None:
    legs = _without(*(set(range(25)) - {Joint.LEFT_ANKLE, *_FEET}))
    alone = _people(draw([legs], _SIZE))
    assert len(alone) == 1
    assert alone[0][Joint.LEFT_ANKLE, 2] > 0
    beside = _people(draw([legs + np.array([100, 0], np.float32), STANDING], _SIZE))
    assert len(beside) == 1
    assert beside[0][Joint.NOSE, 2] > 0


def test_unsure_people_are_dropped() -> None:
    faint = np.column_stack([STANDING, np.full(25, 0.06, np.float32)])
    maps = draw([faint], _SIZE)
    assert len(_people(maps)) == 1  # the fields are sure
    maps[26:] *= 0.2
    assert len(_people(maps)) == 0


def test_nobody_gives_nobody() -> None:
    assert _people(np.zeros((78, 40, 40), np.float32)).shape == (0, 25, 3)


def test_a_limb_scores_the_field_along_it() -> None:
    x, y = np.full((50, 80), 0.6, np.float32), np.full((50, 80), 0.8, np.float32)
    a = np.array([[10, 10, 1], [40, 10, 1]], np.float32)
    b = np.array([[22, 26, 1], [10, 10, 1]], np.float32)
    scores = limb_scores(a, b, x, y)
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-6)  # along the field
    assert scores[0, 1] == 0  # the same place
    assert scores[1, 1] == 0  # against it
    assert scores[1, 0] == pytest.approx(max(0, (-18 * 0.6 + 16 * 0.8) / np.hypot(18, 16)), abs=1e-6)


def test_a_limb_needs_nearly_all_of_its_samples() -> None:
    x, y = np.ones((20, 120), np.float32), np.zeros((20, 120), np.float32)
    a, b = np.array([[5, 10, 1]], np.float32), np.array([[105, 10, 1]], np.float32)
    x[:, 50:53] = 0
    assert limb_scores(a, b, x, y)[0, 0] == pytest.approx(1)  # 1 of 22 samples
    x[:, 50:60] = 0
    assert limb_scores(a, b, x, y)[0, 0] == 0


def test_very_close_joints_are_joined_without_a_field() -> None:
    nothing = np.zeros((300, 300), np.float32)
    a = np.array([[100, 100, 1]], np.float32)
    assert limb_scores(a, a + np.array([1.5, 0, 0], np.float32), nothing, nothing)[0, 0] == pytest.approx(0.050001)
    assert limb_scores(a, a + np.array([2.5, 0, 0], np.float32), nothing, nothing)[0, 0] == 0


def test_peaks_lie_between_pixels() -> None:
    moved = STANDING + np.array([0.3, 0.4], np.float32)
    maps = draw([moved], _SIZE)
    peaks = find_peaks(maps[:25], 0.0)
    assert [len(found) for found in peaks] == [1] * 25
    refined = np.array([found[0, :2] for found in peaks])
    np.testing.assert_allclose(refined, moved, atol=0.35)
    np.testing.assert_allclose(find_peaks(maps[:25], 0.5)[0][:, :2], refined[:1] + 0.5, atol=1e-4)


def test_peaks_at_the_border_and_their_number() -> None:
    maps = np.zeros((2, 40, 60), np.float32)
    maps[0, 1, 7] = maps[0, 1, 8] = 0.5  # a tie beside the border: both
    maps[0, 20, 20] = maps[0, 20, 21] = 0.5  # a tie within: none
    maps[0, 0, 30] = maps[0, 10, 0] = 0.9  # on the border: none
    maps[1, 2:38:2, 2:58:2] = 0.3  # more than are kept
    first, second = find_peaks(maps, 0.0)
    assert first[:, 1].round().tolist() == [1, 1]
    assert len(second) == MOST
    assert (np.diff(second[:, 1].round()) >= 0).all()


def test_every_field_serves_one_limb() -> None:
    assert sorted(FIELDS) == list(range(len(LIMBS))) == list(range(26))
