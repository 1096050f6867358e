"""A visit: what one visitor has given and got, and the folder that remembers it.

The folder lies inside the visitor's own workspace: ``page/state.json``, the uploads as they were sent, one workspace a
fit, the figures of earlier fits, the workspaces of the scene, the composites, and previews. A fit works on its own copy
of the inputs: a run that fails or is cancelled leaves what was there before as it was.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, Final, Literal, get_args

from components.arrangement import Arrangement, Download, Entry, People, Rendered
from components.grounds import carried
from components.i18n import Message, sentence
from components.previews import Figure
from vton_core.workspace import Pair, Workspace

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
    "Visit",
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
    :func:`components.edits.standing`), ``kinds`` by slot as what the garments were worn, ``second`` is the other
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
    edits: dict[str, Any] = field(default_factory=dict)
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
    edits: dict[str, Any] = field(default_factory=dict)
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


class Visit:
    """Everything of one visitor. Hold ``lock`` while changing it, and call ``changed`` afterwards.

    Args:
        name: the visitor's unguessable name; empty for the blank page.
        root: the folder of this visit, or ``None`` for the blank page.
    """

    def __init__(self, name: str = "", root: Path | None = None) -> None:
        self.name = name
        self._root = root
        self.lock = RLock()
        self.version = clock() if root else 0
        self._watchers: set[Callable[[], None]] = set()
        self._shown: dict[str, dict[str, Any]] = {}
        self.uploads: dict[Slot, Upload] = {}
        self.stamps: dict[Slot, int] = dict.fromkeys(SLOTS, 0)
        self.engines: dict[str, str] = {}
        self.wearing: dict[str, Any] = {}
        self.edits: dict[str, dict[str, Any]] = {}
        self.subjects: tuple[int, list[dict[str, Any]]] = (0, [])
        self.fit: Fit | None = None
        self.run: Run | None = None
        self.earlier: list[Fit] = []
        self.dressings: list[Dressing] = []
        self.arrangement: Arrangement | None = None
        self.placed_on = ""
        self.grounds: dict[str, tuple[int, int]] = {}
        self.stood: dict[str, Entry] = {}
        self.people: dict[str, People] = {}
        self.stamp = 0
        self.answered = 0
        self.rendered: Rendered | None = None
        self.rendering: str | None = None
        self.looking: str | None = None
        self.saving: str | None = None
        self.opening: str | None = None
        self.opened = 0
        self.composing: str | None = None
        self.cutting: set[str] = set()
        self.history: list[Composite] = []
        self.pictured = 0
        self.shown: int | None = None
        self.counter = 0
        self.errors: dict[Place, list[Message]] = {}
        self.download: Download | None = None

    @property
    def root(self) -> Path:
        """The folder of this visit."""
        if self._root is None:
            raise LookupError("the blank page has no folder")
        return self._root

    @property
    def running(self) -> bool:
        """A fit is under way."""
        return self.run is not None and self.run.status == "running"

    @property
    def busy(self) -> bool:
        """A job of this visit is under way."""
        return self.running or any(
            (self.composing, self.rendering, self.looking, self.saving, self.opening, self.cutting)
        )

    @property
    def scene(self) -> str:
        """What identifies the scene that the browser holds: it lasts as long as its background, however the figures are
        dressed."""
        return self._scene_on(self.ground)

    def _scene_on(self, ground: str) -> str:
        return hashlib.sha256(f"{self.name}\0{ground}".encode()).hexdigest()[:16]

    def ground_of(self, scene: str | None) -> str | None:
        """The background of a :attr:`scene` of this visit, the one that is chosen now or an earlier one; ``None`` where
        there was no such scene. Without a name, the background that is chosen now."""
        if scene is None:
            return self.ground
        return next((ground for ground in ("", *self.grounds) if self._scene_on(ground) == scene), None)

    @property
    def ground(self) -> str:
        """What identifies the background; empty without one."""
        background = self.uploads.get("background")
        return _ground(background) if background else ""

    @property
    def here(self) -> Arrangement | None:
        """The arrangement on the background that is chosen now, see :mod:`components.scene`: what the hand has set
        there, else what it has set on the one before; ``None`` where it has set nothing."""
        if self.arrangement is None or self.placed_on == self.ground:
            return self.arrangement
        before, now = self.grounds.get(self.placed_on), self.grounds.get(self.ground)
        return carried(self.arrangement, before, now) if before and now else None

    @property
    def known_fits(self) -> dict[int, Fit]:
        """The fits whose figures can be placed, by their number."""
        return {fit.number: fit for fit in (*self.earlier, *((self.fit,) if self.fit else ()))}

    def put(self, slot: Slot, upload: Upload) -> None:
        """Let a picture be that of a slot."""
        if slot == "background":
            self.grounds[_ground(upload)] = upload.size
            if self.arrangement and _ground(upload) != self.ground:
                self.stamp += 1  # what was rendered is of another background
        self.uploads[slot] = upload

    def number(self) -> int:
        """The next free number of this visit."""
        self.counter += 1
        return self.counter

    def upload_file(self, slot: Slot) -> Path:
        """Where the picture of ``slot`` lies."""
        return self.root / "uploads" / self.uploads[slot].file

    def fit_root(self, number: int) -> Path:
        """The workspace of a fit."""
        return self.root / "fits" / f"{number:04d}"

    def cut_root(self, digest: str) -> Path:
        """The workspace in which the garment of a photo is cut out before a fit asks for it."""
        return self.root / "cuts" / digest[:16]

    def figure_file(self, number: int) -> Path:
        """Where the dressed figure of a fit lies: in its workspace, or kept from it."""
        made = Workspace(self.fit_root(number)).figure_file(PAIR)
        return made if made.is_file() else self.kept_figure_file(number)

    def kept_figure_file(self, number: int) -> Path:
        """Where the figure of a fit lies once its workspace is gone."""
        return self.root / "figures" / f"{number:04d}.png"

    def scene_root(self, use: str) -> Path:
        """The workspace in which pictures are composed (``picture``; ``pictured`` says which was the last), taken apart
        or packed (``saved``), rendered small (``preview``) or searched (``people``): none overwrites what another
        works on."""
        return self.root / "scenes" / use

    def preview_file(self, name: str) -> Path:
        """Where a preview lies."""
        return self.root / "previews" / name

    def composite_file(self, number: int) -> Path:
        """Where a finished picture lies."""
        return self.root / "history" / f"{number:04d}.png"

    def composite(self, number: int | None) -> Composite | None:
        """The finished picture of that number."""
        return next((entry for entry in self.history if entry.number == number), None)

    def changed(self) -> None:
        """Tell whoever watches that there is something new to show."""
        self.version += 1
        for wake in tuple(self._watchers):
            wake()

    @contextmanager
    def watched(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call ``wake`` at every change meanwhile, in the thread that makes it."""
        self._watchers.add(wake)
        try:
            yield
        finally:
            self._watchers.discard(wake)

    def revised(self, panel: str, value: dict[str, Any]) -> dict[str, Any]:
        """What a panel shows, with the revision at which it came to be: answers overtake one another on their way, and
        the page lets go of what is older than what it shows. Revisions grow, also from one process to the next."""
        before = self._shown.get(panel)
        if before is not None and before == {**value, "revision": before["revision"]}:
            return before
        self.version = max(self.version, before["revision"] + 1 if before else 0)
        self._shown[panel] = {**value, "revision": self.version}
        return self._shown[panel]

    def fail(self, place: Place, message: Message) -> None:
        """Show ``message`` near ``place`` instead of what stood there."""
        self.errors[place] = [message]
        self.changed()

    def settle(self, place: Place) -> None:
        """Take away what stood near ``place``."""
        if self.errors.pop(place, None):
            self.changed()


def _ground(background: Upload) -> str:
    return background.digest[:16]
