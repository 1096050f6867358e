"""Where everything of a visit lies."""

from __future__ import annotations

from pathlib import Path

from components.records import PAIR
from vton_core.workspace import Workspace

__all__ = ["Folder"]


class Folder:
    """File names of the visit under ``root``; the blank page has none."""

    def __init__(self, root: Path | None) -> None:
        self._root = root

    @property
    def root(self) -> Path:
        """The folder of this visit."""
        if self._root is None:
            raise LookupError("the blank page has no folder")
        return self._root

    def fit_root(self, number: int) -> Path:
        """The workspace of a fit."""
        return self.root / "fits" / f"{number:04d}"

    def cut_root(self, digest: str) -> Path:
        """The workspace in which the garment of a photo is cut out before a fit asks for it."""
        return self.root / "cuts" / digest[:16]

    def figure_file(self, number: int) -> Path:
        """Where the dressed figure of a fit lies: in its workspace, or kept from it."""
        made = Workspace(self.fit_root(number)).figure_file(PAIR)
        return made if made.is_file() else self.kept_figure_file(number)

    def kept_figure_file(self, number: int) -> Path:
        """Where the figure of a fit lies once its workspace is gone."""
        return self.root / "figures" / f"{number:04d}.png"

    def scene_root(self, use: str) -> Path:
        """The workspace in which pictures are composed (``picture``; ``pictured`` says which was the last), taken apart
        or packed (``saved``), rendered small (``preview``) or searched (``people``): none overwrites what another
        works on."""
        return self.root / "scenes" / use

    def preview_file(self, name: str) -> Path:
        """Where a preview lies."""
        return self.root / "previews" / name

    def composite_file(self, number: int) -> Path:
        """Where a finished picture lies."""
        return self.root / "history" / f"{number:04d}.png"
