"""Poses, agnostic people, and the report of everything that is wrong with training data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.viton_hd.conftest import write_config
from tests.training.viton_hd.drawing import HEIGHT, WIDTH, coco_json, draw_person, joints
from vton_core.engines.tryon.agnostic import GREY, agnostic_image, agnostic_parse, to_groups
from vton_core.errors import InputError, WorkspaceError
from vton_core.images import read_image, write_png
from vton_core.labels import Label
from vton_core.openpose import pose_to_json, render_pose
from vton_core.training.cli import main
from vton_core.training.viton_hd.checks import faults_of, parts_of
from vton_core.training.viton_hd.layout import DataFolder
from vton_core.training.viton_hd.poses import read_pose
from vton_core.training.viton_hd.sample import load_sample
from vton_core.types import Joint, Pose

POINTS = joints(np.random.default_rng(2))


def test_both_kinds_of_pose_files_say_the_same() -> None:
    """The 18 joints of COCO lack toes and heels; the middle of the hips is computed."""
    body, coco = read_pose(pose_to_json(Pose(POINTS)), "a"), read_pose(coco_json(POINTS), "b")
    np.testing.assert_allclose(coco.keypoints, body.keypoints, atol=1e-4)


@settings(max_examples=25)
@given(
    st.none() | st.floats() | st.dictionaries(st.sampled_from(["people", "pose_keypoints_2d"]), st.lists(st.floats()))
)
def test_what_is_no_pose_is_refused(value: object) -> None:
    for text in (json.dumps(value), json.dumps({"people": [value]}), str(value)):
        with pytest.raises(WorkspaceError):
            read_pose(text, "x.json")


def test_what_the_new_garment_may_touch_is_taken_away() -> None:
    rgb, parse = draw_person(POINTS, (200, 30, 30))
    pose = Pose(POINTS)
    labels = agnostic_parse(parse, pose)
    gone = {Label.UPPER_CLOTHES, Label.LEFT_ARM, Label.RIGHT_ARM}
    assert set(np.unique(labels)) == {int(v) for v in np.unique(parse)} - {int(v) for v in gone}
    grey = agnostic_image(rgb, parse, pose)
    assert (grey[parse == Label.UPPER_CLOTHES] == GREY).all()
    kept = np.isin(parse, (Label.FACE, Label.PANTS))
    np.testing.assert_array_equal(grey[kept], rgb[kept])
    np.testing.assert_array_equal(grey[-20:], rgb[-20:])


def test_a_hand_beyond_the_wrist_stays() -> None:
    _, parse = draw_person(POINTS, (200, 30, 30))
    x, y = POINTS[Joint.LEFT_WRIST, :2].astype(int)
    parse[y + 5 : y + 9, x - 2 : x + 3] = Label.LEFT_ARM
    assert (agnostic_parse(parse, Pose(POINTS))[y + 5 : y + 9, x - 2 : x + 3] == Label.LEFT_ARM).all()


def test_joints_that_are_not_there_draw_nothing() -> None:
    """No shape reaches from the origin; hips on one spot divide nothing by zero."""
    rgb, parse = draw_person(POINTS, (200, 30, 30))
    blind = POINTS.copy()
    # A line of no length has no direction either.
    blind[Joint.RIGHT_ELBOW] = blind[Joint.RIGHT_SHOULDER]
    blind[[Joint.RIGHT_WRIST, Joint.LEFT_HIP, Joint.NECK]] = 0
    np.testing.assert_array_equal(agnostic_image(rgb, parse, Pose(blind))[:8, :8], rgb[:8, :8])
    blind[Joint.LEFT_HIP] = blind[Joint.RIGHT_HIP]
    assert agnostic_image(rgb, parse, Pose(blind)).shape == rgb.shape
    nobody = Pose(np.zeros((25, 3), np.float32))
    np.testing.assert_array_equal(agnostic_image(rgb, parse, nobody), rgb)


def test_a_pair_at_another_size_keeps_its_places(drawn: Path) -> None:
    data = DataFolder(drawn)
    pair = data.read_pairs(by_name=False)[0][0]
    small = load_sample(data, pair, "gmm", (HEIGHT, WIDTH), draw_poses=True)
    large = load_sample(data, pair, "gmm", (2 * HEIGHT, 2 * WIDTH), draw_poses=True)
    assert small["image"].shape == (HEIGHT, WIDTH, 3)
    np.testing.assert_array_equal(small["groups"], large["groups"][::2, ::2])
    same = (large["agnostic"][::2, ::2] == small["agnostic"]).mean()
    assert same > 0.97
    upper = to_groups(np.array([Label.UPPER_CLOTHES], np.uint8))[0]
    assert (small["person"][small["groups"] == upper] == GREY).all()


def test_the_pose_picture_is_read_or_drawn(drawn: Path) -> None:
    data = DataFolder(drawn)
    pair = data.read_pairs(by_name=False)[0][1]
    read, made = (load_sample(data, pair, "seg", (HEIGHT, WIDTH), draw_poses=draw)["pose"] for draw in (False, True))
    np.testing.assert_array_equal(read, made)
    np.testing.assert_array_equal(read, read_image(drawn / "train" / "openpose-img" / f"{pair.stem}_rendered.png"))
    assert made.max() > 0
    assert render_pose(Pose(np.zeros((25, 3), np.float32)), (8, 8)).max() == 0


def test_the_first_vitons_layout_is_read(drawn: Path, tmp_path: Path) -> None:
    """No pose pictures, poses in 'pose', and LIP's jumpsuit where CIHP has the neck."""
    shutil.copytree(drawn, tmp_path / "data")
    train = tmp_path / "data" / "train"
    (train / "openpose-json").rename(train / "pose")
    shutil.rmtree(train / "openpose-img")
    parse = read_image(train / "image-parse" / "p0.png")[..., 0]
    write_png(train / "image-parse" / "p0.png", np.where(parse == Label.UPPER_CLOTHES, 10, parse).astype(np.uint8))
    data = DataFolder(tmp_path / "data", "viton")
    pair = data.read_pairs(by_name=False)[0][0]
    sample = load_sample(data, pair, "seg", (HEIGHT, WIDTH), draw_poses=False)
    expected = load_sample(DataFolder(drawn), pair, "seg", (HEIGHT, WIDTH), draw_poses=False)
    np.testing.assert_array_equal(sample["groups"], expected["groups"])
    np.testing.assert_array_equal(sample["pose"], expected["pose"])


