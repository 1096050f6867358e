"""Body parts that were painted by hand, laid over what was found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.errors import InputError
from vton_core.images import write_png
from vton_core.labels import PALETTE, Label
from vton_core.progress import Settings
from vton_core.steps import corrections, parsing
from vton_core.steps.body_parts import PAINTS, labels_of, on_canvas, on_photo, repainted
from vton_core.types import Canvas, Cutout, Image, Joint, Mask, ParseMap, Pose
from vton_core.workspace import Workspace

SIZE = (60, 80)
CANVAS = Canvas(2.0, (10.0, 4.0), (140, 170), SIZE)
NOBODY = Pose(np.zeros((25, 3), np.float32))


def _layer(label: Label, area: tuple[slice, slice], size: tuple[int, int] = SIZE) -> Image:
    layer = np.zeros((size[1], size[0], 4), np.uint8)
    layer[area] = (*PALETTE[label], 255)
    return layer


def _pose(**joints: tuple[float, float]) -> Pose:
    keypoints = np.zeros((25, 3), np.float32)
    for name, at in joints.items():
        keypoints[Joint[name.upper()]] = (*at, 1)
    return Pose(keypoints)


@given(st.sampled_from(PAINTS), st.integers(-12, 12))
def test_a_colour_may_be_a_little_off(label: Label, off: int) -> None:
    layer = _layer(label, np.s_[:5, :5]).astype(int)
    layer[:5, :5, :3] = (layer[:5, :5, :3] + off).clip(0, 255)
    labels = labels_of(layer.astype(np.uint8))
    assert (labels[:5, :5] == label).all()
    assert (labels[5:] == -1).all()


def test_another_colour_is_no_part() -> None:
    layer = np.full((4, 4, 4), 255, np.uint8)
    with pytest.raises(InputError, match="CIHP's colours only"):
        labels_of(layer)
    layer[..., 3] = 0
    assert (labels_of(layer) == -1).all()


@pytest.mark.parametrize("scale", [1, 2, 0.5])
def test_what_is_painted_on_the_photo_is_where_the_canvas_shows_it(scale: float) -> None:
    small = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    area = np.s_[round(20 * scale) : round(40 * scale), round(10 * scale) : round(30 * scale)]
    painted = on_canvas(labels_of(_layer(Label.HAIR, area, small)), CANVAS)
    rows, columns = np.nonzero(painted == Label.HAIR)
    edges = np.array([rows.min(), rows.max() + 1, columns.min(), columns.max() + 1])
    assert np.abs(edges - [2 * 20 + 4, 2 * 40 + 4, 2 * 10 + 10, 2 * 30 + 10]).max() <= 2
    assert set(np.unique(painted)) == {-1, Label.HAIR}
    back = on_photo(np.where(painted > 0, painted, 0).astype(np.uint8), CANVAS, small)
    there = labels_of(_layer(Label.HAIR, area, small)) > 0
    assert ((back > 0) & there).sum() / ((back > 0) | there).sum() > 0.8


def test_what_is_carried_may_be_painted_too() -> None:
    parse = np.full((8, 8), Label.UPPER_CLOTHES, np.uint8)
    painted = np.full((8, 8), -1, np.int16)
    painted[:2] = Label.BACKGROUND
    out = repainted(parse, painted, NOBODY)
    assert (out[:2] == Label.BACKGROUND).all()
    assert (out[2:] == Label.UPPER_CLOTHES).all()


@pytest.mark.parametrize("label", [Label.LEFT_ARM, Label.RIGHT_ARM])
def test_the_pose_tells_whose_arm_it_is(label: Label) -> None:
    pose = _pose(right_shoulder=(20, 20), right_wrist=(5, 60), left_shoulder=(60, 20), left_wrist=(75, 60))
    painted = np.full((80, 80), -1, np.int16)
    painted[50:60, 2:12] = painted[50:60, 68:78] = label
    out = repainted(np.zeros((80, 80), np.uint8), painted, pose)
    assert (out[50:60, 2:12] == Label.RIGHT_ARM).all()
    assert (out[50:60, 68:78] == Label.LEFT_ARM).all()
    alone = repainted(np.zeros((80, 80), np.uint8), painted, NOBODY)
    assert set(np.unique(alone)) == {Label.BACKGROUND, label}


def test_nothing_is_painted_outside_of_the_figure() -> None:
    figure = np.zeros((8, 8), bool)
    figure[:, :4] = True
    out = repainted(np.zeros((8, 8), np.uint8), np.full((8, 8), Label.HAIR, np.int16), NOBODY, figure)
    np.testing.assert_array_equal(out == Label.HAIR, figure)


class _Parser:
    """Takes all of the figure for a top."""

    def parse(self, image: Image, pose: Pose, mask: Mask | None) -> ParseMap:
        assert mask is not None
        return np.where(mask, np.uint8(Label.UPPER_CLOTHES), np.uint8(0))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The photo, its cutout, a canvas and a pose of a model, and a garment."""
    workspace = Workspace(tmp_path)
    rgb = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    alpha = np.zeros(SIZE[::-1], np.float32)
    alpha[10:70, 20:40] = 1
    write_png(workspace.inputs / "org_img" / "ann.png", rgb)
    write_png(workspace.inputs / "cloth" / "shirt.png", rgb)
    workspace.write_cutout(workspace.cutout_file("ann"), Cutout(rgb, alpha))
    workspace.write_canvas("ann", CANVAS)
    workspace.write_canvas_image("ann", np.full((*CANVAS.size[::-1], 3), 90, np.uint8))
    workspace.write_pose("ann", NOBODY)
    return workspace


def test_the_step_lays_them_in_and_the_correction_changes_them(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "load_parsing", lambda _: _Parser())
    write_png(workspace.by_hand("parse.png"), _layer(Label.SKIRT, np.s_[40:, :]))
    parsing.run(workspace, Settings(), lambda *_, **__: None)
    below = np.arange(CANVAS.size[1])[:, None] >= 84
    for_legs = workspace.read_parse("ann", CANVAS.size)
    figure = for_legs > 0
    np.testing.assert_array_equal(for_legs == Label.SKIRT, figure & below)
    assert (workspace.read_parse("ann", CANVAS.size)[figure & ~below] == Label.UPPER_CLOTHES).all()
    # What was found is kept, and is what the next layer lies on once it has been put back.
    workspace.found("parse.png").replace(workspace.parse_file("ann"))
    write_png(workspace.by_hand("parse.png"), _layer(Label.HAIR, np.s_[:20, :]))
    corrections.run(workspace, Settings(), lambda *_, **__: None)
    again = workspace.read_parse("ann", CANVAS.size)
    assert set(np.unique(again)) == {Label.BACKGROUND, Label.HAIR, Label.UPPER_CLOTHES}
    np.testing.assert_array_equal(again > 0, figure)
