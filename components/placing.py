"""Putting the figures of a visit on its background: remembered, rendered small, composed; the studio calls these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components import fits, jobs, occluders, scene, state
from components.arrangement import Arrangement
from components.i18n import message
from components.sent import Sent, arranged
from components.visit import Visit
from vton_core.errors import InputError, VtonError
from vton_core.progress import Settings
from vton_core.workers.protocol import JobRunner
from vton_core.workspace import Workspace

__all__ = ["compose", "look", "place", "show"]


def place(runner: JobRunner, settings: Settings, visit: Visit, sent: Mapping[str, Any], about: Sent) -> None:
    """Remember an arrangement, unless it is older than what is there, and render it small where the browser cannot show
    it.

    Raises:
        PlacementError: a placement cannot be used.
        InputError: a figure is not there, or what belongs to it is out of range.
    """
    with visit.lock:
        try:
            # One that was made on the background before goes along to the one that took its place.
            ground = visit.ground_of(about.scene)
            if ground is not None and _is_newest(visit, about):
                _remember(visit, arranged(visit, sent, about.fit), sent, about, ground)
                _render_next(runner, settings, visit)
        finally:
            _answer(visit, about)


def compose(runner: JobRunner, settings: Settings, visit: Visit, sent: Mapping[str, Any], about: Sent) -> bool:
    """Start putting the figures on the background; whether it began: not while that is under way.

    Raises:
        InputError: there is no fit, no background or another one, or the arrangement cannot be used.
        PlacementError: a placement cannot be used.
    """
    with visit.lock:
        try:
            arrangement = _wanted(visit, sent, about)
            if visit.composing:
                return False
            number, root = visit.number(), visit.scene_root("picture")
            visit.pictured = 0  # until the new one is there
            scene.write(visit, arrangement, root)
            state.save(visit)
            visit.composing = job = runner.submit(root, ("step5",), settings)
        finally:
            _answer(visit, about)
    jobs.follow_compose(runner, visit, job, number, root, scene.summary(arrangement))
    show(runner, settings, visit)  # after the picture, for which somebody waits
    return True


def _wanted(visit: Visit, sent: Mapping[str, Any], about: Sent) -> Arrangement:
    """The arrangement that is to be composed, remembered unless it is older than what is there."""
    if visit.fit is None or "background" not in visit.uploads:
        raise InputError("There is nothing to place yet. Choose a background and press Fit first.")
    ground, arrangement = visit.ground_of(about.scene), arranged(visit, sent, about.fit)
    if ground is not None and _is_newest(visit, about):
        _remember(visit, arrangement, sent, about, ground)
    elif ground is not None:
        arrangement["occluder"] = occluders.sent(visit, sent, ground)
    if ground != visit.ground:
        raise InputError("The background has changed meanwhile. Look at the placement, and compose again.")
    return arrangement


def _is_newest(visit: Visit, about: Sent) -> bool:
    return about.stamp is None or about.stamp >= visit.stamp


def _answer(visit: Visit, about: Sent) -> None:
    visit.answered = max(visit.answered, about.number)
    visit.changed()


def _remember(visit: Visit, arrangement: Arrangement, sent: Mapping[str, Any], about: Sent, ground: str) -> None:
    arrangement["occluder"] = occluders.sent(visit, sent, ground)
    visit.arrangement, visit.placed_on = arrangement, ground
    visit.stamp = visit.stamp + 1 if about.stamp is None else about.stamp
    if visit.fit and about.fit not in (None, visit.fit.number):
        visit.stamp += 1  # what was followed to other figures is not what the browser holds
    for entry in arrangement["figures"]:
        visit.stood[f"{entry['figure']}-{ground}"] = entry
    visit.settle("placement")
    state.save(visit)
    occluders.forget(visit)


def show(runner: JobRunner, settings: Settings, visit: Visit) -> None:
    """Render what is there small, where the browser cannot show it alone; what is wrong is said at the placement."""
    with visit.lock:
        try:
            _render_next(runner, settings, visit)
        except VtonError as error:
            visit.fail("placement", message(error))
        visit.changed()


def _render_next(runner: JobRunner, settings: Settings, visit: Visit) -> None:
    # One at a time: the one that is under way is followed by one of what is there then.
    visit.rendering = visit.rendering or _render(runner, settings, visit)


def _render(runner: JobRunner, settings: Settings, visit: Visit) -> str | None:
    """Begin a small rendering of what is not rendered yet; its job."""
    arrangement = visit.here
    shown = visit.rendered is not None and visit.rendered["stamp"] == visit.stamp
    if shown or arrangement is None or not scene.needs_rendering(arrangement):
        return None
    root = visit.scene_root("preview")
    scene.write(visit, arrangement, root)
    job = runner.submit(root, ("preview",), settings)
    jobs.follow_preview(runner, visit, job, root, visit.stamp, lambda: _render(runner, settings, visit))
    return job


def look(runner: JobRunner, settings: Settings, visit: Visit) -> None:
    """Begin to search the background for people, whose height helps with the figure's; once a background."""
    with visit.lock:
        if visit.looking or not visit.ground or visit.ground in visit.people:
            return
        root = visit.scene_root("people")
        fits.put(visit.upload_file("background"), Workspace(root).inputs / "bg_images", "background")
        visit.looking = job = runner.submit(root, ("people",), settings)
        jobs.follow_people(runner, visit, job, root, visit.ground)
