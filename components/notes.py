"""``inputs/page.json`` of a project: what only the page knows, the pictures' own names, and of the scene what no scene
file holds."""

from __future__ import annotations

import json
from typing import Any, Final

from components.arrangement import Arrangement
from components.visit import Visit
from vton_core.errors import VtonError
from vton_core.storage import write_text
from vton_core.workspace import Workspace

__all__ = ["read", "write"]

_FILE: Final = "page.json"
_PARTS: Final = ("names", "scene", "found")
_OF_THE_SCENE: Final = ("selected", "horizon", "drawn", "perspective")


def write(visit: Visit, workspace: Workspace, arrangement: Arrangement) -> None:
    """Put what only the page knows into a workspace that is about to be packed.

    Raises:
        StorageError: the disk is full.
    """
    notes = {
        "names": {slot: upload.name for slot, upload in visit.uploads.items()},
        "scene": {
            **{name: arrangement.get(name) for name in _OF_THE_SCENE},
            "called": [entry.get("called") for entry in arrangement["figures"]],
        },
        "found": {subject: edit["found"] for subject, edit in visit.edits.items() if subject.endswith(".points")},
    }
    write_text(workspace.inputs / _FILE, json.dumps(notes, indent=1, sort_keys=True) + "\n")


def read(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """What :func:`write` wrote; nothing where it cannot be read."""
    try:
        found = json.loads(workspace.text(workspace.inputs / _FILE))
        return {part: dict(found.get(part, {})) for part in _PARTS}
    except (VtonError, ValueError, TypeError, AttributeError, RecursionError):
        return {part: {} for part in _PARTS}
