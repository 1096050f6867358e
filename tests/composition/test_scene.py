"""Compositions: layers, what lies over what, and what stays the background's bit for bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.composition.geometry import figure_geometry, placement_matrix
from vton_core.composition.layers import Background, Composition, Layer
from vton_core.composition.scene import Placed, compose_scene
from vton_core.errors import InputError
from vton_core.resampling import linear_to_srgb, linear_to_srgb16, srgb16_to_linear, srgb_to_linear, warp_affine
from vton_core.steps.compose import compose
from vton_core.types import Cutout, Finish, Image, Placement

_EVERYTHING = Finish(light=1, contact=1, shadow=1, sharpness=1, grain=1, wrap=1)


def _blended(figure: Cutout, background: Image, placement: Placement) -> Image:
    """Premultiplied, in light, over the whole background: the definition."""
    matrix = placement_matrix(figure_geometry(figure.alpha), placement)
    rgba = np.dstack([srgb_to_linear(figure.rgb) * figure.alpha[..., None], figure.alpha])
    drawn = warp_affine(rgba, matrix, (background.shape[1], background.shape[0]))
    alpha = drawn[..., 3:].clip(0, 1)
    blended = linear_to_srgb(drawn[..., :3].clip(0, alpha) + (1 - alpha) * srgb_to_linear(background))
    return np.where(alpha > 0, blended, background)


@pytest.fixture
def standing(woman_cutout: Cutout) -> Cutout:
    """The woman with transparent rows below her, as if she stood."""
    alpha = woman_cutout.alpha[::2, ::2].copy()
    alpha[-30:] = 0
    return Cutout(np.ascontiguousarray(woman_cutout.rgb[::2, ::2]), alpha)


@pytest.fixture
def yard(terrace: Image) -> Image:
    """The terrace, smaller."""
    return np.ascontiguousarray(terrace[::3, ::3])


_PLACE = Placement((300, 350), (0, 0), (0, 240))


@pytest.mark.parametrize(
    "placement",
    [
        Placement((760, 1199), (0, 0), (0, 1009)),
        Placement((100.5, 800.25), (0, 0), (0, 333.3), flip=True),
        Placement((1700, 900), (0, 0), (0, 777), rotate=33),
        Placement((900, 1500), (0, 0), (0, 1400), rotate=0),
    ],
)
def test_without_a_finish_it_is_the_plain_blend(woman_cutout: Cutout, terrace: Image, placement: Placement) -> None:
    """Within a code: OpenCV rounds where it samples to a thirty-second of a pixel, and does so by window."""
    picture = compose(woman_cutout, terrace, placement).astype(int)
    expected = _blended(woman_cutout, terrace, placement)
    difference = np.abs(picture - expected)
    assert difference.mean() < 0.02
    assert np.quantile(difference, 0.999) <= 2
    np.testing.assert_array_equal(compose(woman_cutout, terrace, placement, Finish()), picture)


def test_the_layers_and_their_order(standing: Cutout, yard: Image) -> None:
    other = replace(_PLACE, position=(340, 360))
    scene = compose_scene(
        Background(yard), [Placed(standing, _PLACE, _EVERYTHING), Placed(standing, other, _EVERYTHING)]
    )
    assert [layer.name for layer in scene.layers] == ["shadow 1", "shadow 2", "figure 1", "figure 2"]
    for layer in scene.layers:
        assert (layer.rgba >= 0).all()
        assert (layer.rgba[..., :3] <= layer.rgba[..., 3:] + 1e-6).all()
        assert layer.rgba[..., 3].max() <= 1
    front = scene.layers[-1]
    x0, y0, x1, y1 = front.window
    solid = front.rgba[..., 3] == 1
    shown = linear_to_srgb(front.rgba[..., :3])
    np.testing.assert_array_equal(np.asarray(scene.flatten())[y0:y1, x0:x1][solid], shown[solid])


def test_one_that_is_outside_has_no_layer(standing: Cutout, yard: Image) -> None:
    away = replace(_PLACE, position=(-900, 100))
    scene = compose_scene(Background(yard), [Placed(standing, away, _EVERYTHING), Placed(standing, _PLACE)])
    assert [layer.name for layer in scene.layers] == ["figure 2"]
    np.testing.assert_array_equal(compose_scene(Background(yard), []).flatten(), yard)


def test_what_stands_in_front_is_kept_bit_for_bit(standing: Cutout, yard: Image) -> None:
    occluder = np.zeros(yard.shape[:2], np.float32)
    occluder[200:, :310] = 1
    occluder[200:, 310:320] = 0.5
    placed = [Placed(standing, _PLACE, _EVERYTHING)]
    free, hidden = (compose_scene(Background(yard), placed, each).flatten() for each in (None, occluder))
    np.testing.assert_array_equal(hidden[occluder == 1], yard[occluder == 1])
    np.testing.assert_array_equal(hidden[occluder == 0], free[occluder == 0])
    half = occluder == 0.5
    assert np.abs(hidden[half].astype(int) - yard[half]).sum() < np.abs(free[half].astype(int) - yard[half]).sum()
    mask = compose_scene(Background(yard), placed, occluder == 1).flatten()
    np.testing.assert_array_equal(mask[occluder == 1], yard[occluder == 1])


def test_an_occluder_of_another_size_is_one_sentence(standing: Cutout, yard: Image) -> None:
    with pytest.raises(InputError, match="drawn for a picture of 40 × 30 pixels"):
        compose_scene(Background(yard), [Placed(standing, _PLACE)], np.zeros((30, 40), np.float32))


def test_the_same_bytes_again_and_the_background_untouched(standing: Cutout, yard: Image) -> None:
    before = yard.copy()
    first = compose(standing, yard, _PLACE, _EVERYTHING)
    np.testing.assert_array_equal(first, compose(standing, yard, _PLACE, _EVERYTHING))
    np.testing.assert_array_equal(yard, before)
    assert (first != compose(standing, yard, _PLACE)).any()


@pytest.mark.parametrize("part", ["light", "contact", "shadow", "sharpness", "grain", "wrap"])
def test_each_part_changes_more_the_stronger_it_is(standing: Cutout, yard: Image, part: str) -> None:
    noisy = (yard + np.random.default_rng(0).normal(0, 6, yard.shape)).clip(0, 255).astype(np.uint8)
    plain = compose(standing, noisy, _PLACE).astype(int)
    changes = [
        float(np.abs(compose(standing, noisy, _PLACE, replace(Finish(), **{part: strength})) - plain).mean())
        for strength in (0.0, 0.5, 1.0)
    ]
    assert changes[0] == 0
    if part == "sharpness":  # the terrace is as sharp as the figure
        assert changes == sorted(changes)
    else:
        assert 0 < changes[1] < changes[2], changes


def _darkened(picture: Image, plain: Image) -> NDArray[np.int64]:
    return plain.astype(np.int64).sum(axis=2) - picture.sum(axis=2)


@pytest.mark.parametrize(("angle", "side"), [(0, 1), (180, -1)])
def test_the_cast_shadow_falls_on_the_ground_beside_the_figure(
    standing: Cutout, yard: Image, angle: float, side: int
) -> None:
    finish = Finish(shadow=1, shadow_angle=angle, shadow_length=1, shadow_softness=0.3)
    plain, picture = compose(standing, yard, _PLACE), compose(standing, yard, _PLACE, finish)
    dark = _darkened(picture, plain)
    assert dark.min() >= 0
    assert dark.sum() > 0
    x = np.average(np.arange(yard.shape[1]), weights=dark.sum(axis=0)) - _PLACE.position[0]
    assert np.sign(x) == side
    assert abs(x) > 40


def test_shadows_leave_the_figures_alone(standing: Cutout, yard: Image) -> None:
    finish = Finish(contact=1, shadow=1, shadow_angle=-20, shadow_length=1)
    figure = compose_scene(Background(yard), [Placed(standing, _PLACE)]).layers[0]
    x0, y0, x1, y1 = figure.window
    solid = figure.rgba[..., 3] == 1
    plain, picture = compose(standing, yard, _PLACE), compose(standing, yard, _PLACE, finish)
    np.testing.assert_array_equal(picture[y0:y1, x0:x1][solid], plain[y0:y1, x0:x1][solid])


def test_two_shadows_of_one_sun_are_no_darker_than_one(standing: Cutout) -> None:
    ground = np.full((400, 600, 3), 180, np.uint8)
    finish = Finish(shadow=1, shadow_angle=0, shadow_length=1, shadow_softness=0)
    one = Placed(standing, replace(_PLACE, position=(150, 380)), finish)
    single = compose_scene(Background(ground), [one])
    double = compose_scene(Background(ground), [one, one])
    below = Composition(Background(ground), tuple(layer for layer in double.layers if "shadow" in layer.name)).flatten()
    alone = Composition(Background(ground), single.layers[:1]).flatten()
    np.testing.assert_array_equal(below, alone)


@pytest.mark.parametrize("cropped", ["by its photo", "by the background"])
def test_a_figure_that_does_not_stand_there_casts_no_shadow(
    woman_cutout: Cutout, standing: Cutout, yard: Image, cropped: str
) -> None:
    finish = Finish(contact=1, shadow=1)
    figure = woman_cutout if cropped == "by its photo" else standing
    placement = _PLACE if cropped == "by its photo" else replace(_PLACE, position=(300, yard.shape[0] + 30))
    np.testing.assert_array_equal(compose(figure, yard, placement, finish), compose(figure, yard, placement))


def test_sixteen_bits_are_kept(standing: Cutout, yard: Image) -> None:
    deep = yard.astype(np.uint16) * 257 + 3
    picture = compose_scene(Background(deep, profile=b"icc", dpi=(300, 300)), [Placed(standing, _PLACE, _EVERYTHING)])
    result = picture.flatten()
    assert result.dtype == np.uint16
    untouched = (result == deep).all(axis=2)
    assert 0.3 < untouched.mean() < 1
    shallow = compose(standing, yard, _PLACE, _EVERYTHING)
    assert np.abs(result / 257 - shallow).mean() < 0.5
    assert (picture.background.profile, picture.background.dpi) == (b"icc", (300, 300))


def test_sixteen_bit_codes_and_light_are_inverse() -> None:
    codes = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(linear_to_srgb16(srgb16_to_linear(codes)), codes)


def test_layers_and_backgrounds_check_their_shapes() -> None:
    with pytest.raises(ValueError, match="rgba must be float32"):
        Layer("figure 1", (0, 0, 3, 3), np.zeros((3, 3, 3), np.float32))
    with pytest.raises(ValueError, match="pixels must be"):
        Background(np.zeros((3, 3), np.uint8))
