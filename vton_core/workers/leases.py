"""Keeps a visitor's folder in place while somebody works in it, across processes.

A visitor's folder holds a lease file. Who works in the folder holds a shared lock on that file, who sweeps it away
needs the exclusive one. The kernel lets go of a lock when its holder ends, however that happens.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final

__all__ = ["LEASE_FILE", "Lease", "lease", "leased_folder"]

LEASE_FILE: Final = ".visitor"


class Lease:
    """A lock on the lease file of ``folder``; let go by ``release``, at the end of a ``with``, or with the process.

    Args:
        file: the lease file.
        exclusive: the sweeper's lock: nobody else may hold one.

    Raises:
        BlockingIOError: another holds a lock that this one cannot share.
        OSError: the file is not there, or cannot be opened.
    """

    def __init__(self, file: Path, exclusive: bool = False) -> None:
        self.folder = file.parent
        self._descriptor: int | None = os.open(file, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def leased_folder(path: Path) -> Path | None:
    """The visitor's folder that ``path`` is or lies in; ``None`` for a path that is no visitor's."""
    return next((folder for folder in (path, *path.parents) if (folder / LEASE_FILE).is_file()), None)


def lease(path: Path) -> Lease | None:
    """Hold the visitor's folder that ``path`` is or lies in; ``None`` for a path that is no visitor's.

    Raises:
        OSError: the folder is being swept away at this moment.
    """
    folder = leased_folder(path)
    return Lease(folder / LEASE_FILE) if folder else None
