"""The one folder whose files the browser may fetch, and how a visitor's file gets into it.

Gradio serves any file of its upload folder to whoever knows the path. A file is therefore copied there, when it is
shown, under the digest of the visitor's name and its content: who does not hold the name cannot know the path, even
of a picture that they own as well.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path
from threading import Lock
from typing import Final
from urllib.parse import quote

from vton_core.errors import InputError
from vton_core.storage import replacing

__all__ = ["PREFIX", "Served"]

PREFIX: Final = "gradio_api/file="
"""Where the page finds the served folder."""


class Served:
    """Args:
    folder: the folder that Gradio serves (its ``GRADIO_TEMP_DIR``); made when missing, for this user alone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._known: dict[tuple[str, Path, int, int], Path] = {}
        self._lock = Lock()

    def publish(self, visitor: str, source: Path) -> Path:
        """Copy ``source`` into the served folder (once) and return where it lies there.

        Raises:
            FileNotFoundError: it is not there any more.
            StorageError: the disk is full.
        """
        stat = source.stat()
        key = (visitor, source, stat.st_mtime_ns, stat.st_size)
        with self._lock:
            target = self._known.get(key)
            if target is None or not target.exists():
                target = self._copy(visitor, source)
                self._known[key] = target
            return target

    def _copy(self, visitor: str, source: Path) -> Path:
        with source.open("rb") as content:
            digest = hashlib.file_digest(content, lambda: hashlib.sha256(visitor.encode() + b"\0")).hexdigest()
            content.seek(0)
            target = self.folder / digest / source.name
            with replacing(target) as file:
                shutil.copyfileobj(content, file)
        return target

    def url(self, visitor: str, source: Path) -> str:
        """The address, relative to the page, at which the browser gets ``source``; raises as :meth:`publish`."""
        return PREFIX + quote(str(self.publish(visitor, source)))

    def received(self, path: str) -> Path:
        """The file of an upload that a browser names.

        Raises:
            InputError: the path is no file of the served folder: it was not uploaded.
        """
        try:
            file = Path(path).resolve()
            known = file.is_relative_to(self.folder) and file.is_file()
        except (OSError, ValueError):
            known = False
        if not known:
            raise InputError("The uploaded file is not there any more. Choose it again.")
        return file

    def sweep(self, older_than: float) -> None:
        """Remove what was put here more than ``older_than`` seconds ago; a page that still shows it gets it anew."""
        now = time.time()
        with self._lock:
            self._known = {key: target for key, target in self._known.items() if target.exists()}
        for entry in os.scandir(self.folder):
            if entry.is_dir() and now - entry.stat().st_mtime > older_than:
                shutil.rmtree(entry.path, ignore_errors=True)
