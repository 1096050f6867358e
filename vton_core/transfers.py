"""One file from one address over HTTP: from its beginning, or from where an earlier transfer stopped."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from vton_core.errors import StorageError
from vton_core.storage import storage_error, write_text

__all__ = ["OFFLINE", "Origin", "RefusedError", "Report", "empty", "reason", "transfer"]

OFFLINE: Final = "there is no connection to it"
_CHUNK: Final = 1 << 20
_SECONDS: Final = 30
Report = Callable[[int, int | None], None]
"""Called with the bytes that are there, and those that there will be where that is known."""


class RefusedError(Exception):
    """An address does not give the file; the text says why, to stand behind the address' name."""


@dataclass(frozen=True)
class Origin:
    """Where a part of a file came from, and what tells whether the server still has the same file.

    Attributes:
        url: the address.
        tag: the server's own name of the content (ETag), if it gave one.
        total: bytes of the whole file, if it said so.
    """

    url: str = ""
    tag: str = ""
    total: int | None = None

    @classmethod
    def read(cls, note: Path) -> Origin:
        """What was noted of a part; nothing where nothing was, or nothing that can be read."""
        try:
            return cls(**json.loads(note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()

    def changed(self, now: Origin) -> bool:
        """What the server has now cannot be what the part came from."""
        tags = self.url == now.url and self.tag and now.tag and self.tag != now.tag
        totals = self.total is not None and now.total is not None and self.total != now.total
        return bool(tags or totals)


def transfer(url: str, file: IO[bytes], note: Path, size: int | None, report: Report) -> int | None:
    """Append to a part what is missing of the file at an address.

    Args:
        url: of the file.
        file: the part, open for appending; it is emptied where the server cannot go on, or has another file by now.
        note: where the part's origin is noted.
        size: bytes of the whole file, where they are known beforehand.
        report: told of the progress.

    Returns:
        The bytes of the whole file, where the server says them.

    Raises:
        RefusedError: the address gives something else.
        OSError, http.client.HTTPException: there is no connection, or it broke; what has come is in the part.
        StorageError: the disk is full.
    """
    have, origin = file.seek(0, os.SEEK_END), Origin.read(note)
    answer = _open(url, have, origin)
    if have and (answer.status != HTTPStatus.PARTIAL_CONTENT or origin.changed(_origin(url, answer))):
        have = empty(file)
        if answer.status == HTTPStatus.PARTIAL_CONTENT:
            answer.close()
            answer = _open(url, 0, origin)
    with answer as response:
        now = _origin(url, response)
        if response.headers.get_content_type() == "text/html":
            raise RefusedError("it sent a web page instead of the file")
        if have and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise RefusedError("it sent another part of the file than it was asked for")
        if None not in (size, now.total) and size != now.total:
            raise RefusedError(f"it has a file of {now.total} bytes instead of {size}")
        _make_room(Path(file.name), now.total, have)
        write_text(note, json.dumps(asdict(now)))
        _copy(response, file, have, now.total, report)
    return now.total


def empty(file: IO[bytes]) -> int:
    """Throw away what has come; returns what is left of it, 0."""
    file.seek(0)
    file.truncate()
    return 0


def reason(error: Exception) -> str:
    """Why a connection failed, in words that stand behind the address' name."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    match error, cause:
        case urllib.error.HTTPError() as refused, _:
            return f"it answered {refused.code} {http.client.responses.get(refused.code, '')}".rstrip()
        case _, ssl.SSLCertVerificationError():
            return "its certificate cannot be checked"
        case _, TimeoutError():
            return f"it did not answer within {_SECONDS} seconds"
        case urllib.error.URLError(), OSError():
            return OFFLINE
    return "the connection broke"


def _open(url: str, have: int, origin: Origin) -> http.client.HTTPResponse:
    if urlsplit(url).scheme not in ("http", "https"):
        raise RefusedError("it is no address of the web")
    headers = {"User-Agent": "VirtualTryOn", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
        if origin.url == url and origin.tag.startswith('"'):
            headers["If-Range"] = origin.tag
    try:
        answer: http.client.HTTPResponse = urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=_SECONDS
        )
    except urllib.error.HTTPError as error:
        error.close()
        if have and error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return _open(url, 0, origin)  # it has less than has come already, so it has another file
        raise
    return answer


def _origin(url: str, response: http.client.HTTPResponse) -> Origin:
    partial = response.status == HTTPStatus.PARTIAL_CONTENT
    total = (
        response.headers.get("Content-Range", "").rpartition("/")[2]
        if partial
        else response.headers.get("Content-Length", "")
    )
    return Origin(url, response.headers.get("ETag", ""), int(total) if total.isdigit() else None)


def _make_room(part: Path, total: int | None, have: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if total is not None and free < total - have:
        raise StorageError(
            "There is not enough room in {folder}: {need} MB more are needed, {free} MB are free. Free some space and "
            "run the command again.",
            folder=part.parent,
            need=f"{(total - have) / 1e6:.0f}",
            free=f"{free / 1e6:.0f}",
        )


def _copy(response: http.client.HTTPResponse, file: IO[bytes], have: int, total: int | None, report: Report) -> None:
    report(have, total)
    while chunk := response.read(_CHUNK):
        try:
            file.write(chunk)
            file.flush()
        except OSError as error:
            raise storage_error(Path(file.name), error) from error
        have += len(chunk)
        report(have, total)
