"""Two pieces of work at once, on two processors where there are two."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["side_by_side"]

_First = TypeVar("_First")
_Second = TypeVar("_Second")


def side_by_side(first: Callable[[], _First], second: Callable[[], _Second]) -> tuple[_First, _Second]:
    """Do two things that do not wait for each other; NumPy, SciPy, OpenCV and Pillow let others work meanwhile.

    Args:
        first: done in this thread.
        second: done in another one.

    Returns:
        What both return.

    Raises:
        Exception: what either raises, once both have ended; the first's where both do.
    """
    with ThreadPoolExecutor(1) as other:
        begun = other.submit(second)
        return first(), begun.result()
