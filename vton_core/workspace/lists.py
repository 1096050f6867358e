"""The text files that say what is to be done: pairs and backgrounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vton_core.errors import WorkspaceError
from vton_core.positions import parse_position
from vton_core.scenes import SceneFigure, SceneText, format_scene, parse_finish, parse_scene
from vton_core.storage import write_text
from vton_core.types import Finish, Placement
from vton_core.workspace.paths import ENDINGS, Pair, Paths

__all__ = ["Lists", "Scene", "SceneFile", "in_two", "picture_name"]

_COMMENT: Final = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True)
class Scene:
    """A background and where the figure stands on it.

    Attributes:
        name: the background's.
        picture: the background.
        placement: where the figure stands.
        finish: how it is made to belong there.
        occluder: white where the background stands in front of the figure, if it does.
    """

    name: str
    picture: Path
    placement: Placement
    finish: Finish = field(default_factory=Finish)
    occluder: Path | None = None

    def with_figure(self, figure: str) -> SceneFile:
        """The picture of a figure in this place."""
        placed = SceneFigure(figure, self.placement, self.finish)
        return SceneFile(f"{figure}_{self.name}", self.picture, (placed,), self.occluder)


@dataclass(frozen=True)
class SceneFile:
    """A picture that is to be composed.

    Attributes:
        name: of the result.
        picture: the background.
        figures: from the back to the front.
        occluder: white where the background stands in front of the figures, if it does.
    """

    name: str
    picture: Path
    figures: tuple[SceneFigure, ...]
    occluder: Path | None = None


class Lists(Paths):
    """Reads and writes the text files of a workspace."""

    def _lines(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """Number and readings of each line that says something: whole, as a name may hold a ``#``, and uncommented."""
        for number, line in enumerate(self.text(path).splitlines(), start=1):
            if bare := _COMMENT.sub("", line).strip():
                yield number, list(dict.fromkeys((line, line.strip(), bare)))

    def write_pairs(self, models: Iterable[str]) -> None:
        """Write ``inputs/test_pairs.txt``, every model with every cloth, unless it is there or there is no cloth."""
        path = self.inputs / "test_pairs.txt"
        if not path.exists() and self.has_cloths():
            cloths = self.cloths()
            write_text(path, "".join(f"{model} {cloth}\n" for model in models for cloth in cloths))

    def pairs(self) -> list[Pair]:
        """What ``inputs/test_pairs.txt`` asks for: a line, a model and a cloth, with or without ending.

        Several cloths that are worn together are joined by ``+``, in the order in which they are put on.

        Raises:
            WorkspaceError: the file is empty or malformed, or names what is not there.
        """
        models, cloths = self.canvas_images(), self.cloths()
        self.write_pairs(models)
        path = self.inputs / "test_pairs.txt"
        pairs: dict[str, Pair] = {}
        for number, readings in self._lines(path):
            pair = self._pair(self.relative(path), number, readings, models, cloths)
            if pairs.setdefault(f"{pair.model}_{pair.cloth}", pair) != pair:
                raise WorkspaceError(
                    "{file}, line {line}: the result would be called '{name}' like another line's. Rename a picture.",
                    file=self.relative(path),
                    line=number,
                    name=f"{pair.model}_{pair.cloth}",
                )
        if not pairs:
            raise WorkspaceError(
                "{file} names no pair. Delete it to try every garment on every model.", file=self.relative(path)
            )
        return list(pairs.values())

    def _pair(
        self, file: str, number: int, readings: list[str], models: dict[str, Path], cloths: dict[str, Path]
    ) -> Pair:
        halves = [half for reading in readings for half in in_two(reading)]
        pairs = [Pair(picture_name(model, models), _names(cloth, cloths)) for model, cloth in halves]
        for pair in pairs:
            if pair.model in models and all(cloth in cloths for cloth in _parts(pair.cloth, cloths)):
                return pair
        plain = list(in_two(readings[-1]))
        if len(plain) != 1:
            raise WorkspaceError(
                "{file}, line {line}: a line names a model and a cloth, with a blank between.", file=file, line=number
            )
        pair = pairs[-1]
        known = pair.model in models
        raise WorkspaceError(
            "{file}, line {line}: there is no '{name}' in {folder}. Correct the line, or add the picture.",
            file=file,
            line=number,
            name=next(c for c in _parts(pair.cloth, cloths) if c not in cloths) if known else pair.model,
            folder="inputs/cloth" if known else "inputs/image",
        )

    def scenes(self) -> list[Scene]:
        """What ``inputs/backgrounds.txt`` asks for: a line, a background, a position file and perhaps a finish file.

        Their paths are relative to ``inputs``.

        Raises:
            WorkspaceError: the file is missing, empty or malformed, or names what is not there.
            PlacementError: a position file cannot be used.
        """
        path = self.inputs / "backgrounds.txt"
        if not path.is_file():
            raise WorkspaceError(
                "{file} is missing. Write a line for each background: its path and its position file's path.",
                file=self.relative(path),
            )
        scenes: dict[str, Scene] = {}
        for number, readings in self._lines(path):
            scene = self._scene(self.relative(path), number, readings)
            if scenes.setdefault(scene.name, scene) != scene:
                raise WorkspaceError(
                    "{file}, line {line}: another line has a background called '{name}', so one result would overwrite "
                    "the other. Copy the picture under another name.",
                    file=self.relative(path),
                    line=number,
                    name=scene.name,
                )
        if not scenes:
            raise WorkspaceError(
                "{file} is empty. Write a line for each background: its path and its position file's path.",
                file=self.relative(path),
            )
        return list(scenes.values())

    def _scene(self, file: str, number: int, readings: list[str]) -> Scene:
        halves = [half for reading in readings for half in in_two(reading)]
        thirds = [(first, *half) for first, rest in halves for half in in_two(rest)]
        there = next((paths for paths in (*halves, *thirds) if all(map(self.listed, paths))), None)
        if there is None and len(readings[-1].split()) not in (2, 3):
            raise WorkspaceError(
                "{file}, line {line}: a line names a background, a position file and, if you like, a finish file, with "
                "blanks between.",
                file=file,
                line=number,
            )
        paths = [self.inside(path, file, number) for path in there or readings[-1].split()]
        placement = parse_position(self.text(paths[1]), self.relative(paths[1]))
        if len(paths) == 2:
            return Scene(paths[0].stem, paths[0], placement)
        name = self.relative(paths[2])
        finish, occluder = parse_finish(self.text(paths[2]), name)
        return Scene(paths[0].stem, paths[0], placement, finish, self._occluder(occluder, name))

    def scene_files(self) -> list[SceneFile]:
        """Every picture that is to be composed: each figure on each line of ``backgrounds.txt``, and the scene files.

        Raises:
            WorkspaceError: neither is there, or one of them is malformed or names what is not there.
            PlacementError: a figure cannot be placed as they say.
        """
        files = self.given_scenes()
        if files and not (self.inputs / "backgrounds.txt").is_file():
            return files
        scenes, figures = self.scenes(), list(self.figures())
        lined = [scene.with_figure(figure) for scene in scenes for figure in figures]
        for scene in files:
            if scene.name in {other.name for other in lined}:
                raise WorkspaceError(
                    "inputs/scenes/{name}.json is called like a result of inputs/backgrounds.txt. Rename it.",
                    name=scene.name,
                )
        return lined + files

    def given_scenes(self) -> list[SceneFile]:
        """The scene files (``inputs/scenes/*.json``), by name; an empty list where there are none.

        Raises:
            WorkspaceError: one of them is malformed, or names what is not there.
            PlacementError: a figure cannot be placed as it says.
        """
        return [self._scene_file(path) for path in self.scene_paths()]

    def all_backgrounds(self) -> list[Path]:
        """The pictures of ``inputs/bg_images``, and those that scene files and ``backgrounds.txt`` name.

        Raises:
            WorkspaceError: there is none, two have the same name, or a list is malformed.
        """
        listed = [scene.picture for scene in self.scenes()] if (self.inputs / "backgrounds.txt").is_file() else []
        named = [self._background(path)[1] for path in self.scene_paths()]
        found: dict[str, Path] = {}
        for path in (*self.backgrounds(), *listed, *named):
            if not found.setdefault(path.stem, path).samefile(path):
                raise self._same_name(found[path.stem], path)
        if not found:
            raise WorkspaceError(
                "There is no {what} in {folder}. {hint}",
                what="background",
                folder="inputs/bg_images",
                hint="Put at least one JPEG, PNG or WebP file there.",
            )
        return list(found.values())

    def write_scene(self, name: str, scene: SceneText) -> None:
        """Write ``inputs/scenes/<name>.json``."""
        write_text(self.scene_file(name), format_scene(scene))

    def _scene_file(self, path: Path) -> SceneFile:
        name = self.relative(path)
        said, picture = self._background(path)
        known = self.figures()
        for figure in said.figures:
            if figure.figure not in known:
                raise WorkspaceError(
                    "{file}: there is no figure '{name}' in output/figure. Run step4 first, or correct the name.",
                    file=name,
                    name=figure.figure,
                )
        return SceneFile(path.stem, picture, said.figures, self._occluder(said.occluder, name))

    def _background(self, path: Path) -> tuple[SceneText, Path]:
        """What a scene file says, and its background."""
        said = parse_scene(self.text(path), self.relative(path))
        return said, self.named(said.background, self.relative(path))

    def _occluder(self, text: str | None, file: str) -> Path | None:
        return None if text is None else self.named(text, file)


def in_two(line: str) -> Iterator[tuple[str, str]]:
    """Every way to read a line as two names: a name may hold blanks."""
    for blank in re.finditer(r"\s+", line):
        yield line[: blank.start()], line[blank.end() :]


def _parts(cloth: str, known: dict[str, Path]) -> list[str]:
    """A cloth's name, or those of several that are joined."""
    return [cloth] if cloth in known else cloth.split("+")


def _names(word: str, known: dict[str, Path]) -> str:
    """A cloth's name without ending, or several that are joined."""
    whole = picture_name(word, known)
    return whole if whole in known else "+".join(picture_name(part, known) for part in word.split("+"))


def picture_name(word: str, known: dict[str, Path]) -> str:
    """A picture's name without ending, from a word with or without one."""
    path = Path(word)
    return path.stem if word not in known and path.suffix.lower() in ENDINGS else path.name
