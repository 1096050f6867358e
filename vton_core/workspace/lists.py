"""The text files that say what is to be done: pairs, backgrounds, and what the parser is to look at."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True)
class Scene:
    """A background and where the figure stands on it."""

    name: str
    picture: Path
    placement: Placement


class Lists(Paths):
    """Reads and writes the text files of a workspace."""

    def _lines(self, path: Path) -> list[tuple[int, list[str]]]:
        """Words of the lines that say something, with their numbers."""
        text = path.read_text("utf-8-sig", errors="replace")
        lines = enumerate((line.partition("#")[0].split() for line in text.splitlines()), start=1)
        return [(number, words) for number, words in lines if words]

    def write_pairs(self, models: Iterable[str]) -> None:
        """Write ``inputs/test_pairs.txt``, every model with every cloth, unless it is there or there is no cloth."""
        path = self.inputs / "test_pairs.txt"
        if not path.exists() and self.has_cloths():
            cloths = self.cloths()
            write_text(path, "".join(f"{model} {cloth}\n" for model in models for cloth in cloths))

    def pairs(self) -> list[Pair]:
        """What ``inputs/test_pairs.txt`` asks for: a line, a model and a cloth, with or without ending.

        Raises:
            WorkspaceError: the file is empty or malformed, or names what is not there.
        """
        models, cloths = self.canvas_images(), self.cloths()
        self.write_pairs(models)
        path = self.inputs / "test_pairs.txt"
        pairs = []
        for number, words in self._lines(path):
            if len(words) != 2:
                raise WorkspaceError(
                    "{file}, line {line}: a line names a model and a cloth, with a blank between.",
                    file=self.relative(path),
                    line=number,
                )
            pair = Pair(_stem(words[0]), _stem(words[1]))
            for name, known, folder in ((pair.model, models, "inputs/image"), (pair.cloth, cloths, "inputs/cloth")):
                if name not in known:
                    raise WorkspaceError(
                        "{file}, line {line}: there is no '{name}' in {folder}. Correct the line, or add the picture.",
                        file=self.relative(path),
                        line=number,
                        name=name,
                        folder=folder,
                    )
            pairs.append(pair)
        if not pairs:
            raise WorkspaceError(
                "{file} names no pair. Delete it to try every garment on every model.", file=self.relative(path)
            )
        return pairs

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
        scenes = [self._scene(self.relative(path), number, words) for number, words in self._lines(path)]
        if not scenes:
            raise WorkspaceError(
                "{file} is empty. Write a line for each background: its path and its position file's path.",
                file=self.relative(path),
            )
        return scenes

    def _scene(self, file: str, number: int, words: list[str]) -> Scene:
        if len(words) != 2:
            raise WorkspaceError(
                "{file}, line {line}: a line names a background and a position file, with a blank between.",
                file=file,
                line=number,
            )
        picture, position = (self.inside(word, file) for word in words)
        text = position.read_text("utf-8-sig", errors="replace")
        return Scene(picture.stem, picture, parse_position(text, self.relative(position)))

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
        named = [_stem(words[0]) for _, words in self._lines(path)]
        unknown = [name for name in named if name not in models]
        if unknown or not named:
            raise WorkspaceError(
                "{file} names no model that step2 has drawn ({name}). Correct it, or delete it to parse every model.",
                file=self.relative(path),
                name=unknown[0] if unknown else "it is empty",
            )
        return named


def _stem(word: str) -> str:
    path = Path(word)
    return path.stem if path.suffix.lower() in ENDINGS else path.name
