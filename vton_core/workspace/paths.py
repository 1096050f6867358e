"""Where every file of a workspace lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vton_core.errors import WorkspaceError

__all__ = ["ENDINGS", "Pair", "Paths"]

ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif")


@dataclass(frozen=True)
class Pair:
    """A model and a cloth, by the names of their files without ending."""

    model: str
    cloth: str


class Paths:
    """File names and listings of the workspace under ``root``."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self.inputs = self.root / "inputs"
        self.output = self.root / "output"

    def relative(self, path: Path) -> str:
        """A path as reports name it: relative to the workspace, with forward slashes."""
        return path.relative_to(self.root).as_posix()

    def inside(self, text: str, listed_in: str) -> Path:
        """A file that a text file names, relative to ``inputs``.

        Raises:
            WorkspaceError: it lies outside the workspace, or is not there.
        """
        path = self.inputs / text
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise WorkspaceError(
                "{file} names '{path}', which lies outside the workspace. Name a file below 'inputs'.",
                file=listed_in,
                path=text,
            )
        if not path.is_file():
            raise WorkspaceError(
                "{file} names '{path}', which does not exist. Put the file there, or correct the line.",
                file=listed_in,
                path=text,
            )
        return path

    def _pictures(self, folder: Path, what: str) -> dict[str, Path]:
        """The pictures of a folder by name without ending."""
        found: dict[str, Path] = {}
        entries = sorted(folder.iterdir()) if folder.is_dir() else []
        for path in entries:
            if path.name.startswith(".") or path.suffix.lower() not in ENDINGS or not path.is_file():
                continue
            if not path.resolve().is_relative_to(self.root.resolve()):
                raise WorkspaceError(
                    "{file} is a link to a place outside the workspace. Copy the picture instead.",
                    file=self.relative(path),
                )
            if path.stem in found:
                raise WorkspaceError(
                    "{first} and {second} have the same name. Rename one of them.",
                    first=self.relative(found[path.stem]),
                    second=self.relative(path),
                )
            found[path.stem] = path
        if not found:
            raise WorkspaceError(
                "There is no {what} in {folder}. {hint}", what=what, folder=self.relative(folder), hint=_hint(what)
            )
        return found

    def photos(self) -> dict[str, Path]:
        """Model photos (``inputs/org_img``) by name."""
        return self._pictures(self.inputs / "org_img", "model photo")

    def cloths(self) -> dict[str, Path]:
        """Garment photos (``inputs/cloth``) by name."""
        return self._pictures(self.inputs / "cloth", "garment photo")

    def has_cloths(self) -> bool:
        """Any garment photo is there."""
        folder = self.inputs / "cloth"
        return folder.is_dir() and any(path.suffix.lower() in ENDINGS for path in folder.iterdir())

    def cutouts(self) -> dict[str, Path]:
        """Cutouts of step1 by model."""
        return self._pictures(self.output / "background_step1", "cutout")

    def canvas_images(self) -> dict[str, Path]:
        """Canvas pictures of step2 by model."""
        return self._pictures(self.inputs / "image", "canvas picture")

    def cutout_file(self, model: str) -> Path:
        """``output/background_step1/<model>.png``."""
        return self.output / "background_step1" / f"{model}.png"

    def image_file(self, model: str) -> Path:
        """``inputs/image/<model>.png``."""
        return self.inputs / "image" / f"{model}.png"

    def canvas_file(self, model: str) -> Path:
        """``inputs/image/<model>_canvas.json``."""
        return self.inputs / "image" / f"{model}_canvas.json"

    def pose_file(self, model: str) -> Path:
        """``inputs/openpose-json/<model>_keypoints.json``."""
        return self.inputs / "openpose-json" / f"{model}_keypoints.json"

    def rendered_pose_file(self, model: str) -> Path:
        """``inputs/openpose-img/<model>_rendered.png``."""
        return self.inputs / "openpose-img" / f"{model}_rendered.png"

    def parse_file(self, model: str) -> Path:
        """``output/cihp_parsing/<model>.png``."""
        return self.output / "cihp_parsing" / f"{model}.png"

    def parse_picture_file(self, model: str) -> Path:
        """``output/cihp_parsing/<model>_vis.png``."""
        return self.output / "cihp_parsing" / f"{model}_vis.png"

    def cloth_mask_file(self, cloth: str) -> Path:
        """``inputs/cloth-mask/<cloth>``: the file that is there, of any ending, else the ``.png`` to be made."""
        folder = self.inputs / "cloth-mask"
        given = (folder / f"{cloth}{ending}" for ending in ENDINGS)
        return next((path for path in given if path.is_file()), folder / f"{cloth}.png")

    def tryon_file(self, pair: Pair) -> Path:
        """``output/viton-hd/<model>_<cloth>.png``."""
        return self.output / "viton-hd" / f"{pair.model}_{pair.cloth}.png"

    def figure_file(self, pair: Pair) -> Path:
        """``output/figure/<model>_<cloth>.png``."""
        return self.output / "figure" / f"{pair.model}_{pair.cloth}.png"

    def final_file(self, pair: Pair, scene: str) -> Path:
        """``output/final/<model>_<cloth>_<background>.png``."""
        return self.output / "final" / f"{pair.model}_{pair.cloth}_{scene}.png"

    def need(self, path: Path, step: str) -> Path:
        """The path, if the file is there.

        Raises:
            WorkspaceError: it is not; the message names the step that writes it.
        """
        if not path.is_file():
            raise WorkspaceError("{file} is missing. Run {step} first.", file=self.relative(path), step=step)
        return path


def _hint(what: str) -> str:
    made = {"cutout": "Run step1 first.", "canvas picture": "Run step2 first."}
    return made.get(what, "Put at least one JPEG, PNG or WebP file there.")
