"""The visits of this process: found by their names, remembered while somebody uses them, swept when they are old."""

from __future__ import annotations

import time
from threading import Lock
from typing import Final, Protocol
from weakref import WeakValueDictionary

from components import state
from components.visit import Visit
from vton_core.errors import InputError
from vton_core.workspace import Workspace

__all__ = ["Store", "Visits"]

_SWEEP_SECONDS: Final = 600


class Store(Protocol):
    """Where the visitors' workspaces are (``vton_core.workers.visitors.VisitorStore``)."""

    def create(self) -> tuple[str, Workspace]: ...
    def open(self, name: str) -> Workspace: ...
    def touch(self, name: str) -> None: ...
    def sweep(self) -> object: ...


class Visits:
    """Args:
    store: the visitors' workspaces.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # A visit that somebody uses is found again as the one it is; the recent ones are kept in case they come back.
        self._used: WeakValueDictionary[str, Visit] = WeakValueDictionary()
        self._recent: dict[str, Visit] = {}
        self._lock = Lock()
        self._swept = 0.0

    def enter(self, name: str | None) -> Visit:
        """The visit of ``name``; a new one where there is none.

        Raises:
            StorageError: there is no room for one, or it cannot be read.
        """
        if name:
            try:
                return self.find(name)
            except InputError:
                pass
        name, _ = self._store.create()
        return self.find(name)

    def find(self, name: str) -> Visit:
        """The visit of ``name``.

        Raises:
            InputError: there is no such visit, or it was swept away.
            StorageError: it cannot be read.
        """
        with self._lock:
            root = self._store.open(name).root / "page"
            self._store.touch(name)
            visit = self._used.get(name)
            if visit is None or (visit.counter and not root.exists()):
                visit = self._used[name] = state.load(name, root)
            self._recent[name] = visit
            return visit

    def sweep(self) -> bool:
        """Now and then, let go of visits that nobody uses, and remove the old ones; whether that time had come."""
        with self._lock:
            if time.monotonic() - self._swept < _SWEEP_SECONDS and self._swept:
                return False
            self._swept = time.monotonic()
            self._recent.clear()
        self._store.sweep()
        return True
