from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.errors import WorkspaceError
from vton_core.progress import Progress, Settings, StepName
from vton_core.workers.protocol import (
    Begun,
    Command,
    Failed,
    Finished,
    MalformedLineError,
    Progressed,
    Ready,
    Report,
    RunSteps,
    Told,
    WarmUp,
    command_from,
    line_of,
    report_from,
)

TEXT = st.text(max_size=20)
STEP = st.sampled_from(get_args(StepName))
SETTINGS = st.builds(Settings, parsing=st.none() | TEXT, canvas=st.integers(256, 4096))
PROGRESS = st.builds(
    Progress,
    STEP,
    st.floats(0, 1),
    TEXT,
    st.none() | st.floats(0, 1e6),
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
)
EVENTS = (
    st.builds(Progressed, PROGRESS)
    | st.just(Finished())
    | st.builds(Failed, TEXT, TEXT, st.dictionaries(TEXT, TEXT), st.lists(TEXT, max_size=2).map(tuple))
)
REPORTS = (
    st.builds(Ready, st.booleans())
    | st.builds(Begun, TEXT)
    | st.builds(Told, TEXT, EVENTS)
    | st.builds(Told, TEXT, st.builds(Failed, TEXT, TEXT), TEXT)
)
STEPS = st.lists(STEP, max_size=5).map(tuple)
COMMANDS = st.builds(RunSteps, TEXT, TEXT, STEPS, SETTINGS) | st.builds(WarmUp, STEPS, SETTINGS)


@given(REPORTS)
def test_a_report_comes_back_as_it_went(report: Report) -> None:
    line = line_of(report)
    assert line.count(b"\n") == 1
    assert report_from(line) == report


@given(COMMANDS)
def test_a_command_comes_back_as_it_went(command: Command) -> None:
    assert command_from(line_of(command)) == command


def test_a_path_that_is_no_text_comes_back() -> None:
    command = RunSteps("a", "/tmp/\udcff", ("step1",), Settings())
    assert command_from(line_of(command)) == command


@given(st.binary(max_size=60) | st.sampled_from([b"{}", b"[]", b'{"type": "job"}', b'{"type": "failed", "values": 1}']))
def test_anything_else_is_refused(line: bytes) -> None:
    for read in (report_from, command_from):
        with pytest.raises(MalformedLineError):
            read(line)


def test_a_progress_of_another_shape_is_refused() -> None:
    with pytest.raises(MalformedLineError):
        report_from(b'{"type": "progress", "job": "a", "progress": {"files": [], "notes": [], "mood": "good"}}')


def test_an_error_is_told_by_its_kind_and_template() -> None:
    error = WorkspaceError("There is no {file}.", file="a.png")
    assert Failed.of(error) == Failed("WorkspaceError", "There is no {file}.", {"file": "a.png"})


def test_an_error_comes_back_with_the_picture_that_it_is_about() -> None:
    error = WorkspaceError("There is no {file}.", file="a.png")
    error.add_note("model.png")
    back = Failed.of(error).error()
    assert type(back) is WorkspaceError
    assert (str(back), back.values, back.__notes__) == ("There is no a.png.", {"file": "a.png"}, ["model.png"])
