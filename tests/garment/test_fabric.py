"""A lower garment's outline and fabric where the old top hid them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import Lower, mannequin
from tests.garment.test_body import EMPTY, front
from vton_core.engines.tryon.garment import GarmentTryOn
from vton_core.garment.body import Body
from vton_core.garment.fabric import fabric_above, waistband_shade
from vton_core.garment.hips import Hips, measure_hips
from vton_core.garment.measure import measure_body
from vton_core.garment.waist import without_rims
from vton_core.types import Image, Joint, Mask, Tuck, Wearing

HEM, LONG_HEM = 520, 860
NOTHING: Mask = np.zeros(EMPTY.shape, bool)
FRINGE = 10


@pytest.fixture
def body() -> Body:
    """Somebody from the front, the hips 310 pixels below the neck at (250, 200)."""
    return measure_body(front(), EMPTY)


def _trousers(left: int = 135, right: int = 355, wider: float = -0.1) -> tuple[Mask, Mask]:
    """Trousers below the hem, so wide at it and ``wider`` pixels on each side a pixel downwards, and a wide top."""
    lower = np.zeros(EMPTY.shape, np.uint8)
    down = wider * (EMPTY.shape[0] - HEM)
    last = EMPTY.shape[0] - 1
    corners = np.array([(left, HEM), (right, HEM), (right + down, last), (left - down, last)])
    cv2.fillPoly(lower, [corners.round().astype(np.int32)], (1.0,))
    top = np.zeros(EMPTY.shape, bool)
    top[210:HEM, 110:390] = True
    return lower > 0, top


def _hips(body: Body, lower: Mask, top: Mask, arms: Mask = NOTHING) -> Hips:
    return measure_hips(lower, top, arms, HEM - float(body.neck[1]), body)


def test_the_outline_goes_on_without_a_step(body: Body) -> None:
    lower, top = _trousers()
    hips = _hips(body, lower, top)
    hem = HEM - float(body.neck[1])
    below = np.arange(120, hem + 60)
    for side, wide in ((0, 115), (1, 105)):
        reach = hips.reach(side, below)
        assert hips.reach(side, hem + 5) == pytest.approx(wide, abs=4)
        assert np.abs(np.diff(reach)).max() < 1.2
        # The waist is a body's: narrower than its hips.
        waist, slim = float(hips.reach(side, 0.66 * body.torso)), float(body.half_width(0.66 * body.torso))
        assert 0.9 * slim < waist < 1.2 * slim
    across = hips.across(lower.shape)
    assert np.abs(across[(lower) & (np.arange(640)[:, None] > HEM + 10)]).max() < 1.06


def test_an_edge_that_is_hidden_is_as_the_other_one(body: Body) -> None:
    lower, top = _trousers(left=145)
    hidden = top.copy()
    hidden[:, :200] = True
    hips = _hips(body, lower & ~hidden, hidden)
    at = np.arange(150, 310)
    np.testing.assert_allclose(hips.reach(0, at), hips.reach(1, at), atol=1)


def test_hips_beside_the_middle_line_have_both_their_edges(body: Body) -> None:
    lower, top = _trousers(left=110, right=300)
    hips = _hips(body, lower, top)
    below = HEM + 5 - float(body.neck[1])
    assert hips.reach(0, below) == pytest.approx(140, abs=4)
    assert hips.reach(1, below) == pytest.approx(50, abs=4)


def test_an_edge_beside_a_hand_ends_there(body: Body) -> None:
    lower, top = _trousers()
    hand = np.zeros_like(lower)
    hand[HEM:, 90:] = True
    hand &= ~lower & (np.arange(500) < 250)
    assert _hips(body, lower, top, hand).reach(0, HEM + 5.0 - body.neck[1]) == pytest.approx(115, abs=4)


def _in_long_coat() -> tuple[Mask, Mask]:
    """Two trouser legs below a coat that ends far down the legs, and the coat, in a picture that is higher."""
    lower, top = np.zeros((1200, 500), np.uint8), np.zeros((1200, 500), bool)
    for left, right in ((165, 215), (285, 335)):
        cv2.rectangle(lower, (left, LONG_HEM), (right, 1100), (1.0,), -1)
    top[210:LONG_HEM, 110:390] = True
    return lower > 0, top


def test_below_a_long_coat_trousers_are_two_legs(body: Body) -> None:
    lower, top = _in_long_coat()
    hips = measure_hips(lower, top, np.zeros_like(lower), body.torso, body)
    down = LONG_HEM - float(body.neck[1])
    at_hips = float(body.half_width(body.torso))
    for side in (0, 1):
        assert hips.reach(side, down + 10) == pytest.approx(85, abs=4)
        assert hips.reach(side, body.torso) == pytest.approx(at_hips, rel=0.1)
        between = hips.reach(side, np.linspace(body.torso, down, 50))
        assert np.abs(np.diff(between, 2)).max() < 2
    across = hips.across(lower.shape)
    inside = np.abs(across) < 1
    assert not inside[LONG_HEM - 10, 225:275].any()
    assert inside[LONG_HEM - 10, [190, 310]].all()
    # The gap narrows up to the crotch, above which there is none.
    widths = [np.count_nonzero(~inside[row, 190:310]) for row in range(520, LONG_HEM, 40)]
    assert widths[0] == 0
    assert (np.diff(widths) >= 0).all()


def _above(rgb: Image, lower: Mask, top: Mask, body: Body) -> NDArray[np.float32] | None:
    """The fabric under the top and a little below it."""
    wanted = top | (np.arange(EMPTY.shape[0])[:, None] < HEM + 3 * FRINGE)
    return fabric_above(rgb, lower, _hips(body, lower, top).across(lower.shape), wanted, body, FRINGE)


def _picture(pattern: NDArray[np.float64]) -> Image:
    return np.repeat(pattern[..., None], 3, axis=2).clip(0, 255).astype(np.uint8)


def test_plain_fabric_stays_plain_and_is_round(body: Body) -> None:
    lower, top = _trousers()
    out = _above(_picture(np.full(EMPTY.shape, 140.0)), lower, top, body)
    assert out is not None
    middle, sides = out[430:510, 220:280], out[430:510, [150, 340]]
    np.testing.assert_allclose(middle, 140, atol=6)
    assert 0.7 * 140 < sides.mean() <= middle.mean() + 1


def test_next_to_what_is_seen_it_goes_on(body: Body) -> None:
    lower, top = _trousers()
    stripes = _picture(120 + 50 * np.sin(np.arange(500) / 6)[None] + np.zeros((640, 1)))
    out = _above(stripes, lower, top, body)
    assert out is not None
    np.testing.assert_allclose(out[490:530, 200:300], stripes[490:530, 200:300], atol=8)


def test_far_away_it_has_the_texture_that_is_seen(body: Body) -> None:
    lower, top = _trousers()
    grain = np.random.default_rng(5).normal(130, 12, EMPTY.shape)
    # Only a piece at one side is seen.
    piece = lower & (np.arange(500) > 290)
    out = _above(_picture(grain), piece, top, body)
    assert out is not None
    part = out[400:480, 180:260, 0]
    fine = part - cv2.GaussianBlur(part, (0, 0), 6)
    assert 8 < fine.std() < 14
    assert part.mean() == pytest.approx(130, abs=12)
    other = out[400:480, 100:180, 0]
    assert other.std() > 8


def test_seams_are_no_texture(body: Body) -> None:
    lower, top = _trousers()
    grain = np.random.default_rng(5).normal(130, 6, EMPTY.shape)
    # Where the largest piece is seen.
    grain[:, 255:285:5] += 50
    out = _above(_picture(grain), lower & (np.arange(500) > 170), top, body)
    assert out is not None
    part = out[390:490, 100:160, 0]
    fine = part - cv2.GaussianBlur(part, (0, 0), 6)
    assert fine.std() > 3
    assert fine.mean(axis=0).std() < 0.3 * fine.std()


def test_nothing_is_told_of_what_is_not_seen(body: Body) -> None:
    lower, top = _trousers()
    speck = lower & (np.arange(500) > 345)
    assert _above(_picture(np.full(EMPTY.shape, 90.0)), speck, top, body) is None


def test_a_waistband_has_a_rim_and_a_seam() -> None:
    below = np.arange(200, 300, dtype=np.float32)[:, None]
    shade = waistband_shade(below, 220, 200)[:, 0]
    assert ((shade > 0.5) & (shade <= 1)).all()
    dark = np.flatnonzero(shade < 0.9) + 200
    assert abs(dark - 220).min() == 0
    assert dark.max() > 235
    assert np.median(shade) > 0.99


def test_rims_beside_a_skirt_are_the_skirts(body: Body) -> None:
    lower, top = _trousers()
    rim = (cv2.dilate(lower.astype(np.uint8), np.ones((1, 9), np.uint8)) > 0) & ~lower & ~top
    waist = HEM - float(body.neck[1])
    found = without_rims(lower, top | rim, waist, body)
    low = np.arange(640)[:, None] > HEM + 25
    assert found[rim & low].all()
    assert not (found & top).any()
    # A sleeve beside it is none.
    sleeve = np.zeros_like(lower)
    sleeve[300:630, 60:100] = True
    assert not (without_rims(lower, top | sleeve, waist, body) & sleeve).any()


@pytest.mark.parametrize("lower", ["trousers", "skirt"])
@pytest.mark.parametrize("tuck", ["auto", "in"])
def test_what_a_short_top_bares_is_whole(lower: Lower, tuck: Tuck) -> None:
    someone, garment = mannequin(lower=lower), DRAWN["sleeveless"].garment(colour=(60, 160, 90))
    wearing = Wearing(garment="upper", length=-0.3, tuck=tuck)
    result = GarmentTryOn().dress(someone.cutout, someone.canvas, someone.pose, someone.parse, garment, wearing)
    figure = result.figure
    x, y = (round(float(v)) for v in someone.point(Joint.MID_HIP))
    part = slice(y - 170, y + 20), slice(x - 30, x + 30)
    assert figure.alpha[part][someone.cutout.alpha[part] > 0.99].min() > 0.98
    # Skin, trousers or the new top: nothing of it is black, and nothing the old top's near white.
    changed = figure.rgb[result.changed & (figure.alpha > 0.9)].astype(int)
    assert changed.max(axis=1).min() > 60
    low = figure.rgb[y - 60 : y + 20, x - 30 : x + 30].min(axis=2)
    assert low.max() < 200
