"""The command: it goes on where it stopped and says what is missing. What makes simulations is not run here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from synthesis import __main__ as command
from synthesis.errors import AssetsMissingError
from synthesis.makehuman import Assets
from synthesis.plan import Task, plan
from synthesis.store import SUFFIX, load, save
from synthesis.views import Simulation


@pytest.fixture
def made(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is simulated; each time it is the made-up simulation."""
    names: list[str] = []

    def make(tasks: list[Task], assets: Path, out: Path, size: tuple[int, int]) -> None:
        for task in tasks:
            names.append(task.name)
            views = simulation.views * len(task.looks)
            save(out / (task.name + SUFFIX), replace(simulation, seed=task.seed, views=views))

    monkeypatch.setattr(command, "_make", make)
    return names


def run(out: Path, count: int = 2, views: int = 1) -> int:
    return command.main(["--count", str(count), "--views", str(views), "--out", str(out)])


def test_what_is_there_is_not_made_again(made: list[str], tmp_path: Path) -> None:
    assert run(tmp_path) == 0
    assert run(tmp_path, count=3) == 0
    assert made == [task.name for task in plan(3, 1, 0)]
    assert load(tmp_path / f"{made[2]}{SUFFIX}").seed == (0, 2)


def test_what_is_damaged_or_has_other_cameras_is_made_again(made: list[str], tmp_path: Path) -> None:
    run(tmp_path)
    broken = tmp_path / f"{made[1]}{SUFFIX}"
    broken.write_bytes(broken.read_bytes()[:200])
    made.clear()
    run(tmp_path)
    assert made == [plan(2, 1, 0)[1].name]
    made.clear()
    run(tmp_path, views=2)
    assert len(made) == 2


def test_leftovers_of_a_killed_run_are_taken_away(made: list[str], tmp_path: Path) -> None:
    (tmp_path / f".0000-000000{SUFFIX}.123").write_bytes(b"half")
    run(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}{SUFFIX}" for name in made]


def test_missing_assets_are_named_with_their_source(tmp_path: Path) -> None:
    with pytest.raises(
        AssetsMissingError, match=r"base\.obj is missing.*git clone https://github.com/makehumancommunity"
    ):
        _ = Assets(tmp_path).vertices
