"""Panel 4: the finished picture and the downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from components.exports import FORMATS
from components.visit import Visit

__all__ = ["view"]


def view(visit: Visit, url: Callable[[str], str]) -> dict[str, Any]:
    """What the panel shows: the composite chosen last, and the file that was just asked for."""
    composite = visit.composite(visit.shown)
    return {
        "composite": composite
        and {
            "number": composite.number,
            "url": url(f"composite-{composite.number:04d}.webp"),
            "size": composite.size,
            "created": composite.created,
        },
        "figure": visit.fit is not None,
        "formats": FORMATS,
        "saving": visit.saving is not None,
        "file": visit.download,
        "errors": visit.errors.get("result", []),
    }
