"""Numbers on a command line, refused in one sentence where they make no sense."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Final

__all__ = ["at_least", "size"]

_SMALLEST: Final = 32


def at_least(least: int) -> Callable[[str], int]:
    """The type of an option that is a whole number from ``least`` on."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ArgumentTypeError(f"{text!r} is not a whole number from {least} on")
        return int(text)

    return number


def size(text: str) -> tuple[int, int]:
    """The type of an option such as ``384x512``, ``(width, height)``."""
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and min(int(width), int(height)) >= _SMALLEST):
        raise ArgumentTypeError(f"{text!r} is not a width and a height such as 384x512, each at least {_SMALLEST}")
    return int(width), int(height)
