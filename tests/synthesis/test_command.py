"""The command: it goes on where it stopped and says what is missing. People and cloth are not simulated here."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from synthesis import __main__ as command
from synthesis.errors import AssetsMissingError
from synthesis.makehuman import Assets
from synthesis.plan import Task, plan
from synthesis.settings import SETTINGS
from synthesis.store import SUFFIX, load, save
from synthesis.views import Simulation
from tests.synthesis.compiled import kernels


@pytest.fixture
def made(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is simulated; each time it is the made-up simulation."""
    names: list[str] = []

    def simulate(assets: Assets, task: Task, size: tuple[int, int]) -> Simulation:
        names.append(task.name)
        return replace(simulation, seed=task.seed, views=simulation.views * len(task.looks))

    monkeypatch.setitem(sys.modules, "synthesis.kernels", kernels)
    monkeypatch.setattr("synthesis.scene.simulate", simulate)
    return names


def run(out: Path, count: int = 2, views: int = 1, size: str = "384x512") -> int:
    return command.main(["--count", str(count), "--views", str(views), "--size", size, "--out", str(out)])


def test_what_is_there_is_not_made_again(made: list[str], tmp_path: Path) -> None:
    assert run(tmp_path) == 0
    assert run(tmp_path, count=3) == 0
    assert made == [task.name for task in plan(3, 1, 0)]
    assert load(tmp_path / f"{made[2]}{SUFFIX}").seed == (0, 2)


def test_what_is_damaged_is_made_again(made: list[str], tmp_path: Path) -> None:
    run(tmp_path)
    broken = tmp_path / f"{made[1]}{SUFFIX}"
    broken.write_bytes(broken.read_bytes()[:200])
    made.clear()
    run(tmp_path)
    assert made == [plan(2, 1, 0)[1].name]


@pytest.mark.parametrize(
    ("other", "asked"),
    [({"views": 2}, "2 views of 384x512"), ({"size": "192x256"}, "1 views of 192x256")],
)
def test_a_set_is_of_one_kind(
    made: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], other: dict[str, object], asked: str
) -> None:
    assert run(tmp_path) == 0
    assert run(tmp_path, **other) == 1  # type: ignore[arg-type]
    assert f"holds 1 views of 384x512, version 2; asked for: {asked}" in capsys.readouterr().err
    assert len(made) == 2


def test_settings_of_a_run_that_made_nothing_bind_nobody(made: list[str], tmp_path: Path) -> None:
    (tmp_path / SETTINGS).write_text('{"width": 9}')
    assert run(tmp_path) == 0
    assert len(made) == 2


@pytest.mark.parametrize(("content", "said"), [(None, "version 1"), ("{", "damaged"), ('{"views": 4}', "damaged")])
def test_simulations_without_settings_are_left_alone(
    made: list[str],
    simulation: Simulation,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    said: str,
) -> None:
    save(tmp_path / f"0000-000000{SUFFIX}", simulation)
    if content is not None:
        (tmp_path / SETTINGS).write_text(content)
    assert run(tmp_path) == 1
    assert said in capsys.readouterr().err
    assert made == []


@pytest.mark.parametrize(
    "wrong", [["--count", "0"], ["--views", "-1"], ["--seed", "-3"], ["--size", "192"], ["--size", "0x512"]]
)
def test_numbers_that_make_no_sense_are_refused(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command.main([*wrong, "--out", str(tmp_path)])
    assert f"argument {wrong[0]}: {wrong[1]!r} is not a" in capsys.readouterr().err


def test_leftovers_of_a_killed_run_are_taken_away(made: list[str], tmp_path: Path) -> None:
    (tmp_path / f".0000-000000{SUFFIX}.123").write_bytes(b"half")
    run(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [*(f"{name}{SUFFIX}" for name in made), SETTINGS]


def test_missing_assets_are_named_with_their_source(tmp_path: Path) -> None:
    with pytest.raises(
        AssetsMissingError, match=r"base\.obj is missing.*git clone https://github.com/makehumancommunity"
    ):
        _ = Assets(tmp_path).vertices
