"""The CIHP_PGN engine: its looks at a photo, and what it makes of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
import torch

from tests.networks.test_cihp_pgn import thin_net
from vton_core.engines.parsing import cihp_pgn
from vton_core.engines.parsing.cihp_pgn import PUBLISHED_SCALES, CihpPgnParser
from vton_core.errors import MissingWeightsError
from vton_core.labels import swap_sides
from vton_core.networks.cihp_pgn import PgnOutput
from vton_core.types import Image, Pose

_NO_POSE = Pose(np.zeros((25, 3), np.float32))


@pytest.fixture(scope="module")
def astronaut() -> Image:
    return np.asarray(cv2.resize(skimage.data.astronaut(), (120, 104), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.fixture(scope="module")
def published() -> CihpPgnParser:
    return CihpPgnParser(thin_net())


class _Painted(torch.nn.Module):
    """Calls a pixel upper-clothes where the photo is red, a left arm where it is blue; counts its looks."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[tuple[int, int]] = []

    def fuse(self) -> _Painted:
        return self

    def forward(self, photo: torch.Tensor, edges: bool = False) -> PgnOutput:
        self.sizes.append((photo.shape[2], photo.shape[3]))
        small = photo[:, :, ::8, ::8]
        scores = torch.zeros(1, 20, *small.shape[2:])
        scores[:, 0] = 10
        scores[:, 5] = small[:, 2]
        scores[:, 14] = small[:, 0]
        return PgnOutput(scores, scores, small[:, :1] - 50 if edges else None)


def test_the_published_inference_gives_the_same_labels(published: CihpPgnParser, astronaut: Image) -> None:
    """The published script's six sizes and their mirror images, run by TensorFlow with the same seeded weights."""
    scores = published.scores(astronaut)
    best = scores.max(axis=0)
    figures = [float(best.mean()), float(best[0, 0]), float(best[50, 60]), float(best[103, 119])]
    assert figures == pytest.approx([561.979, 196.048, 761.168, 235.297], rel=1e-3)
    counts = np.bincount(scores.argmax(axis=0).ravel(), minlength=20)
    assert np.abs(counts[[1, 6, 7, 10]] - [1, 413, 1098, 10968]).max() <= 12
    assert counts.sum() == astronaut.shape[0] * astronaut.shape[1]


def test_labels_stay_where_they_are_in_a_large_photo() -> None:
    net = _Painted()
    photo = np.zeros((900, 1500, 3), np.uint8)
    photo[300:700, 200:600] = 255, 0, 0
    engine = CihpPgnParser(net, scales=(1.0,), mirrored=False)  # type: ignore[arg-type]
    labels = engine.parse(photo, _NO_POSE)
    assert net.sizes == [(307, 512)]
    assert labels.dtype == np.uint8
    truth = photo[..., 0] > 0
    assert ((labels == 5) & truth).sum() / ((labels == 5) | truth).sum() > 0.85
    assert set(np.unique(labels)) == {0, 5}


def test_the_published_looks() -> None:
    net = _Painted()
    CihpPgnParser(net).scores(np.zeros((101, 50, 3), np.uint8))  # type: ignore[arg-type]
    assert net.sizes[::2] == net.sizes[1::2] == [(50, 25), (75, 37), (101, 50), (126, 62), (151, 75), (176, 87)]
    assert len(net.sizes) == 2 * len(PUBLISHED_SCALES)
    net.sizes.clear()
    CihpPgnParser(net).edges(np.zeros((101, 50, 3), np.uint8))  # type: ignore[arg-type]
    assert len(net.sizes) == 8


def test_outside_the_mask_is_background() -> None:
    photo = np.zeros((80, 80, 3), np.uint8)
    photo[..., 2] = 255
    mask = np.zeros((80, 80), bool)
    mask[20:60, 10:50] = True
    labels = CihpPgnParser(_Painted(), (1.0,), False).parse(photo, _NO_POSE, mask)  # type: ignore[arg-type]
    np.testing.assert_array_equal(labels, np.where(mask, 14, 0))


def test_a_mirrored_photo_has_its_sides_exchanged(published: CihpPgnParser, astronaut: Image) -> None:
    plain = published.parse(astronaut, _NO_POSE)
    mirrored = published.parse(np.ascontiguousarray(astronaut[:, ::-1]), _NO_POSE)
    assert len(np.unique(plain)) > 2
    assert (swap_sides(mirrored)[:, ::-1] == plain).mean() > 0.99


def test_the_same_bytes_again(astronaut: Image) -> None:
    fast = CihpPgnParser(thin_net(), (1.0,), False)
    np.testing.assert_array_equal(fast.scores(astronaut), fast.scores(astronaut))


def test_without_weights_the_error_says_what_makes_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VTON_WEIGHTS", str(tmp_path))
    for load in (cihp_pgn.load, cihp_pgn.load_fast):
        with pytest.raises(MissingWeightsError, match=r"cihp_pgn\.safetensors.*weights convert pgn CHECKPOINT"):
            load()
