"""Where the parser looks, and what it is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.poses import pose_of
from vton_core.engines.parsing.frames import Frame, choose_frames
from vton_core.engines.parsing.prior import body_unit, prior_maps
from vton_core.networks.parser import PRIOR_CHANNELS, STRIDE
from vton_core.types import Joint, Pose


def _pose(*, hip: float = 300.0) -> Pose:
    return pose_of(
        {
            Joint.NOSE: (200, 60),
            Joint.NECK: (200, 120),
            Joint.RIGHT_SHOULDER: (150, 120),
            Joint.LEFT_SHOULDER: (250, 120),
            Joint.RIGHT_ELBOW: (130, 200),
            Joint.RIGHT_WRIST: (120, 280),
            Joint.MID_HIP: (200, hip),
        }
    )


@settings(max_examples=60, deadline=None)
@given(
    size=st.tuples(st.integers(60, 1600), st.integers(60, 1600)),
    box=st.tuples(*(st.floats(0, 0.8) for _ in range(2)), *(st.floats(0.1, 1.0) for _ in range(2))),
)
def test_the_first_view_holds_the_whole_figure(size: tuple[int, int], box: tuple[float, float, float, float]) -> None:
    height, width = size
    mask = np.zeros(size, np.float32)
    top, left = int(box[1] * height), int(box[0] * width)
    mask[top : top + max(1, int(box[3] * height)), left : left + max(1, int(box[2] * width))] = 1
    frame = choose_frames(size, Pose(np.zeros((25, 3), np.float32)), mask)[0]
    assert frame.height % STRIDE == 0
    assert frame.width % STRIDE == 0
    rows, columns = frame.covers(size)
    figure_rows, figure_columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    slack = 1 + 0.02 * max(size)
    assert rows.start <= figure_rows[0] + slack
    assert rows.stop >= figure_rows[-1] - slack
    assert columns.start <= figure_columns[0] + slack
    assert columns.stop >= figure_columns[-1] - slack


def test_what_is_seen_comes_back_to_its_place() -> None:
    ramp = np.add.outer(np.arange(400.0), 2 * np.arange(300.0)).astype(np.float32)
    frame = Frame(0.8, (-20.0, -36.0), 224, 160)
    rows, columns = frame.covers(ramp.shape)
    back = frame.back(frame.view(ramp)[None], (rows, columns))[0]
    inner = (slice(4, -4), slice(4, -4))
    np.testing.assert_allclose(back[inner], ramp[rows, columns][inner], atol=0.05)


def test_a_whole_figure_is_also_looked_at_from_nearer() -> None:
    mask = np.zeros((1000, 400), np.float32)
    mask[20:980, 100:300] = 1
    assert len(choose_frames(mask.shape, _pose(), mask)) == 2
    assert len(choose_frames((400, 400), _pose(), mask[:400])) == 1


def test_the_body_unit_is_the_torso() -> None:
    assert body_unit(_pose()) == pytest.approx(180)
    hidden = _pose().keypoints.copy()
    hidden[Joint.MID_HIP] = 0
    assert body_unit(Pose(hidden)) == pytest.approx(130)


def test_the_prior_is_highest_on_the_limb_and_empty_without_it() -> None:
    maps = prior_maps(_pose(), np.zeros((100, 100), np.float32))
    assert maps.shape == (PRIOR_CHANNELS, 100, 100)
    right_upper_arm = maps[3]
    assert right_upper_arm[40, 35] > 0.95
    assert right_upper_arm[90, 90] < 1e-3
    assert not maps[5].any()
    assert maps.max() <= 1
