"""What the parser is to look at: CIHP_PGN's ``val.txt`` and ``val_id.txt``, and the labels and edges that they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from vton_core.errors import WorkspaceError
from vton_core.images import read_labels, write_png
from vton_core.labels import COUNT, PALETTE
from vton_core.storage import write_text
from vton_core.types import Mask, ParseMap
from vton_core.workspace.lists import Lists, in_two, picture_name

__all__ = ["ToParse", "Val"]

_DUMMY: Final = (512, 512)


@dataclass(frozen=True)
class ToParse:
    """A picture that is to be parsed.

    Attributes:
        model: its name.
        labels: what the result may be held beside; ``None`` where ``val.txt`` names none.
        edges: likewise, of ``val_id.txt``.
    """

    model: str
    labels: Path | None
    edges: Path | None


class Val(Lists):
    """Reads and writes the files of CIHP_PGN's reader.

    A line of ``val.txt`` names a canvas picture and its labels, both below ``inputs``; the pictures are parsed in its
    order. A line of ``val_id.txt`` is an id: of a model, which is parsed then, or of a picture in ``inputs/edges`` that
    belongs to the same line of ``val.txt``; lines of ``val.txt`` beyond the last id are left out, as published.
    """

    def to_parse(self) -> list[ToParse]:
        """What is to be parsed, in order; the five files are made where they are missing.

        Raises:
            WorkspaceError: a file is empty or malformed, or names what is not there.
        """
        models = self.canvas_images()
        self._make_val(models)
        named = [*self._named(models)]
        ids = [*self._ids(models)]
        for path, lines in (("val.txt", named), ("val_id.txt", ids)):
            if not lines:
                raise WorkspaceError("{file} names no model. Delete it to parse every model.", file=f"inputs/{path}")
        if any(model is None for model, _ in ids):
            chosen = [(model, labels, edges) for (model, labels), (_, edges) in zip(named, ids, strict=False)]
        else:
            of_model = dict(ids)
            self._need_named({model for model, _ in named}, ids)
            chosen = [(model, labels, of_model[model]) for model, labels in named if model in of_model]
        return list({model: ToParse(model, labels, edges) for model, labels, edges in chosen}.values())

    def true_labels(self, picture: ToParse, size: tuple[int, ...]) -> ParseMap | None:
        """The labels that ``val.txt`` names, ``uint8 size`` (above 19: not known); ``None`` if they say nothing.

        They say nothing where there are none, all is background, or ``size`` (height, width) is another.
        """
        labels = None if picture.labels is None else read_labels(picture.labels, PALETTE)
        return labels if labels is not None and labels.shape == size and labels[labels < COUNT].any() else None

    def true_edges(self, picture: ToParse, size: tuple[int, ...]) -> Mask | None:
        """The edges that ``val_id.txt`` names, ``bool size``; ``None`` if they say nothing, as of labels."""
        edges = None if picture.edges is None else read_labels(picture.edges, PALETTE) > 0
        return edges if edges is not None and edges.shape == size and edges.any() else None

    def _make_val(self, models: dict[str, Path]) -> None:
        if not (self.inputs / "val_id.txt").exists():
            write_text(self.inputs / "val_id.txt", "".join(f"{model}\n" for model in models))
        if not (self.inputs / "val.txt").exists():
            lines = (f"/image/{path.name} /labels/512x512.png\n" for path in models.values())
            write_text(self.inputs / "val.txt", "".join(lines))
        if not (self.inputs / "palette_ref.png").exists():
            stripes = np.repeat(np.arange(COUNT, dtype=np.uint8), 16)
            write_png(self.inputs / "palette_ref.png", np.tile(stripes, (32, 1)), PALETTE)
        for folder in ("labels", "edges"):
            if not (self.inputs / folder / "512x512.png").exists():
                write_png(self.inputs / folder / "512x512.png", np.zeros(_DUMMY, np.uint8))

    def _named(self, models: dict[str, Path]) -> Iterator[tuple[str, Path | None]]:
        """Model and labels of each line of ``val.txt``."""
        path = self.inputs / "val.txt"
        for number, readings in self._lines(path):
            pairs = [pair for reading in readings for pair in ((reading, ""), *in_two(reading))]
            known = [(name, labels) for word, labels in pairs if (name := picture_name(word, models)) in models]
            if not known:
                raise self._unknown(path, number, picture_name(pairs[-1][0], models))
            # A picture's name may hold blanks: what names labels that are there is the right reading.
            found = [(name, self.listed(labels.lstrip("/"))) for name, labels in known]
            name, labels = next((one for one in found if one[1] is not None), found[0])
            asked = known[0][1]
            if labels is None and asked:
                self.inside(asked.lstrip("/"), self.relative(path), number)
            yield name, labels

    def _ids(self, models: dict[str, Path]) -> Iterator[tuple[str | None, Path | None]]:
        """Model, if it is a model's, and edges, if there are any, of each line of ``val_id.txt``."""
        path = self.inputs / "val_id.txt"
        for number, readings in self._lines(path):
            words = (*readings, readings[-1].split()[0])
            model = next((name for word in words if (name := picture_name(word, models)) in models), None)
            edges = next(filter(None, (self.listed(f"edges/{word}.png") for word in (model or "", *words))), None)
            if model is None and edges is None:
                raise self._unknown(path, number, picture_name(words[-1], models))
            yield model, edges

    def _unknown(self, path: Path, number: int, name: str) -> WorkspaceError:
        return WorkspaceError(
            "{file}, line {line}: step2 has drawn no '{name}'. Correct the line, or delete the file to parse every "
            "model.",
            file=self.relative(path),
            line=number,
            name=name,
        )

    def _need_named(self, named: set[str], ids: list[tuple[str | None, Path | None]]) -> None:
        for model, _ in ids:
            if model not in named:
                raise WorkspaceError(
                    "inputs/val_id.txt names '{name}', which inputs/val.txt does not. Name it in both, or in neither.",
                    name=model,
                )
