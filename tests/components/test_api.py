"""The API's functions without a server."""

from __future__ import annotations

import gradio as gr
import pytest

from components.api import Api
from components.i18n import sentence
from components.studio import Studio
from components.visit import Run, Visit
from tests.components.awaited import awaited
from tests.components.fake import FakeRunner
from vton_core.errors import StorageError

FEET, HEAD = [150.0, 190.0], [150.0, 40.0]


def test_what_was_wrong_or_cancelled_before_is_not_said_again(studio: Studio, fitted: Visit) -> None:
    fitted.fail("model", sentence("Nobody was there."))
    fitted.run = Run(9, "job", 0, status="cancelled")
    made = awaited(Api(studio).place(fitted.name, FEET, HEAD, FEET))
    assert made.orig_name == f"tryon-{fitted.history[-1].number}.png"


def test_what_goes_wrong_now_is_said_even_where_it_was_said_before(
    studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    full = StorageError("The disk is full: {name} could not be written. Free some space and try again.", name="x")

    def fail(*_: object) -> None:
        raise full

    runner.work = fail
    for _ in range(2):
        with pytest.raises(gr.Error, match="disk is full"):
            awaited(Api(studio).place(fitted.name, FEET, HEAD, FEET))
