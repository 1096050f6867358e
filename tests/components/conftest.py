"""A studio on quick fake steps, and ways to wait for its jobs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from components.served import Served
from components.studio import Studio
from components.visit import Visit
from tests.components.fake import FakeRunner, picture
from vton_core.progress import Settings
from vton_core.workers.visitors import VisitorStore


@pytest.fixture
def runner() -> FakeRunner:
    return FakeRunner()


@pytest.fixture
def studio(tmp_path: Path, runner: FakeRunner) -> Studio:
    return Studio(VisitorStore(tmp_path / "workspaces"), runner, Served(tmp_path / "served"), Settings())


@pytest.fixture
def visit(studio: Studio) -> Visit:
    return studio.enter(None)


def settle(visit: Visit) -> None:
    """Wait until no job of the visit is under way."""
    until = time.monotonic() + 60
    while visit.busy:
        assert time.monotonic() < until, "the job did not end"
        time.sleep(0.005)


@pytest.fixture
def choose(studio: Studio, tmp_path: Path) -> Callable[..., None]:
    """Choose a plain picture for a slot: ``choose(visit, "model", colour=..., size=...)``."""

    def choose(visit: Visit, slot: str, **look: object) -> None:
        file = picture(tmp_path / f"{slot}.png", **look)  # type: ignore[arg-type]
        studio.choose(visit, slot, file, file.name)

    return choose


@pytest.fixture
def fitted(studio: Studio, visit: Visit, choose: Callable[..., None]) -> Visit:
    """A visit whose model wears the garment, with a background chosen."""
    choose(visit, "model")
    choose(visit, "garment", colour=(20, 160, 90))
    choose(visit, "background", size=(300, 200), colour=(240, 240, 250))
    studio.fit(visit)
    settle(visit)
    assert visit.fit
    return visit


@pytest.fixture
def another(studio: Studio, fitted: Visit, choose: Callable[..., None]) -> Callable[[int], None]:
    """Dress another model."""

    def another(shade: int) -> None:
        choose(fitted, "model", colour=(shade, 90, 90))
        studio.fit(fitted)
        settle(fitted)

    return another
