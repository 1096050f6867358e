"""Downloads: whole and checked or not at all, from wherever they can be had, going on where they stopped."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publisher import Publisher, publisher
from vton_core import transfers
from vton_core.downloads import Wanted, download
from vton_core.errors import EngineError, StorageError

CONTENT = bytes(range(256)) * 4096
SHA = hashlib.sha256(CONTENT).hexdigest()
HALF = len(CONTENT) // 2


@pytest.fixture(scope="module")
def listening() -> Iterator[Publisher]:
    with publisher() as made:
        yield made


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server(listening: Publisher) -> Publisher:
    listening.shelves.clear()
    listening.asked.clear()
    return listening


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "weights" / "net.pth"


def get(wanted: Wanted) -> list[tuple[int, int | None]]:
    """Download it; the progress that was told."""
    told: list[tuple[int, int | None]] = []
    download(wanted, lambda have, total: told.append((have, total)))
    return told


def refused(wanted: Wanted) -> str:
    with pytest.raises(EngineError) as caught:
        get(wanted)
    assert not wanted.target.exists()
    return str(caught.value)


def left(target: Path) -> list[str]:
    return sorted(file.name for file in target.parent.iterdir())


@pytest.mark.parametrize("known", [(len(CONTENT), SHA), (None, SHA), (len(CONTENT), None), (None, None)])
def test_a_file_comes_whole_with_its_progress(server: Publisher, target: Path, known: tuple[int, str]) -> None:
    told = get(Wanted((server.offer("net", CONTENT),), target, *known))
    assert target.read_bytes() == CONTENT
    assert told[0] == (0, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert told == sorted(told)
    assert left(target) == ["net.pth"]


def test_a_broken_connection_goes_on_where_it_broke(server: Publisher, target: Path) -> None:
    url = server.offer("net", CONTENT, cuts=[1000, HALF])
    get(Wanted((url,), target, None, SHA))
    assert target.read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == ["", "bytes=1000-", f"bytes={1000 + HALF}-"]


@pytest.mark.parametrize("sha256", [SHA, None])
def test_an_interrupted_download_goes_on_at_the_next_call(server: Publisher, target: Path, sha256: str | None) -> None:
    def stop(have: int, total: int | None) -> None:
        if have:
            raise KeyboardInterrupt

    url = server.offer("net", CONTENT, cuts=[HALF])
    with pytest.raises(KeyboardInterrupt):
        download(Wanted((url,), target, None, sha256), stop)
    assert not target.exists()
    begun = next(file for file in target.parent.iterdir() if file.suffix == ".part").stat().st_size
    assert 0 < begun <= HALF
    server.asked.clear()
    told = get(Wanted((url,), target, None, sha256))
    assert server.asked == [("/net", f"bytes={begun}-")]
    assert told[0] == (begun, len(CONTENT))
    assert target.read_bytes() == CONTENT


def test_a_file_that_has_changed_on_the_server_is_begun_anew(server: Publisher, target: Path) -> None:
    url = server.offer("net", b"x" * len(CONTENT), cuts=[HALF, 0])
    refused(Wanted((url,), target))
    server.offer("net", CONTENT, tag='"two"')
    get(Wanted((url,), target))
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("tag", ["", 'W/"weak"'])
def test_one_of_another_length_too_where_the_server_names_no_version(server: Publisher, target: Path, tag: str) -> None:
    url = server.offer("net", b"x" * (len(CONTENT) + 9), cuts=[HALF, 0], tag=tag)
    refused(Wanted((url,), target))
    server.offer("net", CONTENT, tag=tag)
    get(Wanted((url,), target))
    assert target.read_bytes() == CONTENT


def test_a_server_without_ranges_sends_all_again(server: Publisher, target: Path) -> None:
    get(Wanted((server.offer("net", CONTENT, cuts=[HALF], ranges=False),), target, None, SHA))
    assert target.read_bytes() == CONTENT


def test_a_server_that_has_less_than_came_already_is_asked_for_all(server: Publisher, target: Path) -> None:
    url = server.offer("net", CONTENT * 2, cuts=[len(CONTENT) + 5, 0], tag="")
    refused(Wanted((url,), target))
    server.offer("net", CONTENT, tag="")
    get(Wanted((url,), target))
    assert target.read_bytes() == CONTENT


def test_a_length_that_is_not_said_is_no_hindrance(server: Publisher, target: Path) -> None:
    assert get(Wanted((server.offer("net", CONTENT, says_length=False),), target, None, SHA))[-1] == (
        len(CONTENT),
        None,
    )
    assert target.read_bytes() == CONTENT


def test_a_mirror_takes_over_what_another_began(server: Publisher, target: Path) -> None:
    first, second = server.offer("first", CONTENT, cuts=[HALF, 0]), server.offer("second", CONTENT)
    get(Wanted((f"{server.url}/lost", first, second), target, None, SHA))
    assert target.read_bytes() == CONTENT
    assert server.asked[-1] == ("/second", f"bytes={HALF}-")


def test_without_a_digest_a_mirror_begins_anew(server: Publisher, target: Path) -> None:
    first, second = server.offer("first", b"y" * len(CONTENT), cuts=[HALF, 0]), server.offer("second", CONTENT)
    get(Wanted((first, second), target))
    assert target.read_bytes() == CONTENT
    assert server.asked[-1] == ("/second", "")


def test_a_false_beginning_is_thrown_away(server: Publisher, target: Path) -> None:
    false, url = server.offer("false", b"y" * len(CONTENT), cuts=[HALF, 0]), server.offer("net", CONTENT)
    get(Wanted((false, url), target, len(CONTENT), SHA))
    assert target.read_bytes() == CONTENT


def test_another_file_than_was_published_is_refused_and_not_kept(server: Publisher, target: Path) -> None:
    said = refused(Wanted((server.offer("net", CONTENT[::-1]),), target, None, SHA))
    assert "what it sent is not the file that was published" in said
    assert f"put the file at {target} by hand" in said
    assert all((target.parent / name).stat().st_size < 1000 for name in left(target))
    assert f"it has a file of {len(CONTENT)} bytes instead of 5" in refused(
        Wanted((f"{server.url}/net",), target, 5, SHA)
    )


def test_a_refusal_is_told_with_every_address(server: Publisher, target: Path) -> None:
    page = server.offer("page", b"<html>quota exceeded</html>", kind="text/html; charset=utf-8")
    gone = server.offer("gone", b"", status=503)
    said = refused(Wanted((f"{server.url}/lost", gone, page, "file:///etc/passwd"), target))
    for part in (
        "it answered 404 Not Found",
        "it answered 503 Service Unavailable",
        "it sent a web page instead of the file",
        "it is no address of the web",
    ):
        assert part in said
    assert said.endswith("by hand.")


def test_no_connection_is_one_sentence(target: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        said = refused(Wanted((f"http://127.0.0.1:{port}/net", "http://nowhere.invalid/net"), target))
    assert said.startswith(
        f"net.pth could not be fetched: there is no connection to 127.0.0.1:{port}, nowhere.invalid."
    )


def test_a_silent_server_is_not_waited_for_for_ever(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfers, "_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = refused(Wanted((f"http://127.0.0.1:{silent.getsockname()[1]}/net",), target))
    assert "it did not answer within 0.05 seconds" in said


def test_a_disk_without_room_is_told_before_anything_comes(
    server: Publisher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(transfers.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(StorageError, match=r"not enough room in .*weights: 1 MB more are needed, 0 MB are free"):
        get(Wanted((server.offer("net", CONTENT),), target))
    assert not target.exists()


def test_a_disk_that_fills_up_leaves_nothing_half_written(
    server: Publisher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, *_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    url = server.offer("net", CONTENT)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(StorageError, match="The disk is full"):
            get(Wanted((url,), target))
    assert not target.exists()
    get(Wanted((url,), target))
    assert target.read_bytes() == CONTENT


def test_two_do_not_fetch_the_same_file_at_once(server: Publisher, target: Path) -> None:
    wanted = Wanted((server.offer("net", CONTENT),), target)
    target.parent.mkdir()
    with wanted.part.open("a+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert refused(wanted) == "net.pth is being fetched already. Wait until that has ended."
    get(wanted)
