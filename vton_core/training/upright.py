"""Trains the layer on the garment network that tells which way up a garment is, on photos of clothing-dataset (CC0)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from vton_core.checkpoints import load_shipped
from vton_core.garment.anywhere import look
from vton_core.garment.upright import LOOKED_AT, chosen_turn
from vton_core.images import read_image
from vton_core.networks.cloth import ClothNet
from vton_core.networks.upright import UprightNet
from vton_core.resampling import reduced_to
from vton_core.training.cloth_photos import LABELS, labelled_photos
from vton_core.training.export import export_half
from vton_core.training.layer import fitted
from vton_core.training.loop import at_least

__all__ = ["UprightSettings", "train_upright"]

# One photo of so many is to measure on.
_HELD: Final = 8
_TURNS: Final = 4
_Float = NDArray[np.float32]


@dataclass(frozen=True)
class UprightSettings:
    """How the layer is trained.

    Attributes:
        photos: how many at most, turned all four ways.
        decay: of the weights, squared.
        smoothing: of the labels.
        steps: of the optimiser at most.
        seed: of all randomness.

    Raises:
        InputError: there is nothing to learn from.
    """

    photos: int = 1600
    decay: float = 3e-3
    smoothing: float = 0.02
    steps: int = 300
    seed: int = 7

    def __post_init__(self) -> None:
        at_least(self, photos=_HELD, steps=1, seed=0)


def train_upright(
    data: Path,
    out: Path,
    settings: UprightSettings,
    *,
    labels: Path = LABELS,
    told: Callable[[str], None] = print,
) -> Path:
    """Look at the photos and train, from the beginning to the end.

    Args:
        data: the folder of clothing-dataset.
        out: where ``upright.safetensors``, ``log.json`` and ``settings.json`` go.
        settings: see :class:`UprightSettings`.
        labels: the archive of the garments' masks, which tells the photos to learn from.
        told: gets a line at the end: of the photos to measure on, the shares that stay as they are, and that are turned
            back after a turn.

    Returns:
        The path of the weights, ``float16`` safetensors.

    Raises:
        WorkspaceError: the data cannot be used.
        StorageError: the disk is full, or the folder may not be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    photos = [one.photo for one in labelled_photos(data, "train", labels)]
    order = np.random.default_rng(settings.seed).permutation(len(photos))[: settings.photos]
    features = _looked([photos[index] for index in order])
    held, rest = features[::_HELD], np.delete(features, np.s_[::_HELD], axis=0)
    net = _fitted(rest, settings)
    # Photos that themselves lie on their side teach the wrong thing, and stand out.
    net = _fitted(_standing(net, rest), settings)
    stay, back = _measured(net, _standing(net, held))
    (out / "settings.json").write_text(json.dumps(asdict(settings)))
    line = json.dumps({"photos": len(features), "stay": round(stay, 4), "turned back": round(back, 4)})
    (out / "log.json").write_text(line + "\n")
    told(line)
    return export_half(net.state_dict(), out / "upright.safetensors")


def _looked(photos: list[Path]) -> _Float:
    """``float32 (N, 4, 512)``: what the garment network sees of photos after so many quarter turns."""
    from tqdm import tqdm

    net = load_shipped(ClothNet, "cloth")
    found = []
    for photo in tqdm(photos, desc="looking", unit="photo"):
        small = reduced_to(read_image(photo), LOOKED_AT)
        turned = [np.ascontiguousarray(np.rot90(small, -turns)) for turns in range(_TURNS)]
        found.append([look(picture, net).features for picture in turned])
    return np.array(found, np.float32)


def _logits(net: UprightNet, features: _Float) -> _Float:
    with torch.inference_mode():
        return np.asarray(net(torch.from_numpy(features.reshape(-1, features.shape[-1]))).reshape(-1, _TURNS).numpy())


def _standing(net: UprightNet, features: _Float) -> _Float:
    """Those that need no turn."""
    return features[[chosen_turn(logits) == 0 for logits in _logits(net, features)]]


def _measured(net: UprightNet, features: _Float) -> tuple[float, float]:
    """Which share stays as it is, and which is turned back after any turn."""
    logits = _logits(net, features)
    chosen = np.array([[chosen_turn(np.roll(one, -turns)) for turns in range(_TURNS)] for one in logits])
    right = chosen == (-np.arange(_TURNS)) % _TURNS
    return float(right[:, 0].mean()), float(right[:, 1:].mean())


def _fitted(features: _Float, settings: UprightSettings) -> UprightNet:
    """The layer that tells best which of each photo's pictures stands upright."""
    upright = torch.zeros(len(features), _TURNS)
    upright[:, 0] = 1
    truth = upright.flatten() * (1 - 2 * settings.smoothing) + settings.smoothing
    weight = torch.tensor(_TURNS - 1.0)

    def entropy(logits: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(logits, truth, pos_weight=weight)

    flat = features.reshape(-1, features.shape[-1])
    return fitted(UprightNet, flat, entropy, decay=settings.decay, steps=settings.steps, seed=settings.seed)
