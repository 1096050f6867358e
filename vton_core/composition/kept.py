"""What was worked out for one picture, kept for the next: most changes leave most of it as it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import is_dataclass
from typing import Final, TypeVar, cast

import numpy as np

__all__ = ["Kept", "weight"]

_MOST: Final = 192 << 20
_Made = TypeVar("_Made")


class Kept:
    """Results of the picture before and of the one that is being made.

    Args:
        most: bytes of results that are kept of one picture.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._bytes = 0
        self._before: dict[Hashable, tuple[object, object]] = {}
        self._now: dict[Hashable, tuple[object, object]] = {}

    def get(self, sources: tuple[object, ...], values: Hashable, make: Callable[[], _Made]) -> _Made:
        """What ``make`` returns, or returned for the same sources and values while these two pictures were made.

        Args:
            sources: the objects that it is made from, known by their identity; nobody changes them.
            values: what else it depends on, and which of the things made from them it is.
            make: makes it.
        """
        key = (*map(id, sources), values)
        found = self._now.get(key) or self._before.get(key)
        if found is None:
            found = make(), sources  # which are held as long, so that their identity is theirs alone
        if key not in self._now and self._bytes + weight(found[0]) <= self._most:
            self._bytes += weight(found[0])
            self._now[key] = found
        return cast(_Made, found[0])

    def end(self) -> None:
        """The picture is made: what it had no use for is let go."""
        self._before, self._now, self._bytes = self._now, {}, 0


def weight(made: object) -> int:
    """The bytes of the arrays in an object."""
    if isinstance(made, np.ndarray):
        return int(made.nbytes)
    if isinstance(made, tuple):
        return sum(map(weight, made))
    if is_dataclass(made):
        return sum(map(weight, vars(made).values()))
    return 0
