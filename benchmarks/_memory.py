"""Watches the memory of a process and of all that it has started (Linux)."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Final

__all__ = ["MemoryWatch"]

_EVERY: Final = 0.05


class MemoryWatch:
    """Samples while its ``with`` lasts.

    Attributes:
        first: peak of the watched process, bytes resident.
        all: peak of the sum over it and its descendants, bytes; pages that several share count once where the kernel
            tells (proportional set size), else in each.

    Args:
        process: its id.
    """

    def __init__(self, process: int) -> None:
        self.first = self.all = 0
        self._process = process
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY):
            family = _family(self._process)
            self.first = max(self.first, _field(self._process, "status", "VmHWM:"))
            self.all = max(self.all, sum(map(_memory, family)))


def _family(root: int) -> list[int]:
    """The process and its descendants; those that end meanwhile are left out."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
    family = [root]
    for member in family:
        family += [process for process, parent in parents.items() if parent == member]
    return family


def _memory(process: int) -> int:
    return _field(process, "smaps_rollup", "Pss:") or _field(process, "status", "VmRSS:")


def _field(process: int, file: str, name: str) -> int:
    """A field of a file of the kernel's, which counts in KiB; 0 where there is none."""
    try:
        lines = (Path("/proc") / str(process) / file).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)
