"""Panel 2: the four stages as they become ready, one progress bar, and Cancel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from components import edits
from components.correction import Standing
from components.records import Stage
from components.visit import Visit

__all__ = ["view"]


def _stages(stages: Sequence[Stage], made: Standing, url: Callable[[str], str]) -> list[dict[str, Any]]:
    by_hand = edits.hand_stages(made)
    return [
        {
            "kind": stage.kind,
            "status": stage.status,
            "seconds": stage.seconds,
            "edited": stage.kind in by_hand,
            "url": stage.preview and url(stage.preview),
        }
        for stage in stages
    ]


def view(visit: Visit, url: Callable[[str], str], made: bool = True) -> dict[str, Any]:
    """What the panel shows: the run under way or the last that failed, else the finished fit.

    Args:
        visit: whose page it is.
        url: the address of a preview, by its name.
        made: the fit that is there is of the pictures and the engines that are chosen now.
    """
    run, fit = visit.run, visit.fit
    shown: dict[str, Any] | None = None
    stages = run.stages if run else fit.stages if fit else ()
    notes = [note for stage in stages for note in stage.notes]
    if run:
        shown = {
            "id": run.number,
            "status": run.status,
            "fraction": round(run.fraction, 3),
            "ceiling": round(run.ceiling, 3),
            "message": run.message,
            "stages": _stages(run.stages, run.edits, url),
            "seconds": None,
        }
    elif fit:
        shown = {
            "id": fit.number,
            "status": "done",
            "fraction": 1.0,
            "ceiling": 1.0,
            "message": None,
            "stages": _stages(fit.stages, fit.edits, url),
            "seconds": fit.seconds,
        }
    return {"run": shown, "made": made, "errors": visit.errors.get("stages", []), "notes": notes}
