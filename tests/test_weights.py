"""The weight files: where they are, whether they are whole, and what is said of one that is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from vton_core import weights
from vton_core.__main__ import main
from vton_core.engines.registry import ENGINES
from vton_core.errors import EngineError, MissingWeightsError

_ENTRY = {
    "name": "net",
    "file": "net.safetensors",
    "step": "parsing",
    "size": 3,
    "sha256": hashlib.sha256(b"abc").hexdigest(),
    "licence": "Apache-2.0",
    "source": "trained here",
    "command": "python -m vton_core train net",
    "shipped": True,
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of weights of its own, with one that is not there yet."""
    (tmp_path / "manifest.json").write_text(json.dumps([_ENTRY]))
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    monkeypatch.delenv(weights.VARIABLE, raising=False)
    weights.manifest.cache_clear()
    yield tmp_path
    weights.manifest.cache_clear()


def test_every_engine_names_weights_that_the_manifest_knows() -> None:
    for engine in ENGINES:
        for name in engine.weights:
            entry = weights.entry(name)
            assert entry.licence
            assert entry.source
            assert entry.command
            assert all(url.startswith("http") for url in entry.urls)
            assert not entry.shipped or entry.path.parent == weights.FOLDER


def test_a_missing_file_is_one_sentence_with_all_that_one_needs(folder: Path) -> None:
    with pytest.raises(MissingWeightsError) as caught:
        weights.path_of("net")
    for part in (str(folder / "net.safetensors"), "trained here", "Apache-2.0", "python -m vton_core train net"):
        assert part in str(caught.value)


def test_an_unknown_name_lists_the_known_ones(folder: Path) -> None:
    with pytest.raises(EngineError, match=r"no weights called 'other'\. Choose one of: net"):
        weights.path_of("other")


def test_whole_and_damaged_are_told_apart(folder: Path) -> None:
    file = folder / "net.safetensors"
    for content, whole in ((b"abc", True), (b"abd", False), (b"abcd", False), (b"", False)):
        file.write_bytes(content)
        assert weights.verify(weights.entry("net")) is whole


def test_recording_changes_size_and_digest_alone(folder: Path) -> None:
    (folder / "net.safetensors").write_bytes(b"other")
    assert weights.record("net") == hashlib.sha256(b"other").hexdigest()
    assert json.loads((folder / "manifest.json").read_text()) == [
        _ENTRY | {"size": 5, "sha256": hashlib.sha256(b"other").hexdigest()}
    ]
    assert weights.verify(weights.entry("net"))
    assert [file.name for file in folder.iterdir() if file.is_dir()] == []


def test_a_damaged_file_is_one_sentence(folder: Path) -> None:
    for content in (b"", b"abc", b"version https://git-lfs.github.com/spec/v1\n"):
        (folder / "net.safetensors").write_bytes(content)
        with pytest.raises(EngineError, match=r"net\.safetensors are damaged.*python -m vton_core train net"):
            weights.load_tensors("net")


def test_the_command_line_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weights", "list"]) == 0
    assert "missing" in capsys.readouterr().out
    assert main(["weights", "where", "net"]) == 1
    assert "are missing" in capsys.readouterr().err
    (folder / "net.safetensors").write_bytes(b"abd")
    assert main(["weights", "verify"]) == 1
    assert "damaged" in capsys.readouterr().out
    assert main(["weights", "record", "net"]) == 0
    assert main(["weights", "verify", "net"]) == 0
    assert "whole" in capsys.readouterr().out
    assert main(["weights", "where", "net"]) == 0
    assert capsys.readouterr().out.strip() == str(folder / "net.safetensors")
