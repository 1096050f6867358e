"""Weight files that are not shipped: fetched, put there by hand, recorded, checked ever after, converted."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.publisher import Publisher, publisher
from vton_core import weights, weights_convert
from vton_core.__main__ import main
from vton_core.errors import EngineError, MissingWeightsError
from vton_core.storage import write_bytes
from vton_core.weights_convert import Converter

SHA = hashlib.sha256(b"abc").hexdigest()
MD5 = hashlib.md5(b"abc").hexdigest()
Publish = Callable[..., Path]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def server() -> Iterator[Publisher]:
    with publisher() as made:
        yield made


@pytest.fixture
def publish(tmp_path: Path, server: Publisher, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publish]:
    """Publish ``content`` as the weights ``net``, with fields of the manifest; where they will lie."""
    monkeypatch.setattr(weights, "FOLDER", tmp_path / "repository")
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path / "mine"))
    monkeypatch.setenv("no_proxy", "*")

    def publish(content: bytes = b"abc", **fields: object) -> Path:
        server.asked.clear()
        entry = {
            "name": "net",
            "file": "net.pth",
            "step": "pose",
            "licence": "for research only",
            "source": "a laboratory",
            "command": "python -m vton_core weights fetch net",
            "urls": [f"{server.url}/lost", server.offer("net.pth", content)],
        }
        write_bytes(tmp_path / "repository" / "manifest.json", json.dumps([entry | fields]).encode())
        weights.manifest.cache_clear()
        return tmp_path / "mine" / "net.pth"

    yield publish
    weights.manifest.cache_clear()


def damage(file: Path, content: bytes) -> None:
    """Change a file later than the clock of the disk can miss."""
    file.write_bytes(content)
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 1_000_000_000))


def sentence(capsys: Capture, *arguments: str) -> str:
    """What a command that must fail says."""
    assert main(["weights", *arguments]) == 1
    said = capsys.readouterr().err.strip().splitlines()
    return said[-1]


@pytest.mark.parametrize(
    "known", [{}, {"sha256": SHA}, {"size": 3, "sha256": SHA}, {"size": None, "sha256": None}, {"md5": MD5}]
)
def test_fetched_once_then_there(
    publish: Publish, capsys: Capture, server: Publisher, known: dict[str, object]
) -> None:
    file = publish(**known)
    with pytest.raises(MissingWeightsError, match=r"a laboratory, licence for research only.*weights fetch net$"):
        weights.path_of("net")
    assert main(["weights", "fetch", "net"]) == 0
    printed = capsys.readouterr()
    assert printed.out.strip() == str(file)
    assert "for research only, not for commercial use" in printed.err
    assert weights.path_of("net") == file
    assert file.read_bytes() == b"abc"
    asked = len(server.asked)
    assert main(["weights", "fetch", "net"]) == 0
    assert len(server.asked) == asked
    assert "was there" in capsys.readouterr().out
    assert main(["weights", "verify"]) == 0
    assert main(["weights", "where"]) == 0
    assert capsys.readouterr().out.split() == ["net", "whole", str(file)]


def test_the_first_file_is_recorded_and_later_ones_checked_against_it(publish: Publish, capsys: Capture) -> None:
    file = publish()
    main(["weights", "fetch", "net"])
    record = json.loads((file.parent / "recorded" / "net.json").read_text())
    assert (record["sha256"], record["size"], record["origin"][-8:]) == (SHA, 3, "/net.pth")
    damage(file, b"abd")
    with pytest.raises(EngineError, match="have changed since they were first seen here"):
        weights.path_of("net")
    assert main(["weights", "verify"]) == 1
    assert "damaged" in capsys.readouterr().out
    assert main(["weights", "fetch", "net"]) == 0
    assert weights.path_of("net").read_bytes() == b"abc"
    file.unlink()
    publish(b"xyz")
    assert "what it sent is not the file that was published" in sentence(capsys, "fetch", "net")
    assert not file.exists()


def test_the_first_file_must_have_the_published_md5(publish: Publish, capsys: Capture) -> None:
    file = publish(b"xyz", md5=MD5)
    assert "what it sent is not the file that was published" in sentence(capsys, "fetch", "net")
    assert not file.exists()
    write_bytes(file, b"xyz")
    with pytest.raises(EngineError, match="are not those that were published"):
        weights.path_of("net")
    assert "are not those that were published" in sentence(capsys, "record", "net")
    damage(file, b"abc")
    assert weights.path_of("net") == file
    assert json.loads((file.parent / "recorded" / "net.json").read_text())["sha256"] == SHA


def test_a_change_can_be_taken_as_right_unless_another_was_published(publish: Publish, capsys: Capture) -> None:
    file = publish()
    main(["weights", "fetch", "net"])
    damage(file, b"retrained")
    assert main(["weights", "record", "net"]) == 0
    assert weights.path_of("net") == file
    publish(sha256=SHA)
    assert "are not those that were published" in sentence(capsys, "record", "net")
    with pytest.raises(EngineError, match="are not those that were published"):
        weights.path_of("net")


@pytest.mark.parametrize("place", ["mine/net.pth", "mine/old/net-1.pth", "repository/net.pth"])
def test_a_file_put_there_by_hand_is_used(publish: Publish, tmp_path: Path, capsys: Capture, place: str) -> None:
    publish(also=["old/net-1.pth"], sha256=SHA)
    write_bytes(tmp_path / place, b"abc")
    assert weights.path_of("net") == tmp_path / place
    assert main(["weights", "list"]) == 0
    assert " there " in capsys.readouterr().out
    damage(tmp_path / place, b"abd")
    with pytest.raises(EngineError, match="are not those that were published"):
        weights.path_of("net")


def test_it_is_read_when_it_is_new_and_when_it_changed_not_each_time(
    publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = publish(sha256=SHA)
    write_bytes(file, b"abc")
    read: list[Path] = []
    honest = weights.Record.of
    monkeypatch.setattr(weights.Record, "of", lambda path, origin: read.append(path) or honest(path, origin))
    for _ in range(3):
        weights.path_of("net")
    assert read == [file]
    damage(file, b"abc")
    weights.path_of("net")
    assert read == [file, file]


def test_the_list_says_size_state_and_licence(publish: Publish, capsys: Capture) -> None:
    publish(licence="MIT", size=2_500_000)
    assert main(["weights", "list"]) == 0
    assert capsys.readouterr().out.split() == ["net", "pose", "2.5", "MB", "missing", "MIT;", "a", "laboratory"]
    publish(licence="CC-BY-NC-4.0")
    assert main(["weights", "list", "net"]) == 0
    assert "? MB  missing  CC-BY-NC-4.0 (not for commercial use)" in capsys.readouterr().out


def test_what_is_not_published_as_it_is_says_how_to_get_it(publish: Publish, capsys: Capture) -> None:
    publish(urls=[], command="python -m vton_core weights convert net CHECKPOINT")
    said = sentence(capsys, "fetch", "net")
    assert "is not published in this form (from a laboratory, licence for research only)" in said
    assert said.endswith("weights convert net CHECKPOINT")
    assert main(["weights", "verify"]) == 0
    assert "missing" in capsys.readouterr().out
    assert "are missing" in sentence(capsys, "verify", "net")
    assert "are missing" in sentence(capsys, "record", "net")


def test_a_folder_that_may_not_be_written(publish: Publish, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    file = publish()
    monkeypatch.setattr("vton_core.weights_fetch.os.access", lambda path, mode: False)
    assert sentence(capsys, "fetch", "net").startswith(
        f"{file.parent} may not be written. Name another folder for weights with the environment variable VTON_WEIGHTS"
    )


def make(source: Path, target: Path) -> None:
    """A converter of the tests' own."""
    write_bytes(target, source.read_bytes().lower())


def test_a_conversion_makes_a_recorded_file(
    publish: Publish, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = publish(urls=[])
    monkeypatch.setattr(
        weights_convert, "CONVERTERS", (Converter("lower", "net", f"{__name__}:make", "a capital file"),)
    )
    (tmp_path / "ABC").write_bytes(b"ABC")
    assert "Choose one of: lower" in sentence(capsys, "convert", "upper", "x")
    assert "Name what a capital file lies in" in sentence(capsys, "convert", "lower", str(tmp_path / "lost"))
    assert main(["weights", "convert", "lower", str(tmp_path / "ABC")]) == 0
    assert capsys.readouterr().out.strip() == str(file)
    assert weights.path_of("net").read_bytes() == b"abc"
    (tmp_path / "model.ckpt-1.index").write_bytes(b"")
    with pytest.raises(FileNotFoundError):  # it is for the converter to say what of it is missing
        weights_convert.convert("lower", tmp_path / "model.ckpt-1")
