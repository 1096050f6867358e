"""Shadows: where they fall, how far, how soft, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.composition.finishing import view_from
from vton_core.composition.geometry import is_cropped
from vton_core.composition.layers import Background
from vton_core.finish.cast import EYES, Sun, blurred_by_height, density, ground_projections
from vton_core.finish.contact import contact_shadow
from vton_core.finish.place import Place, View
from vton_core.finish.sun import estimate_sun, sun_of
from vton_core.images import read_image
from vton_core.types import Finish

_SIZE = (1200, 800)
_FEET = (599.5, 700.0)


def _front(sun: Sun, height: float) -> NDArray[np.float64]:
    return ground_projections(_FEET, height, sun, _SIZE)[-1]


def _shadow_of_the_head(sun: Sun, height: float = 400.0) -> NDArray[np.float64]:
    point = _front(sun, height) @ [_FEET[0], _FEET[1] - height, 1]
    return np.asarray(point[:2] / point[2] - _FEET)


def test_the_feet_stay_where_they_are() -> None:
    for angle in (0, 45, 90, 200, -90):
        matrix = _front(Sun(angle, 2, 0.5), 400)
        for x in (550, 600, 640):
            point = matrix @ [x, _FEET[1], 1]
            np.testing.assert_allclose(point[:2] / point[2], [x, _FEET[1]])


def test_light_from_the_side_leaves_more_than_a_line() -> None:
    heads = [each @ [600, 300, 1] for each in ground_projections(_FEET, 400, Sun(0, 1, 0), _SIZE)]
    rows = [head[1] / head[2] for head in heads]
    assert rows == sorted(rows)
    assert rows[-1] - rows[0] > 4
    assert abs(np.linalg.det(_front(Sun(0, 1, 0), 400))) > 0.01


@pytest.mark.parametrize(
    ("angle", "across", "down"),
    [(90, 0, 1), (-90, 0, -1), (45, 1, 1), (225, -1, -1)],
)
def test_the_shadow_falls_where_the_angle_says(angle: float, across: int, down: int) -> None:
    x, y = _shadow_of_the_head(Sun(angle, 0.8, 0.5))
    assert np.sign(np.round(x, 6)) == across
    assert np.sign(np.round(y, 6)) == down


def test_sideways_it_is_as_long_as_said() -> None:
    x, y = _shadow_of_the_head(Sun(0, 0.75, 0.5))
    assert x == pytest.approx(300, rel=0.05)
    assert abs(y) < 0.1 * x


def test_away_from_the_viewer_it_stays_below_the_horizon() -> None:
    lengths = [-_shadow_of_the_head(Sun(-90, length, 0.5))[1] for length in (0.2, 1, 5)]
    assert lengths == sorted(lengths)
    assert lengths[-1] < 0.92 * 400


def test_towards_the_viewer_it_never_reaches_the_camera() -> None:
    assert np.isfinite(_shadow_of_the_head(Sun(90, 5, 0.5), 780)).all()
    assert _shadow_of_the_head(Sun(90, 5, 0.5), 780)[1] > 0


def _post(height: int = 200) -> NDArray[np.float32]:
    alpha = np.zeros((300, 200), np.float32)
    alpha[250 - height : 250, 90:110] = 1
    return alpha


def test_a_shadow_is_softer_the_higher_what_casts_it() -> None:
    soft = blurred_by_height(_post(), 250.0, 200.0, 0.8)
    widths = [np.count_nonzero((soft[row] > 0.02) & (soft[row] < 0.9)) for row in (240, 200, 150, 80)]
    assert widths == sorted(widths)
    assert widths[-1] > 2 * widths[0]
    hard = blurred_by_height(_post(), 250.0, 200.0, 0.0)
    assert np.abs(hard - _post()).sum() < np.abs(soft - _post()).sum() / 3


def test_contact_is_darkest_at_the_sole_and_fades() -> None:
    shadow = contact_shadow(_post(), 200.0)
    assert 0 <= shadow.min() <= shadow.max() <= 1
    assert shadow[249, 100] > 0.6
    assert shadow[249, 100] > shadow[254, 100] > shadow[262, 100]
    assert shadow[120].max() < 0.01


def test_a_foot_in_the_air_casts_none_there() -> None:
    alpha = _post()
    alpha[100:200, 150:160] = 1
    assert contact_shadow(alpha, 200.0)[200, 155] < 0.01


def test_what_the_photo_cuts_off_does_not_stand() -> None:
    whole = np.zeros((100, 60), np.float32)
    whole[10:90, 20:40] = 1
    cut = whole.copy()
    cut[90:, 20:40] = 1
    assert not is_cropped(whole)
    assert is_cropped(cut)


def _street(ground: NDArray[np.float32], sky: tuple[float, float, float], walls: float = 0.25) -> View:
    """A sky, walls from the left to the right, and a ground, ``float32 (40, 150, 3)``."""
    light = np.empty((100, 150, 3), np.float32)
    light[:30] = sky
    light[30:60] = np.linspace(0.25, walls, 150, dtype=np.float32)[None, :, None]
    light[60:] = ground
    return View(light, Place((75.0, 90.0), 80.0))


def _sunny(walls: float = 0.25) -> View:
    """Warm lit ground with a blue shadow on it, under a blue sky."""
    ground = np.full((40, 150, 3), (0.5, 0.45, 0.36), np.float32)
    ground[10:16, 20:60] = (0.07, 0.08, 0.10)
    ground[26:30, 90:130] = (0.07, 0.08, 0.10)
    return _street(ground, (0.15, 0.3, 0.6), walls)


def _overcast() -> View:
    """Asphalt with white stripes: contrasts without a change of colour, under a white sky."""
    ground = np.full((40, 150, 3), 0.08, np.float32)
    ground[:, 10:30] = ground[:, 60:80] = ground[:, 110:130] = 0.6
    return _street(ground, (0.95, 0.95, 0.95))


def _nothing() -> View:
    return View(np.full((100, 150, 3), 0.3, np.float32), Place((75.0, 80.0), 40.0))


def test_sun_casts_a_hard_shadow_and_a_clouded_sky_a_soft_one() -> None:
    sun, clouds = estimate_sun(_sunny()), estimate_sun(_overcast())
    assert sun.softness < 0.4
    assert sun.length > 0.6
    assert clouds.softness > 0.8
    assert clouds.length < 0.4


def test_the_shadow_falls_to_the_side_whose_walls_are_lit() -> None:
    left, right = estimate_sun(_sunny(0.08)).angle, estimate_sun(_sunny(0.8)).angle
    assert np.cos(np.radians(right)) > 0.5
    assert np.cos(np.radians(left)) < -0.5


def test_figures_of_one_scene_have_one_sun() -> None:
    light, horizon = _sunny(0.6).light, 20.0
    near, far = (
        estimate_sun(View(light, Place((x, horizon + EYES * height), height)))
        for x, height in ((20.0, 80), (130.0, 50))
    )
    assert (near.angle, near.length, near.softness) == pytest.approx((far.angle, far.length, far.softness))


def test_a_mirrored_picture_has_the_mirrored_shadow() -> None:
    view = _sunny(0.4)
    x, y = view.place.feet
    mirrored = View(np.ascontiguousarray(view.light[:, ::-1]), Place((149 - x, y), view.place.height))
    one, other = estimate_sun(view), estimate_sun(mirrored)
    assert one.softness == pytest.approx(other.softness, abs=1e-3)
    assert one.angle == pytest.approx(-180 - other.angle, abs=0.5)


def test_the_shadow_never_falls_towards_the_viewer() -> None:
    for view in (_sunny(0.01), _sunny(0.95), _overcast(), _nothing()):
        assert np.sin(np.radians(estimate_sun(view).angle)) < 0


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_a_picture_that_tells_nothing_gives_a_short_soft_shadow_behind(level: float) -> None:
    for size in ((100, 150), (1, 1), (3, 160)):
        sun = estimate_sun(View(np.full((*size, 3), level, np.float32), Place((1.0, 1.0), 40.0)))
        assert sun.length <= 0.4
        assert sun.softness >= 0.8
        assert sun.angle == pytest.approx(-90)


def test_what_is_hidden_tells_nothing() -> None:
    view = _sunny(0.8)
    hidden = np.zeros(view.light.shape[:2], np.bool_)
    one, other = estimate_sun(view, hidden), estimate_sun(_nothing())
    assert (one.angle, one.length, one.softness) == pytest.approx((other.angle, other.length, other.softness))


def test_a_reduced_picture_has_the_same_shadow(examples: Path) -> None:
    terrace = read_image(examples / "background_terrace.png")
    height, width = terrace.shape[:2]
    half = cv2.resize(terrace, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    one, other = (
        estimate_sun(view_from(Background(np.asarray(each)), Place((width * share, height * share), height * share)))
        for each, share in ((terrace, 0.8), (half, 0.4))
    )
    assert one.angle == pytest.approx(other.angle, abs=4)
    assert (one.length, one.softness) == pytest.approx((other.length, other.softness), abs=0.02)


def test_the_terrace_is_sunnier_than_the_studio(examples: Path) -> None:
    found = []
    for name in ("terrace", "studio"):
        picture = read_image(examples / f"background_{name}.png")
        height, width = picture.shape[:2]
        found.append(estimate_sun(view_from(Background(picture), Place((width / 2, 0.9 * height), 0.6 * height))))
    assert found[0].softness < found[1].softness - 0.1
    assert found[1].softness > 0.8


def test_in_the_sun_a_shadow_keeps_a_fifth_of_the_light_and_under_clouds_most() -> None:
    assert 0.15 < 1 - density(0) < 0.3
    assert 1 - density(1) > 0.6


def test_flat_light_leaves_no_stripes_in_the_shadow_of_thin_legs() -> None:
    leg = np.zeros((800, 1200), np.float32)
    leg[500:700, 596:604] = 1
    for angle in (-8.0, -15.0, -30.0):
        slices = ground_projections(_FEET, 400, Sun(angle, 0.8, 0), _SIZE)
        cast = np.max([cv2.warpPerspective(leg, matrix, _SIZE) for matrix in slices], axis=0)
        for x in range(630, 680, 10):
            (rows,) = np.nonzero(cast[:, x] > 0.4)
            assert len(rows) == rows[-1] - rows[0] + 1


def test_what_the_user_says_goes_before_the_estimate() -> None:
    view = _sunny()
    assert sun_of(Finish(shadow_angle=10, shadow_length=3, shadow_softness=0), view) == Sun(10, 3, 0)
    assert sun_of(Finish(shadow_length=3), view).angle == estimate_sun(view).angle
