"""Where every file of a workspace lies."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vton_core.errors import WorkspaceError
from vton_core.progress import OutputFormat

__all__ = ["ENDINGS", "Pair", "Paths"]

ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif")
_WRITTEN: Final[dict[OutputFormat, str]] = {
    "png": ".png",
    "jpeg": ".jpg",
    "webp": ".webp",
    "tiff": ".tif",
    "ora": ".ora",
}
_LONGEST_TEXT: Final = 1 << 20


@dataclass(frozen=True)
class Pair:
    """A model and a cloth, by the names of their files without ending; several cloths are joined by ``+``."""

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

    def text(self, path: Path) -> str:
        """The content of a text file: UTF-8, or UTF-16 with its mark; a name in another encoding comes through whole.

        Raises:
            WorkspaceError: it cannot be read, or is far too long.
        """
        try:
            with path.open("rb") as file:
                data = file.read(_LONGEST_TEXT + 1)
        except OSError as error:
            raise _unreadable(self.relative(path), error.strerror or "unknown reason") from None
        if len(data) > _LONGEST_TEXT:
            raise _unreadable(self.relative(path), "too long")
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16", "replace")
        return data.decode("utf-8-sig", "surrogateescape")

    def is_inside(self, path: Path) -> bool:
        """The path, with every link followed, lies in the workspace."""
        try:
            return path.resolve().is_relative_to(self.root.resolve())
        except (OSError, RuntimeError, ValueError):
            # A name that is too long, links in a circle, a zero byte.
            return False

    def listed(self, text: str) -> Path | None:
        """The file that a text file names, relative to ``inputs``, if it is there and inside the workspace."""
        path = self.inputs / text
        try:
            return path if self.is_inside(path) and path.is_file() else None
        except OSError:
            return None

    def inside(self, text: str, file: str, line: int) -> Path:
        """The same, or what is wrong with it.

        Raises:
            WorkspaceError: it lies outside the workspace, or is not there.
        """
        found = self.listed(text)
        if found is not None:
            return found
        if not self.is_inside(self.inputs / text):
            raise WorkspaceError(
                "{file}, line {line}: '{path}' lies outside the workspace. Name a file below 'inputs'.",
                file=file,
                line=line,
                path=text,
            )
        raise WorkspaceError(
            "{file}, line {line}: '{path}' does not exist. Put the file there, or correct the line.",
            file=file,
            line=line,
            path=text,
        )

    def named(self, text: str, file: str) -> Path:
        """The file that a JSON file names, relative to ``inputs``.

        Raises:
            WorkspaceError: it lies outside the workspace, or is not there.
        """
        found = self.listed(text)
        if found is not None:
            return found
        if not self.is_inside(self.inputs / text):
            raise WorkspaceError(
                "{file}: '{path}' lies outside the workspace. Name a file below 'inputs'.", file=file, path=text
            )
        raise WorkspaceError(
            "{file}: '{path}' does not exist. Put the file there, or correct the name.", file=file, path=text
        )

    def _files(self, folder: Path, endings: tuple[str, ...] = ENDINGS) -> list[Path]:
        """The files of a folder by their endings (pictures' if not said); hidden ones are left out."""
        try:
            entries = sorted(folder.iterdir()) if folder.is_dir() else []
            return [
                path
                for path in entries
                if not path.name.startswith(".") and path.suffix.lower() in endings and path.is_file()
            ]
        except OSError as error:
            raise _unreadable(self.relative(folder), error.strerror or "unknown reason") from None

    def _pictures(self, folder: Path, what: str) -> dict[str, Path]:
        """The pictures of a folder by name without ending."""
        found: dict[str, Path] = {}
        for path in self._files(folder):
            if not self.is_inside(path):
                raise WorkspaceError(
                    "{file} is a link to a place outside the workspace. Copy the picture instead.",
                    file=self.relative(path),
                )
            if path.stem in found:
                raise self._same_name(found[path.stem], path)
            found[path.stem] = path
        if not found:
            raise WorkspaceError(
                "There is no {what} in {folder}. {hint}", what=what, folder=self.relative(folder), hint=_hint(what)
            )
        return found

    def _same_name(self, first: Path, second: Path) -> WorkspaceError:
        return WorkspaceError(
            "{first} and {second} have the same name. Rename one of them.",
            first=self.relative(first),
            second=self.relative(second),
        )

    def photos(self) -> dict[str, Path]:
        """Model photos (``inputs/org_img``) by name."""
        return self._pictures(self.inputs / "org_img", "model photo")

    def cloths(self) -> dict[str, Path]:
        """Garment photos (``inputs/cloth``) by name."""
        return self._pictures(self.inputs / "cloth", "garment photo")

    def worn(self, pair: Pair) -> list[str]:
        """The names of a pair's cloths, in the order in which they are put on."""
        return [pair.cloth] if pair.cloth in self.cloths() else pair.cloth.split("+")

    def has_cloths(self) -> bool:
        """Any garment photo is there."""
        return bool(self._files(self.inputs / "cloth"))

    def cutouts(self) -> dict[str, Path]:
        """Cutouts of step1 by model."""
        return self._pictures(self.output / "background_step1", "cutout")

    def canvas_images(self) -> dict[str, Path]:
        """Canvas pictures of step2 by model."""
        return self._pictures(self.inputs / "image", "canvas picture")

    def figures(self) -> dict[str, Path]:
        """Dressed figures of step4 by ``<model>_<cloth>``."""
        return self._pictures(self.output / "figure", "dressed figure")

    def scene_paths(self) -> list[Path]:
        """The scene files, by name."""
        return self._files(self.inputs / "scenes", (".json",))

    def backgrounds(self) -> list[Path]:
        """The pictures of ``inputs/bg_images``."""
        return self._files(self.inputs / "bg_images")

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

    def corrections_file(self, cloth: str) -> Path:
        """``inputs/cloth-landmarks/<cloth>.json``: the landmarks that the user has moved."""
        return self.inputs / "cloth-landmarks" / f"{cloth}.json"

    def landmarks_file(self, cloth: str) -> Path:
        """``output/cloth-landmarks/<cloth>.json``: all landmarks as step4 used them."""
        return self.output / "cloth-landmarks" / f"{cloth}.json"

    def found(self, name: str) -> Path:
        """``found/<name>``: what a step has found, where it was corrected by hand since."""
        return self.root / "found" / name

    def by_hand(self, name: str) -> Path:
        """``by-hand/<name>``: what is to be corrected by hand, see :mod:`vton_core.steps.corrections`."""
        return self.root / "by-hand" / name

    def tryon_file(self, pair: Pair) -> Path:
        """``output/viton-hd/<model>_<cloth>.png``."""
        return self.output / "viton-hd" / f"{pair.model}_{pair.cloth}.png"

    def figure_file(self, pair: Pair) -> Path:
        """``output/figure/<model>_<cloth>.png``."""
        return self.output / "figure" / f"{pair.model}_{pair.cloth}.png"

    def final_file(self, pair: Pair | str, scene: str, kind: OutputFormat = "png") -> Path:
        """``output/final/<model>_<cloth>_<background>.png``, of a pair or of a figure's name, or of another format."""
        figure = pair if isinstance(pair, str) else f"{pair.model}_{pair.cloth}"
        return self.result_file(f"{figure}_{scene}", kind)

    def result_file(self, name: str, kind: OutputFormat = "png") -> Path:
        """``output/final/<name>.png``, or of another format."""
        return self.output / "final" / f"{name}{_WRITTEN[kind]}"

    def placed_file(self, name: str, kind: OutputFormat = "png") -> Path:
        """``output/placed/<name>.png``, or of another format."""
        return self.output / "placed" / f"{name}{_WRITTEN[kind]}"

    def scene_file(self, name: str) -> Path:
        """``inputs/scenes/<name>.json``."""
        return self.inputs / "scenes" / f"{name}.json"

    def preview_file(self, name: str) -> Path:
        """``output/preview/<name>.jpg``."""
        return self.output / "preview" / f"{name}.jpg"

    def people_file(self, background: str) -> Path:
        """``output/people/<background>.json``."""
        return self.output / "people" / f"{background}.json"

    def need(self, path: Path, step: str) -> Path:
        """The path, if the file is there.

        Raises:
            WorkspaceError: it is not; the message names the step that writes it.
        """
        if not path.is_file():
            raise WorkspaceError("{file} is missing. Run {step} first.", file=self.relative(path), step=step)
        return path


def _unreadable(file: str, reason: str) -> WorkspaceError:
    return WorkspaceError(
        "{file} cannot be read ({reason}). Replace it, or allow reading it.", file=file, reason=reason
    )


def _hint(what: str) -> str:
    made = {
        "cutout": "Run step1 first.",
        "canvas picture": "Run step2 first.",
        "dressed figure": "Run step4 first.",
    }
    return made.get(what, "Put at least one JPEG, PNG or WebP file there.")
