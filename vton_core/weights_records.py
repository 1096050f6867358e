"""What is known of a weight file on this computer: the SHA-256 of the first one, and when it was last seen whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from vton_core.storage import write_text

__all__ = ["Record", "has_digests", "read_record", "write_record"]


@dataclass(frozen=True)
class Record:
    """A weight file as it was when its content was last read whole.

    Attributes:
        file: its path.
        size: bytes.
        mtime: of its last change, nanoseconds.
        sha256: of its content, hexadecimal.
        origin: the address it was fetched from, or how else it came.
    """

    file: str
    size: int
    mtime: int
    sha256: str
    origin: str

    @classmethod
    def of(cls, path: Path, origin: str) -> Record:
        """Read a file and tell what it is.

        Raises:
            OSError: it cannot be read.
        """
        stat = path.stat()
        return cls(str(path), stat.st_size, stat.st_mtime_ns, _digest(path, "sha256"), origin)

    def still(self, path: Path) -> bool:
        """The file is the one that was read then, as far as can be told without reading it again."""
        stat = path.stat()
        return (self.file, self.size, self.mtime) == (str(path), stat.st_size, stat.st_mtime_ns)


def has_digests(path: Path, **wanted: str | None) -> bool:
    """A file's content has these digests.

    Args:
        path: of the file.
        wanted: hexadecimal, by the algorithm's name (``sha256``, ``md5``); those that are ``None`` are not known.

    Raises:
        OSError: it cannot be read.
    """
    return all(_digest(path, name) == digest for name, digest in wanted.items() if digest is not None)


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        # MD5 too only tells whether a file is whole, so a computer that forbids it as a safeguard may use it here.
        return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()


def read_record(folder: Path, name: str) -> Record | None:
    """What is recorded of the weights of that name; ``None`` where nothing is, or nothing that can be read."""
    try:
        return Record(**json.loads(_place(folder, name).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_record(folder: Path, name: str, record: Record) -> None:
    """Record a file; one a name.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    write_text(_place(folder, name), json.dumps(asdict(record), indent=2) + "\n")


def _place(folder: Path, name: str) -> Path:
    return folder / "recorded" / f"{name}.json"
