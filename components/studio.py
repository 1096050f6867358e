"""What a visitor can do, as plain functions on a visitor's name: the page and the API call these and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from components import choosing, correcting, engines, fits, fitting, pictures, placing, project, state, wearing
from components.sent import Sent
from components.served import Served
from components.visit import Visit
from components.visits import Store, Visits
from vton_core.errors import InputError
from vton_core.progress import Settings
from vton_core.workers.protocol import JobRunner

__all__ = ["Studio"]

_SERVED_SECONDS: Final = 24 * 3600
_NOW: Final = Sent()


class Studio:
    """Args:
    store: the visitors' workspaces.
    runner: runs the steps; never this process.
    served: what the browser may fetch.
    settings: which engines, and the canvas.
    """

    def __init__(self, store: Store, runner: JobRunner, served: Served, settings: Settings) -> None:
        self.store, self.runner, self.served, self.settings = store, runner, served, settings
        self._visits = Visits(store)

    def enter(self, name: str | None) -> Visit:
        """The visit of ``name``, found again with everything in it; a new visit where there is none.

        Raises:
            StorageError: there is no room for one, or it cannot be read.
        """
        if self._visits.sweep():
            self.served.sweep(_SERVED_SECONDS)
        return self._visits.enter(name)

    def visit(self, name: str) -> Visit:
        """The visit of ``name``.

        Raises:
            InputError: there is no such visit, or it was swept away.
            StorageError: it cannot be read.
        """
        return self._visits.find(name)

    def choose(self, visit: Visit, slot: str, file: Path, name: str, example: str | None = None) -> None:
        """Take ``file`` as the picture of ``slot``, once it was seen to be a picture.

        Raises:
            ImageError: it is none, or lies outside the limits.
            InputError: ``slot`` is unknown.
        """
        choosing.choose(self.runner, self.settings, visit, slot, file, name, example)

    def example(self, visit: Visit, slot: str | None, example: str | None) -> None:
        """Choose a sample for one slot, or, without a slot, the whole example."""
        choosing.example(self.runner, self.settings, visit, slot, example)

    def open(self, visit: Visit, file: Path) -> None:
        """Begin to open a project file, which is taken away from where it lies; what was there stays until it is read.

        Raises:
            InputError: a fit is under way.
            ProjectError: the file is too large.
        """
        try:
            with visit.lock:
                project.begin_opening(visit, file)
        finally:
            file.unlink(missing_ok=True)

    def clear(self, visit: Visit, slot: str) -> None:
        """Take the picture of a slot away again.

        Raises:
            InputError: there is no such slot.
        """
        choosing.clear(visit, slot)

    def turn(self, visit: Visit, slot: str) -> None:
        """Turn the picture of a slot clockwise by a quarter.

        Raises:
            InputError: there is no such slot.
        """
        choosing.turn(self.runner, self.settings, visit, slot)

    def use(self, visit: Visit, step: str, name: str) -> None:
        """Let an engine do a step from the next fit on.

        Raises:
            InputError: there is no such step.
            UnknownEngineError: there is no such engine.
            MissingWeightsError: its weights are not there.
        """
        engines.checked(step, name)
        with visit.lock:
            visit.engines[step] = name
            visit.settle("engines")
            state.save(visit)
            visit.changed()

    def engines(self, visit: Visit) -> dict[str, str]:
        """The engine of each step."""
        return engines.chosen(visit, self.settings)

    def wear(self, visit: Visit, wishes: Mapping[str, Any]) -> None:
        """Let the garment be worn so from the next fit on; what is not among the wishes stays as it was.

        Raises:
            InputError: the garment cannot be worn so.
        """
        found = wearing.checked(wishes)
        with visit.lock:
            visit.wearing |= found
            visit.settle("wearing")
            state.save(visit)
            visit.changed()

    def wearing(self, visit: Visit) -> dict[str, Any]:
        """How the garment is to be worn."""
        return wearing.chosen(visit, self.settings)

    def behind(self, visit: Visit) -> bool:
        """The fit that is there differs from what is chosen now in how the garment is worn, and in nothing else."""
        made = fits.made_so(visit, self.engines(visit)) and fits.edited_so(visit)
        return made and not fits.worn_so(visit, self.wearing(visit))

    def rewear(self, visit: Visit) -> None:
        """Do the try-on again where the wishes alone have changed; elsewhere they wait for the next fit."""
        if self.behind(visit):
            self.fit(visit)

    def made(self, visit: Visit) -> bool:
        """The fit that is there is of the pictures and the engines that are chosen now."""
        return fits.made_so(visit, self.engines(visit))

    def inspect(self, visit: Visit) -> None:
        """Make ready what can be corrected by hand in the fit that is there: nothing where it is of other pictures."""
        with visit.lock:
            fit = visit.fit if self.made(visit) else None
        correcting.inspect(visit, fit)

    def correct(
        self, visit: Visit, points: Mapping[str, Any], layers: Mapping[str, Path | None], *, whole: bool = False
    ) -> bool:
        """Correct the fit that is there by hand, and do again what depends on it.

        Args:
            visit: whose.
            points: by subject (see :mod:`components.edits`), all its points that were moved, in the subject's picture.
            layers: by subject, the file of its correcting layer; ``None`` for the mask as it was found.
            whole: the files are whole masks, white on black, instead of layers.

        Returns:
            As of :meth:`fit`.

        Raises:
            InputError: there is nothing to correct, or something is no correction of it.
            ImageError: a layer is no picture.
        """
        self.inspect(visit)
        with visit.lock:
            if visit.running or not self.made(visit):
                raise InputError("There is no finished fit to correct. Press Fit, and wait until it has ended.")
            correcting.correct(visit, points, layers, whole=whole)
        return self.fit(visit)

    def fitted(self, visit: Visit) -> bool:
        """The fit that is there is of the pictures, the engines, the wishes and the corrections of now."""
        made = fits.made_so(visit, self.engines(visit)) and fits.edited_so(visit)
        return made and fits.worn_so(visit, self.wearing(visit))

    def fit(self, visit: Visit) -> bool:
        """Start dressing the model; nothing happens where that is done already.

        Returns:
            Whether the fit of now is done or begun; not where other work is under way.

        Raises:
            InputError: the model or the garment is missing.
        """
        with visit.lock:
            if not {"model", "garment"} <= visit.uploads.keys():
                raise InputError("A picture is missing. Choose a model and a garment, then press Fit.")
            if visit.running or visit.opening:
                return False
            if self.fitted(visit):
                visit.run = None
                visit.changed()
                return True
            engines, wishes = self.engines(visit), self.wearing(visit)
            done = partial(placing.show, self.runner, self.settings, visit)
            fitting.begin(self.runner, self.settings, visit, engines, wishes, done)
        return True

    def cancel(self, visit: Visit) -> None:
        """Stop the fit that is under way; without one, nothing happens."""
        with visit.lock:
            job = visit.run.job if visit.run and visit.run.status == "running" else None
        if job:
            self.runner.cancel(job)

    def place(self, visit: Visit, sent: Mapping[str, Any], about: Sent = _NOW) -> None:
        """Remember an arrangement, so that a reload finds it, and render it small where the browser cannot show it.

        Args:
            visit: whose.
            sent: an arrangement, see :mod:`components.scene`, or a single placement; background pixels.
            about: what the sender knew; an arrangement that was overtaken is let go.

        Raises:
            PlacementError: a placement cannot be used.
            InputError: a figure is not there, or what belongs to it is out of range.
        """
        placing.place(self.runner, self.settings, visit, sent, about)

    def look(self, visit: Visit) -> None:
        """Begin to search the background for people, whose height helps with the figure's; once a background."""
        placing.look(self.runner, self.settings, visit)

    def compose(self, visit: Visit, sent: Mapping[str, Any], about: Sent = _NOW) -> bool:
        """Start putting the figures on the background.

        Args:
            visit: whose.
            sent: as for :meth:`place`.
            about: what the sender knew.

        Returns:
            Whether it began; not where another picture is under way.

        Raises:
            InputError: there is no fit, no background or another one, or the arrangement cannot be used.
            PlacementError: a placement cannot be used.
        """
        return placing.compose(self.runner, self.settings, visit, sent, about)

    def show(self, visit: Visit, number: int) -> None:
        """Show an earlier composite again."""
        pictures.show(visit, number)

    def remove(self, visit: Visit, number: int) -> None:
        """Take a composite out of the history, for good."""
        pictures.remove(visit, number)

    def file(self, visit: Visit, what: str, number: int | None = None) -> tuple[Path, str]:
        """A file to download and the name to give it: ``composite`` (by number), ``figure`` or ``cutout``."""
        return pictures.file(visit, what, number)

    def offer(
        self,
        visit: Visit,
        what: str,
        number: int | None = None,
        kind: str | None = None,
        quality: int | None = None,
    ) -> bool:
        """Hand a file to the browser as a download, at once or when it is made.

        Args:
            visit: whose.
            what: ``composite``, ``placed`` (its figures alone, where they stand), ``figure``, ``cutout``, ``project``.
            number: of a composite; the one that is shown without it.
            kind: the format of a composite; PNG without it.
            quality: of JPEG and WebP, 1 to 100.

        Returns:
            Whether it is handed over or begun; not where another file is being made.

        Raises:
            InputError: there is no such file, format or quality.
        """
        chosen: dict[str, Any] = {"format": kind or "png", "quality": quality}
        return pictures.offer(self.runner, self.served, replace(self.settings, **chosen), visit, what, number)

    def dismiss(self, visit: Visit, place: str) -> None:
        """Take away a sentence that the visitor has read."""
        with visit.lock:
            visit.errors = {at: said for at, said in visit.errors.items() if at != place}
            visit.changed()
