"""Panel 5: everything composed in this visit, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from components.visit import Visit

__all__ = ["view"]


def view(visit: Visit, url: Callable[[str], str]) -> dict[str, Any]:
    """What the panel shows."""
    return {
        "items": [
            {
                "number": entry.number,
                "url": url(f"composite-{entry.number:04d}-small.webp"),
                "created": entry.created,
                "shown": entry.number == visit.shown,
            }
            for entry in reversed(visit.history)
        ]
    }
