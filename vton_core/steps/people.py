"""Who stands in the backgrounds: a help for placing figures at a likely size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import numpy as np

from vton_core.engines.base import PoseEngine
from vton_core.engines.registry import load_pose
from vton_core.errors import NoPersonError
from vton_core.images import read_image
from vton_core.perspective import Person, horizon_of, person_of
from vton_core.progress import Report, Settings, about
from vton_core.resampling import reduced_to
from vton_core.storage import write_text
from vton_core.types import Image, Pose
from vton_core.workspace import Workspace

__all__ = ["find_people", "run"]

_LONGEST_SIDE: Final = 1536
_SHARES: Final = (1.0, 0.5, 0.3)
"""Sides of the square tiles that are searched, as shares of the picture's longer side."""
_OVERLAP: Final = 0.35
_AGAIN: Final = 2
_MARGIN: Final = 0.12
_SMALLEST: Final = 0.03
"""Height of a person who can be told from noise, in the picture's longer sides."""
_GREY: Final = 128


def find_people(picture: Image, engine: PoseEngine) -> list[Person]:
    """Find the people who are seen from head to feet.

    The engine finds one person a look, the most prominent: it looks at the whole picture and at tiles of it, and again
    where it has found somebody, with that one painted over.

    Args:
        picture: ``uint8 (H, W, 3)``.
        engine: finds one person's joints.

    Returns:
        From the left to the right, in the picture's pixels; nobody twice.
    """
    scale = min(1.0, _LONGEST_SIDE / max(picture.shape[:2]))
    rest = reduced_to(picture, _LONGEST_SIDE).copy()
    found: list[Person] = []
    for rows, columns in _tiles(rest.shape[1], rest.shape[0]):
        for _ in range(_AGAIN):
            tile = rest[rows, columns]
            try:
                pose = engine.estimate(np.ascontiguousarray(tile)).mapped(1.0, (columns.start, rows.start))
            except NoPersonError:
                break
            person = person_of(pose)
            large = person is not None and person.height >= _SMALLEST * max(rest.shape[:2])
            if person is not None and large and not any(_same(person, other) for other in found):
                found.append(person)
            _paint_over(rest, pose)
    return sorted((_enlarged(person, scale) for person in found), key=lambda person: person.feet)


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Write ``output/people/<background>.json`` for every background."""
    del settings  # the default engine: the others take seconds a look
    pictures = workspace.all_backgrounds()
    for done, path in enumerate(pictures):
        report(done / len(pictures), "Looking for people in the background.")
        with about(path.name):
            picture = read_image(path)
        people = find_people(picture, load_pose())
        target = workspace.people_file(path.stem)
        write_text(target, _as_json((picture.shape[1], picture.shape[0]), people))
        report((done + 1) / len(pictures), "Looking for people in the background.", (target,))


def _as_json(size: tuple[int, int], people: list[Person]) -> str:
    def rounded(point: tuple[float, float]) -> list[float]:
        return [round(point[0], 2), round(point[1], 2)]

    horizon = horizon_of(people)
    entries = [{"feet": rounded(one.feet), "head": rounded(one.head)} for one in people]
    whole = {"size": list(size), "people": entries, "horizon": None if horizon is None else round(horizon, 2)}
    return json.dumps(whole) + "\n"


def _tiles(width: int, height: int) -> Iterator[tuple[slice, slice]]:
    """The whole picture, then overlapping squares of it, the larger before the smaller."""
    for share in _SHARES:
        side = round(share * max(width, height))
        for top in _starts(height, side):
            for left in _starts(width, side):
                yield slice(top, min(height, top + side)), slice(left, min(width, left + side))


def _starts(length: int, side: int) -> list[int]:
    if side >= length:
        return [0]
    count = int(np.ceil((length - side) / (side * (1 - _OVERLAP)))) + 1
    return [round(start) for start in np.linspace(0, length - side, count)]


def _paint_over(picture: Image, pose: Pose) -> None:
    seen = pose.keypoints[pose.keypoints[:, 2] > 0, :2]
    if len(seen) == 0:
        return
    margin = _MARGIN * float(np.ptp(seen[:, 1])) + 1
    x0, y0 = np.floor(seen.min(axis=0) - margin).clip(0).astype(int)
    x1, y1 = np.ceil(seen.max(axis=0) + margin).clip(0).astype(int)
    picture[y0:y1, x0:x1] = _GREY


def _same(one: Person, other: Person) -> bool:
    """The same person, found in two tiles."""
    reach = 0.5 * min(one.height, other.height)
    return all(abs(a - b) < reach for a, b in zip((*one.feet, *one.head), (*other.feet, *other.head), strict=True))


def _enlarged(person: Person, scale: float) -> Person:
    def point(given: tuple[float, float]) -> tuple[float, float]:
        return (given[0] + 0.5) / scale - 0.5, (given[1] + 0.5) / scale - 0.5

    return Person(point(person.feet), point(person.head))
