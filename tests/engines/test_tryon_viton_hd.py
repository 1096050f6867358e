"""VITON-HD as an engine: tiny networks, random weights, a real figure; what it keeps, what it changes and refuses."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow

from tests.networks.viton_hd.filling import fill
from vton_core.engines.tryon import viton_hd
from vton_core.engines.tryon.conditions import conditions
from vton_core.engines.tryon.framing import (
    UPPER_MARKS,
    cloth_picture,
    frame_of,
    in_source,
    labels_in,
    seen_in,
)
from vton_core.engines.tryon.repaint import lay, paint
from vton_core.engines.tryon.tensors import sampler_of
from vton_core.engines.tryon.viton_hd import VitonHdTryOn
from vton_core.errors import EngineError, MissingWeightsError, NoPersonError
from vton_core.images import read_image
from vton_core.labels import Label
from vton_core.networks.viton_hd import TINY, VitonHd
from vton_core.openpose import pose_from_json
from vton_core.steps import tryon as step
from vton_core.types import Canvas, Cutout, Garment, Joint, ParseMap, Pose, TryOn, Wearing

HEIGHT = 300
CANVAS = 256
RGB_ERROR = 2.5
ALPHA_ERROR = 0.01


def _networks() -> VitonHd:
    networks = VitonHd(TINY)
    for seed, part in enumerate(("seg", "gmm", "alias")):
        fill(networks.get_submodule(part), seed)
    return networks


@cache
def _engine(lower: bool = False) -> VitonHdTryOn:
    return VitonHdTryOn(_networks(), lower=lower, device=torch.device("cpu"))


@cache
def _model(examples: Path) -> tuple[Cutout, Canvas, Pose, ParseMap]:
    """The example's woman, shrunk, on a canvas of other proportions."""
    rgb = np.asarray(Pillow.open(examples / "model_woman.png").convert("RGB"))
    alpha = np.asarray(Pillow.open(examples / "model_woman_alpha.png"), np.float32) / 255
    labels = np.asarray(Pillow.open(examples / "model_woman_parse.png"), np.uint8)
    pose = pose_from_json((examples / "model_woman_keypoints.json").read_text(), "pose")
    scale = HEIGHT / rgb.shape[0]
    size = (round(rgb.shape[1] * scale), HEIGHT)
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    cutout = Cutout(small, np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32))
    factor = CANVAS / rgb.shape[0]
    canvas = Canvas(CANVAS / HEIGHT, ((CANVAS - factor * rgb.shape[1]) / 2, 0.0), (CANVAS, CANVAS), cutout.size)
    parse = np.zeros((CANVAS, CANVAS), np.uint8)
    drawn = cv2.resize(labels, (round(factor * labels.shape[1]), CANVAS), interpolation=cv2.INTER_NEAREST)
    left = round(canvas.offset[0])
    parse[:, left : left + drawn.shape[1]] = drawn
    return cutout, canvas, pose.mapped(factor, canvas.offset), parse


@cache
def _garment(examples: Path) -> Garment:
    rgb = read_image(examples / "garment_tee_striped.png")
    rgb = np.asarray(cv2.resize(rgb, (192, 192), interpolation=cv2.INTER_AREA), np.uint8)
    alpha = (np.abs(rgb.astype(int) - rgb[0, 0]).max(axis=2) > 20).astype(np.float32)
    return Garment(rgb, alpha)


@cache
def _worn(examples: Path, lower: bool = False) -> TryOn:
    return _engine(lower).dress(*_model(examples), _garment(examples), Wearing())


@pytest.mark.parametrize("lower", [False, True])
def test_only_what_is_marked_changes(examples: Path, lower: bool) -> None:
    cutout = _model(examples)[0]
    worn = _worn(examples, lower)
    kept = ~worn.changed
    assert worn.figure.size == cutout.size
    assert np.array_equal(worn.figure.rgb[kept], cutout.rgb[kept])
    assert np.array_equal(worn.figure.alpha[kept], cutout.alpha[kept])
    assert 0.01 < worn.changed.mean() < 0.7
    assert (worn.figure.rgb[worn.changed] != cutout.rgb[worn.changed]).any()
    assert worn.figure.alpha.min() >= 0
    assert worn.figure.alpha.max() <= 1


def _of(examples: Path, *labels: Label) -> NDArray[np.bool_]:
    """Where the figure shows labels well inside, in the source's pixels."""
    cutout, canvas, _, parse = _model(examples)
    x, y = np.meshgrid(*(np.arange(count) for count in cutout.size))
    spots = np.round(canvas.to_canvas(np.dstack([x, y]))).astype(int).clip(0, CANVAS - 1)
    found = np.isin(parse, labels)[spots[..., 1], spots[..., 0]].astype(np.uint8)
    return np.asarray(cv2.erode(found, np.ones((15, 15), np.uint8)) > 0)


