"""Each file lies where the contract says, in the format it says, and what was written comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from tests.workspace.conftest import CANVAS, PAIR, cutout, pose
from vton_core.engines import registry
from vton_core.images import read_image, write_png
from vton_core.labels import PALETTE, Label
from vton_core.pipeline import run_steps
from vton_core.progress import Progress, Settings
from vton_core.types import Garment, Image, Mask, ParseMap, Pose
from vton_core.workspace import Workspace

GARMENT = Garment(np.zeros((50, 60, 3), np.uint8), np.ones((50, 60), np.float32))


class _Still:
    """A pose and a parsing engine that always see the same."""

    def __init__(self) -> None:
        self.seen: list[Image] = []
        self.masks: list[Mask | None] = []
        self.poses: list[Pose] = []

    def estimate(self, image: Image) -> Pose:
        self.seen.append(image)
        return pose()

    def parse(self, image: Image, joints: Pose, mask: Mask | None = None) -> ParseMap:
        self.seen.append(image)
        self.masks.append(mask)
        self.poses.append(joints)
        return np.full(image.shape[:2], Label.SKIRT, np.uint8)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> _Still:
    engine = _Still()
    monkeypatch.setattr(registry, "_load", lambda step, name: engine)
    return engine


def _files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_the_files_of_the_contract(done: Workspace) -> None:
    run_steps(done, ("step5",))
    assert {
        "output/background_step1/ann.png",
        "inputs/image/ann.png",
        "inputs/image/ann_canvas.json",
        "inputs/openpose-json/ann_keypoints.json",
        "output/cihp_parsing/ann.png",
        "output/cihp_parsing/ann_vis.png",
        "inputs/cloth-mask/shirt.png",
        "output/figure/ann_shirt.png",
        "output/final/ann_shirt_yard.png",
    } <= _files(done.root)


def test_step2_alone(photos: Workspace, still: _Still) -> None:
    photos.write_cutout(photos.cutout_file("ann"), cutout())
    before = _files(photos.root)
    told: list[Progress] = []
    run_steps(photos, ("step2",), Settings(canvas=300), told.append)
    new = {
        "inputs/image/ann.png",
        "inputs/image/ann_canvas.json",
        "inputs/openpose-json/ann_keypoints.json",
        "inputs/openpose-img/ann_rendered.png",
        "inputs/test_pairs.txt",
    }
    assert _files(photos.root) - before == new
    assert {name for progress in told for name in progress.files} == new - {
        "inputs/test_pairs.txt",
        "inputs/image/ann_canvas.json",
    }
    entry = json.loads((photos.root / "inputs/image/ann_canvas.json").read_text())
    assert entry["size"] == [300, 300]
    assert entry["source_size"] == [80, 120]
    assert set(entry) == {"scale", "offset", "size", "source_size"}
    for name in ("image/ann.png", "openpose-img/ann_rendered.png"):
        assert read_image(photos.inputs / name).shape == (300, 300, 3)
    assert (photos.inputs / "test_pairs.txt").read_text() == "ann shirt\n"


def test_the_figure_is_centred_and_sized_as_the_canvas_file_says(photos: Workspace, still: _Still) -> None:
    photos.write_cutout(photos.cutout_file("ann"), cutout())
    run_steps(photos, ("step2",), Settings(canvas=400))
    canvas, image = photos.read_canvas("ann"), read_image(photos.image_file("ann"))
    dark = image.min(axis=2) < 250
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert rows[0] + rows[-1] == pytest.approx(399, abs=4)
    assert columns[0] + columns[-1] == pytest.approx(399, abs=4)
    assert 340 < rows[-1] - rows[0] < 400
    y, x = np.argwhere(cutout().alpha > 0.5).mean(axis=0)
    seen = canvas.to_source(np.argwhere(dark)[:, ::-1].mean(axis=0))
    assert seen == pytest.approx((x, y), abs=1)


def test_step3_alone_makes_what_cihp_pgn_reads(done: Workspace, still: _Still) -> None:
    run_steps(done, ("step3",))
    assert (done.inputs / "val_id.txt").read_text() == "ann\n"
    assert (done.inputs / "val.txt").read_text() == "/image/ann.png /labels/512x512.png\n"
    for folder in ("labels", "edges"):
        assert read_image(done.inputs / folder / "512x512.png").shape == (512, 512, 3)
    with Pillow.open(done.inputs / "palette_ref.png") as reference:
        assert reference.mode == "P"
        assert reference.getpalette()[:60] == PALETTE.ravel().tolist()
    with Pillow.open(done.parse_file("ann")) as parse:
        assert parse.mode == "P"
        assert parse.getpalette()[:60] == PALETTE.ravel().tolist()
        assert np.unique(np.asarray(parse)).tolist() == [Label.SKIRT]
    assert tuple(read_image(done.parse_picture_file("ann"))[0, 0]) == tuple(PALETTE[Label.SKIRT])


def test_step3_reads_what_was_edited_by_hand(done: Workspace, still: _Still) -> None:
    image = np.full((512, 512, 3), 90, np.uint8)
    write_png(done.image_file("ann"), image)
    moved = pose().mapped(1.0, (5.0, 0.0))
    done.write_pose("ann", moved)
    run_steps(done, ("step3",))
    np.testing.assert_array_equal(still.seen[0], image)
    np.testing.assert_array_equal(still.poses[0].keypoints, moved.keypoints)
    mask = still.masks[0]
    assert mask is not None
    x, y = (round(v) for v in CANVAS.to_canvas(np.array([43.0, 60.0])))
    assert mask[y, x]
    assert not mask[5, 5]


def test_step3_works_without_a_cutout(done: Workspace, still: _Still) -> None:
    done.cutout_file("ann").unlink()
    run_steps(done, ("step3",))
    assert still.masks == [None]


def test_step5_reads_figures_backgrounds_and_positions_alone(done: Workspace) -> None:
    """Not the pairs, the garments or the canvas: a figure that was drawn by hand is placed too."""
    for folder in ("image", "cloth", "cloth-mask", "openpose-json"):
        for path in (done.inputs / folder).iterdir():
            path.unlink()
    done.write_cutout(done.output / "figure" / "drawn by hand.png", cutout())
    run_steps(done, ("step5",))
    assert {path.name for path in (done.output / "final").iterdir()} == {
        "ann_shirt_yard.png",
        "drawn by hand_yard.png",
    }


def test_step5_follows_an_edited_position_and_figure(done: Workspace) -> None:
    write_png(done.inputs / "bg_images" / "yard.png", np.full((90, 160, 3), 77, np.uint8))
    run_steps(done, ("step5",))
    first = read_image(done.final_file(PAIR, "yard"))
    (done.inputs / "bg_images" / "yard.txt").write_text("40 80 40 20 40 80")
    run_steps(done, ("step5",))
    moved = read_image(done.final_file(PAIR, "yard"))
    assert (first != 77).any()
    np.testing.assert_array_equal(moved[:, :-40], first[:, 40:])
    figure = cutout()
    figure.rgb[:] = 255
    done.write_cutout(done.figure_file(PAIR), figure)
    run_steps(done, ("step5",))
    assert tuple(read_image(done.final_file(PAIR, "yard"))[50, 40]) == (255, 255, 255)


def test_what_was_written_comes_back(done: Workspace) -> None:
    np.testing.assert_array_equal(done.read_cutout("ann").rgb, cutout().rgb)
    np.testing.assert_array_equal(done.read_cutout("ann").alpha, cutout().alpha)
    np.testing.assert_array_equal(done.read_figure(PAIR).alpha, cutout().alpha)
    assert done.read_canvas("ann") == CANVAS
    np.testing.assert_array_equal(done.read_pose("ann").keypoints, pose().keypoints)
    assert done.read_parse("ann", (512, 512))[200, 250] == Label.UPPER_CLOTHES
    assert done.read_cloth("shirt").shape == (50, 60, 4)
    alpha = done.read_cloth_mask("shirt", (50, 60))
    assert alpha is not None
    assert (alpha == 1).all()


def test_what_a_garments_photo_says_goes_with_its_mask(done: Workspace) -> None:
    assert done.with_look("shirt", GARMENT) == GARMENT
    assert done.turns("shirt") == 0
    sorts, sleeves = {"top": 0.75, "dress": 0.25}, {"none": 0.0, "short": 0.25, "long": 0.75}
    garment = replace(GARMENT, sorts=sorts, sleeves=sleeves, home=True, turns=3)
    done.write_cloth_mask("shirt", garment)
    assert done.with_look("shirt", GARMENT) == garment
    assert done.turns("shirt") == 3
    mask = done.read_cloth_mask("shirt", (50, 60))
    assert mask is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"sorts": {}, "sleeves": 1, "home": true}',
        '{"sorts": {"top": "x"}, "home": true}',
        '{"sorts": 3, "home": 1, "turns": "x"}',
    ],
)
def test_a_mask_whose_text_is_damaged_is_a_mask(done: Workspace, text: str) -> None:
    write_png(done.cloth_mask_file("shirt"), np.full((50, 60), 255, np.uint8), texts={"Garment": text})
    assert done.with_look("shirt", GARMENT) == GARMENT
    assert done.turns("shirt") == 0


def test_what_an_earlier_version_says_of_a_garment_counts(done: Workspace) -> None:
    said = '{"sorts": {"top": 1.0}, "home": true}'
    write_png(done.cloth_mask_file("shirt"), np.full((50, 60), 255, np.uint8), texts={"Garment": said})
    assert done.with_look("shirt", GARMENT) == replace(GARMENT, sorts={"top": 1.0}, home=True)


def test_pairs_that_are_there_are_kept(done: Workspace, still: _Still) -> None:
    (done.inputs / "test_pairs.txt").write_text("ann.png shirt.jpg  # as they were photographed\n")
    run_steps(done, ("step2",))
    assert (done.inputs / "test_pairs.txt").read_text().startswith("ann.png shirt.jpg")
    assert done.pairs() == [PAIR]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "reordered"])
def test_a_parse_map_that_an_editor_saved_its_own_way(done: Workspace, mode: str) -> None:
    wanted = done.read_parse("ann", (512, 512))
    if mode == "L":
        picture = Pillow.fromarray(wanted)
    else:
        picture = Pillow.fromarray(PALETTE[wanted])
        picture = picture.quantize(4) if mode == "reordered" else picture.convert(mode)
    picture.save(done.parse_file("ann"))
    if mode == "reordered":
        assert not np.array_equal(np.asarray(Pillow.open(done.parse_file("ann"))), wanted)
    np.testing.assert_array_equal(done.read_parse("ann", (512, 512)), wanted)


def test_a_mask_of_another_ending_serves(done: Workspace) -> None:
    done.cloth_mask_file("shirt").rename(done.inputs / "cloth-mask" / "shirt.bmp")
    Pillow.fromarray(np.full((50, 60), 255, np.uint8)).save(done.inputs / "cloth-mask" / "shirt.bmp")
    assert done.read_cloth_mask("shirt", (50, 60)) is not None
    assert done.cloth_mask_file("shirt").name == "shirt.bmp"
