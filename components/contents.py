"""What a project file holds of what the page can show: one figure, its pictures, and the scene that it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from components import notes, uploads
from components.records import CLOTHS, Slot, Upload
from vton_core.errors import ProjectError, WorkspaceError
from vton_core.export.project import steps_left, unpack
from vton_core.types import Image
from vton_core.workspace import Pair, SceneFile, Workspace

__all__ = ["Chosen", "Contents"]


@dataclass(frozen=True)
class Chosen:
    """A picture of the project, as :func:`components.uploads.read` sees it."""

    upload: Upload
    picture: Image
    file: Path


class Contents:
    """A project, read whole.

    Args:
        file: the project file.
        workspace: what it is unpacked into.

    Attributes:
        source: that workspace.
        settings: of its fit.
        notes: what only the page knows of it.
        ready: whether all steps before the last are done.
        pair: the model and the garments that are shown.
        scene: where the figures stand; ``None`` where the project does not say.
        pictures: by the slots that they belong into.

    Raises:
        VtonError: it cannot be used.
    """

    def __init__(self, file: Path, workspace: Workspace) -> None:
        self._file, self.source = file, workspace
        self.settings = unpack(file, workspace)
        self.notes = notes.read(workspace)
        self.ready = steps_left(workspace) == ("step5",)
        self.pair = self._chosen_pair()
        self.scene = self._chosen_scene()
        self.pictures = self._read_pictures()

    def other_figures(self) -> list[str]:
        """The names of the figures in the scene that are not the pair's."""
        placed = self.scene.figures if self.scene and self.ready else ()
        names = dict.fromkeys(entry.figure for entry in placed)
        return [name for name in names if not self._is_pair(name)]

    def figure_file(self, name: str) -> Path:
        """Where a figure of the scene lies, by its name.

        Raises:
            WorkspaceError: it is missing.
        """
        return self.source.need(self.source.output / "figure" / f"{name}.png", "step4")

    def _chosen_pair(self) -> Pair:
        """Of several models and garments the first: a page shows one."""
        try:
            pair = self.source.pairs()[0]
        except WorkspaceError:  # the first steps are to be done yet
            pair = Pair(next(iter(self.source.photos())), next(iter(self.source.cloths())))
        if len(self.source.worn(pair)) > len(CLOTHS):
            raise ProjectError(
                "{file} dresses the model in more garments than the page shows. Run it on the command line.",
                file=self._file.name,
            )
        return pair

    def _chosen_scene(self) -> SceneFile | None:
        """Of several scenes the first, or of the lines of ``backgrounds.txt`` the first of this figure."""
        given = self.source.given_scenes()
        if given or not self.ready or not (self.source.inputs / "backgrounds.txt").is_file():
            return given[0] if given else None
        return self.source.scenes()[0].with_figure(f"{self.pair.model}_{self.pair.cloth}")

    def _read_pictures(self) -> dict[Slot, Chosen]:
        files: dict[Slot, Path] = {"model": self.source.photos()[self.pair.model]}
        cloths = self.source.cloths()
        files |= dict(zip(CLOTHS, (cloths[name] for name in self.source.worn(self.pair)), strict=False))
        backgrounds = [self.scene.picture] if self.scene else self.source.backgrounds()
        files |= {"background": backgrounds[0]} if backgrounds else {}
        found = {}
        for slot, file in files.items():
            name = str(self.notes["names"].get(slot) or file.name)[-120:]
            found[slot] = Chosen(*uploads.read(slot, file, name, None), file)
        return found

    def _is_pair(self, name: str) -> bool:
        own = self.source.figure_file(self.pair)
        file = self.figure_file(name)
        return file == own or file.read_bytes() == own.read_bytes()
