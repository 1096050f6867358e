"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from vton_core.errors import StorageError

__all__ = ["make_folder", "replacing", "share", "storage_error", "write_bytes", "write_text"]


def make_folder(path: Path) -> None:
    """Make a folder and those above it.

    Raises:
        StorageError: the disk is full, or the place may not be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(path, error) from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of ``path`` when it is whole; what was there before stays until then.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    make_folder(path.parent)
    partial = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}.part")
    try:
        # Not made by tempfile, so that its rights are those of any new file: the umask cannot be read without setting
        # it, for all threads.
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise storage_error(path, error) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file atomically: what was there before stays until the new file is whole.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    with replacing(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically (names of files in another encoding as they are); see :func:`write_bytes`."""
    write_bytes(path, text.encode("utf-8", "surrogateescape"))


def share(source: Path, target: Path) -> None:
    """Give a file a second name, in place of what stood there; a copy where the disk knows no second names.

    Whoever changes a shared file has to replace it whole, so that the other stays.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    make_folder(target.parent)
    try:
        target.unlink(missing_ok=True)
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
    except OSError as error:
        raise storage_error(target, error) from error


def storage_error(path: Path, error: OSError) -> StorageError:
    """The sentence about a file that could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError("The disk is full: {name} could not be written. Free some space and try again.", name=path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            "{folder} may not be written. Choose another folder, or allow writing to it.", folder=path.parent
        )
    return StorageError("{name} could not be written ({reason}).", name=path, reason=error.strerror or error)
