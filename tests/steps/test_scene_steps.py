"""Scene files through step5 and the preview, and people in the background."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.composition.kept import Kept
from vton_core.composition.layers import Background
from vton_core.composition.scene import Placed, compose_scene
from vton_core.engines.base import PoseEngine
from vton_core.errors import InputError, NoPersonError, WorkspaceError
from vton_core.images import encode_png, read_image, write_png
from vton_core.perspective import Person
from vton_core.pipeline import run_steps
from vton_core.scenes import SceneFigure, SceneText, finish_to_json
from vton_core.steps.people import find_people
from vton_core.steps.preview import Cache, preview
from vton_core.types import Cutout, Finish, Image, Joint, Placement, Pose
from vton_core.workspace import Workspace

_FINISH = Finish(light=1, contact=1, shadow=1, shadow_angle=-30, sharpness=1, grain=1, wrap=1)
_LEFT, _RIGHT = Placement((500, 600), (0, 0), (0, 350)), Placement((900, 700), (0, 0), (0, 400), flip=True)


@pytest.fixture
def workspace(tmp_path: Path, woman_cutout: Cutout, terrace: Image) -> Workspace:
    """A figure that stands, and a terrace."""
    found = Workspace(tmp_path)
    alpha = woman_cutout.alpha[::2, ::2].copy()
    alpha[-30:] = 0
    figure = Cutout(np.ascontiguousarray(woman_cutout.rgb[::2, ::2]), alpha)
    found.write_cutout(found.output / "figure" / "ann_shirt.png", figure)
    write_png(found.inputs / "bg_images" / "terrace.png", _yard(terrace))
    return found


def _yard(terrace: Image) -> Image:
    """A part of the terrace that is a little wider than a preview."""
    return np.ascontiguousarray(terrace[400:, :1400])


def _scene(*placements: Placement, occluder: str | None = None) -> SceneText:
    figures = tuple(SceneFigure("ann_shirt", placement, _FINISH) for placement in placements)
    return SceneText("bg_images/terrace.png", figures, occluder)


def test_a_scene_file_gives_what_the_same_call_gives(workspace: Workspace, terrace: Image) -> None:
    workspace.write_scene("two", _scene(_LEFT, _RIGHT))
    run_steps(workspace, ("step5",))
    figure = workspace.read_figure("ann_shirt")
    placed = [Placed(figure, placement, _FINISH) for placement in (_LEFT, _RIGHT)]
    picture = np.asarray(compose_scene(Background(_yard(terrace)), placed).flatten(), np.uint8)
    assert workspace.result_file("two").read_bytes() == encode_png(picture)


def test_a_finish_file_on_a_line_gives_what_a_scene_file_gives(workspace: Workspace, terrace: Image) -> None:
    yard = _yard(terrace)
    mask = np.zeros(yard.shape[:2], np.uint8)
    mask[500:, :500] = 255
    write_png(workspace.inputs / "bg_images" / "front.png", mask)
    finish = {**finish_to_json(_FINISH), "occluder": "bg_images/front.png"}
    (workspace.inputs / "my finish.json").write_text(json.dumps(finish))
    (workspace.inputs / "position.txt").write_text("500 600\n0 0\n0 350\n")
    (workspace.inputs / "backgrounds.txt").write_text("bg_images/terrace.png position.txt my finish.json\n")
    workspace.write_scene("one", _scene(_LEFT, occluder="bg_images/front.png"))
    run_steps(workspace, ("step5",))
    lined = workspace.result_file("ann_shirt_terrace")
    assert lined.read_bytes() == workspace.result_file("one").read_bytes()
    picture = read_image(lined)
    np.testing.assert_array_equal(picture[mask > 0], yard[mask > 0])
    assert (picture != yard).any()


def test_a_preview_is_the_picture_small(workspace: Workspace) -> None:
    workspace.write_scene("two", _scene(_LEFT, _RIGHT))
    run_steps(workspace, ("step5", "preview"))
    preview, full = read_image(workspace.preview_file("two")), read_image(workspace.result_file("two"))
    assert preview.shape == (731, 1280, 3)
    small = cv2.resize(full, (1280, 731), interpolation=cv2.INTER_AREA)
    assert np.abs(preview.astype(int) - small).mean() < 3


def test_a_preview_follows_what_changes(workspace: Workspace, terrace: Image) -> None:
    """Though the pictures that it was made from are kept."""
    workspace.write_scene("s", _scene(_LEFT))
    run_steps(workspace, ("preview",))
    first = read_image(workspace.preview_file("s")).astype(int)
    workspace.write_scene("s", _scene(_RIGHT))
    run_steps(workspace, ("preview",))
    moved = read_image(workspace.preview_file("s")).astype(int)
    write_png(workspace.inputs / "bg_images" / "terrace.png", 255 - _yard(terrace))
    run_steps(workspace, ("preview",))
    inverted = read_image(workspace.preview_file("s")).astype(int)
    assert np.abs(moved - first).mean() > 3
    assert np.abs(inverted - moved).mean() > 30


def test_what_is_kept_of_the_picture_before_changes_nothing(
    workspace: Workspace, terrace: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    near, far = SceneFigure("ann_shirt", _LEFT, _FINISH), SceneFigure("ann_shirt", _RIGHT, replace(_FINISH, light=0.4))
    dark, soft = (
        replace(near, finish=far.finish),
        replace(near, finish=replace(_FINISH, shadow_softness=0.9, contact=0.1)),
    )
    background = workspace.inputs / "bg_images" / "terrace.png"
    pictures: list[list[Image]] = [[], []]
    for kept, made in zip((Kept(), Kept(0)), pictures, strict=True):
        monkeypatch.setattr("vton_core.steps.preview._MADE", kept)
        for ground in (_yard(terrace), 255 - _yard(terrace)):
            write_png(background, ground)
            for figures in ((near, far), (dark, far), (far, soft), (soft,), (near,)):
                workspace.write_scene("s", SceneText("bg_images/terrace.png", figures))
                (scene,) = workspace.given_scenes()
                made.append(np.asarray(preview(workspace, scene).flatten(), np.uint8))
    for with_kept, anew in zip(*pictures, strict=True):
        np.testing.assert_array_equal(with_kept, anew)
    assert all((one != following).any() for one, following in pairwise(pictures[0]))


def test_a_preview_without_scene_files_is_none(workspace: Workspace) -> None:
    run_steps(workspace, ("preview",))
    assert not (workspace.output / "preview").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"figure": "bob_shirt"}, "inputs/scenes/s.json: there is no figure 'bob_shirt' in output/figure"),
        ({"background": "bg_images/lost.png"}, "inputs/scenes/s.json: 'bg_images/lost.png' does not exist"),
        ({"background": "../../etc/hostname"}, "inputs/scenes/s.json: '../../etc/hostname' lies outside"),
        ({"occluder": "lost.png"}, "inputs/scenes/s.json: 'lost.png' does not exist"),
    ],
)
@pytest.mark.parametrize("step", ["step5", "preview"])
def test_a_scene_file_that_names_what_is_not_there(
    workspace: Workspace, change: dict[str, str], sentence: str, step: str
) -> None:
    values = {"background": "bg_images/terrace.png", "occluder": None, "figure": "ann_shirt", **change}
    figure = SceneFigure(str(values["figure"]), _LEFT)
    workspace.write_scene("s", SceneText(str(values["background"]), (figure,), values["occluder"]))
    with pytest.raises(WorkspaceError) as caught:
        run_steps(workspace, ("step5",) if step == "step5" else ("preview",))
    assert str(caught.value).startswith(sentence)


def test_an_occluder_of_another_size_is_told_by_both(workspace: Workspace) -> None:
    write_png(workspace.inputs / "front.png", np.zeros((30, 40), np.uint8))
    workspace.write_scene("s", _scene(_LEFT, occluder="front.png"))
    for _ in range(2):
        with pytest.raises(InputError, match="for a picture of 40 × 30 pixels"):
            run_steps(workspace, ("step5",))
        with pytest.raises(InputError, match="for a picture of 40 × 30 pixels"):
            run_steps(workspace, ("preview",))


def test_a_scene_file_may_not_be_called_like_a_line(workspace: Workspace) -> None:
    (workspace.inputs / "position.txt").write_text("500 600\n0 0\n0 350\n")
    (workspace.inputs / "backgrounds.txt").write_text("bg_images/terrace.png position.txt\n")
    workspace.write_scene("ann_shirt_terrace", _scene(_LEFT))
    with pytest.raises(WorkspaceError, match=r"inputs/scenes/ann_shirt_terrace\.json is called like a result"):
        run_steps(workspace, ("step5",))


class _Bars:
    """Finds the widest white bar: a stand-in for an engine that finds one person a look."""

    def __init__(self) -> None:
        self.looks = 0

    def estimate(self, image: Image) -> Pose:
        """See :class:`PoseEngine`."""
        self.looks += 1
        count, _, boxes, _ = cv2.connectedComponentsWithStats((image[..., 0] > 250).astype(np.uint8))
        if count < 2:
            raise NoPersonError("Nobody.")
        x, y, width, height, _ = boxes[1:][np.argmax(boxes[1:, cv2.CC_STAT_AREA])]
        keypoints = np.zeros((25, 3), np.float32)
        middle = x + width / 2
        legs = ((0.72, Joint.LEFT_KNEE, Joint.RIGHT_KNEE), (0.95, Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE))
        for share, *joints in ((0.08, Joint.NOSE), (0.17, Joint.NECK), (0.5, Joint.MID_HIP), *legs):
            keypoints[joints] = middle, y + share * height, 1
        return Pose(keypoints)


def _bars(*people: tuple[int, int, int]) -> Image:
    picture = np.zeros((800, 1200, 3), np.uint8)
    for x, feet, height in people:
        picture[feet - height : feet, x - height // 12 : x + height // 12] = 255
    return picture


def test_people_of_different_sizes_are_found_once_each() -> None:
    engine = _Bars()
    people = find_people(_bars((200, 500, 200), (500, 600, 300), (900, 790, 490)), engine)
    assert [round(one.feet[0], -1) for one in people] == [200, 500, 900]
    for one, (feet, height) in zip(people, ((500, 200), (600, 300), (790, 490)), strict=True):
        assert one.feet[1] == pytest.approx(feet, abs=0.04 * height)
        assert one.height == pytest.approx(height, rel=0.06)
    assert engine.looks < 60


def test_the_people_file_says_the_horizon_and_heights(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vton_core.steps.people.load_pose", _Bars)
    write_png(workspace.inputs / "bg_images" / "street.png", _bars((200, 500, 200), (500, 600, 300), (900, 790, 490)))
    (workspace.inputs / "bg_images" / "terrace.png").unlink()
    run_steps(workspace, ("people",))
    said = json.loads(workspace.people_file("street").read_text())
    assert said["size"] == [1200, 800]
    assert said["horizon"] == pytest.approx(300, abs=15)
    people = [Person(tuple(one["feet"]), tuple(one["head"])) for one in said["people"]]
    assert [one.height for one in people] == pytest.approx([200, 300, 490], rel=0.06)


def test_without_a_background_there_is_nowhere_to_look(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="There is no background in inputs/bg_images"):
        run_steps(Workspace(tmp_path), ("people",))


@pytest.mark.parametrize(("share", "seed", "sigma"), [(2, 103, 5.0), (2, 105, 10.0)])
def test_in_noise_nobody_is_found(engine: PoseEngine, examples: Path, share: int, seed: int, sigma: float) -> None:
    picture = read_image(examples / "background_terrace.png")
    size = picture.shape[1] // share, picture.shape[0] // share
    picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    noise = np.random.default_rng(seed).normal(0, sigma, picture.shape)
    assert find_people((picture + noise).clip(0, 255).astype(np.uint8), engine) == []


def test_who_is_seen_to_the_hips_only_says_no_height(engine: PoseEngine, examples: Path) -> None:
    """As the example models are, by our own engine."""
    pictures = [read_image(examples / f"model_{name}.png")[::2, ::2] for name in ("woman", "man")]
    assert find_people(np.concatenate(pictures, axis=1), engine) == []


@pytest.fixture(scope="module")
def engine() -> PoseEngine:
    """The default engine."""
    from vton_core.engines.registry import load_pose

    return load_pose()


def test_pictures_that_were_read_are_kept_up_to_so_many_bytes(tmp_path: Path) -> None:
    read: list[str] = []

    def ten_bytes(path: Path) -> tuple[str, NDArray[np.uint8]]:
        read.append(path.name)
        return path.name, np.zeros(10, np.uint8)

    cache, files = Cache(25), [tmp_path / name for name in "abc"]
    for file in files:
        file.touch()
    for index in (0, 1, 0, 2, 0, 1):
        assert cache.get(files[index], ten_bytes)[0] == files[index].name
    assert read == ["a", "b", "c", "b"]
    small = Cache(5)
    for _ in range(2):
        small.get(files[0], ten_bytes)
    assert read[4:] == ["a"], "the one read last stays"
