"""A project file, opened: what was saved here, or packed on the command line, becomes what the page shows.

A project is a workspace (see :mod:`vton_core.export.project`), with what only the page knows (:mod:`components.notes`).
It may come from anybody: what cannot be used of it is left out, or ends the opening before anything has changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components import edits, engines, fits, jobs, notes, occluders, placement, state, uploads, wearing
from components.arrangement import Arrangement
from components.correction import Correction, standing, usable_points
from components.i18n import Message
from components.inputs import PROJECT_LIMIT_MB
from components.records import CLOTHS, KINDS, PAIR, Fit, Slot, Stage, Upload, clock
from components.sent import arranged
from components.stage_views import StageViews
from components.visit import Visit
from vton_core.engines import registry
from vton_core.errors import InputError, ProjectError, VtonError, WorkspaceError
from vton_core.export.project import steps_left, unpack
from vton_core.images import read_image
from vton_core.storage import make_folder, share, storage_error, write_text
from vton_core.types import Image
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
            opened = _Opening(visit, kept, Workspace(root / "workspace"))
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


@dataclass(frozen=True)
class _Chosen:
    """A picture of the project, as :func:`components.uploads.read` sees it."""

    upload: Upload
    picture: Image
    file: Path


class _Opening:
    """What a project holds, read whole before anything of the visit changes.

    Raises:
        VtonError: it cannot be used.
    """

    def __init__(self, visit: Visit, file: Path, workspace: Workspace) -> None:
        self._visit, self._file, self._source = visit, file, workspace
        self._settings = unpack(file, workspace)
        self._notes = notes.read(workspace)
        self._ready = steps_left(workspace) == ("step5",)
        self._pair = self._chosen_pair()
        self._scene = self._chosen_scene()
        self._pictures = self._read_pictures()
        with visit.lock:
            self._number = visit.number()
            self._others = {name: visit.number() for name in self._other_figures()}
        self._edits: dict[str, Correction] = {}
        self._fit = self._make_fit() if self._ready else None
        self._earlier = [self._make_earlier(name, number) for name, number in self._others.items()]

    def _chosen_pair(self) -> Pair:
        """Of several models and garments the first: a page shows one."""
        try:
            pair = self._source.pairs()[0]
        except WorkspaceError:  # the first steps are to be done yet
            pair = Pair(next(iter(self._source.photos())), next(iter(self._source.cloths())))
        if len(self._source.worn(pair)) > len(CLOTHS):
            raise ProjectError(
                "{file} dresses the model in more garments than the page shows. Run it on the command line.",
                file=self._file.name,
            )
        return pair

    def _chosen_scene(self) -> SceneFile | None:
        """Of several scenes the first, or of the lines of ``backgrounds.txt`` the first of this figure."""
        given = self._source.given_scenes()
        if given or not self._ready or not (self._source.inputs / "backgrounds.txt").is_file():
            return given[0] if given else None
        return self._source.scenes()[0].with_figure(f"{self._pair.model}_{self._pair.cloth}")

    def _read_pictures(self) -> dict[Slot, _Chosen]:
        files: dict[Slot, Path] = {"model": self._source.photos()[self._pair.model]}
        cloths = self._source.cloths()
        files |= dict(zip(CLOTHS, (cloths[name] for name in self._source.worn(self._pair)), strict=False))
        backgrounds = [self._scene.picture] if self._scene else self._source.backgrounds()
        files |= {"background": backgrounds[0]} if backgrounds else {}
        found = {}
        for slot, file in files.items():
            name = str(self._notes["names"].get(slot) or file.name)[-120:]
            found[slot] = _Chosen(*uploads.read(slot, file, name, None), file)
        return found

    def _other_figures(self) -> list[str]:
        """The names of the figures in the scene that are not the pair's."""
        placed = self._scene.figures if self._scene and self._ready else ()
        names = dict.fromkeys(entry.figure for entry in placed)
        return [name for name in names if not self._is_pair(name)]

    def _is_pair(self, name: str) -> bool:
        own = self._source.figure_file(self._pair)
        file = self._figure_file(name)
        return file == own or file.read_bytes() == own.read_bytes()

    def _figure_file(self, name: str) -> Path:
        return self._source.need(self._source.output / "figure" / f"{name}.png", "step4")

    def _make_fit(self) -> Fit:
        workspace = Workspace(self._visit.fit_root(self._number))
        _lay_out(self._source, self._pair, workspace)
        self._edits = _corrections(workspace, self._notes["found"])
        views = StageViews(self._visit, workspace, PAIR, self._number)
        stages = tuple(Stage(kind, "kept", None, views.make(index)) for index, kind in enumerate(KINDS))
        chosen: dict[str, str] = {
            step: getattr(self._settings, step) or registry.default(step) for step in engines.STEPS
        }
        second = self._pictures.get("second")
        return Fit(
            number=self._number,
            model=self._pictures["model"].upload.digest,
            garment=self._pictures["garment"].upload.digest,
            stages=stages,
            seconds=0.0,
            figure=fits.figure_view(self._visit, workspace, self._number),
            engines=chosen,
            wearing=wearing.of(self._settings),
            edits=standing(self._edits),
            kinds=fits.kinds(workspace),
            second=second.upload.digest if second else "",
        )

    def _make_earlier(self, name: str, number: int) -> Fit:
        workspace = Workspace(self._visit.fit_root(number))
        share(self._figure_file(name), workspace.figure_file(PAIR))
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
        for slot, chosen in self._pictures.items():
            uploads.keep(visit, slot, chosen.upload, chosen.picture, chosen.file)
            visit.put(slot, chosen.upload)
            visit.stamps[slot] += 1
            visit.settle(slot)
        offered = {step: getattr(self._settings, step) for step in engines.STEPS}
        visit.engines = {step: name for step, name in offered.items() if name}
        visit.wearing = wearing.of(self._settings)

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
        if self._scene and visit.fit:
            visit.arrangement = self._arrangement(self._scene)
        placed = {entry["figure"] for entry in visit.arrangement["figures"]} if visit.arrangement else set()
        spare = [fit for fit in visit.earlier if fit.number not in placed]
        visit.earlier = [fit for fit in visit.earlier if fit not in spare[: max(0, len(visit.earlier) + 1 - fits.KEPT)]]

    def _arrangement(self, described: SceneFile) -> Arrangement:
        called = self._notes["scene"].get("called")
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
        found = arranged(self._visit, {**self._notes["scene"], "figures": figures})
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
