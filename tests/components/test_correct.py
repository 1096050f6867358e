"""Corrections by hand: what is taken, what it makes the page do again, what it is kept with, and what ends it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from components import correcting, wishes
from components.api import Api
from components.page import PANELS, Page
from components.records import Fit
from components.studio import Studio
from components.visit import Visit
from tests.components.awaited import awaited
from tests.components.conftest import settle
from tests.components.fake import JOINTS, POINTS, FakeRunner
from vton_core.errors import InputError
from vton_core.images import read_image, read_rgba
from vton_core.labels import Label
from vton_core.types import Joint
from vton_core.workspace import Workspace

SIZE = (60, 80)


def panel(studio: Studio, visit: Visit, name: str = "correct") -> dict[str, Any]:
    """A panel's value."""
    found: dict[str, Any] = dict(zip(PANELS, Page(studio).values(visit), strict=True))[name]
    return found


def subjects(studio: Studio, visit: Visit) -> dict[str, dict[str, Any]]:
    """What the opened panel shows, by subject."""
    studio.inspect(visit)
    return {subject["id"]: subject for subject in panel(studio, visit)["subjects"]}


def workspace(visit: Visit) -> Workspace:
    """The workspace of the fit that is there."""
    return Workspace(visit.fit_root(fit_of(visit).number))


def fit_of(visit: Visit) -> Fit:
    settle(visit)
    assert visit.fit
    return visit.fit


def correct(studio: Studio, visit: Visit, **points: dict[str, list[float] | None]) -> list[str]:
    """Move points and wait for the end; the states of the stages."""
    studio.correct(visit, {name.replace("_points", ".points"): moved for name, moved in points.items()}, {})
    return [stage.status for stage in fit_of(visit).stages]


def paint(studio: Studio, visit: Visit, subject: str, layer: Image.Image | None) -> list[str]:
    """Paint a mask and wait for the end; the states of the stages."""
    before = fit_of(visit).number
    file = studio.served.folder / "layer.png"
    if layer:
        layer.save(file)
    studio.correct(visit, {}, {subject: file if layer else None})
    assert fit_of(visit).number > before, visit.errors
    return [stage.status for stage in fit_of(visit).stages]


