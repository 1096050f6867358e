"""Position files: the three placement coordinates as text."""

from __future__ import annotations

import math
import re
from typing import Final

from vton_core.errors import PlacementError
from vton_core.types import Placement

__all__ = ["parse_position"]

_SEPARATORS: Final = re.compile(r"[\s,;]+")


def parse_position(text: str, name: str) -> Placement:
    """Read a position file.

    Three lines of ``x y`` (position, top, bottom), or six numbers on one line; commas are read as blanks, ``#`` starts
    a comment. After the numbers, a word ``flip`` mirrors the figure, and ``rotate`` with a number turns it.

    Args:
        text: the file's content.
        name: the file's name, for messages.

    Raises:
        PlacementError: something else stands there; the message names the line.
    """
    numbers: list[float] = []
    flip, rotate, turning = False, 0.0, False
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        for word in _SEPARATORS.split(line.partition("#")[0].strip()):
            if word.lower() == "flip" and len(numbers) == 6:
                flip = True
            elif word.lower() == "rotate" and len(numbers) == 6:
                turning = True
            elif word and turning:
                rotate, turning = _number(word, name, number), False
            elif word:
                numbers.append(_number(word, name, number))
    if len(numbers) != 6:
        raise PlacementError(
            "{name} holds {count} numbers instead of six. Write three lines of 'x y': position, top and bottom.",
            name=name,
            count=len(numbers),
        )
    position, top, bottom = zip(numbers[::2], numbers[1::2], strict=True)
    if turning or not abs(rotate) <= 180:
        raise PlacementError("{name}: after 'rotate' stand the degrees, from -180 to 180.", name=name)
    try:
        return Placement(position, top, bottom, flip, rotate)
    except PlacementError:
        raise PlacementError(
            "{name}: the second and third points lie on the same spot, so the figure would have no height. "
            "Choose two points as far apart as the figure should be tall.",
            name=name,
        ) from None


def _number(word: str, name: str, line: int) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise PlacementError(
            "{name}, line {line}: '{word}' is not a number. Write three lines of 'x y': position, top and bottom.",
            name=name,
            line=line,
            word=word[:40],
        )
    return value
