"""Shadows: where they fall, how far, how soft, and what they leave alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.composition.geometry import is_cropped
from vton_core.finish.cast import Sun, blurred_by_height, ground_projections
from vton_core.finish.contact import contact_shadow
from vton_core.finish.place import Place, View
from vton_core.finish.sun import estimate_sun, sun_of
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


def _scene(left: float, right: float, above: float = 0.3, ground: float = 0.3) -> View:
    light = np.full((100, 150, 3), ground, np.float32)
    light[:60] = above
    light *= np.linspace(left, right, 150, dtype=np.float32)[None, :, None]
    return View(light, Place((75.0, 80.0), 40.0))


def test_the_shadow_falls_away_from_the_lighter_side() -> None:
    assert np.cos(np.radians(estimate_sun(_scene(0.3, 1)).angle)) < -0.5
    assert np.cos(np.radians(estimate_sun(_scene(1, 0.3)).angle)) > 0.5


def test_before_a_bright_sky_it_falls_towards_the_viewer() -> None:
    assert np.sin(np.radians(estimate_sun(_scene(1, 1, above=0.95, ground=0.03)).angle)) > 0.1
    assert np.sin(np.radians(estimate_sun(_scene(1, 1, above=0.2, ground=0.5)).angle)) < 0


def test_a_picture_that_tells_nothing_gives_a_short_soft_shadow() -> None:
    sun = estimate_sun(_scene(1, 1))
    assert sun.length <= 0.4
    assert sun.softness >= 0.8


def test_what_the_user_says_goes_before_the_estimate() -> None:
    view = _scene(0.3, 1)
    assert sun_of(Finish(shadow_angle=10, shadow_length=3, shadow_softness=0), view) == Sun(10, 3, 0)
    assert sun_of(Finish(shadow_length=3), view).angle == estimate_sun(view).angle
