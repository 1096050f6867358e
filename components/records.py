"""What a visit is made of: the pictures that were chosen, the fits and their stages, the finished pictures."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from components.correction import Standing
from components.i18n import Message, sentence
from components.previews import Figure
from vton_core.workspace import Pair

__all__ = [
    "CLOTHS",
    "KINDS",
    "PAIR",
    "SLOTS",
    "Cloth",
    "Composite",
    "Dressing",
    "Fit",
    "Place",
    "Run",
    "Slot",
    "Stage",
    "StageKind",
    "Upload",
    "clock",
]

Slot = Literal["model", "garment", "second", "background"]
Cloth = Literal["garment", "second"]
Place = Literal["page", "project", Slot, "engines", "stages", "correct", "wearing", "placement", "result"]
StageKind = Literal["cutout", "pose", "parse", "tryon"]
StageStatus = Literal["waiting", "running", "done", "kept", "failed"]
SLOTS: Final[tuple[Slot, ...]] = get_args(Slot)
CLOTHS: Final[tuple[Cloth, ...]] = get_args(Cloth)
KINDS: Final[tuple[StageKind, ...]] = get_args(StageKind)
PAIR: Final = Pair("model", "garment")
"""What the two pictures are called in the workspace of a fit."""


@dataclass(frozen=True)
class Upload:
    """A picture that the visitor chose: its file under ``uploads/``, its own name, and what identifies it."""

    file: str
    name: str
    size: tuple[int, int]
    digest: str
    example: str | None = None


@dataclass(frozen=True)
class Stage:
    """One stage of a fit, as the page shows it."""

    kind: StageKind
    status: StageStatus = "waiting"
    seconds: float | None = None
    preview: str | None = None
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Fit:
    """A finished fit: its workspace is ``fits/<number>``.

    ``engines`` says by step what made it, ``wearing`` how, ``edits`` what was corrected by hand (see
    :func:`components.correction.standing`), ``kinds`` by slot as what the garments were worn, ``second`` is the other
    garment's digest.
    """

    number: int
    model: str
    garment: str
    stages: tuple[Stage, ...]
    seconds: float
    figure: Figure
    engines: dict[str, str] = field(default_factory=dict)
    wearing: dict[str, Any] = field(default_factory=dict)
    edits: Standing = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    second: str = ""


@dataclass(frozen=True)
class Dressing:
    """A fit took another's place on the background: ``now`` that of ``before``, of the same person or of another."""

    before: int
    now: int
    same: bool


@dataclass
class Run:
    """A fit that is running, or the last one that did not end well.

    ``fraction`` of the work is done; ``ceiling`` is done once the stage that is running has ended.
    """

    number: int
    job: str
    first: int
    engines: dict[str, str] = field(default_factory=dict)
    wearing: dict[str, Any] = field(default_factory=dict)
    edits: Standing = field(default_factory=dict)
    status: Literal["running", "failed", "cancelled"] = "running"
    fraction: float = 0.0
    ceiling: float = 0.0
    message: Message = field(default_factory=lambda: sentence("Waiting for a free worker."))
    stages: list[Stage] = field(default_factory=lambda: [Stage(kind) for kind in KINDS])


@dataclass(frozen=True)
class Composite:
    """A finished picture: ``history/<number>.png``."""

    number: int
    created: float
    size: tuple[int, int]
    placement: dict[str, Any]


def clock() -> int:
    """Milliseconds since 1970: what revisions and stamps begin with, so that they grow from one process to the next."""
    return time.time_ns() // 1_000_000
