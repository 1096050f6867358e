"""Light: towards the background, by bounded steps that grow with the strength."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.finish.light import Grade, grade_for, graded
from vton_core.finish.place import Place, View, brightness
from vton_core.resampling import srgb_to_linear

_SKIN = (224, 172, 148)


def _flat(*colour: int) -> NDArray[np.float32]:
    """A figure of one colour, half of its columns half transparent."""
    light = srgb_to_linear(np.array(colour, np.uint8))
    rgba = np.ones((40, 20, 4), np.float32)
    rgba[..., :3] = light
    rgba[:, 10:] *= 0.5
    return rgba


def _view(*colour: int) -> View:
    noise = np.random.default_rng(0).uniform(0.6, 1.4, (60, 90, 1)).astype(np.float32)
    light = np.clip(srgb_to_linear(np.array(colour, np.uint8)) * noise, 0, 1).astype(np.float32)
    return View(light, Place((45.0, 50.0), 30.0))


def _codes(rgba: NDArray[np.float32]) -> NDArray[np.float64]:
    light = (rgba[..., :3] / rgba[..., 3:]).mean(axis=(0, 1)).astype(np.float64)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255


def _lab(rgba: NDArray[np.float32]) -> NDArray[np.float64]:
    from skimage.color import rgb2lab

    return np.asarray(rgb2lab((_codes(rgba) / 255)[None, None])[0, 0])


def test_no_strength_no_change() -> None:
    rgba = _flat(200, 120, 60)
    np.testing.assert_allclose(graded(rgba, grade_for(rgba, _view(20, 30, 60), 0.0)), rgba, atol=1e-6)
    np.testing.assert_allclose(graded(rgba, Grade()), rgba, atol=1e-6)


@pytest.mark.parametrize("colour", [(25, 25, 30), (70, 60, 50), (235, 235, 235)])
def test_brightness_goes_towards_the_background_and_further_with_more_strength(colour: tuple[int, int, int]) -> None:
    rgba, view = _flat(128, 128, 128), _view(*colour)
    wanted = float(brightness(view.light).mean())
    distances = [
        abs(float(brightness(graded(rgba, grade_for(rgba, view, strength))[:, :10, :3]).mean()) - wanted)
        for strength in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < distances[0] - 0.2


@pytest.mark.parametrize(("colour", "warmer"), [((180, 130, 80), True), ((90, 120, 190), False)])
def test_the_figure_takes_on_the_warmth_of_the_light(colour: tuple[int, int, int], warmer: bool) -> None:
    rgba = _flat(128, 128, 128)
    before, after = _codes(rgba), _codes(graded(rgba, grade_for(rgba, _view(*colour), 1.0)))
    assert (after[0] - after[2] > before[0] - before[2] + 3) == warmer


@pytest.mark.parametrize("colour", [(255, 60, 0), (0, 200, 0), (20, 40, 255), (250, 0, 250)])
def test_skin_stays_skin(colour: tuple[int, int, int]) -> None:
    """Its hue and colourfulness hardly change, whatever the background; by less than one sees at a glance."""
    rgba = _flat(*_SKIN)
    change = _lab(graded(rgba, grade_for(rgba, _view(*colour), 1.0)))[1:] - _lab(rgba)[1:]
    assert np.hypot(*change) < 14


def test_black_and_white_stay_apart() -> None:
    for colour in ((20, 20, 20), (240, 240, 240), (90, 160, 60)):
        view = _view(*colour)
        white, black = (graded(each, grade_for(each, view, 1.0)) for each in (_flat(250, 250, 250), _flat(8, 8, 8)))
        assert _codes(white).min() > 140
        assert _codes(black).max() < 60


def test_on_a_black_and_white_picture_colours_go() -> None:
    rgba = _flat(200, 60, 40)
    grey = _codes(graded(rgba, grade_for(rgba, _view(128, 128, 128), 1.0)))
    assert np.ptp(grey) < 2
    assert np.ptp(_codes(graded(rgba, grade_for(rgba, _view(140, 120, 90), 1.0)))) > 100


def test_alpha_is_kept_and_colours_stay_premultiplied() -> None:
    rgba = _flat(250, 250, 250)
    result = graded(rgba, grade_for(rgba, _view(255, 255, 255), 1.0))
    np.testing.assert_array_equal(result[..., 3], rgba[..., 3])
    assert (result[..., :3] <= result[..., 3:]).all()
    assert (result >= 0).all()


def test_the_side_of_the_light_is_lighter() -> None:
    view = _view(120, 118, 115)
    view.light[:, 50:] *= 2
    result = graded(_flat(128, 128, 128), grade_for(_flat(128, 128, 128), view, 1.0))
    assert result[0, 9, 0] > result[0, 0, 0]
