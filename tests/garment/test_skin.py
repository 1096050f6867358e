"""Painted skin."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.test_body import EMPTY, front
from vton_core.garment.arm import BareArm, bare_arm
from vton_core.garment.body import Body
from vton_core.garment.measure import measure_body
from vton_core.garment.skin import clear_of, paint_skin
from vton_core.types import Image, Mask

TONES = {"light": (232, 196, 172), "brown": (150, 104, 78), "dark": (84, 56, 44)}
Arms = tuple[BareArm, BareArm]


def _face() -> Mask:
    y, x = np.mgrid[0 : EMPTY.shape[0], 0 : EMPTY.shape[1]]
    return np.asarray(((x - 250) / 45) ** 2 + ((y - 90) / 60) ** 2 < 1)


def _body() -> tuple[Body, Arms]:
    body, nothing = measure_body(front(), EMPTY), np.zeros(EMPTY.shape, bool)
    return body, (bare_arm(body, 0, nothing, nothing), bare_arm(body, 1, nothing, nothing))


def _painted(photo: Image, seen: Mask) -> NDArray[np.float32]:
    body, arms = _body()
    return paint_skin(photo, seen, _face(), body, arms)


@pytest.mark.parametrize("tone", TONES)
def test_it_has_the_persons_tone(tone: str) -> None:
    photo = np.full((*EMPTY.shape, 3), TONES[tone], np.uint8)
    painted = _painted(photo, np.zeros(EMPTY.shape, bool))
    assert painted.min() >= 0
    assert painted.max() <= 255
    chest = painted[230:300, 200:300].mean(axis=(0, 1))
    assert np.abs(chest - TONES[tone]).max() < 20


def test_no_line_shows_where_it_meets_skin_that_is_seen() -> None:
    photo = np.full((*EMPTY.shape, 3), TONES["light"], np.uint8)
    # In the shade: darker and redder than the face.
    photo[180:260] = (196, 150, 130)
    seen = np.zeros(EMPTY.shape, bool)
    seen[180:260, 180:320] = True
    painted = _painted(photo, seen)
    below = painted[262:268, 200:300].mean(axis=(0, 1))
    assert np.abs(below - (196, 150, 130)).max() < 10
    far = painted[420:460, 200:300].mean(axis=(0, 1))
    assert far.mean() > below.mean() + 3


def test_arms_are_round() -> None:
    photo = np.full((*EMPTY.shape, 3), TONES["brown"], np.uint8)
    painted = cv2.GaussianBlur(_painted(photo, np.zeros(EMPTY.shape, bool)).mean(axis=-1), (0, 0), 3)
    _, arms = _body()
    for arm in arms:
        forearm = (arm.share > 0.6) & (arm.share < 0.9) & (arm.inside > 1)
        middle, rim = forearm & (np.abs(arm.across) < 0.3), forearm & (np.abs(arm.across) > 0.8)
        assert painted[middle].mean() > painted[rim].mean() + 4


@pytest.mark.parametrize("tone", TONES)
def test_arms_are_nearly_as_light_as_the_face(tone: str) -> None:
    photo = np.full((*EMPTY.shape, 3), TONES[tone], np.uint8)
    painted = _painted(photo, np.zeros(EMPTY.shape, bool)).round().astype(np.uint8)
    lightness = cv2.cvtColor(painted.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[..., 0]
    face = float(cv2.cvtColor(photo[:1, :1].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0, 0, 0])
    for arm in _body()[1]:
        seen = (arm.share > 0.35) & (arm.share < 0.85) & (arm.inside > 2)
        assert 0.8 < float(np.median(lightness[seen])) / face < 0.95


def test_an_arms_shaded_side_goes_on_under_its_sleeve() -> None:
    body, (left, right) = _body()
    photo = np.full((*EMPTY.shape, 3), TONES["light"], np.uint8)
    inner = (left.across < -0.2) & (left.inside > -6)
    # Less than half as light as the face, as in the light of a low sun.
    photo[inner] = (112, 78, 52)
    seen = (left.share > 0.6) & (left.share < 0.95) & (left.inside > 0)
    arm = bare_arm(body, 0, np.asarray(seen), np.zeros(EMPTY.shape, bool))
    painted = paint_skin(photo, np.asarray(seen), _face(), body, (arm, right))
    above = (left.share > 0.45) & (left.share < 0.57) & (left.inside > 3)
    shaded, lit = (painted[above & side].mean() for side in (left.across < -0.5, left.across > 0.2))
    assert shaded < 110
    assert lit > 165


def test_a_grey_tops_blurred_edge_does_not_stain_the_chest() -> None:
    body, arms = _body()
    seen, top = np.zeros(EMPTY.shape, bool), np.zeros(EMPTY.shape, bool)
    seen[236:260, 180:320] = True
    top[260:460, 150:350] = True
    sharp = np.full((*EMPTY.shape, 3), TONES["light"], np.uint8)
    # The label ends a little inside of the cloth.
    sharp[257:460, 150:350] = 190
    photo = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 2), np.uint8)
    painted = paint_skin(photo, clear_of(top, seen, body), _face(), body, arms)
    below = painted[262:300, 200:300].mean(axis=1)
    assert (below[:, 0] - below[:, 2]).min() > 55


def test_a_throat_in_the_heads_shadow_does_not_darken_arms() -> None:
    photo = np.full((*EMPTY.shape, 3), TONES["light"], np.uint8)
    seen, nothing = np.zeros(EMPTY.shape, bool), np.zeros(EMPTY.shape, bool)
    body, arms = _body()
    beside, below = body.frame(EMPTY.shape)
    seen[(below < 0) & (below > -0.2 * body.unit) & (np.abs(beside) < 0.2 * body.unit)] = True
    photo[seen] = (150, 120, 104)
    shaded, usual = _painted(photo, seen), _painted(photo, nothing)
    for arm in arms:
        forearm = (arm.share > 0.5) & (arm.share < 0.9) & (arm.inside > 2)
        np.testing.assert_allclose(shaded[forearm].mean(axis=0), usual[forearm].mean(axis=0), atol=4)


def test_light_comes_from_where_it_falls_on_the_face() -> None:
    photo = np.full((*EMPTY.shape, 3), TONES["brown"], np.uint8)
    ramp = np.linspace(0.8, 1.2, EMPTY.shape[1])[None, :, None]
    lit = (photo * np.where(_face()[..., None], 1 + 4 * (ramp - 1), 1)).clip(0, 255).astype(np.uint8)
    seen = np.zeros(EMPTY.shape, bool)
    left, right = (_painted(p, seen)[250:400, 180:320].mean(axis=(0, 2)) for p in (lit, lit[:, ::-1].copy()))
    assert left[-20:].mean() > left[:20].mean() + 2
    assert right[-20:].mean() < right[:20].mean() - 2


def test_the_same_photo_gives_the_same_skin() -> None:
    photo = np.random.default_rng(1).integers(90, 200, (*EMPTY.shape, 3), np.uint8)
    seen = np.zeros(EMPTY.shape, bool)
    seen[180:260, 180:320] = True
    np.testing.assert_array_equal(_painted(photo, seen), _painted(photo, seen))


def test_what_cannot_be_this_persons_skin_does_not_count() -> None:
    """A sleeve's dark edge and a bit of trousers that the parser took for a hand."""
    photo = np.full((*EMPTY.shape, 3), TONES["light"], np.uint8)
    seen = np.zeros(EMPTY.shape, bool)
    seen[400:460, 180:320] = True
    clean = _painted(photo, seen)
    photo[400:460, 180:240] = (28, 32, 70)
    np.testing.assert_allclose(_painted(photo, seen)[230:380, 200:300], clean[230:380, 200:300], atol=6)


@pytest.mark.parametrize("tone", TONES)
def test_shoulders_are_as_light_as_the_chest(tone: str) -> None:
    """Beside the neck, whose roundness is its own, and where the arms begin."""
    photo = np.full((*EMPTY.shape, 3), TONES[tone], np.uint8)
    painted = cv2.GaussianBlur(_painted(photo, np.zeros(EMPTY.shape, bool)).mean(axis=-1), (0, 0), 2)
    body, _ = _body()
    chest = painted[230:300, 220:280].mean()
    for side in (0, 1):
        for beside in (0.4, 0.45, 0.5):
            x, y = (body.on_shoulder(side, beside * body.unit) + 0.06 * body.unit * body.down).round().astype(int)
            assert painted[y, x] > 0.86 * chest


def test_a_bag_that_is_taken_for_the_only_bare_skin_does_not_colour_the_rest() -> None:
    photo = np.full((*EMPTY.shape, 3), TONES["light"], np.uint8)
    bag = np.zeros(EMPTY.shape, bool)
    clean = _painted(photo, bag)
    bag[430:460, 130:170] = True
    photo[bag] = (170, 100, 20)
    np.testing.assert_allclose(_painted(photo, bag), clean, atol=12)
