"""Trains the layer on the garment network that tells a top's sleeves, on photos of clothing-dataset (CC0)."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from vton_core.checkpoints import load_shipped
from vton_core.garment.anywhere import look
from vton_core.images import read_image
from vton_core.networks.cloth import STRIDE, ClothNet
from vton_core.networks.sleeves import SLEEVES, SleevesNet
from vton_core.training.cloth_photos import LABELS, LabelledPhoto, labelled_photos, no_photos
from vton_core.training.cloth_views import draw
from vton_core.training.export import export_half
from vton_core.training.layer import fitted
from vton_core.training.loop import at_least
from vton_core.types import Image

__all__ = ["SLEEVES_SEEN", "Examples", "SleevesSettings", "confusion", "train_sleeves"]

SLEEVES_SEEN: Final = Path(__file__).with_name("sleeve_labels.csv")
"""Which sleeves the photos show, as looked at: ``photo`` and ``sleeves``, one of
:data:`vton_core.networks.sleeves.SLEEVES`."""
# One photo of so many is to measure on.
_HELD: Final = 8
# Of a drawn picture, in the network's strides.
_TALL, _WIDE = 10, 8
_Float = NDArray[np.float32]


@dataclass(frozen=True)
class SleevesSettings:
    """How the layer is trained.

    Attributes:
        drawn: how many varied pictures of each garment that has a mask come to its photo.
        decay: of the weights, squared.
        smoothing: of the labels: which sleeves are half-long is a matter of taste.
        steps: of the optimiser at most.
        seed: of all randomness.

    Raises:
        InputError: there is nothing to learn from.
    """

    drawn: int = 1
    decay: float = 3e-3
    smoothing: float = 0.03
    steps: int = 300
    seed: int = 7

    def __post_init__(self) -> None:
        at_least(self, drawn=0, steps=1, seed=0)


@dataclass(frozen=True)
class Examples:
    """What is learned from.

    Attributes:
        features: ``float32 (N, 512)``.
        sleeves: ``int64 (N,)``, indices into :data:`vton_core.networks.sleeves.SLEEVES`.
    """

    features: _Float
    sleeves: NDArray[np.int64]


def confusion(net: SleevesNet, examples: Examples) -> NDArray[np.int64]:
    """``(4, 4)``: how often garments of each kind (rows) are taken for each kind (columns)."""
    with torch.inference_mode():
        told = net(torch.from_numpy(examples.features)).argmax(dim=1).numpy()
    counts = np.zeros((len(SLEEVES), len(SLEEVES)), np.int64)
    np.add.at(counts, (examples.sleeves, told), 1)
    return counts


def train_sleeves(
    data: Path,
    out: Path,
    settings: SleevesSettings,
    *,
    seen: Path = SLEEVES_SEEN,
    labels: Path = LABELS,
    told: Callable[[str], None] = print,
) -> Path:
    """Look at the photos and train, from the beginning to the end.

    Args:
        data: the folder of clothing-dataset.
        out: where ``sleeves.safetensors``, ``log.json`` and ``settings.json`` go.
        settings: see :class:`SleevesSettings`.
        seen: which sleeves the photos show, see :data:`SLEEVES_SEEN`.
        labels: the archive of the garments' masks.
        told: gets a line at the end.

    Returns:
        The path of the weights, ``float16`` safetensors.

    Raises:
        WorkspaceError: the data cannot be used.
        StorageError: the disk is full, or the folder may not be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    known = _known(data, seen)
    masked = {one.photo.stem: one for one in labelled_photos(data, "train", labels)}
    held = dict(list(known.items())[::_HELD])
    rest = {stem: sleeves for stem, sleeves in known.items() if stem not in held}
    net = load_shipped(ClothNet, "cloth")
    measured = _examples(net, data, held, {}, settings)
    layer = _fitted(_examples(net, data, rest, masked, settings), settings)
    (out / "settings.json").write_text(json.dumps(asdict(settings)))
    counts = confusion(layer, measured)
    line = json.dumps({"right": round(float(np.trace(counts) / counts.sum()), 4), "counts": counts.tolist()})
    (out / "log.json").write_text(line + "\n")
    told(line)
    return export_half(layer.state_dict(), out / "sleeves.safetensors")


def _known(data: Path, seen: Path) -> dict[str, int]:
    """The photos that are there, and which sleeves they show."""
    with seen.open(newline="") as listed:
        rows = [(row["photo"], SLEEVES.index(row["sleeves"])) for row in csv.DictReader(listed)]
    known = {stem: sleeves for stem, sleeves in sorted(rows) if _photo(data, stem).is_file()}
    if len(known) < _HELD:
        raise no_photos(data)
    return known


def _photo(data: Path, stem: str) -> Path:
    return data / "images" / f"{stem}.jpg"


def _examples(
    net: ClothNet, data: Path, known: dict[str, int], masked: dict[str, LabelledPhoto], settings: SleevesSettings
) -> Examples:
    """What the network sees of photos, and of varied pictures of the garments that have a mask."""
    from tqdm import tqdm

    rng = np.random.default_rng(settings.seed)
    features, sleeves = [], []
    for stem, kind in tqdm(known.items(), desc="looking", unit="photo"):
        for picture in _pictures(rng, _photo(data, stem), masked.get(stem), list(masked.values()), settings.drawn):
            features.append(look(picture, net).features)
            sleeves.append(kind)
    return Examples(np.stack(features), np.array(sleeves, np.int64))


def _pictures(
    rng: np.random.Generator, photo: Path, one: LabelledPhoto | None, others: list[LabelledPhoto], drawn: int
) -> Iterator[Image]:
    yield read_image(photo)
    if one is not None:
        for _ in range(drawn):
            other = others[rng.integers(len(others))]
            yield draw(rng, one, other, STRIDE * _TALL, STRIDE * _WIDE)[0]


def _fitted(examples: Examples, settings: SleevesSettings) -> SleevesNet:
    """The layer that tells them best, rare kinds counting more."""
    truth = torch.from_numpy(examples.sleeves)
    counts = np.bincount(examples.sleeves, minlength=len(SLEEVES)).clip(1)
    weight = torch.from_numpy((counts / counts.sum()) ** -0.5).float()

    def entropy(logits: Tensor) -> Tensor:
        return cross_entropy(logits, truth, weight=weight, label_smoothing=settings.smoothing)

    return fitted(
        SleevesNet, examples.features, entropy, decay=settings.decay, steps=settings.steps, seed=settings.seed
    )
