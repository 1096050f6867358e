"""The visitors' workspaces: one each, under a name that nobody can guess, swept away when they are old."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vton_core.errors import StorageError, WorkspaceError
from vton_core.workers.leases import LEASE_FILE, Lease
from vton_core.workspace import Workspace

__all__ = ["VisitorStore", "default_root"]

_NAME_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SWEPT: Final = "swept-"
_DAY: Final = 24 * 3600.0
_GIB: Final = 1 << 30


@dataclass(frozen=True)
class _Visitor:
    folder: Path
    touched: float
    size: int


class VisitorStore:
    """Whoever knows a name may open its workspace, and nobody else: a name has 256 random bits.

    Args:
        root: the folder that holds the workspaces; made when missing, for this user alone. By default
            :func:`default_root`.
        max_age: seconds after its last use that a workspace is kept.
        max_bytes: what all of them may take together; beyond it, those that were used longest ago go first.
        in_use: seconds after its last use that a workspace counts as in use, and is kept whatever its size.

    Raises:
        StorageError: the folder cannot be made, or belongs to another user.
    """

    def __init__(
        self,
        root: Path | None = None,
        *,
        max_age: float = 7 * _DAY,
        max_bytes: int = 8 * _GIB,
        in_use: float = 1800.0,
    ) -> None:
        self._root = _private(root or default_root())
        self._max_age, self._max_bytes, self._in_use = max_age, max_bytes, in_use

    @property
    def root(self) -> Path:
        """The folder that holds the workspaces."""
        return self._root

    def create(self) -> tuple[str, Workspace]:
        """A new workspace and its name.

        Raises:
            StorageError: it could not be made.
        """
        name = secrets.token_urlsafe(_NAME_BYTES)
        folder = self._root / name
        try:
            folder.mkdir(mode=0o700)
            (folder / LEASE_FILE).touch(mode=0o600)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise _unusable(self._root, error) from error
        return name, Workspace(folder)

    def open(self, name: str) -> Workspace:
        """The workspace of that name.

        Raises:
            WorkspaceError: there is none, or it was swept away.
        """
        return Workspace(self._folder(name))

    def touch(self, name: str) -> None:
        """Say that the workspace of that name is in use now.

        Raises:
            WorkspaceError: there is none, or it was swept away.
            StorageError: the folder may not be written.
        """
        try:
            os.utime(self._folder(name) / LEASE_FILE)
        except FileNotFoundError:
            raise _gone() from None
        except OSError as error:
            raise _unusable(self._root, error) from error

    def sweep(self) -> list[str]:
        """Remove the workspaces that are too old, then, while all together are too large, those used longest ago.

        Never one in which a job runs or waits (of any process), nor one that was used within ``in_use`` seconds.

        Returns:
            The names of those removed.
        """
        for rest in self._root.glob(f"{_SWEPT}*"):
            shutil.rmtree(rest, ignore_errors=True)
        now = time.time()
        visitors = sorted(self._visitors(), key=lambda visitor: visitor.touched)
        total = sum(visitor.size for visitor in visitors)
        removed: list[str] = []
        for visitor in visitors:
            age = now - visitor.touched
            if age > self._in_use and (age > self._max_age or total > self._max_bytes) and self._remove(visitor):
                total -= visitor.size
                removed.append(visitor.folder.name)
        return removed

    def _folder(self, name: str) -> Path:
        folder = self._root / name if _NAME.fullmatch(name) else None
        # A link is none of this store's: it would lead out of it.
        if folder is None or folder.is_symlink() or not (folder / LEASE_FILE).is_file():
            raise _gone()
        return folder

    def _visitors(self) -> Iterator[_Visitor]:
        for entry in os.scandir(self._root):
            if _NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with suppress(FileNotFoundError):  # another process has swept it meanwhile
                    folder = Path(entry.path)
                    file = folder / LEASE_FILE
                    touched = (file if file.exists() else folder).stat().st_mtime
                    yield _Visitor(folder, touched, _size(folder))

    def _remove(self, visitor: _Visitor) -> bool:
        """Take the folder out of reach at once, then delete it; not if somebody holds it or has just come back."""
        file = visitor.folder / LEASE_FILE
        aside = visitor.folder.with_name(f"{_SWEPT}{visitor.folder.name}")
        try:
            if file.exists():
                with Lease(file, exclusive=True):
                    if file.stat().st_mtime != visitor.touched:
                        return False
                    visitor.folder.rename(aside)
            else:
                visitor.folder.rename(aside)
        except OSError:
            return False
        shutil.rmtree(aside, ignore_errors=True)
        return True


def default_root() -> Path:
    """A folder in the user's cache, or in the system's temporary folder where there is no home to write to."""
    with suppress(OSError, RuntimeError):
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        cache.mkdir(parents=True, exist_ok=True)
        if os.access(cache, os.W_OK):
            return cache / "virtualtryon-visitors"
    return Path(tempfile.gettempdir()) / f"virtualtryon-visitors-{os.getuid()}"


def _private(root: Path) -> Path:
    """Make ``root`` when missing, and see that nobody else can look into it: who sees a name has the workspace."""
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        root.mkdir(exist_ok=True, mode=0o700)
        root = root.resolve(strict=True)
        found = root.stat()
        if found.st_uid != os.getuid():
            raise PermissionError("it belongs to another user")
        if found.st_mode & 0o077:
            if not all(_NAME.fullmatch(entry.name) for entry in root.iterdir()):
                raise PermissionError("other users may look into it, and it holds other files")
            root.chmod(0o700)
    except OSError as error:
        raise _unusable(root, error) from error
    return root


def _size(folder: Path) -> int:
    """Bytes of all files below ``folder``; one that has several names there counts once."""
    sizes: dict[tuple[int, int], int] = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                found = (Path(parent) / name).lstat()
                sizes[found.st_dev, found.st_ino] = found.st_size
    return sum(sizes.values())


def _gone() -> WorkspaceError:
    return WorkspaceError("This visit is not there any more. Start a new one.")


def _unusable(root: Path, error: OSError) -> StorageError:
    return StorageError(
        "The folder {folder} cannot be used for the visitors' pictures ({reason}). Free some space, or choose another "
        "folder that you may write to.",
        folder=root,
        reason=error.strerror or error,
    )
