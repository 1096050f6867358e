"""The default try-on, on the examples with their exact alpha, joints and labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engines.models import ARMS, Model, assert_the_rest_is_kept, read_garment, read_model
from tests.garment.drawing import DRAWN
from vton_core.engines.tryon.garment import GarmentTryOn
from vton_core.errors import InputError, NoGarmentError, NoPersonError
from vton_core.garment.landmarks import find_landmarks
from vton_core.images import read_image
from vton_core.labels import Label
from vton_core.steps.garments import cut_garment
from vton_core.types import Canvas, Cutout, Garment, GarmentKind, Joint, Mask, TryOn, Tuck, Wearing

PAIRS = [("woman", "tee_green"), ("woman", "longsleeve"), ("man", "tee_striped"), ("man", "longsleeve")]
SKY = (70, 130, 190)
WRISTS = (Joint.LEFT_WRIST, Joint.RIGHT_WRIST)
HIPS = (Joint.MID_HIP, Joint.LEFT_HIP, Joint.RIGHT_HIP)


Models = Callable[[str], Model]
Garments = Callable[[str], Garment]
Results = Callable[[str, str], TryOn]


@pytest.fixture(scope="module")
def model(examples: Path) -> Models:
    """Reads a model."""
    return lambda name: read_model(examples, name)


@pytest.fixture(scope="module")
def garment(examples: Path) -> Garments:
    """Reads and cuts out a garment."""
    return lambda name: read_garment(examples, name)


@pytest.fixture(scope="module")
def worn(model: Models, garment: Garments) -> Results:
    """Puts a garment on a model, once."""

    @cache
    def dress(person: str, name: str) -> TryOn:
        return model(person).wears(garment(name))

    return dress


def _mean(rgb: NDArray[np.uint8], area: Mask) -> NDArray[np.float64]:
    assert area.sum() > 50
    return np.asarray(rgb[area].mean(axis=0), np.float64)


@pytest.mark.parametrize(("person", "name"), PAIRS)
def test_outside_the_changed_region_every_bit_is_kept(person: str, name: str, model: Models, worn: Results) -> None:
    before, result = model(person).cutout, worn(person, name)
    assert_the_rest_is_kept(before, result)
    assert 0.1 < result.changed.mean() < 0.6
    assert result.figure.people == before.people


@pytest.mark.parametrize(("person", "name"), PAIRS)
def test_alpha_is_a_share_and_colours_are_whole(person: str, name: str, model: Models, worn: Results) -> None:
    figure = worn(person, name).figure
    assert figure.alpha.dtype == np.float32
    assert np.isfinite(figure.alpha).all()
    assert 0 <= figure.alpha.min() <= figure.alpha.max() <= 1
    # No holes: the middle of the torso and the middle of the lower garment's top are solid.
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        assert figure.alpha[model(person).near(model(person).down(share), 0.1)].min() > 0.99


@pytest.mark.parametrize(("person", "name"), PAIRS)
def test_the_chest_has_the_garments_colour(
    person: str, name: str, model: Models, garment: Garments, worn: Results
) -> None:
    """The mean over the belly, free of prints, within 18 codes of the garment's own."""
    someone, cloth = model(person), garment(name)
    marks = find_landmarks(cloth)
    chest, hem = (np.mean([getattr(s, k) for s in marks.sides], axis=0) for k in ("armpit", "hem"))
    rows, columns = np.mgrid[0 : cloth.alpha.shape[0], 0 : cloth.alpha.shape[1]]
    low = (rows > 0.55 * chest[1] + 0.45 * hem[1]) & (rows < 0.2 * chest[1] + 0.8 * hem[1])
    own = _mean(cloth.rgb, low & (np.abs(columns - marks.middle) < 0.3 * marks.chest_width))
    result = worn(person, name)
    seen = _mean(result.figure.rgb, someone.near(someone.down(0.6), 0.17))
    assert np.abs(seen - own).max() < 18
    # The print-free sheet for previews shows the same.
    sheet = someone.near(someone.down(0.6), 0.1)
    assert result.warped[sheet][:, 3].min() > 250


