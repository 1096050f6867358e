"""A project file, opened: what was saved here, or packed on the command line, becomes what the page shows.

A project is a workspace (see :mod:`vton_core.export.project`), with what only the page knows (:mod:`components.notes`).
It may come from anybody: what cannot be used of it is left out, or ends the opening before anything has changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from components import edits, engines, fits, jobs, occluders, placement, state, uploads, wearing
from components.arrangement import Arrangement
from components.contents import Contents
from components.correction import Correction, standing, usable_points
from components.i18n import Message
from components.inputs import PROJECT_LIMIT_MB
from components.records import CLOTHS, KINDS, PAIR, Fit, Stage, clock
from components.sent import arranged
from components.stage_views import StageViews
from components.visit import Visit
from vton_core.engines import registry
from vton_core.errors import InputError, ProjectError, VtonError
from vton_core.images import read_image
from vton_core.storage import make_folder, share, storage_error, write_text
from vton_core.workspace import Pair, SceneFile, Workspace

__all__ = ["begin_opening"]


def begin_opening(visit: Visit, file: Path) -> None:
    """Begin to open a project file, which is taken away from where it lies; what was there stays until it is read.

    Args:
        visit: whose page shows it then; its lock is held.
        file: under its own name.

    Raises:
        InputError: something else is under way.
        ProjectError: the file is too large.
    """
    visit.opened += 1
    if visit.running or visit.opening:
        raise InputError("A fit is under way. Wait until it has ended, or cancel it, then open the project.")
    if file.stat().st_size > PROJECT_LIMIT_MB << 20:
        raise ProjectError("The file is larger than {limit} MB. Choose a smaller one.", limit=PROJECT_LIMIT_MB)
    root = visit.root / "opening"
    shutil.rmtree(root, ignore_errors=True)
    make_folder(root / "file")
    kept = root / "file" / file.name
    try:
        shutil.move(file, kept)
    except OSError as error:
        raise storage_error(kept, error) from error
    visit.opening = "here"
    visit.settle("project")
    visit.changed()

    def work() -> None:
        with _reading(kept):
            opened = _Opening(visit, Contents(kept, Workspace(root / "workspace")))
        with visit.lock:
            with _reading(kept):
                opened.take()
            shutil.rmtree(root, ignore_errors=True)
            visit.opening = None

    def failed(_: str, said: Message) -> None:
        with visit.lock:
            shutil.rmtree(root, ignore_errors=True)
            visit.fail("project", said)
            visit.opening = None
            jobs.afterwards(lambda: fits.prune(visit))  # what was made of it

    jobs.follow("opening", work, failed)


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Say of whatever only a damaged file leads to that it is one: text where numbers belong, for instance."""
    try:
        yield
    except (VtonError, OSError):
        raise
    except Exception as error:
        raise ProjectError(
            "{file} is not a project of this program, or it is damaged. Choose a file that this program saved.",
            file=file.name,
        ) from error


