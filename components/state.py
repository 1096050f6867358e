"""What a visit remembers from one process to the next: one file in its folder, written whole or not at all."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from components import correction
from components.previews import Figure
from components.records import SLOTS, Composite, Dressing, Fit, Stage, Upload, clock
from components.visit import Visit
from vton_core.errors import StorageError
from vton_core.storage import write_text

__all__ = ["load", "save"]

_LOG: Final = logging.getLogger(__name__)
_FILE: Final = "state.json"


def save(visit: Visit) -> None:
    """Write what a visit remembers, atomically; its lock is held.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    state = {
        "version": visit.version,
        "uploads": {slot: asdict(upload) for slot, upload in visit.uploads.items()},
        "engines": visit.engines,
        "wearing": visit.wearing,
        "edits": visit.edits,
        "fit": asdict(visit.fit) if visit.fit else None,
        "earlier": [asdict(fit) for fit in visit.earlier],
        "dressings": [asdict(dressing) for dressing in visit.dressings],
        "arrangement": visit.arrangement,
        "placed_on": visit.placed_on,
        "grounds": visit.grounds,
        "stood": visit.stood,
        "people": visit.people,
        "stamp": visit.stamp,
        "rendered": visit.rendered,
        "history": [asdict(entry) for entry in visit.history],
        "pictured": visit.pictured,
        "shown": visit.shown,
        "counter": visit.counter,
    }
    write_text(visit.root / _FILE, json.dumps(state))


def load(name: str, root: Path) -> Visit:
    """The visit that ``root`` remembers; a new one where it remembers none. What cannot be understood is moved
    aside, so that a new visit writes over none of it.

    Raises:
        StorageError: the folder cannot be read.
    """
    visit = Visit(name, root)
    try:
        text = (root / _FILE).read_text("utf-8")
        _restore(visit, json.loads(text))
    except FileNotFoundError:
        return visit
    except OSError as error:
        raise _unreadable(root, error) from error
    except (ValueError, KeyError, TypeError, AttributeError):
        _move_aside(root)
        return Visit(name, root)
    return visit


def _restore(visit: Visit, state: Mapping[str, Any]) -> None:
    visit.counter = int(state["counter"])
    visit.grounds = {ground: (int(w), int(h)) for ground, (w, h) in state.get("grounds", {}).items()}
    visit.version = max(visit.version, int(state.get("version", 0)) + 1)
    for slot in SLOTS:
        if entry := state["uploads"].get(slot):
            visit.put(slot, Upload(**{**entry, "size": tuple(entry["size"])}))
    visit.engines = dict(state.get("engines", {}))
    visit.wearing = dict(state.get("wearing", {}))
    visit.edits = correction.of_state(state.get("edits", {}))
    visit.fit = _fit(state["fit"]) if state["fit"] else None
    visit.earlier = [_fit(entry) for entry in state.get("earlier", [])]
    visit.dressings = [Dressing(**entry) for entry in state.get("dressings", [])]
    if "arrangement" in state:
        visit.arrangement, visit.placed_on = state["arrangement"], str(state["placed_on"])
        visit.stood, visit.people = dict(state["stood"]), dict(state["people"])
        visit.stamp, visit.rendered = int(state["stamp"]), state["rendered"]
    visit.history = [Composite(**{**entry, "size": tuple(entry["size"])}) for entry in state["history"]]
    visit.pictured = int(state.get("pictured", visit.history[-1].number if visit.history else 0))
    visit.shown = state["shown"]


def _move_aside(root: Path) -> None:
    aside = root.with_name(f"{root.name}-{clock()}")
    try:
        root.rename(aside)
    except OSError as error:
        raise _unreadable(root, error) from error
    _LOG.warning("a visit could not be understood, and lies in %s now", aside)


def _unreadable(root: Path, error: OSError) -> StorageError:
    return StorageError(
        "What you had here could not be read from {folder} ({reason}). Check the disk, then load the page again.",
        folder=root,
        reason=error.strerror or error,
    )


def _fit(entry: Mapping[str, Any]) -> Fit:
    pairs = {key: tuple(entry["figure"][key]) for key in ("origin", "size", "anchor")}
    stages = tuple(Stage(**{**stage, "notes": tuple(stage["notes"])}) for stage in entry["stages"])
    return Fit(**{**entry, "stages": stages, "figure": Figure(**{**entry["figure"], **pairs})})
