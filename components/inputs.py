"""Panel 1: the pictures (model, garment, a second garment, background), their samples, and the Fit button."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image as Pillow
from PIL import ImageOps

from components.records import SLOTS, Slot
from components.theme import ASSETS
from components.visit import Visit

__all__ = ["EXAMPLE", "PROJECT_LIMIT_MB", "UPLOAD_LIMIT_MB", "examples", "samples", "view"]

UPLOAD_LIMIT_MB: Final = 60
"""The largest picture that may be sent, in mebibytes."""

PROJECT_LIMIT_MB: Final = 300
"""The largest project file that may be sent, in mebibytes."""

EXAMPLE: Final[dict[Slot, str]] = {
    "model": "model_woman",
    "garment": "garment_longsleeve",
    "background": "background_terrace",
}
"""What *Fill with an example* chooses."""

_SAMPLE_SIDE: Final = 128
_NOT_SAMPLES: Final = ("_alpha", "_parse")


@dataclass(frozen=True)
class Example:
    """A sample picture that ships with the page."""

    id: str
    slot: Slot
    file: Path


def examples() -> list[Example]:
    """The samples under ``assets/examples``, sorted by name within each slot."""
    files = sorted((ASSETS / "examples").glob("*.png"))
    return [
        Example(file.stem, slot, file)
        for slot in SLOTS
        for file in files
        if file.stem.startswith(f"{slot}_") and not file.stem.endswith(_NOT_SAMPLES)
    ]


def samples() -> dict[str, list[dict[str, str]]]:
    """The samples as the browser shows them, ``{slot: [{"id", "url"}]}``; the pictures stand in the addresses."""
    found: dict[str, list[dict[str, str]]] = {}
    for example in examples():
        with Pillow.open(example.file) as opened:
            small = ImageOps.fit(opened.convert("RGB"), (_SAMPLE_SIDE, _SAMPLE_SIDE), centering=(0.5, 0.25))
        stream = io.BytesIO()
        small.save(stream, "WEBP", quality=80)
        address = "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode()
        found.setdefault(example.slot, []).append({"id": example.id, "url": address})
    return found


def view(
    visit: Visit, url: Callable[[str], str], samples: dict[str, list[dict[str, str]]], fitted: bool
) -> dict[str, Any]:
    """What the panel shows.

    Args:
        visit: whose page it is.
        url: the address of a preview, by its name.
        samples: ``{slot: [{"id", "url"}]}``.
        fitted: the fit that is there is what Fit would make again.
    """
    chosen = {slot: visit.uploads.get(slot) for slot in SLOTS}
    model, garment = chosen["model"], chosen["garment"]
    return {
        "slots": {
            slot: upload
            and {
                "name": upload.name,
                "size": upload.size,
                "example": upload.example,
                "url": url(f"{slot}-{upload.digest[:16]}.webp"),
            }
            for slot, upload in chosen.items()
        },
        "errors": {slot: visit.errors.get(slot, []) for slot in SLOTS},
        "stamps": dict(visit.stamps),
        "examples": samples,
        "limit": UPLOAD_LIMIT_MB,
        "projects": {
            "limit": PROJECT_LIMIT_MB,
            "opening": visit.opening is not None,
            "stamp": visit.opened,
            "errors": visit.errors.get("project", []),
        },
        "running": visit.running,
        "ready": bool(model and garment),
        "fresh": visit.run is None and fitted,
    }
