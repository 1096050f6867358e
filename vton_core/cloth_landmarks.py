"""The files of a garment's landmarks: those the user has moved, and all as they were used."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from vton_core.errors import WorkspaceError
from vton_core.types import Point

__all__ = [
    "NAMES",
    "ClothLandmarks",
    "format_corrections",
    "format_landmarks",
    "parse_corrections",
    "parse_landmarks",
]

_OF_A_SIDE: Final = (
    *("neck", "collar", "shoulder", "armpit", "cuff_outer", "cuff_inner", "waist", "hem", "hem_outer", "hem_inner"),
)
NAMES: Final = frozenset(
    {"neck_front", "crotch"} | {f"{side}_{corner}" for side in ("left", "right") for corner in _OF_A_SIDE}
)
"""Every landmark that some kind of garment has; left and right are the picture's."""


@dataclass(frozen=True)
class ClothLandmarks:
    """A garment's landmarks as a try-on used them.

    Attributes:
        garment: the kind of garment that it was worn as.
        size: ``(width, height)`` of its photo.
        points: the landmarks by name, in the photo's pixels.
    """

    garment: str
    size: tuple[int, int]
    points: Mapping[str, Point]


def parse_corrections(text: str, name: str) -> dict[str, Point]:
    """Read the landmarks that the user has moved: ``{"left_neck": [x, y], …}``.

    Args:
        text: the file's content.
        name: the file's name, for messages.

    Raises:
        WorkspaceError: another format, or a name that no garment has.
    """
    try:
        points = _points(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise WorkspaceError(
            "{name} does not say where landmarks are. Give each name that you move its [x, y], or delete the file.",
            name=name,
        ) from None
    for landmark in points:
        if landmark not in NAMES:
            raise WorkspaceError(
                "{name} moves '{landmark}', which no garment has. Known are: {known}.",
                name=name,
                landmark=landmark,
                known=", ".join(sorted(NAMES)),
            )
    return points


def format_corrections(moved: Mapping[str, Point]) -> str:
    """The landmarks that the user has moved as a file's content."""
    return json.dumps({landmark: list(at) for landmark, at in moved.items()}, indent=1)


def parse_landmarks(text: str, name: str) -> ClothLandmarks:
    """Read what :func:`format_landmarks` wrote.

    Args:
        text: the file's content.
        name: the file's name, for messages.

    Raises:
        WorkspaceError: another format.
    """
    try:
        entry = json.loads(text)
        width, height = entry["size"]
        return ClothLandmarks(str(entry["garment"]), (int(width), int(height)), _points(entry["points"]))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise WorkspaceError(
            "{name} does not say garment, size and points. Delete it and run step4 again.", name=name
        ) from None


def format_landmarks(landmarks: ClothLandmarks) -> str:
    """A garment's landmarks as a file's content; hundredths of a pixel."""
    points = {name: [round(x, 2), round(y, 2)] for name, (x, y) in landmarks.points.items()}
    return json.dumps({"garment": landmarks.garment, "size": list(landmarks.size), "points": points}, indent=1)


def _points(entry: Any) -> dict[str, Point]:
    points = {str(name): (float(x), float(y)) for name, (x, y) in entry.items()}
    if not all(math.isfinite(value) for at in points.values() for value in at):
        raise ValueError
    return points
