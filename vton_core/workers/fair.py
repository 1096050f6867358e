"""A queue that serves its owners in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["FairQueue"]

T = TypeVar("T")


class FairQueue(Generic[T]):
    """First come, first served among one owner's items; among owners, an item each in turn.

    An owner who comes while others wait stands behind them, and so does one who was just served: nobody can fill the
    queue before another, and nobody waits for ever.
    """

    def __init__(self) -> None:
        self._lines: dict[str, deque[T]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def push(self, owner: str, item: T) -> None:
        """Add an item at the end of its owner's line."""
        self._lines.setdefault(owner, deque()).append(item)

    def pop(self, eligible: Callable[[T], bool]) -> T | None:
        """Take the first item, in the order of :meth:`order`, that is eligible; ``None`` where none is."""
        for item in self.order():
            if eligible(item):
                owner = next(owner for owner, line in self._lines.items() if item in line)
                line = self._lines.pop(owner)
                line.remove(item)
                if line:
                    self._lines[owner] = line
                return item
        return None

    def remove(self, item: T) -> None:
        """Take an item out, wherever it stands; nothing happens where it is not there."""
        for owner, line in self._lines.items():
            if item in line:
                line.remove(item)
                if not line:
                    del self._lines[owner]
                return

    def order(self) -> list[T]:
        """Every item, in the order in which they would be served."""
        lines = list(self._lines.values())
        rounds = range(max(map(len, lines), default=0))
        return [line[turn] for turn in rounds for line in lines if turn < len(line)]
