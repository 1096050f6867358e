"""The shadow below an old sleeve."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.test_body import EMPTY, front
from vton_core.garment.arm import BareArm, bare_arm
from vton_core.garment.cuff_shadow import cuff_shadow, shadowed
from vton_core.garment.measure import measure_body
from vton_core.garment.skin import paint_skin
from vton_core.types import Image, Mask

BODY = measure_body(front(), EMPTY)
SKIN = (196, 150, 128)
NO_FACE: Mask = np.zeros(EMPTY.shape, bool)


def below_sleeve(end: float) -> tuple[BareArm, Mask]:
    """The left arm, and what is seen of it below a sleeve that ends at such a share."""
    whole = bare_arm(BODY, 0, NO_FACE, NO_FACE)
    seen = np.asarray((whole.inside > 0) & (whole.share > end))
    arm = bare_arm(BODY, 0, seen, np.asarray((whole.inside > 0) & ~seen))
    assert arm.joint == pytest.approx(end, abs=0.04)
    return arm, seen


def photo(arm: BareArm, reach: float, darkness: float) -> Image:
    """Skin that a sleeve's shadow darkens down to ``reach`` below the arm's joint."""
    picture = np.full((*EMPTY.shape, 3), SKIN, np.float32)
    assert arm.joint is not None
    down = (arm.share - arm.joint) / max(reach, 1e-6)
    return (picture * (1 - darkness * (1 - down).clip(0, 1))[..., None]).astype(np.uint8)


@pytest.mark.parametrize("end", [0.25, 0.4])
@pytest.mark.parametrize("reach", [0.04, 0.08])
def test_a_shadow_is_found_as_long_as_it_is(end: float, reach: float) -> None:
    arm, seen = below_sleeve(end)
    found = cuff_shadow(photo(arm, reach, 0.4), seen, arm)
    assert 0.3 * reach < found < reach + 0.04


@pytest.mark.parametrize("end", [0.25, 0.4, 0.85])
def test_evenly_lit_skin_has_none(end: float) -> None:
    arm, seen = below_sleeve(end)
    assert cuff_shadow(photo(arm, 0.0, 0.0), seen, arm) == 0
    assert not shadowed(arm, arm.share).any()


def test_an_arm_of_which_next_to_nothing_is_seen_has_none() -> None:
    arm, seen = below_sleeve(0.4)
    assert cuff_shadow(photo(arm, 0.08, 0.4), seen & (arm.share < 0.4), arm) == 0


def test_a_hands_shades_are_its_own() -> None:
    arm, seen = below_sleeve(0.85)
    assert cuff_shadow(photo(arm, 0.08, 0.4), seen, arm) == 0


def test_the_arm_is_as_light_above_the_shadow_as_below_it() -> None:
    arm, seen = below_sleeve(0.35)
    picture = photo(arm, 0.08, 0.4)
    found = replace(arm, shadow=cuff_shadow(picture, seen, arm))
    other = bare_arm(BODY, 1, NO_FACE, NO_FACE)
    lit, kept = (lightness(paint_skin(picture, seen, NO_FACE, BODY, (one, other))) for one in (found, arm))
    assert arm.joint is not None
    middle = (np.abs(arm.across) < 0.5) & (arm.inside > 0)
    above, below = (middle & (np.abs(arm.share - at) < 0.02) for at in (arm.joint - 0.05, arm.joint + 0.2))
    usual = float(lightness(picture.astype(np.float32))[below].mean())
    assert lit[above].mean() == pytest.approx(usual, abs=3)
    assert lit[above].mean() > kept[above].mean() + 1
    # The paint covers the shadow, and ends below it.
    assert shadowed(found, found.share)[middle & (arm.share < arm.joint + 0.5 * found.shadow)].min() == 1
    assert not shadowed(found, found.share)[arm.share > arm.joint + 0.14].any()


def lightness(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """L* of a picture from 0 to 255."""
    return np.asarray(cv2.cvtColor(rgb / np.float32(255), cv2.COLOR_RGB2LAB)[..., 0], np.float32)
