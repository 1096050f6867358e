"""What keeps the page from being served is one sentence and an exit status."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

import app

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of the tests stays as it is, and nothing is launched."""

    def launch(*_: object) -> None:
        raise AssertionError("the page was launched")

    monkeypatch.setattr("app.signal.signal", lambda *_: None)
    monkeypatch.setattr("app.os.environ", dict(os.environ))
    monkeypatch.setattr("app.launch", launch)


def refused(capsys: Capture, *arguments: object) -> str:
    assert app.main([str(argument) for argument in arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("port", [70000, 0, -1])
def test_a_port_that_does_not_exist(capsys: Capture, port: int) -> None:
    assert "1 to 65535" in refused(capsys, "--port", port)


def test_a_port_that_is_taken(capsys: Capture) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert "in use" in refused(capsys, "--port", other.getsockname()[1])


def test_an_address_of_another_computer(capsys: Capture) -> None:
    assert "--host" in refused(capsys, "--host", "192.0.2.1", "--port", free_port())


def test_a_port_that_is_taken_just_before_the_page_takes_it(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def launch(*_: object) -> None:
        raise OSError("Cannot find empty port")

    class NoWorkers:
        def __init__(self, **_: Any) -> None:
            pass

        def close(self) -> None:
            pass

    monkeypatch.setattr("app.launch", launch)
    monkeypatch.setattr("app.Supervisor", NoWorkers)
    assert "empty port" in refused(capsys, "--port", free_port(), "--workspaces", tmp_path / "workspaces")


def test_a_folder_that_cannot_be_made(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refused(capsys, "--port", free_port(), "--workspaces", tmp_path / "file" / "nope")
    assert "choose another folder" in said
