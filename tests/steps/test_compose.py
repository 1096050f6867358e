"""Step 5: geometry, blending, and what stays untouched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vton_core.errors import InputError
from vton_core.resampling import linear_to_srgb, srgb_to_linear, warp_affine
from vton_core.steps.compose import compose, figure_geometry, placement_matrix
from vton_core.types import Cutout, Image, Placement


def _block(
    height: int, width: int, box: tuple[int, int, int, int], colour: tuple[int, int, int], alpha: float
) -> Cutout:
    x0, y0, x1, y1 = box
    shown = np.zeros((height, width), np.float32)
    shown[y0:y1, x0:x1] = alpha
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[:] = colour
    return Cutout(rgb, shown)


def test_light_and_codes_are_inverse() -> None:
    codes = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(linear_to_srgb(srgb_to_linear(codes)), codes)


def test_geometry_of_a_block() -> None:
    geometry = figure_geometry(_block(60, 40, (10, 5, 21, 45), (0, 0, 0), 1.0).alpha)
    assert geometry.height == 40
    assert geometry.anchor == (15.0, 44.5)
    assert geometry.box == (10, 5, 21, 45)


def test_the_anchor_lies_between_the_feet() -> None:
    alpha = np.zeros((200, 100), np.float32)
    alpha[10:180, 40:60] = 1
    alpha[176:190, 20:30] = 1
    alpha[170:184, 70:80] = 1
    assert figure_geometry(alpha).anchor == ((20 + 79) / 2, 189.5)


def test_an_empty_figure_is_one_sentence(terrace: Image) -> None:
    empty = _block(20, 20, (0, 0, 20, 20), (9, 9, 9), 0.4)
    with pytest.raises(InputError, match="nothing of it is opaque"):
        compose(empty, terrace, Placement((5, 5), (0, 0), (0, 9)))


@settings(max_examples=80, deadline=None)
@given(
    position=st.tuples(st.floats(-2000, 4000), st.floats(-2000, 4000)),
    height=st.floats(2, 3000),
    flip=st.booleans(),
    rotate=st.floats(-180, 180),
)
def test_anchor_and_height_land_where_they_should(
    position: tuple[float, float], height: float, flip: bool, rotate: float
) -> None:
    geometry = figure_geometry(_block(60, 40, (10, 5, 21, 45), (0, 0, 0), 1.0).alpha)
    matrix = placement_matrix(geometry, Placement(position, (0, 0), (height, 0), flip, rotate))
    anchor = matrix @ [*geometry.anchor, 1]
    assert anchor == pytest.approx(position, abs=1e-6)
    up = matrix @ [geometry.anchor[0], geometry.anchor[1] - geometry.height, 1] - anchor
    assert np.hypot(*up) == pytest.approx(height)
    # Clockwise as seen: the head goes to the right.
    assert up == pytest.approx(height * np.array([np.sin(np.radians(rotate)), -np.cos(np.radians(rotate))]), abs=1e-6)
    assert np.sign(np.linalg.det(matrix[:, :2])) == (-1 if flip else 1)


def test_a_turned_figure_is_whole() -> None:
    """A corner that the unturned figure's box does not reach is drawn as well."""
    figure = _block(40, 40, (0, 0, 40, 40), (0, 0, 0), 1.0)
    background = np.full((120, 120, 3), 255, np.uint8)
    turned = compose(figure, background, Placement((59.5, 79.5), (0, 0), (0, 40), rotate=45))
    assert np.count_nonzero(turned[..., 0] < 128) == pytest.approx(1600, rel=0.05)


def test_half_transparent_white_on_black_is_half_the_light() -> None:
    figure = _block(40, 40, (0, 0, 40, 40), (255, 255, 255), 0.6)
    background = np.zeros((40, 40, 3), np.uint8)
    picture = compose(figure, background, Placement((19.5, 39.5), (0, 0), (0, 40)))
    expected = int(linear_to_srgb(np.array([0.6], np.float32))[0])
    assert np.abs(picture[5:35, 5:35].astype(int) - expected).max() <= 1
    assert expected == 203