def half(colour: tuple[int, int, int], size: tuple[int, int] = SIZE) -> Image.Image:
    """A layer whose upper half has one colour."""
    layer = Image.new("RGBA", size)
    layer.paste((*colour, 255), (0, 0, size[0], size[1] // 2))
    return layer


def test_nothing_is_made_before_the_panel_is_opened(studio: Studio, fitted: Visit) -> None:
    assert panel(studio, fitted)["subjects"] == []
    shown = subjects(studio, fitted)
    assert set(shown) == {"cutout", "joints", "parts", "garment.mask", "garment.points"}
    assert shown["garment.points"]["points"] == {name: list(at) for name, at in POINTS.items()}
    assert shown["joints"]["points"]["LEFT_WRIST"] == pytest.approx(JOINTS["LEFT_WRIST"])
    assert shown["joints"]["points"]["RIGHT_KNEE"] is None
    assert {tuple(subject["size"]) for subject in shown.values()} == {SIZE}
    json.dumps(panel(studio, fitted))


def test_a_moved_landmark_does_the_try_on_alone_again(studio: Studio, fitted: Visit) -> None:
    assert correct(studio, fitted, garment_points={"left_hem": [12, 55.5]}) == ["kept", "kept", "kept", "done"]
    assert workspace(fitted).read_corrections("garment") == {"left_hem": (12.0, 55.5)}
    shown = subjects(studio, fitted)["garment.points"]
    assert shown["points"]["left_hem"] == [12, 55.5]
    assert shown["found"]["left_hem"] == list(POINTS["left_hem"])
    stages = panel(studio, fitted, "stages")["run"]["stages"]
    assert [stage["edited"] for stage in stages] == [False, False, False, True]
    assert correct(studio, fitted, garment_points={}) == ["kept", "kept", "kept", "done"]
    assert workspace(fitted).read_corrections("garment") == {}
    assert fitted.edits == {}


def test_the_same_corrections_again_are_no_work(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    correct(studio, fitted, garment_points={"left_hem": [12, 55]})
    correct(studio, fitted, garment_points={"left_hem": [12, 55]})
    correct(studio, fitted, joints={"NECK": list(JOINTS["NECK"])})
    assert len(runner.submitted) == 2


def test_moved_joints_are_kept_with_the_photo(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    moved: dict[str, list[float] | None] = {"LEFT_WRIST": [44.0, 52.0], "NECK": None, "RIGHT_KNEE": [20.0, 70.0]}
    assert correct(studio, fitted, joints=moved) == ["kept", "kept", "done", "done"]
    pose = workspace(fitted).read_pose("model")
    assert pose.point(Joint.LEFT_WRIST) == (44, 52)
    assert pose.point(Joint.NECK) is None
    assert pose.point(Joint.RIGHT_KNEE) == (20, 70)
    drawn = read_image(workspace(fitted).rendered_pose_file("model"))
    assert drawn[70, 20].max() > 100
    # What was moved is taken back: where it was found is known still.
    shown = subjects(studio, fitted)["joints"]
    assert shown["found"]["NECK"] == pytest.approx(JOINTS["NECK"])
    assert shown["found"]["RIGHT_KNEE"] is None
    assert correct(studio, fitted, joints={"LEFT_WRIST": [44, 52]}) == ["kept", "kept", "done", "done"]
    pose = workspace(fitted).read_pose("model")
    assert pose.point(Joint.NECK) == pytest.approx(JOINTS["NECK"])
    assert pose.point(Joint.RIGHT_KNEE) is None
    assert correct(studio, fitted, joints={}) == ["kept", "done", "done", "done"]
    assert workspace(fitted).read_pose("model").point(Joint.LEFT_WRIST) == JOINTS["LEFT_WRIST"]
    assert runner.submitted[-1][1] == ("step2", "step3", "step4")


def test_a_painted_cutout_shows_the_photo_where_it_grows(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    before = read_rgba(workspace(fitted).cutout_file("model"))
    assert paint(studio, fitted, "cutout", half((255, 255, 255))) == ["kept", "done", "done", "done"]
    after = read_rgba(workspace(fitted).cutout_file("model"))
    assert (after[:39, :, 3] == 255).all()
    np.testing.assert_array_equal(after[42:], before[42:])
    photo = read_image(workspace(fitted).photos()["model"])
    np.testing.assert_array_equal(after[:39, :, :3], photo[:39])
    stages = panel(studio, fitted, "stages")["run"]["stages"]
    assert stages[0]["edited"]
    assert runner.submitted[-1][1] == ("corrections", "step2", "step3", "step4"), "the page does not lay it in itself"
    assert stages[0]["url"].endswith(f"fit-{fit_of(fitted).number:04d}-1.webp"), "its picture is drawn anew"
    assert paint(studio, fitted, "cutout", half((0, 0, 0))) == ["kept", "done", "done", "done"]
    assert not read_rgba(workspace(fitted).cutout_file("model"))[:39, :, 3].any()
    assert paint(studio, fitted, "cutout", None) == ["kept", "done", "done", "done"]
    np.testing.assert_array_equal(read_rgba(workspace(fitted).cutout_file("model")), before)


def test_a_cutout_under_moved_joints_keeps_them(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    correct(studio, fitted, joints={"LEFT_WRIST": [44, 52]})
    assert paint(studio, fitted, "cutout", half((0, 0, 0))) == ["kept", "kept", "done", "done"]
    assert runner.submitted[-1][1] == ("corrections", "step3", "step4")
    done = workspace(fitted)
    canvas, pose = done.read_canvas("model"), done.read_pose("model")
    assert canvas.to_source(pose.keypoints[Joint.LEFT_WRIST, :2]) == pytest.approx((44, 52), abs=1e-3)
    assert canvas.scale > 1, "a smaller figure is drawn larger"
    assert read_image(done.image_file("model")).shape[:2] == canvas.size[::-1]


def test_a_painted_garment_does_the_try_on_alone_again(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    assert paint(studio, fitted, "garment.mask", half((0, 0, 0))) == ["kept", "kept", "kept", "done"]
    mask = read_image(workspace(fitted).cloth_mask_file("garment"))[..., 0]
    assert not mask[:39].any()
    assert runner.submitted[-1][1] == ("corrections", "step4")
    assert (mask[42:] == 255).all()
    studio.wear(fitted, {"length": 0.1})
    studio.rewear(fitted)
    np.testing.assert_array_equal(read_image(workspace(fitted).cloth_mask_file("garment"))[..., 0], mask)
    assert runner.submitted[-1][1] == ("step4",)
    assert paint(studio, fitted, "garment.mask", None) == ["kept", "kept", "kept", "done"]
    assert read_image(workspace(fitted).cloth_mask_file("garment")).min() == 255


def test_painted_parts_do_the_try_on_alone_again(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    shown = subjects(studio, fitted)["parts"]
    assert ("skirt", "#008000") in shown["paints"]
    assert len({shown["photo"], shown["mask"]}) == 2
    before = workspace(fitted).parse_file("model").read_bytes()
    assert paint(studio, fitted, "parts", half((0, 128, 0))) == ["kept", "kept", "kept", "done"]
    assert runner.submitted[-1][1] == ("corrections", "step4"), "the page does not lay it in itself"
    figure = read_rgba(workspace(fitted).cutout_file("model"))[..., 3] > 127
    upper = np.arange(SIZE[1])[:, None] < SIZE[1] // 2
    parse = workspace(fitted).read_parse("model", SIZE)
    np.testing.assert_array_equal(parse == Label.SKIRT, figure & upper)
    stages = panel(studio, fitted, "stages")["run"]["stages"]
    assert [stage["edited"] for stage in stages] == [False, False, True, False]
    assert stages[2]["url"].endswith(f"fit-{fit_of(fitted).number:04d}-3.webp"), "its picture is drawn anew"
    # Another try-on of the same parts, others, and none.
    correct(studio, fitted, garment_points={"left_hem": [12, 55]})
    np.testing.assert_array_equal(workspace(fitted).read_parse("model", SIZE), parse)
    paint(studio, fitted, "parts", half((255, 0, 0)))
    assert set(np.unique(workspace(fitted).read_parse("model", SIZE))) == {Label.HAIR, Label.UPPER_CLOTHES}
    assert paint(studio, fitted, "parts", None) == ["kept", "kept", "kept", "done"]
    assert workspace(fitted).parse_file("model").read_bytes() == before
    assert fitted.edits.keys() == {"garment.points"}


def test_painted_parts_are_laid_in_again_where_the_body_is_parsed_again(studio: Studio, fitted: Visit) -> None:
    paint(studio, fitted, "parts", half((0, 128, 0)))
    assert correct(studio, fitted, joints={"LEFT_WRIST": [44, 52]}) == ["kept", "kept", "done", "done"]
    done = workspace(fitted)
    assert done.by_hand("parse.png").is_file()
    assert not done.found("parse.png").is_file(), "what was found before is of other joints"
    assert (done.read_parse("model", SIZE) == Label.UPPER_CLOTHES).all(), "the step itself, here a double, lays it in"


def test_parts_are_painted_in_their_colours(studio: Studio, fitted: Visit) -> None:
    file = studio.served.folder / "layer.png"
    half((9, 200, 100)).save(file)
    with pytest.raises(InputError, match="CIHP's colours only"):
        studio.correct(fitted, {}, {"parts": file})
    assert fitted.edits == {}
    half((0, 128, 0), (30, 40)).save(file)
    with pytest.raises(gr.Error, match="60 × 80"):
        awaited(Api(studio).correct(fitted.name, "parts", mask=gr.FileData(path=str(file))))
    half((0, 128, 0)).save(file)
    awaited(Api(studio).correct(fitted.name, "parts", mask=gr.FileData(path=str(file))))
    assert set(np.unique(workspace(fitted).read_parse("model", SIZE))) == {Label.SKIRT, Label.UPPER_CLOTHES}
    assert ["hair", "#ff0000"] in json.loads(json.dumps(Api(studio).corrections(fitted.name)))["parts"]["paints"]


def test_corrections_survive_a_reload(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    correct(studio, fitted, garment_points={"left_hem": [12, 55]})
    paint(studio, fitted, "cutout", half((255, 255, 255)))
    again = Studio(studio.store, runner, studio.served, studio.settings).enter(fitted.name)
    assert again.edits == fitted.edits
    assert studio.fitted(again)
    shown = subjects(studio, again)
    assert shown["garment.points"]["points"]["left_hem"] == [12, 55]
    assert shown["cutout"]["layer"].endswith(".png")
    assert shown["cutout"]["photo"] != shown["cutout"]["mask"]


def test_another_picture_starts_anew(studio: Studio, fitted: Visit, choose: Callable[..., None]) -> None:
    correct(studio, fitted, garment_points={"left_hem": [12, 55]}, joints={"LEFT_WRIST": [44, 52]})
    choose(fitted, "garment", colour=(20, 160, 90))
    assert set(fitted.edits) == {"garment.points", "joints"}, "the same picture again is no other"
    choose(fitted, "garment", colour=(90, 20, 160))
    assert set(fitted.edits) == {"joints"}
    assert panel(studio, fitted)["id"] == 0
    studio.fit(fitted)
    assert workspace(fitted).read_corrections("garment") == {}
    assert workspace(fitted).read_pose("model").point(Joint.LEFT_WRIST) == (44, 52)
    choose(fitted, "model", colour=(1, 90, 90))
    assert fitted.edits == {}
    studio.fit(fitted)
    assert fit_of(fitted).edits == {}


def test_a_fit_from_before_there_were_corrections_has_none(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    file = fitted.root / "state.json"
    state = json.loads(file.read_text())
    for name in ("edits", "kinds", "second"):
        del state["fit"][name]
    del state["edits"]
    file.write_text(json.dumps(state))
    shutil.rmtree(workspace(fitted).output / "cloth-landmarks")
    again = Studio(studio.store, runner, studio.served, studio.settings).enter(fitted.name)
    assert studio.fitted(again)
    assert set(subjects(studio, again)) == {"cutout", "joints", "parts", "garment.mask"}


@pytest.mark.parametrize(
    ("points", "layers", "word"),
    [
        ({"garment.points": {"left_knee": [1, 2]}}, {}, "no point called left_knee"),
        ({"garment.points": {"left_hem": [1]}}, {}, "has no place"),
        ({"garment.points": {"left_hem": [1, 10**400]}}, {}, "has no place"),
        ({"garment.points": {"left_hem": ["a", float("nan")]}}, {}, "has no place"),
        ({"second.points": {}}, {}, "nothing called second"),
        ({"cutout": {}}, {}, "nothing called cutout"),
        ({"garment.points": {"left_hem": None}}, {}, "left_hem has no place"),
        ({}, {"joints": None}, "nothing called joints"),
    ],
)
def test_what_is_no_correction_is_a_sentence(
    studio: Studio, fitted: Visit, points: dict[str, Any], layers: dict[str, Path | None], word: str
) -> None:
    with pytest.raises(InputError, match=word):
        studio.correct(fitted, points, layers)
    assert fitted.edits == {}
    assert not fitted.running


def test_a_fit_that_another_replaces_while_it_is_looked_at_is_no_error(
    studio: Studio, fitted: Visit, choose: Callable[..., None]
) -> None:
    before = fit_of(fitted)
    choose(fitted, "garment", colour=(10, 20, 200))
    studio.fit(fitted)
    assert fit_of(fitted) != before
    correcting.inspect(fitted, before)
    assert set(subjects(studio, fitted)) == {"cutout", "joints", "parts", "garment.mask", "garment.points"}


def test_without_a_fit_there_is_nothing_to_correct(studio: Studio, visit: Visit) -> None:
    with pytest.raises(InputError, match="no finished fit"):
        studio.correct(visit, {"joints": {}}, {})
    page = Page(studio)
    page.do(visit.name, "correct", wishes.correct, {"points": {"joints": {}}, "layers": {}})
    assert len(panel(studio, visit)["errors"]) == 1


def test_two_garments_are_worn_in_one_fit(studio: Studio, fitted: Visit, choose: Callable[..., None]) -> None:
    first = fit_of(fitted)
    choose(fitted, "second", colour=(160, 160, 20))
    assert not studio.fitted(fitted)
    studio.fit(fitted)
    both = fit_of(fitted)
    assert [stage.status for stage in both.stages] == ["kept", "kept", "kept", "done"]
    assert (workspace(fitted).inputs / "test_pairs.txt").read_text() == "model garment+second\n"
    assert [path.name for path in (workspace(fitted).output / "figure").iterdir()] == ["model_garment.png"]
    assert panel(studio, fitted, "wearing")["kinds"] == {"garment": "upper", "second": "lower"}
    assert {"second.mask", "second.points"} <= set(subjects(studio, fitted))
    studio.compose(fitted, {"position": [150, 190], "top": [150, 40], "bottom": [150, 190]})
    settle(fitted)
    assert len(fitted.history) == 1
    assert correct(studio, fitted, second_points={"left_hem": [12, 55]}) == ["kept", "kept", "kept", "done"]
    assert workspace(fitted).read_corrections("second") == {"left_hem": (12.0, 55.0)}
    assert workspace(fitted).read_corrections("garment") == {}
    studio.clear(fitted, "second")
    assert not studio.fitted(fitted)
    studio.fit(fitted)
    assert fit_of(fitted).second == ""
    assert (workspace(fitted).inputs / "test_pairs.txt").read_text() == "model garment\n"
    assert list(workspace(fitted).cloths()) == ["garment"]
    assert fitted.edits == {}
    assert fit_of(fitted).number > first.number


def test_the_example_is_of_one_garment(studio: Studio, visit: Visit) -> None:
    studio.example(visit, "second", "garment_tee_green")
    assert "second" in visit.uploads
    studio.example(visit, None, None)
    assert set(visit.uploads) == {"model", "garment", "background"}


def test_the_api_corrects_and_takes_back(studio: Studio, fitted: Visit, tmp_path: Path) -> None:
    api = Api(studio)
    known = api.corrections(fitted.name)
    assert known["garment.points"]["points"]["left_hem"] == [10, 60]
    status = awaited(api.correct(fitted.name, "garment.points", {"left_hem": [12, 55]}))
    assert [stage["status"] for stage in status["stages"]] == ["kept", "kept", "kept", "done"]
    assert api.corrections(fitted.name)["garment.points"]["points"]["left_hem"] == [12, 55]
    awaited(api.correct(fitted.name, "garment.points"))
    assert fitted.edits == {}
    mask = studio.served.folder / "mask.png"
    Image.new("L", SIZE, 255).save(mask)
    awaited(api.correct(fitted.name, "cutout", mask=gr.FileData(path=str(mask))))
    assert read_rgba(workspace(fitted).cutout_file("model"))[..., 3].min() == 255
    Image.new("L", (70, 90), 255).save(mask)
    with pytest.raises(gr.Error, match="60 × 80"):
        awaited(api.correct(fitted.name, "cutout", mask=gr.FileData(path=str(mask))))
    awaited(api.correct(fitted.name, "cutout"))
    assert read_rgba(workspace(fitted).cutout_file("model"))[..., 3].min() == 0


def test_a_correction_that_cannot_be_worn_is_told_beside_it(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    def refuse(*_: object) -> None:
        raise InputError("The figure is empty: nothing of it is opaque. Run the earlier steps again.")

    ordinary, runner.work = runner.work, refuse
    before = fit_of(fitted)
    studio.correct(fitted, {"garment.points": {"left_hem": [55, 60]}}, {})
    assert fit_of(fitted) == before
    assert len(panel(studio, fitted)["errors"]) == 1
    assert panel(studio, fitted)["behind"] == ["garment.points"], "it can be taken back"
    assert panel(studio, fitted, "stages")["errors"] == []
    runner.work = ordinary
    assert correct(studio, fitted, garment_points={}) == ["done"] * 4, "nothing was done again: the earlier fit stands"
    assert panel(studio, fitted)["errors"] == panel(studio, fitted)["behind"] == []


@pytest.mark.parametrize("slot", ["model", "garment"])
def test_nothing_is_corrected_where_a_picture_was_taken_away_or_replaced(
    studio: Studio, fitted: Visit, choose: Callable[..., None], slot: str
) -> None:
    studio.clear(fitted, slot)
    assert Api(studio).corrections(fitted.name) == {}
    assert subjects(studio, fitted) == {}
    choose(fitted, slot, colour=(9, 9, 90))
    assert Api(studio).corrections(fitted.name) == {}
    studio.fit(fitted)
    settle(fitted)
    assert {"cutout", "garment.mask"} <= set(subjects(studio, fitted))
