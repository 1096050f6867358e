"""What the placement benchmark reads in Chromium's trace."""

from __future__ import annotations

import pytest

from benchmarks.placement import read_trace


def _reporter(state: str) -> dict[str, object]:
    return {"name": "PipelineReporter", "ph": "b", "ts": 1, "args": {"frame_reporter": {"state": state}}}


def test_frames_that_were_shown_and_dropped() -> None:
    shown = [{"name": "Display::FrameDisplayed", "ph": "I", "ts": ts} for ts in (50_000, 0, 16_700)]
    states = ("STATE_PRESENTED_ALL", "STATE_PRESENTED_PARTIAL", "STATE_DROPPED", "STATE_NO_UPDATE_DESIRED")
    ended = {"name": "PipelineReporter", "ph": "e", "ts": 2, "args": {}}
    seen = read_trace([*shown, *map(_reporter, states), ended])
    assert list(seen.apart) == pytest.approx([16.7, 33.3])
    assert (seen.wanted, seen.dropped) == (3, 1)


def test_a_page_at_rest_shows_no_frames() -> None:
    seen = read_trace([])
    assert (len(seen.apart), seen.wanted, seen.dropped) == (0, 0, 0)