def test_at_its_own_size_the_figure_is_itself(woman_cutout: Cutout) -> None:
    """Placed without scaling on its own photo's grid, opaque pixels are the figure's, within rounding."""
    height, width = woman_cutout.alpha.shape
    geometry = figure_geometry(woman_cutout.alpha)
    placement = Placement(geometry.anchor, (0, 0), (0, geometry.height))
    picture = compose(woman_cutout, np.zeros((height, width, 3), np.uint8), placement)
    opaque = woman_cutout.alpha == 1
    assert np.abs(picture[opaque].astype(int) - woman_cutout.rgb[opaque]).max() <= 1


def test_untouched_pixels_are_the_backgrounds(woman_cutout: Cutout, terrace: Image) -> None:
    picture = compose(woman_cutout, terrace, Placement((400, 1000), (400, 500), (400, 1000)))
    assert picture.shape == terrace.shape
    changed = (picture != terrace).any(axis=2)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert 490 <= rows[0] <= 510
    assert rows[-1] <= 1002
    assert columns[0] > 100
    assert columns[-1] < 700
    np.testing.assert_array_equal(picture[~changed], terrace[~changed])


@pytest.mark.parametrize("position", [(-5000, 0), (0, -5000), (9000, 600), (900, 9000)])
def test_a_figure_outside_changes_nothing(woman_cutout: Cutout, terrace: Image, position: tuple[int, int]) -> None:
    picture = compose(woman_cutout, terrace, Placement(position, (0, 0), (0, 500)))
    np.testing.assert_array_equal(picture, terrace)


def test_what_is_outside_is_cut_off(woman_cutout: Cutout, terrace: Image) -> None:
    whole = np.zeros((terrace.shape[0] + 400, terrace.shape[1], 3), np.uint8)
    whole[: terrace.shape[0]] = terrace
    placement = Placement((900, 1400), (0, 0), (0, 1000))
    np.testing.assert_array_equal(
        compose(woman_cutout, terrace, placement), compose(woman_cutout, whole, placement)[: terrace.shape[0]]
    )


def test_flip_mirrors_about_the_anchor() -> None:
    figure = _block(40, 40, (10, 0, 30, 40), (0, 0, 0), 1.0)
    rgb = figure.rgb.copy()
    rgb[:, :20] = 255
    figure = Cutout(rgb, figure.alpha)
    background = np.full((60, 60, 3), 128, np.uint8)
    plain = compose(figure, background, Placement((29.5, 49.5), (0, 0), (0, 40)))
    mirrored = compose(figure, background, Placement((29.5, 49.5), (0, 0), (0, 40), flip=True))
    np.testing.assert_allclose(mirrored[:, ::-1].astype(int), plain, atol=1)
    assert plain[30, 25, 0] > 250
    assert mirrored[30, 25, 0] < 5


def test_shrinking_keeps_the_mean_light() -> None:
    """One-pixel stripes, a third of the size: area averaging gives their mean, without moiré."""
    stripes = np.zeros((300, 300), np.float32)
    stripes[:, ::2] = 1
    small = warp_affine(stripes, np.array([[1 / 3, 0, -1 / 3], [0, 1 / 3, -1 / 3]]), (100, 100))
    assert np.abs(small[2:-2, 2:-2] - 0.5).max() < 0.2
    half = warp_affine(stripes, np.array([[0.5, 0, -0.25], [0, 0.5, -0.25]]), (150, 150))
    np.testing.assert_allclose(half[2:-2, 2:-2], 0.5, atol=1e-5)


def test_pixel_centres_stay_put_when_shrinking() -> None:
    """Within the thirty-second of a pixel to which OpenCV rounds its interpolation."""
    ramp = np.tile(np.arange(240, dtype=np.float32), (240, 1))
    small = warp_affine(ramp, np.array([[0.25, 0, 0], [0, 0.25, 0]]), (60, 60))
    np.testing.assert_allclose(small[30, 5:55], 4 * np.arange(5, 55), atol=0.13)


def test_the_same_bytes_again(woman_cutout: Cutout, terrace: Image) -> None:
    placement = Placement((777.25, 1100.5), (0, 0), (0, 933.3))
    first = compose(woman_cutout, terrace, placement)
    np.testing.assert_array_equal(first, compose(woman_cutout, terrace, placement))
