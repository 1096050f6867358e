"""The text files that say what is to be done: pairs, backgrounds, and what the parser is to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from vton_core.errors import WorkspaceError
from vton_core.images import write_png
from vton_core.labels import COUNT, PALETTE
from vton_core.positions import parse_position
from vton_core.storage import write_text
from vton_core.types import Placement
from vton_core.workspace.paths import ENDINGS, Pair, Paths

__all__ = ["Lists", "Scene"]

_DUMMY: Final = (512, 512)
_COMMENT: Final = re.compile(r"(^|\s)#.*")


@dataclass(frozen=True)
class Scene:
    """A background and where the figure stands on it."""

    name: str
    picture: Path
    placement: Placement


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
        halves = [half for reading in readings for half in _halves(reading)]
        pairs = [Pair(_name(model, models), _names(cloth, cloths)) for model, cloth in halves]
        for pair in pairs:
            if pair.model in models and all(cloth in cloths for cloth in _parts(pair.cloth, cloths)):
                return pair
        plain = list(_halves(readings[-1]))
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
        """What ``inputs/backgrounds.txt`` asks for: a line, a background and a position file, relative to ``inputs``.

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
        halves = [half for reading in readings for half in _halves(reading)]
        there = next((half for half in halves if all(map(self.listed, half))), None)
        if there is None and len(list(_halves(readings[-1]))) != 1:
            raise WorkspaceError(
                "{file}, line {line}: a line names a background and a position file, with a blank between.",
                file=file,
                line=number,
            )
        picture, position = (self.inside(path, file, number) for path in there or halves[-1])
        return Scene(picture.stem, picture, parse_position(self.text(position), self.relative(position)))

    def models_to_parse(self) -> list[str]:
        """The models that ``inputs/val_id.txt`` names; CIHP_PGN's five input files are made where they are missing.

        Raises:
            WorkspaceError: the file is empty, or names a model that has no canvas picture.
        """
        models = self.canvas_images()
        path = self.inputs / "val_id.txt"
        if not path.exists():
            write_text(path, "".join(f"{model}\n" for model in models))
        if not (self.inputs / "val.txt").exists():
            lines = (f"/image/{path.name} /labels/512x512.png\n" for path in models.values())
            write_text(self.inputs / "val.txt", "".join(lines))
        if not (self.inputs / "palette_ref.png").exists():
            stripes = np.repeat(np.arange(COUNT, dtype=np.uint8), 16)
            write_png(self.inputs / "palette_ref.png", np.tile(stripes, (32, 1)), PALETTE)
        for folder in ("labels", "edges"):
            if not (self.inputs / folder / "512x512.png").exists():
                write_png(self.inputs / folder / "512x512.png", np.zeros(_DUMMY, np.uint8))
        named = []
        for number, readings in self._lines(path):
            names = [_name(word, models) for word in (*readings, readings[-1].split()[0])]
            name = next((name for name in names if name in models), None)
            if name is None:
                raise WorkspaceError(
                    "{file}, line {line}: step2 has drawn no '{name}'. Correct the line, or delete the file to parse "
                    "every model.",
                    file=self.relative(path),
                    line=number,
                    name=names[-1],
                )
            named.append(name)
        if not named:
            raise WorkspaceError("{file} names no model. Delete it to parse every model.", file=self.relative(path))
        return list(dict.fromkeys(named))


def _halves(line: str) -> Iterator[tuple[str, str]]:
    """Every way to read a line as two names: a name may hold blanks."""
    for blank in re.finditer(r"\s+", line):
        yield line[: blank.start()], line[blank.end() :]


def _parts(cloth: str, known: dict[str, Path]) -> list[str]:
    """A cloth's name, or those of several that are joined."""
    return [cloth] if cloth in known else cloth.split("+")


def _names(word: str, known: dict[str, Path]) -> str:
    """A cloth's name without ending, or several that are joined."""
    whole = _name(word, known)
    return whole if whole in known else "+".join(_name(part, known) for part in word.split("+"))


def _name(word: str, known: dict[str, Path]) -> str:
    """A picture's name without ending, from a word with or without one."""
    path = Path(word)
    return path.stem if word not in known and path.suffix.lower() in ENDINGS else path.name