def spoil(train: Path) -> dict[str, str]:
    """One fault in each of the five pairs, and two more; what the report must say of each."""
    (train / "image-parse" / "p0.png").unlink()
    whole = (train / "image" / "p1.jpg").read_bytes()
    (train / "image" / "p1.jpg").write_bytes(whole[: len(whole) // 2])
    cv2.imwrite(str(train / "cloth" / "c2.jpg"), np.full((HEIGHT, HEIGHT, 3), 200, np.uint8))
    (train / "openpose-json" / "p3_keypoints.json").write_text('{"people": []}')
    labels = np.full((HEIGHT, WIDTH), Label.PANTS, np.uint8)
    write_png(train / "image-parse" / "p4.png", labels)
    write_png(train / "openpose-img" / "p4_rendered.png", np.zeros((HEIGHT // 2, WIDTH // 2, 3), np.uint8))
    with (train.parent / "train_pairs.txt").open("a") as file:
        file.write("p9.jpg c0.jpg\np5.jpg\n")
    return {
        "image-parse/p0.png": "is missing",
        "image/p1.jpg": "is damaged",
        "cloth/c2.jpg": f"is {HEIGHT} × {HEIGHT} pixels",
        "openpose-json/p3_keypoints.json": "holds no person",
        "image-parse/p4.png": "shows no upper garment",
        "openpose-img/p4_rendered.png": f"its person {HEIGHT} × {WIDTH}",
        "image/p9.jpg": "is missing",
        "train_pairs.txt, line 7": "not two file names",
    }


def test_everything_that_is_wrong_is_in_one_report(drawn: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn, tmp_path / "data")
    expected = spoil(tmp_path / "data" / "train")
    common = ["--train_model", "seg", "--name", "run", "--config", write_config(tmp_path, 1)]
    common += ["--data", str(tmp_path / "data"), "--checkpoints", str(tmp_path)]
    with pytest.raises(InputError, match="faults, all listed in") as caught:
        main(common)
    lines = (tmp_path / "run" / "data_report.txt").read_text().splitlines()
    for file, what in expected.items():
        assert [line for line in lines if line.startswith(f"{file}: ") and what in line], (file, lines)
    # The ninth person has no files at all, and each is named.
    assert len(lines) == len(expected) + 3
    assert str(len(lines)) in str(caught.value)
    assert not (tmp_path / "run" / "seg_checkpoint.pt").exists()
    with pytest.raises(InputError, match="wrong with every pair"):
        main([*common, "--skip_bad"])


def test_warped_clothes_may_be_smaller_than_the_photo(drawn: Path, tmp_path: Path) -> None:
    """They have the size of the training, which may be less; what belongs to the photo may not."""
    shutil.copytree(drawn, tmp_path / "data")
    data = DataFolder(tmp_path / "data")
    pair = data.read_pairs(by_name=False)[0][0]
    for name in ("warped_cloth", "warped_cloth-mask"):
        path = data.folder / name / "p0.png"
        write_png(path, read_image(path)[::2, ::2])
    parts = parts_of(data, "alias", draw_poses=True)
    assert faults_of(data, parts, (HEIGHT // 2, WIDTH // 2), pair) == []
    path = data.folder / "image-parse" / "p0.png"
    write_png(path, read_image(path)[::2, ::2, 0])
    assert [fault.file for fault in faults_of(data, parts, (HEIGHT, WIDTH), pair)] == ["image-parse/p0.png"]


def test_bad_pairs_can_be_left_out(drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(drawn, tmp_path / "data")
    (tmp_path / "data" / "train" / "cloth-mask" / "c1.jpg").unlink()
    common = ["--train_model", "seg", "--name", "run", "--config", write_config(tmp_path, 1)]
    common += ["--data", str(tmp_path / "data"), "--checkpoints", str(tmp_path), "--skip_bad"]
    assert main(common) == 0
    assert "1 of 5 pairs are left out" in capsys.readouterr().out
    assert (tmp_path / "run" / "seg_final.pth").is_file()


def test_a_list_of_other_peoples_garments_is_noticed(drawn: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn, tmp_path / "data")
    train = tmp_path / "data" / "train"
    for folder in ("cloth", "cloth-mask"):
        shutil.copy(train / folder / "c0.jpg", train / folder / "p0.jpg")
    common = ["--train_model", "seg", "--name", "run", "--config", write_config(tmp_path, 1)]
    with pytest.raises(InputError, match=r"p0\.jpg is given c0\.jpg, but cloth/p0\.jpg is its own"):
        main([*common, "--data", str(tmp_path / "data"), "--checkpoints", str(tmp_path)])
