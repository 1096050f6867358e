"""A visit: what one visitor has given and got, and the folder that remembers it.

The folder lies inside the visitor's own workspace: ``page/state.json``, the uploads as they were sent, one workspace a
fit, the figures of earlier fits, the workspaces of the scene, the composites, and previews. A fit works on its own copy
of the inputs: a run that fails or is cancelled leaves what was there before as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from components.arrangement import Arrangement, Download, Entry, People, Rendered
from components.correction import Correction, Subject
from components.folder import Folder
from components.grounds import carried
from components.i18n import Message
from components.records import SLOTS, Composite, Dressing, Fit, Place, Run, Slot, Upload, clock

__all__ = ["Visit"]


class Visit(Folder):
    """Everything of one visitor. Hold ``lock`` while changing it, and call ``changed`` afterwards.

    Args:
        name: the visitor's unguessable name; empty for the blank page.
        root: the folder of this visit, or ``None`` for the blank page.
    """

    def __init__(self, name: str = "", root: Path | None = None) -> None:
        super().__init__(root)
        self.name = name
        self.lock = RLock()
        self.version = clock() if root else 0
        self._watchers: set[Callable[[], None]] = set()
        self._shown: dict[str, dict[str, Any]] = {}
        self.uploads: dict[Slot, Upload] = {}
        self.stamps: dict[Slot, int] = dict.fromkeys(SLOTS, 0)
        self.engines: dict[str, str] = {}
        self.wearing: dict[str, Any] = {}
        self.edits: dict[str, Correction] = {}
        self.subjects: tuple[int, list[Subject]] = (0, [])
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
