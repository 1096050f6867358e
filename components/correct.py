"""The accordion of corrections by hand: masks, joints, body parts and landmarks, edited in the browser
(``assets/correct.js``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from components import edits
from components.correction import Subject, standing
from components.visit import Visit

__all__ = ["view"]


def view(visit: Visit, url: Callable[[str], str], made: bool) -> dict[str, Any]:
    """What the panel shows.

    Args:
        visit: whose page it is.
        url: the address of a preview, by its name.
        made: the fit that is there is of the pictures and the engines that are chosen now.
    """
    number, known = visit.subjects
    fit = visit.fit.number if visit.fit and made else 0
    return {
        "id": fit,
        "running": visit.running,
        "subjects": [_shown(subject, url) for subject in known] if fit == number else [],
        "edited": sorted(visit.edits),
        "behind": edits.differing(visit.fit.edits, standing(visit.edits)) if fit and visit.fit else [],
        "errors": visit.errors.get("correct", []),
    }


def _shown(subject: Subject, url: Callable[[str], str]) -> dict[str, Any]:
    pictures = {"photo": url(subject["photo"])}
    if subject["kind"] != "points":
        pictures |= {"mask": url(subject["mask"])}
        pictures |= {"layer": url(subject["layer"])} if subject["layer"] else {}
    return {**subject, **pictures}
