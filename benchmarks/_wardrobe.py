"""People and garments to try on: our examples and the measuring sets, never what is held out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks._data import held_out

__all__ = ["Wardrobe", "viton_pairs", "wardrobe"]

_EXAMPLES: Final = Path(__file__).parents[1] / "assets" / "examples"
_PEOPLE: Final = ("viton_hd/image/*.jpg", "people/model/*", "pairs_hd/*_person.jpg")
_GARMENTS: Final = ("viton_hd/cloth/*.jpg", "people/garment/*", "pairs_hd/*_cloth.jpg")
_OF_PAIRS: Final = ("_person", "_cloth")


@dataclass(frozen=True)
class Wardrobe:
    """Photos by name.

    Attributes:
        people: photos of people.
        garments: shop photos of garments.
        worn: a person's name to the name of the garment that they wear, where its shop photo is there.
    """

    people: dict[str, Path]
    garments: dict[str, Path]
    worn: dict[str, str]


def wardrobe(data: Path) -> Wardrobe:
    """All that may be used of ``data``, with our examples, in order."""
    hidden = {Path(name).stem for listed in ("viton_hd", "people") for name in held_out(data, listed)}

    def found(patterns: tuple[str, ...]) -> dict[str, Path]:
        files = (file for pattern in patterns for file in sorted(data.glob(pattern)))
        return {file.stem: file for file in files if _id(file.stem) not in hidden}

    people = {name: _EXAMPLES / f"{name}.png" for name in ("model_woman", "model_man")} | found(_PEOPLE)
    ours = ("garment_tee_striped", "garment_tee_green", "garment_longsleeve")
    garments = {name: _EXAMPLES / f"{name}.png" for name in ours} | found(_GARMENTS)
    worn = {"model_woman": "garment_tee_striped", "model_man": "garment_tee_green"}
    worn |= {name: _id(name) + "_cloth" for name in people if f"{_id(name)}_cloth" in garments}
    return Wardrobe(people, garments, worn)


def viton_pairs(folder: Path, data: Path, count: int, training: Path | None = None) -> Wardrobe:
    """Pairs of the original VITON set: every person wears the garment of the same number.

    Args:
        folder: with ``image`` (``NNNNNN_0.jpg``) and ``cloth`` (``NNNNNN_1.jpg``).
        data: the measuring sets, whose ``held_out/viton.txt`` names what is left out.
        count: how many pairs, spread over all that there are.
        training: another such folder: pairs of which a picture stands there too, byte for byte, are left out, and
            so is what stands in another pair. Most of the test split's stand in the training split as well.

    Returns:
        The pairs.
    """
    hidden = {name[:6] for line in held_out(data, "viton") for name in line.split()}
    ids = sorted(file.stem[:6] for file in (folder / "image").glob("*_0.jpg"))
    ids = [i for i in ids if i not in hidden and (folder / "cloth" / f"{i}_1.jpg").is_file()]
    if training:
        ids = _new(
            folder, ids, {_digest(file) for kind in ("image", "cloth") for file in (training / kind).glob("*.jpg")}
        )
    ids = ids[:: max(1, len(ids) // count)][:count]
    people = {i: folder / "image" / f"{i}_0.jpg" for i in ids}
    return Wardrobe(
        people, {f"{i}_cloth": folder / "cloth" / f"{i}_1.jpg" for i in ids}, {i: f"{i}_cloth" for i in ids}
    )


def _new(folder: Path, ids: list[str], known: set[bytes]) -> list[str]:
    """The pairs none of whose pictures is known or stands in a pair before, byte for byte; ``known`` grows."""
    found = []
    for i in ids:
        pictures = {_digest(folder / "image" / f"{i}_0.jpg"), _digest(folder / "cloth" / f"{i}_1.jpg")}
        if not known & pictures:
            found.append(i)
        known |= pictures
    return found


def _digest(file: Path) -> bytes:
    return hashlib.blake2b(file.read_bytes(), digest_size=16).digest()


def _id(stem: str) -> str:
    for ending in _OF_PAIRS:
        stem = stem.removesuffix(ending)
    return stem
