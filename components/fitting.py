"""A fit from its beginning to its end: its stages as they come, then the dressed figure, which takes its place in the
scene."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from components import edits, fits, jobs, scene, state
from components.correction import standing
from components.i18n import Message, recognise, sentence
from components.records import CLOTHS, Dressing, Fit, Place, Run
from components.stage_views import StageViews
from components.visit import Visit
from vton_core.errors import VtonError
from vton_core.progress import Progress, Settings, StepName
from vton_core.workers.protocol import JobRunner, Queued
from vton_core.workspace import Workspace

__all__ = ["begin"]

_WEIGHTS: Final[dict[StepName, float]] = {"step1": 0.35, "step2": 0.15, "step3": 0.2, "step4": 0.3}
_PLACES: Final[dict[str, Place]] = {"NoPersonError": "model", "NoGarmentError": "garment"}
_DRESSINGS: Final = 50
_SETTLED: Final[tuple[Place, ...]] = ("stages", "engines", "correct", "wearing", "model", "garment", "second")


@dataclass(frozen=True)
class _Worn:
    """The digests of the pictures of a fit; of the second garment, empty where there is none."""

    model: str
    garment: str
    second: str


def begin(
    runner: JobRunner,
    settings: Settings,
    visit: Visit,
    engines: Mapping[str, str],
    wishes: Mapping[str, Any],
    done: Callable[[], None],
) -> None:
    """Begin to dress the model, and show the progress as it comes; at its end make it the visit's fit and call
    ``done``, or say why not.

    Args:
        runner: runs the steps.
        settings: what is not chosen by the visitor.
        visit: whose; its lock is held, a model and a garment are chosen, and no fit is under way.
        engines: by step.
        wishes: how the garments are worn, by name.
        done: called with the lock held.

    Raises:
        StorageError: the disk is full.
    """
    for place in _SETTLED:
        visit.settle(place)
    number, before = visit.number(), visit.fit
    worn = _Worn(*(visit.uploads[slot].digest if slot in visit.uploads else "" for slot in ("model", *CLOTHS)))
    reused = before if before and before.model == worn.model else None
    first = fits.prepare(visit, number, reused, fits.changed_step(reused.engines, engines) if reused else 0)
    root = visit.fit_root(number)
    steps = (*edits.first_steps(Workspace(root)), *fits.FIT_STEPS[first:])
    state.save(visit)
    chosen: dict[str, Any] = {**engines, **wishes}
    job = runner.submit(root, steps, replace(settings, **chosen))
    visit.run = run = Run(number, job, first, dict(engines), dict(wishes), standing(visit.edits))
    if reused:
        run.stages[:first] = fits.kept(reused.stages[:first])
    visit.changed()
    fitting = _Fitting(runner, visit, run, worn, done)
    jobs.follow(f"fit-{job}", fitting.work, fitting.failed)


class _Fitting:
    def __init__(self, runner: JobRunner, visit: Visit, run: Run, worn: _Worn, done: Callable[[], None]) -> None:
        self.runner, self.visit, self.run, self.worn, self.done = runner, visit, run, worn, done
        self.workspace, self.pair = Workspace(visit.fit_root(run.number)), fits.pair(visit)
        self.views = StageViews(visit, self.workspace, self.pair, run.number)
        self.total = sum(_WEIGHTS[step] for step in fits.FIT_STEPS[run.first :])
        self.started = time.monotonic()

    def work(self) -> None:
        if not edits.first_steps(self.workspace):
            self._redraw()
        for event in jobs.events(self.runner, self.run.job):
            if isinstance(event, Queued):
                with self.visit.lock:
                    self.run.message = sentence("Waiting: number {position} in the queue.", position=event.position)
                    self.visit.changed()
            elif event.step == "corrections":
                self._corrected(event)
            else:
                self._show(event)
        fits.under_one_name(self.workspace, self.pair)
        self._finish(self._fit(round(time.monotonic() - self.started, 3)))

    def _corrected(self, progress: Progress) -> None:
        if progress.seconds is not None:
            self._redraw()
        elif progress.message:
            with self.visit.lock:
                self.run.message = recognise(progress.message)
                self.visit.changed()

    def _redraw(self) -> None:
        """Show anew what was corrected by hand in stages that are not done again."""
        before = self.visit.fit.edits if self.visit.fit else {}
        for index in edits.redrawn(before, self.run.edits, self.run.first):
            small = self.views.make(index)
            with self.visit.lock:
                self.run.stages[index] = replace(self.run.stages[index], preview=small)
                self.visit.changed()

    def _show(self, progress: Progress) -> None:
        run, index = self.run, fits.FIT_STEPS.index(progress.step)
        finished = progress.seconds is not None
        small = self.views.make(index) if finished else None
        before = sum(_WEIGHTS[step] for step in fits.FIT_STEPS[run.first : index])
        weight = _WEIGHTS[progress.step]
        with self.visit.lock:
            stage = run.stages[index]
            run.fraction = max(run.fraction, (before + weight * progress.fraction) / self.total)
            run.ceiling = (before + weight) / self.total
            if progress.message:
                run.message = recognise(progress.message)
            notes = (*stage.notes, *(note for note in map(recognise, progress.notes) if note not in stage.notes))
            run.stages[index] = (
                replace(stage, status="done", seconds=progress.seconds, preview=small)
                if finished
                else replace(stage, status="running", notes=notes)
            )
            self.visit.changed()

    def _fit(self, seconds: float) -> Fit:
        run = self.run
        return Fit(
            number=run.number,
            model=self.worn.model,
            garment=self.worn.garment,
            stages=tuple(run.stages),
            seconds=seconds,
            figure=fits.figure_view(self.visit, self.workspace, run.number),
            engines=run.engines,
            wearing=run.wearing,
            edits=run.edits,
            kinds=fits.kinds(self.workspace),
            second=self.worn.second,
        )

    def _finish(self, fit: Fit) -> None:
        visit = self.visit
        with visit.lock:
            kept = (visit.fit, visit.earlier, visit.arrangement, visit.placed_on, visit.dressings, visit.stamp)
            _take(visit, fit)
            try:
                state.save(visit)
            except VtonError:
                visit.fit, visit.earlier, visit.arrangement, visit.placed_on, visit.dressings, visit.stamp = kept
                raise
            jobs.afterwards(lambda: fits.prune(visit), visit.changed, self.done)
            visit.run = None  # last: who sees that nothing is under way any more sees all of the above

    def failed(self, kind: str, said: Message) -> None:
        run, visit = self.run, self.visit
        with visit.lock:
            fits.discard(visit, run.number)
            cancelled = kind == "JobCancelledError"
            run.stages = [
                replace(stage, status="failed" if stage.status == "running" else stage.status) for stage in run.stages
            ]
            if not cancelled:
                corrected = visit.fit is not None and run.edits != visit.fit.edits
                visit.fail(_PLACES.get(kind, "correct" if corrected else "stages"), said)
            visit.changed()
            run.status = "cancelled" if cancelled else "failed"


def _take(visit: Visit, fit: Fit) -> None:
    """Make ``fit`` the visit's; its figure takes the place of the one before on the background."""
    before = visit.fit
    replaced = before is not None and _alike(before) == _alike(fit)
    visit.arrangement, visit.placed_on = scene.refitted(visit, before, fit), visit.ground
    if before:
        dressing = Dressing(before.number, fit.number, before.model == fit.model)
        visit.dressings = [*visit.dressings, dressing][-_DRESSINGS:]
    visit.stamp += 1
    visit.earlier = fits.earlier(visit, fit, replaced=replaced)
    visit.fit = fit


def _alike(fit: Fit) -> tuple[object, ...]:
    """What two fits share of which the later replaces the earlier: they differ in how the garment is worn at most."""
    return fit.model, fit.garment, fit.second, fit.engines
