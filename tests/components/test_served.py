"""The one folder that the browser may fetch from."""

from __future__ import annotations

import errno
import os
import tracemalloc
from pathlib import Path

import pytest

from components.served import Served
from tests.components.fake import picture
from vton_core.errors import InputError, StorageError


def test_the_same_file_lies_apart_for_each_visitor(tmp_path: Path) -> None:
    served, file = Served(tmp_path / "served"), picture(tmp_path / "a.png")
    mine, theirs = served.publish("me", file), served.publish("they", file)
    assert mine != theirs
    assert served.publish("me", file) == mine
    assert mine.read_bytes() == theirs.read_bytes() == file.read_bytes()


def test_a_changed_file_gets_another_address(tmp_path: Path) -> None:
    served, file = Served(tmp_path / "served"), picture(tmp_path / "a.png")
    before = served.url("me", file)
    picture(file, colour=(1, 2, 3))
    assert served.url("me", file) != before


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    served, file = Served(tmp_path / "served"), tmp_path / "project.zip"
    with file.open("wb") as large:
        large.truncate(24 << 20)
    tracemalloc.start()
    there = served.publish("me", file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert there.stat().st_size == 24 << 20
    assert peak < 8 << 20


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    served, file = Served(tmp_path / "served"), picture(tmp_path / "a.png")
    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(StorageError, match="disk is full"):
        served.publish("me", file)
    assert not [path for path in served.folder.rglob("*") if path.is_file()]


def test_what_was_swept_is_put_back_when_it_is_shown_again(tmp_path: Path) -> None:
    served, file = Served(tmp_path / "served"), picture(tmp_path / "a.png")
    there = served.publish("me", file)
    os.utime(there.parent, (0, 0))
    served.sweep(3600)
    assert not there.exists()
    assert served.publish("me", file) == there
    assert there.exists()


def test_nothing_but_an_upload_is_received(tmp_path: Path) -> None:
    served = Served(tmp_path / "served")
    outside = picture(tmp_path / "outside.png")
    link = served.folder / "link.png"
    link.symlink_to(outside)
    for path in (str(outside), str(link), str(served.folder), f"{served.folder}/../outside.png", "", "a\0b"):
        with pytest.raises(InputError):
            served.received(path)
    inside = picture(served.folder / "x" / "inside.png")
    assert served.received(str(inside)) == inside


def test_the_folder_is_this_users_alone(tmp_path: Path) -> None:
    assert Served(tmp_path / "served").folder.stat().st_mode & 0o077 == 0