def test_face_and_the_other_half_stay(examples: Path) -> None:
    upper, lower = _worn(examples).changed, _worn(examples, True).changed
    face = _of(examples, Label.FACE)
    top, bottom = _of(examples, Label.UPPER_CLOTHES, Label.DRESS, Label.COAT), _of(examples, Label.PANTS, Label.SKIRT)
    assert face.any()
    assert not upper[face].any()
    assert not lower[face].any()
    assert upper[top].mean() > 0.9
    assert not upper[bottom].any()
    assert lower[bottom].mean() > 0.9
    assert not lower[top].any()


def test_same_bytes_again(examples: Path) -> None:
    again = _engine().dress(*_model(examples), _garment(examples), Wearing())
    first = _worn(examples)
    assert np.array_equal(again.figure.rgb, first.figure.rgb)
    assert np.array_equal(again.figure.alpha, first.figure.alpha)
    assert np.array_equal(again.warped, first.warped)


def test_step_with_this_engine(examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "load_tryon", lambda name: {"viton-hd": _engine()}[name])
    cutout, canvas, pose, parse = _model(examples)
    worn = step.try_on(cutout, canvas, pose, parse, _garment(examples), "viton-hd")
    codes = worn.figure.alpha * 255
    assert np.abs(codes - np.round(codes)).max() < 1e-4
    assert np.array_equal(worn.figure.rgb, _worn(examples).figure.rgb)


def test_no_shoulders(examples: Path) -> None:
    cutout, canvas, pose, parse = _model(examples)
    keypoints = pose.keypoints.copy()
    keypoints[Joint.LEFT_SHOULDER] = 0
    with pytest.raises(NoPersonError, match="shoulders"):
        _engine().dress(cutout, canvas, Pose(keypoints), parse, _garment(examples), Wearing())


@pytest.mark.parametrize(
    "joints", [(Joint.MID_HIP, Joint.LEFT_HIP, Joint.RIGHT_HIP), (Joint.LEFT_ELBOW, Joint.RIGHT_WRIST, Joint.NECK)]
)
def test_joints_that_were_not_found(examples: Path, joints: tuple[Joint, ...]) -> None:
    """Nothing is drawn at the origin, where undetected joints stand, and nothing is divided by zero."""
    cutout, canvas, pose, parse = _model(examples)
    keypoints = pose.keypoints.copy()
    keypoints[list(joints)] = 0
    for lower in (False, True):
        worn = _engine(lower).dress(cutout, canvas, Pose(keypoints), parse, _garment(examples), Wearing())
        kept = ~worn.changed
        assert np.array_equal(worn.figure.rgb[kept], cutout.rgb[kept])


def test_hips_on_one_spot(examples: Path) -> None:
    _, _, pose, parse = _model(examples)
    keypoints = pose.keypoints.copy()
    keypoints[Joint.LEFT_HIP] = keypoints[Joint.RIGHT_HIP]
    told = conditions(np.zeros((*parse.shape, 3), np.uint8), parse, Pose(keypoints))
    assert told.hidden.any()
    assert not told.hidden.all()


class TestFraming:
    def test_neck_and_hips_stand_as_in_training(self, examples: Path) -> None:
        cutout, canvas, pose, _ = _model(examples)
        own = in_source(pose, canvas)
        frame = frame_of(own, cutout.size, (192, 256))
        seen = own.mapped(frame.scale, frame.offset).keypoints
        neck = seen[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], :2].mean(axis=0)
        hips = seen[[Joint.LEFT_HIP, Joint.RIGHT_HIP], :2].mean(axis=0)
        assert neck[1] == pytest.approx(UPPER_MARKS[0] * 256, abs=0.5)
        assert np.linalg.norm(hips - neck) == pytest.approx((UPPER_MARKS[1] - UPPER_MARKS[0]) * 256, rel=1e-3)
        assert (neck[0] + hips[0]) / 2 == pytest.approx(95.5, abs=0.1)

    def test_labels_of_the_canvas_itself(self, examples: Path) -> None:
        _, canvas, _, parse = _model(examples)
        assert np.array_equal(labels_in(canvas, canvas, parse), parse)

    @pytest.mark.parametrize("factor", [0.4, 2.5])
    def test_labels_keep_their_shares(self, examples: Path, factor: float) -> None:
        _, canvas, _, parse = _model(examples)
        side = round(CANVAS * factor)
        shift = (factor - 1) / 2
        offset = (canvas.offset[0] * factor + shift, canvas.offset[1] * factor + shift)
        frame = Canvas(canvas.scale * factor, offset, (side, side), canvas.source_size)
        found = labels_in(frame, canvas, parse)
        for label in (Label.BACKGROUND, Label.FACE, Label.PANTS):
            assert (found == label).mean() == pytest.approx((parse == label).mean(), rel=0.1)

    def test_cloth_is_whole_and_in_the_middle(self) -> None:
        rgb = np.full((40, 90, 3), 30, np.uint8)
        picture, alpha = cloth_picture(Garment(rgb, np.ones((40, 90), np.float32)), (3, 4), 400)
        assert picture.shape == (120, 90, 3)
        assert np.array_equal(alpha, alpha[::-1])
        assert alpha.sum() == pytest.approx(40 * 90)
        assert (picture[0] == 255).all()
        assert (picture[60] == 30).all()


