"""Where a data set keeps what belongs to a pair of person and garment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vton_core.errors import WorkspaceError

__all__ = ["LAYOUTS", "DataFolder", "Pair", "Part"]

Part = str
"""``image``, ``parse``, ``pose``, ``pose_picture``, ``cloth``, ``cloth_mask``, ``warped`` or ``warped_mask``."""

_CLOTH_PARTS: Final = ("cloth", "cloth_mask")
_PICTURES: Final = (".jpg", ".png", ".jpeg", ".webp")

LAYOUTS: Final[Mapping[str, Mapping[Part, tuple[str, ...]]]] = {
    "viton-hd": {
        "image": ("image",),
        "parse": ("image-parse", "image-parse-v3"),
        "pose": ("openpose-json", "openpose_json"),
        "pose_picture": ("openpose-img", "openpose_img"),
        "cloth": ("cloth",),
        "cloth_mask": ("cloth-mask",),
        "warped": ("warped_cloth",),
        "warped_mask": ("warped_cloth-mask",),
    },
    "viton": {
        "image": ("image",),
        "parse": ("image-parse",),
        "pose": ("pose",),
        "cloth": ("cloth",),
        "cloth_mask": ("cloth-mask",),
        "warped": ("warped_cloth",),
        "warped_mask": ("warped_cloth-mask",),
    },
}
"""Folder names by layout: VITON-HD's, in the original system's spelling and in that of the published data set; and the
first VITON set's, which has LIP labels, COCO-18 poses and no pose pictures."""


@dataclass(frozen=True)
class Pair:
    """A person and the garment that goes with it.

    Attributes:
        person: the person's file name.
        cloth: the garment's file name.
    """

    person: str
    cloth: str

    @property
    def key(self) -> str:
        """What a result of the pair is called, without an ending."""
        return f"{self.stem}_{Path(self.cloth).stem}"

    @property
    def stem(self) -> str:
        """The person's name without its ending: what the files of a pair are called."""
        return Path(self.person).stem


class DataFolder:
    """The files of one split of a data set; its folders are listed once.

    Args:
        root: the folder that has ``train`` in it.
        layout: a name of :data:`LAYOUTS`.
        split: ``train`` or ``test``.

    Raises:
        WorkspaceError: there is no such split.
    """

    def __init__(self, root: Path, layout: str = "viton-hd", split: str = "train") -> None:
        self.root, self.layout, self.split = root, layout, split
        self.folder = root / split
        if not self.folder.is_dir():
            raise WorkspaceError(
                "{folder} is not there. Name the folder that has '{split}' in it with --data.",
                folder=self.folder,
                split=split,
            )
        self._listed: dict[Part, dict[str, str]] = {}

    def folder_of(self, part: Part) -> Path:
        """Where a part of all pairs lies: the folder that is there, else the one that should be."""
        names = LAYOUTS[self.layout].get(part, (part,))
        return next((self.folder / name for name in names if (self.folder / name).is_dir()), self.folder / names[0])

    def has(self, part: Part) -> bool:
        """The layout has such files at all."""
        return part in LAYOUTS[self.layout]

    def path(self, part: Part, pair: Pair) -> Path | None:
        """The file of a pair's part; ``None`` if it is not there."""
        folder = self.folder_of(part)
        if part in ("image", "cloth"):
            path = folder / (pair.person if part == "image" else pair.cloth)
            return path if path.is_file() else None
        name = self._names(part).get(Path(pair.cloth).stem if part in _CLOTH_PARTS else pair.stem)
        return None if name is None else folder / name

    def expected(self, part: Part, pair: Pair) -> str:
        """What a missing file should be called, for a message."""
        stem = Path(pair.cloth).stem if part in _CLOTH_PARTS else pair.stem
        named = {"image": pair.person, "cloth": pair.cloth, "pose": f"{stem}_keypoints.json"}
        named |= {"pose_picture": f"{stem}_rendered.png", "parse": f"{stem}.png"}
        return f"{self.folder_of(part).name}/{named.get(part, f'{stem}.jpg')}"

    def forget(self, part: Part) -> None:
        """List a folder anew when it is asked for next."""
        self._listed.pop(part, None)

    def _names(self, part: Part) -> dict[str, str]:
        """File names by the stem that the pair has."""
        if part not in self._listed:
            folder = self.folder_of(part)
            files = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
            endings = {"pose": ("_keypoints.json",), "pose_picture": tuple(f"_rendered{e}" for e in _PICTURES)}
            self._listed[part] = {
                name[: -len(ending)]: name
                for ending in reversed(endings.get(part, _PICTURES))
                for name in files
                if name.lower().endswith(ending)
            }
        return self._listed[part]

    def own_garment(self, person: str) -> str:
        """What the person's own garment is called: like the person; in the first set, with the number 1 for 0."""
        stem, ending = Path(person).stem, Path(person).suffix
        return f"{stem[:-1]}1{ending}" if self.layout == "viton" and stem.endswith("_0") else person

    def read_pairs(self, *, by_name: bool, listed: Path | None = None) -> tuple[list[Pair], list[str]]:
        """The pairs that the list names.

        Args:
            by_name: the garment is the person's own, whatever the list says.
            listed: the list; ``SPLIT_pairs.txt`` beside the split or in it, if ``None``.

        Returns:
            the pairs, and what is wrong with the list, a sentence each.

        Raises:
            WorkspaceError: there is no list, or it is empty.
        """
        name = f"{self.split}_pairs.txt"
        places = (self.root / name, self.folder / name) if listed is None else (listed,)
        path = next((place for place in places if place.is_file()), None)
        lines = [] if path is None else path.read_text("utf-8", "replace").splitlines()
        pairs, wrong = _parse_lines(lines, places[0].name)
        if by_name:
            pairs = [Pair(pair.person, self.own_garment(pair.person)) for pair in pairs]
        if not pairs:
            raise WorkspaceError(
                "{file} is missing or names no pairs. Write one line a pair: the person's file name, a space, "
                "the garment's.",
                file=places[0],
            )
        return pairs, wrong


def _parse_lines(lines: list[str], name: str) -> tuple[list[Pair], list[str]]:
    pairs: dict[str, Pair] = {}
    wrong: list[str] = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2 or any("/" in word or "\\" in word for word in words):
            wrong.append(f"{name}, line {number}: not two file names")
        elif Path(words[0]).stem in pairs:
            wrong.append(f"{name}, line {number}: {words[0]} was named before")
        else:
            pairs[Path(words[0]).stem] = Pair(*words)
    return list(pairs.values()), wrong