@pytest.mark.parametrize(("person", "name"), PAIRS)
def test_the_face_is_the_photos_own(person: str, name: str, model: Models, worn: Results) -> None:
    someone, result = model(person), worn(person, name)
    head = np.isin(someone.parse, (Label.FACE, Label.HAIR, Label.HAT)) & (someone.cutout.alpha == 1)
    inner = cv2.erode(head.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    above = inner & (np.arange(len(inner))[:, None] < someone.joint(Joint.NOSE)[1] + 0.15 * someone.unit)
    np.testing.assert_array_equal(result.figure.rgb[above], someone.cutout.rgb[above])
    assert not result.changed[above].any()
    # A collar may reach the chin, no further.
    assert result.changed[inner].mean() < 0.05


@pytest.mark.parametrize(("person", "name"), PAIRS)
def test_the_hem_sits_below_the_waist(person: str, name: str, model: Models, worn: Results) -> None:
    someone = model(person)
    column = round(float(someone.down(0.8)[0]))
    rows = np.flatnonzero(worn(person, name).warped[:, column, 3] > 128)
    neck, hip = someone.down(0)[1], someone.down(1)[1]
    assert 0.64 < (rows[-1] - neck) / (hip - neck) < 1.35
    assert rows[0] < neck + 0.1 * (hip - neck)


@pytest.mark.parametrize(("person", "name"), PAIRS[::2])
def test_short_sleeves_leave_hands_and_forearms_alone(person: str, name: str, model: Models, worn: Results) -> None:
    someone, result = model(person), worn(person, name)
    hands = someone.hands()
    assert hands.sum() > 1000
    assert not result.changed[hands].any()
    wrists = someone.near(np.array([someone.joint(j) for j in WRISTS]), 0.25) & np.isin(someone.parse, ARMS)
    assert not result.warped[wrists][:, 3].any()


@pytest.mark.parametrize("person", ["woman", "man"])
def test_long_sleeves_cover_the_elbows_and_not_the_hands(person: str, model: Models, worn: Results) -> None:
    someone, sheet = model(person), worn(person, "longsleeve").warped
    for joint in (Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW):
        assert (sheet[someone.near(someone.joint(joint), 0.08)][:, 3] > 250).mean() > 0.9
    hands = someone.hands()
    assert (sheet[hands][:, 3] > 0).mean() < 0.15


def test_the_same_inputs_give_the_same_bytes(model: Models, garment: Garments, worn: Results) -> None:
    first, second = worn("woman", "tee_green"), model("woman").wears(garment("tee_green"), engine=GarmentTryOn())
    np.testing.assert_array_equal(first.figure.rgb, second.figure.rgb)
    np.testing.assert_array_equal(first.figure.alpha, second.figure.alpha)
    np.testing.assert_array_equal(first.changed, second.changed)
    np.testing.assert_array_equal(first.warped, second.warped)


def test_a_figure_that_is_known_already_comes_out_the_same(model: Models, garment: Garments) -> None:
    engine, person = GarmentTryOn(), model("woman")
    for name, wearing in (
        ("tee_green", Wearing()),
        ("longsleeve", Wearing(sleeves=-0.2, tuck="in")),
        ("tee_green", Wearing(garment="dress")),
    ):
        known = person.wears(garment(name), wearing, engine)
        anew = person.wears(garment(name), wearing, GarmentTryOn())
        np.testing.assert_array_equal(known.figure.rgb, anew.figure.rgb)
        np.testing.assert_array_equal(known.figure.alpha, anew.figure.alpha)
        np.testing.assert_array_equal(known.warped, anew.warped)


def test_inputs_are_left_as_they_were(model: Models, garment: Garments) -> None:
    someone, cloth = model("man"), garment("tee_striped")
    arrays = (someone.cutout.rgb, someone.cutout.alpha, someone.parse, someone.pose.keypoints, cloth.rgb, cloth.alpha)
    before = [array.copy() for array in arrays]
    someone.wears(cloth)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_photo_of_twice_the_size_gives_nearly_the_same_picture(
    model: Models, garment: Garments, worn: Results
) -> None:
    someone = model("woman")
    rgb, alpha = (
        cv2.resize(v, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
        for v in (someone.cutout.rgb, someone.cutout.alpha)
    )
    canvas = Canvas(0.5, (-0.25, -0.25), someone.canvas.size, (rgb.shape[1], rgb.shape[0]))
    large = replace(someone, cutout=Cutout(rgb, alpha), canvas=canvas).wears(garment("tee_green"))
    assert large.figure.size == (1536, 2048)
    np.testing.assert_array_equal(large.figure.rgb[~large.changed], rgb[~large.changed])
    small = worn("woman", "tee_green").figure
    pictures = []
    for figure in (large.figure, small):
        solid = figure.rgb * figure.alpha[..., None] + 128 * (1 - figure.alpha[..., None])
        pictures.append(cv2.resize(solid, (768, 1024), interpolation=cv2.INTER_AREA))
    difference = np.abs(pictures[0] - pictures[1]).mean(axis=-1)
    assert difference.mean() < 1.0
    assert (difference > 40).mean() < 0.01


def test_the_canvas_may_lie_anywhere(model: Models, garment: Garments, worn: Results) -> None:
    """A canvas twice as coarse, moved: the same photo, so nearly the same picture."""
    someone = model("man")
    canvas = Canvas(0.5, (100.0, 20.0), (600, 600), someone.canvas.source_size)
    parse = cv2.warpAffine(someone.parse, canvas.matrix(), canvas.size, flags=cv2.INTER_NEAREST)
    moved = replace(someone, canvas=canvas, parse=parse, pose=someone.pose.mapped(0.5, (100.0, 20.0)))
    found, usual = moved.wears(garment("longsleeve")), worn("man", "longsleeve")
    assert (found.changed == usual.changed).mean() > 0.98
    assert np.abs(found.figure.rgb.astype(int) - usual.figure.rgb).mean() < 2


def test_without_sleeves_the_arms_are_skin(model: Models) -> None:
    someone = model("man")
    result = someone.wears(DRAWN["sleeveless"].garment(colour=SKY))
    assert np.abs(_mean(result.figure.rgb, someone.near(someone.down(0.5), 0.15)) - SKY).max() < 18
    skin = _mean(someone.cutout.rgb, np.isin(someone.parse, ARMS))
    for shoulder, elbow in ((Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW), (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW)):
        arm = someone.near(someone.joint(shoulder) * 0.75 + someone.joint(elbow) * 0.25, 0.06)
        # Here was the old shirt's sleeve.
        assert (someone.parse[arm] == Label.UPPER_CLOTHES).mean() > 0.8
        assert np.linalg.norm(_mean(result.figure.rgb, arm) - skin) < 45
        assert (result.warped[arm][:, 3] > 0).mean() < 0.05
        assert result.figure.alpha[arm].min() > 0.9


def _rows(area: Mask) -> NDArray[np.intp]:
    return np.flatnonzero(area.any(axis=1))


@pytest.mark.parametrize("person", ["man", "woman"])
def test_it_is_worn_as_is_wished(person: str, model: Models) -> None:
    someone, tee = model(person), DRAWN["spread sleeves"].garment(colour=SKY)

    def covered(**wishes: Any) -> Mask:
        return np.asarray(someone.wears(tee, Wearing(**wishes)).warped[..., 3] > 128)

    usual, larger, shorter = covered(), covered(length=0.2, width=0.4, sleeves=0.5), covered(length=-0.2)
    assert _rows(shorter)[-1] < _rows(usual)[-1] - 10
    assert _rows(larger)[-1] > _rows(usual)[-1] + 10
    waist = round(float(someone.down(0.7)[1]))
    assert larger[waist].sum() > 1.05 * usual[waist].sum()
    forearm = someone.near((3 * someone.joint(Joint.LEFT_ELBOW) + someone.joint(Joint.LEFT_WRIST)) / 4, 0.05)
    assert not usual[forearm].any()
    assert larger[forearm].mean() > 0.5


def test_a_garment_is_tucked_in_or_not(model: Models) -> None:
    someone, tee = model("man"), DRAWN["spread sleeves"].garment(colour=SKY)
    lower = np.isin(someone.parse, (Label.PANTS, Label.SKIRT))

    def blue_on_trousers(tuck: Tuck) -> int:
        rgb = someone.wears(tee, Wearing(tuck=tuck, length=0.2)).figure.rgb.astype(int)
        return int((np.abs(rgb - SKY).max(axis=-1) < 40)[lower].sum())

    assert blue_on_trousers("out") > 4 * blue_on_trousers("in")


def test_landmarks_moved_by_hand_are_worn(model: Models) -> None:
    woman, drawn = model("woman"), DRAWN["spread sleeves"].garment()
    plain = woman.wears(drawn)
    hems = {name: plain.landmarks[name] for name in ("left_hem", "right_hem")}
    same = woman.wears(replace(drawn, corrections=plain.landmarks))
    np.testing.assert_array_equal(same.figure.rgb, plain.figure.rgb)
    moved = {name: (x, y - 90) for name, (x, y) in hems.items()}
    after = woman.wears(replace(drawn, corrections=moved))
    assert {name: after.landmarks[name] for name in moved} == moved
    # Where the sleeves are set in follows the garment's size; every other landmark stays.
    others = {name for name in plain.landmarks if name not in moved and "shoulder" not in name}
    assert {name: after.landmarks[name] for name in others} == {name: plain.landmarks[name] for name in others}
    assert np.mean((after.figure.rgb != plain.figure.rgb).any(axis=-1)) > 0.005


@pytest.mark.parametrize("wishes", [{"length": 0.6}, {"neck": float("nan")}, {"tuck": "half"}])
def test_what_cannot_be_worn_is_refused(wishes: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Wearing(**wishes)


@pytest.mark.parametrize("name", DRAWN)
def test_every_cut_can_be_worn(name: str, model: Models) -> None:
    someone = model("woman")
    result = someone.wears(DRAWN[name].garment(colour=SKY))
    assert np.abs(_mean(result.figure.rgb, someone.near(someone.down(0.5), 0.15)) - SKY).max() < 20
    np.testing.assert_array_equal(result.figure.rgb[~result.changed], someone.cutout.rgb[~result.changed])
    # Nothing of the striped shirt is left on the chest: one colour gives little contrast.
    assert result.figure.rgb[someone.near(someone.down(0.4), 0.2)].std(axis=0).max() < 15


@pytest.mark.parametrize("missing", [WRISTS, HIPS, (*WRISTS, *HIPS), (Joint.LEFT_ELBOW, Joint.LEFT_WRIST)])
def test_joints_that_are_not_seen(missing: tuple[Joint, ...], model: Models, garment: Garments) -> None:
    someone = model("man")
    result = someone.without(*missing).wears(garment("tee_striped"))
    assert (result.warped[someone.near(someone.down(0.5), 0.2)][:, 3] > 250).all()
    np.testing.assert_array_equal(result.figure.rgb[~result.changed], someone.cutout.rgb[~result.changed])


@pytest.mark.parametrize("missing", [(Joint.LEFT_SHOULDER,), (Joint.RIGHT_SHOULDER,), tuple(Joint)])
def test_without_shoulders_nobody_can_wear_it(missing: tuple[Joint, ...], model: Models, garment: Garments) -> None:
    with pytest.raises(NoPersonError, match="shoulders cannot be seen"):
        model("man").without(*missing).wears(garment("tee_striped"))


@pytest.mark.parametrize("kind", ["upper", "dress"])
@pytest.mark.parametrize("by", [(5000, 0), (0, 5000), (-5000, 0), (0, -5000)])
def test_joints_outside_the_photo_are_said_to_be(
    kind: GarmentKind, by: tuple[int, int], model: Models, garment: Garments
) -> None:
    someone = model("woman")
    away = replace(someone, pose=someone.pose.mapped(1.0, by))
    with pytest.raises(NoPersonError, match="shoulders lie outside the photo"):
        away.wears(garment("tee_green"), Wearing(garment=kind))


@pytest.mark.parametrize(("top", "bottom"), [(0.2, 0.36), (0.22, 0.34)])
def test_a_photo_of_a_neckline_is_refused(top: float, bottom: float, examples: Path) -> None:
    photo = read_image(examples / "model_woman.png")
    height, width = photo.shape[:2]
    detail = photo[round(top * height) : round(bottom * height), round(0.3 * width) : round(0.7 * width)]
    with pytest.raises(NoGarmentError, match="only a part of the garment"):
        cut_garment(np.ascontiguousarray(detail))


@pytest.mark.parametrize("person", ["woman", "man"])
def test_a_garment_photo_with_a_person_in_it_is_refused(person: str, examples: Path) -> None:
    with pytest.raises(NoGarmentError, match="shows a person who wears"):
        cut_garment(read_image(examples / f"model_{person}.png"))