def test_garment_at_any_size_is_where_the_networks_had_it() -> None:
    """The sampler at the frame's own pixels gives the cloth that the ALIAS generator was given."""
    size = (TINY.width, TINY.height)
    rng = np.random.default_rng(0)
    cloth = cv2.resize(rng.integers(0, 255, (9, 9, 3)).astype(np.uint8), size, interpolation=cv2.INTER_CUBIC)
    mask = np.ones(size[::-1], np.float32)
    blank = np.zeros(size[::-1], np.uint8)
    told = conditions(np.zeros((*size[::-1], 3), np.uint8), blank, Pose(np.zeros((25, 3), np.float32)))
    engine = _engine()
    result = engine._run(told, (cloth, mask))
    sampler = sampler_of(engine._networks.gmm.gridGen, result.theta, TINY, (cloth, mask))
    found = sampler(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
    given = (result.cloth[0].movedim(0, 2).numpy() + 1) * 127.5
    assert np.abs(found[..., :3] - given).max() < 0.1
    fine = sampler(np.arange(0, size[0], 0.25, dtype=np.float32), np.arange(0, size[1], 0.25, dtype=np.float32))
    assert np.abs(fine[::4, ::4] - found).max() < 0.1


def test_painting_of_the_photo_itself_changes_little(examples: Path) -> None:
    """Frame and photo lie on each other to a fraction of a pixel."""
    cutout, canvas, pose, parse = _model(examples)
    own = in_source(pose, canvas)
    frame = frame_of(own, cutout.size, (384, 512))
    rgb, alpha, labels = seen_in(frame, cutout, canvas, parse)
    told = conditions(rgb, labels, own.mapped(frame.scale, frame.offset))
    cloth = np.zeros((*labels.shape, 4), np.float32)
    painted = paint(rgb.astype(np.float32), (told.groups, told.groups), told.hidden, (alpha > 0.5, labels), cloth)
    worn = lay(cutout, frame, painted, lambda x, y: np.zeros((len(y), len(x), 4), np.float32))
    solid = worn.changed & (cutout.alpha > 0.99)
    assert solid.sum() > 1000
    assert np.abs(worn.figure.rgb[solid].astype(float) - cutout.rgb[solid]).mean() < RGB_ERROR
    assert np.abs(worn.figure.alpha - cutout.alpha)[worn.changed].mean() < ALPHA_ERROR


class TestWeights:
    def _save(self, folder: Path) -> dict[str, dict[str, torch.Tensor]]:
        states = {part: _networks().get_submodule(part).state_dict() for part in ("seg", "gmm", "alias")}
        for part, state in states.items():
            torch.save(state, folder / f"{part}_final.pth")
        return states

    def test_missing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VTON_WEIGHTS", str(tmp_path))
        with pytest.raises(MissingWeightsError, match=r"seg_final\.pth are missing .*CC-BY-NC-4\.0.*Get them with"):
            viton_hd.published()

    def test_loaded_as_they_are(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VTON_WEIGHTS", str(tmp_path))
        states = self._save(tmp_path)
        loaded = viton_hd._load(TINY, "viton-hd")
        for part, state in states.items():
            found = loaded.get_submodule(part).state_dict()
            assert found.keys() == state.keys()
            assert all(torch.equal(found[name], state[name]) for name in state)

    def test_of_another_network(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VTON_WEIGHTS", str(tmp_path))
        state = self._save(tmp_path)["gmm"]
        del state["regression.linear.bias"]
        state["regression.linear.weight"] = torch.zeros(50, 7)
        state["more"] = torch.zeros(1)
        torch.save(state, tmp_path / "gmm_final.pth")
        with pytest.raises(EngineError) as error:
            viton_hd._load(TINY, "viton-hd")
        sentence = str(error.value)
        assert "missing: regression.linear.bias" in sentence
        assert "not known: more" in sentence
        assert "regression.linear.weight is 50×7 instead of 50×4" in sentence