class _Opening:
    """A project's way into a visit: its fits are made before anything that the visit shows changes.

    Raises:
        VtonError: it cannot be used.
    """

    def __init__(self, visit: Visit, contents: Contents) -> None:
        self._visit, self._contents = visit, contents
        with visit.lock:
            self._number = visit.number()
            self._others = {name: visit.number() for name in contents.other_figures()}
        self._edits: dict[str, Correction] = {}
        self._fit = self._make_fit() if contents.ready else None
        self._earlier = [self._make_earlier(name, number) for name, number in self._others.items()]

    def _make_fit(self) -> Fit:
        workspace = Workspace(self._visit.fit_root(self._number))
        _lay_out(self._contents.source, self._contents.pair, workspace)
        self._edits = _corrections(workspace, self._contents.notes["found"])
        views = StageViews(self._visit, workspace, PAIR, self._number)
        stages = tuple(Stage(kind, "kept", None, views.make(index)) for index, kind in enumerate(KINDS))
        chosen: dict[str, str] = {
            step: getattr(self._contents.settings, step) or registry.default(step) for step in engines.STEPS
        }
        second = self._contents.pictures.get("second")
        return Fit(
            number=self._number,
            model=self._contents.pictures["model"].upload.digest,
            garment=self._contents.pictures["garment"].upload.digest,
            stages=stages,
            seconds=0.0,
            figure=fits.figure_view(self._visit, workspace, self._number),
            engines=chosen,
            wearing=wearing.of(self._contents.settings),
            edits=standing(self._edits),
            kinds=fits.kinds(workspace),
            second=second.upload.digest if second else "",
        )

    def _make_earlier(self, name: str, number: int) -> Fit:
        workspace = Workspace(self._visit.fit_root(number))
        share(self._contents.figure_file(name), workspace.figure_file(PAIR))
        return Fit(number, "", "", (), 0.0, fits.figure_view(self._visit, workspace, number))

    def take(self) -> None:
        """Make it what the visit shows; its lock is held.

        Raises:
            VtonError: the scene cannot be used, or the disk is full; whatever is raised, all is as it was then.
        """
        visit = self._visit
        names = ("uploads", "engines", "wearing", "edits", "fit", "run", "earlier", "arrangement", "placed_on", "stamp")
        before = {name: getattr(visit, name) for name in names}
        try:
            self._take_pictures()
            self._take_fit()
            self._take_scene()
            state.save(visit)
        except Exception:
            for name, value in before.items():
                setattr(visit, name, value)
            raise
        finally:
            visit.changed()
        jobs.afterwards(lambda: fits.prune(visit))

    def _take_pictures(self) -> None:
        visit = self._visit
        visit.uploads = {}
        for slot, chosen in self._contents.pictures.items():
            uploads.keep(visit, slot, chosen.upload, chosen.picture, chosen.file)
            visit.put(slot, chosen.upload)
            visit.stamps[slot] += 1
            visit.settle(slot)
        offered = {step: getattr(self._contents.settings, step) for step in engines.STEPS}
        visit.engines = {step: name for step, name in offered.items() if name}
        visit.wearing = wearing.of(self._contents.settings)

    def _take_fit(self) -> None:
        visit = self._visit
        visit.run = None
        visit.edits = self._edits
        visit.earlier = [*visit.known_fits.values(), *self._earlier]
        visit.fit = self._fit

    def _take_scene(self) -> None:
        visit = self._visit
        visit.stamp = max(visit.stamp + 1, clock())
        visit.arrangement, visit.placed_on = None, visit.ground
        if self._contents.scene and visit.fit:
            visit.arrangement = self._arrangement(self._contents.scene)
        placed = {entry["figure"] for entry in visit.arrangement["figures"]} if visit.arrangement else set()
        spare = [fit for fit in visit.earlier if fit.number not in placed]
        visit.earlier = [fit for fit in visit.earlier if fit not in spare[: max(0, len(visit.earlier) + 1 - fits.KEPT)]]

    def _arrangement(self, described: SceneFile) -> Arrangement:
        called = self._contents.notes["scene"].get("called")
        if not isinstance(called, list) or len(called) != len(described.figures):
            called = [None] * len(described.figures)
        figures: Sequence[dict[str, Any]] = [
            {
                "called": number,
                "figure": self._others.get(entry.figure, self._number),
                **placement.as_entry(entry.placement),
                "finish": asdict(entry.finish),
            }
            for entry, number in zip(described.figures, called, strict=True)
        ]
        found = arranged(self._visit, {**self._contents.notes["scene"], "figures": figures})
        if described.occluder:
            found["occluder"] = occluders.keep(self._visit, read_image(described.occluder)[..., 0])
        return found


def _lay_out(source: Workspace, pair: Pair, target: Workspace) -> None:
    """Share the files of a model and its garments with the workspace of a fit, under the names of the page."""
    fits.put(source.photos()[pair.model], target.inputs / "org_img", PAIR.model)
    cloths = dict(zip(CLOTHS, source.worn(pair), strict=False))
    for slot, cloth in cloths.items():
        fits.put(source.cloths()[cloth], target.inputs / "cloth", slot)
        mask = source.cloth_mask_file(cloth)
        if mask.is_file():
            fits.put(mask, target.inputs / "cloth-mask", slot)
        _share_if_there(source.corrections_file(cloth), target.corrections_file(slot))
        _share_if_there(source.landmarks_file(cloth), target.landmarks_file(slot))
    write_text(target.inputs / "test_pairs.txt", f"{PAIR.model} {'+'.join(cloths)}\n")
    for of in (
        *(Workspace.cutout_file, Workspace.image_file, Workspace.canvas_file, Workspace.pose_file),
        *(Workspace.rendered_pose_file, Workspace.parse_file, Workspace.parse_picture_file),
    ):
        _share_if_there(of(source, pair.model), of(target, PAIR.model))
    for file in (Workspace.tryon_file, Workspace.figure_file):
        _share_if_there(file(source, pair), file(target, PAIR))


def _share_if_there(source: Path, target: Path) -> None:
    if source.is_file():
        share(source, target)


def _corrections(workspace: Workspace, found: Mapping[str, Any]) -> dict[str, Correction]:
    """The garments' points that were moved by hand, as a visit remembers them.

    Args:
        workspace: the fit's.
        found: by subject, where the points were found.
    """
    corrected: dict[str, Correction] = {}
    for slot in CLOTHS:
        subject = edits.points_of(slot)
        if moved := workspace.read_corrections(slot):
            places = usable_points(found.get(subject), moved)
            corrected[subject] = {"moved": {name: list(at) for name, at in moved.items()}, "found": places}
    return corrected
