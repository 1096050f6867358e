"""Drawn tops with their landmarks, and the training on a few of them."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from vton_core.errors import InputError
from vton_core.garment.landmark_net import GRID, NAMES, SIDE
from vton_core.networks.landmarks import LandmarkNet
from vton_core.training import landmarks
from vton_core.training.cli import main
from vton_core.training.landmarks import LandmarkSettings, drawn_tops, targets, train_landmarks
from vton_core.training.silhouettes.marked import MarkedTop, draw_top
from vton_core.training.silhouettes.spoil import spoiled, spoiled_with


@pytest.fixture(scope="module")
def tops() -> list[MarkedTop]:
    rng = np.random.default_rng(4)
    return [draw_top(rng) for _ in range(80)]


def _from_outline(top: MarkedTop, name: str) -> NDArray[np.float64]:
    """How far the landmarks of both sides are from the outline, in longer sides of the picture."""
    padded = np.pad(top.mask, 1).astype(np.uint8)
    contours, _ = cv2.findContours(padded, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outline = np.concatenate(contours)[:, 0] - 1
    marks = top.marks[:, NAMES.index(name)]
    marks = marks[~np.isnan(marks[:, 0])]
    away = np.linalg.norm(outline[None] - marks[:, None], axis=2).min(axis=1)
    return np.asarray(away / max(top.mask.shape))


def test_a_seed_says_what_is_drawn() -> None:
    first, again, other = (draw_top(np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.mask, again.mask)
    np.testing.assert_array_equal(first.marks, again.marks)
    assert first.mask.shape != other.mask.shape or (first.mask != other.mask).any()


@pytest.mark.parametrize("name", ["neck", "shoulder", "cuff_outer", "hem"])
def test_corners_lie_on_the_outline(tops: list[MarkedTop], name: str) -> None:
    away = np.concatenate([_from_outline(top, name) for top in tops])
    assert np.median(away) < 0.01
    assert np.quantile(away, 0.9) < 0.04


def test_landmarks_lie_in_the_picture_and_left_ones_left(tops: list[MarkedTop]) -> None:
    for top in tops:
        known = top.marks[~np.isnan(top.marks)].reshape(-1, 2)
        assert (known >= 0).all()
        assert (known <= np.array(top.mask.shape[::-1]) - 1).all()
    marks = np.stack([top.marks for top in tops])[:, :, [NAMES.index(name) for name in ("shoulder", "armpit", "hem")]]
    there = ~np.isnan(marks[..., 0]).any(axis=1)
    assert (marks[:, 0, :, 0] < marks[:, 1, :, 0])[there].mean() > 0.98


def test_some_tops_have_sleeves_and_some_have_none(tops: list[MarkedTop]) -> None:
    sleeved = [not np.isnan(top.marks[:, NAMES.index("cuff_outer"), 0]).all() for top in tops]
    assert 0.4 < np.mean(sleeved) < 0.9


def test_points_go_where_the_silhouette_goes() -> None:
    at = np.array([(x, y) for x in (40, 80, 120) for y in (40, 80, 120)], np.float64)
    y, x = np.mgrid[:160, :160]
    discs = (np.hypot(x - at[:, 0, None, None], y - at[:, 1, None, None]) < 12).any(axis=0)
    for seed in range(12):
        found, moved = spoiled_with(discs, at, np.random.default_rng(seed))
        np.testing.assert_array_equal(found, spoiled(discs, np.random.default_rng(seed)))
        _, _, stats, middles = cv2.connectedComponentsWithStats(found.astype(np.uint8))
        # Discs that the border cuts, and spots, say nothing.
        whole = np.abs(stats[:, cv2.CC_STAT_AREA] - 452) < 90
        whole &= (stats[:, :2] > 0).all(axis=1) & (stats[:, :2] + stats[:, 2:4] < found.shape[::-1]).all(axis=1)
        away = np.linalg.norm(middles[whole][:, None] - moved, axis=2).min(axis=1)
        assert whole.sum() > 2
        assert np.median(away) < 1


def test_what_should_be_said_is_a_distribution_around_the_place_or_says_none() -> None:
    marks = np.full((1, 2, len(NAMES), 2), np.nan)
    marks[0, 0, 2] = (20.5, 30.5)
    said = targets(marks)
    np.testing.assert_allclose(said.sum(axis=2), 1, atol=1e-5)
    assert said[0, 2].argmax() == 15 * GRID + 10
    assert (said[0, [0, 1, 3], -1] == 1).all()
    assert said[0, 2, -1] == 0


def test_a_number_says_which_top(tops: list[MarkedTop]) -> None:
    many, one = drawn_tops(5, 4, seed=9), drawn_tops(7, 1, seed=9)
    np.testing.assert_array_equal(many.pictures[2], one.pictures[0])
    np.testing.assert_array_equal(many.marks[2], one.marks[0])
    assert many.pictures.shape == (4, SIDE, SIDE)


def test_an_interrupted_training_ends_as_an_unbroken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = LandmarkSettings(batches=4, batch=4, held=4, warmup=1, save_every=2)
    whole = train_landmarks(tmp_path / "whole", settings)
    step = landmarks._Trainer.step

    def stopping(self: landmarks._Trainer) -> float:
        if self.done == 3:
            raise KeyboardInterrupt
        return step(self)

    with monkeypatch.context() as patch:
        patch.setattr(landmarks._Trainer, "step", stopping)
        with pytest.raises(KeyboardInterrupt):
            train_landmarks(tmp_path / "broken", settings)
    assert train_landmarks(tmp_path / "broken", settings).read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("content", [b"", b"no checkpoint"])
def test_a_damaged_checkpoint_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(InputError, match=r"checkpoint\.pt does not fit these settings, or is damaged"):
        train_landmarks(tmp_path, LandmarkSettings(batches=1, batch=1, held=1))
    torch.save([1], tmp_path / "checkpoint.pt")
    with pytest.raises(InputError, match=r"checkpoint\.pt does not fit these settings, or is damaged"):
        train_landmarks(tmp_path, LandmarkSettings(batches=1, batch=1, held=1))
    with pytest.raises(InputError, match="'batches' must be at least 1"):
        main(["landmarks", "--out", str(tmp_path), "--batches", "0"])


def test_the_command_trains_and_a_few_batches_already_help(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--batches", "40", "--batch", "8", "--held", "20", "--seed", "5"]
    assert main(["landmarks", "--out", str(tmp_path), *sizes]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "landmarks.safetensors")
    weights = load_file(tmp_path / "landmarks.safetensors")
    assert {value.dtype for value in weights.values()} == {torch.float16}
    network = LandmarkNet().eval()
    network.load_state_dict({name: value.float() for name, value in weights.items()}, strict=False)
    tops = drawn_tops(0, 30, seed=77)
    before = landmarks.measure(LandmarkNet().eval(), tops)
    after = landmarks.measure(network, tops)
    assert after["hem"] < 0.7 * before["hem"]
    assert json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])["batch"] == 40
