"""Large files from the first address that has them, going on where an earlier try stopped."""

from __future__ import annotations

import fcntl
import http.client
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from vton_core.errors import EngineError
from vton_core.storage import make_folder, storage_error
from vton_core.transfers import OFFLINE, Origin, RefusedError, Report, empty, reason, transfer
from vton_core.weights_records import has_digests

__all__ = ["Report", "Wanted", "download"]


@dataclass(frozen=True)
class Wanted:
    """A file to download.

    Attributes:
        urls: its addresses, in the order in which they are tried.
        target: where it belongs; what has come so far lies beside it, as ``.<name>.part``.
        size: bytes, where known.
        sha256: hexadecimal, where known.
        md5: likewise.
    """

    urls: tuple[str, ...]
    target: Path
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None

    @property
    def digests(self) -> dict[str, str]:
        """What tells, in the end, whether the right file came; nothing where nothing is known."""
        return {name: digest for name in ("sha256", "md5") if (digest := getattr(self, name)) is not None}

    @property
    def part(self) -> Path:
        """What has come so far."""
        return self.target.with_name(f".{self.target.name}.part")

    @property
    def note(self) -> Path:
        """Where it came from."""
        return self.target.with_name(f".{self.target.name}.part.json")


def download(wanted: Wanted, report: Report) -> str:
    """Get a file; it appears at its target once it is whole and checked, and not before.

    Args:
        wanted: which file.
        report: told of the progress.

    Returns:
        The address that gave it.

    Raises:
        EngineError: no address gives it; the message says why for each. What has come stays for the next try.
        StorageError: the disk is full, or the folder may not be written.
    """
    make_folder(wanted.target.parent)
    reasons: dict[str, str] = {}
    with _held(wanted) as file:
        for url in wanted.urls:
            try:
                _fetch(url, wanted, file, report)
            except RefusedError as refused:
                reasons[url] = str(refused)
                continue
            _put_in_place(wanted, file)
            return url
    raise _failure(wanted, reasons)


def _failure(wanted: Wanted, reasons: Mapping[str, str]) -> EngineError:
    if reasons and set(reasons.values()) == {OFFLINE}:
        return EngineError(
            "{name} could not be fetched: there is no connection to {hosts}. Connect this computer to the internet and "
            "run the command again, or put the file at {target} by hand.",
            name=wanted.target.name,
            hosts=", ".join(dict.fromkeys(_host(url) for url in reasons)),
            target=wanted.target,
        )
    return EngineError(
        "{name} could not be fetched ({reasons}). Run the command again later, it goes on where it stopped; or put the "
        "file at {target} by hand.",
        name=wanted.target.name,
        reasons="; ".join(f"{_host(url)}: {why}" for url, why in reasons.items()),
        target=wanted.target,
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc or url


@contextmanager
def _held(wanted: Wanted) -> Iterator[IO[bytes]]:
    """The part, open for appending, and nobody else's."""
    try:
        file = wanted.part.open("a+b")
    except OSError as error:
        raise storage_error(wanted.target, error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever held it may have put it in its place since it was opened.
            mine = wanted.part.stat().st_ino == os.fstat(file.fileno()).st_ino
        except (BlockingIOError, FileNotFoundError):
            mine = False
        if not mine:
            raise EngineError("{name} is being fetched already. Wait until that has ended.", name=wanted.target.name)
        yield file


def _fetch(url: str, wanted: Wanted, file: IO[bytes], report: Report) -> None:
    """Make the part whole from one address; a connection that breaks is tried again as long as something comes.

    Raises:
        RefusedError: the address does not give the file.
    """
    doubted = False
    while True:
        before = _beginning(url, wanted, file)
        try:
            if _complete(url, wanted, file, report):
                if has_digests(wanted.part, **wanted.digests):
                    return
                empty(file)
                if doubted or not before:
                    raise RefusedError("what it sent is not the file that was published")
                doubted = True  # the fault may lie in what came earlier
                continue
            why = "the connection broke"
        except (OSError, http.client.HTTPException) as error:
            why = reason(error)
        if file.seek(0, os.SEEK_END) <= before:
            raise RefusedError(why)


def _beginning(url: str, wanted: Wanted, file: IO[bytes]) -> int:
    """Bytes that have come; none are kept that may be another file's: a known digest would tell, in the end."""
    if not wanted.digests and Origin.read(wanted.note).url != url:
        return empty(file)
    return file.seek(0, os.SEEK_END)


def _complete(url: str, wanted: Wanted, file: IO[bytes], report: Report) -> bool:
    """Get what is missing; all of it has come."""
    have, known = file.seek(0, os.SEEK_END), wanted.size or Origin.read(wanted.note).total
    if not have or have != known:
        known = transfer(url, file, wanted.note, wanted.size, report) or wanted.size
    have = file.seek(0, os.SEEK_END)
    if known is not None and have > known:
        empty(file)
        raise RefusedError("it sent more than the file that was published")
    if known is None and not wanted.digests:
        raise RefusedError("it does not say how long the file is, so nobody can tell whether all of it came")
    return known is None or have == known


def _put_in_place(wanted: Wanted, file: IO[bytes]) -> None:
    try:
        os.fsync(file.fileno())
        wanted.part.replace(wanted.target)
    except OSError as error:
        raise storage_error(wanted.target, error) from error
    wanted.note.unlink(missing_ok=True)
