"""Colour spaces: what a profile says, computed as a colour management system does, and back without loss."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageCms

from tests.export.profiles import ADOBE_RGB, DISPLAY_P3, SAMPLED, SRGB_FORMULA, gamma, parametric, profile, samples
from vton_core.colour import SRGB, eight_bits, space_of

_PROFILES = {"P3": DISPLAY_P3, "Adobe": ADOBE_RGB, "table": SAMPLED}
_PRIMARIES = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7142))


def _colours() -> np.ndarray:
    steps = np.linspace(0, 255, 12).round().astype(np.uint8)
    return np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(36, 48, 3)


@pytest.mark.parametrize("name", _PROFILES)
def test_srgb_colours_become_what_little_cms_makes_of_them(name: str) -> None:
    """sRGB lies in these spaces whole, so nothing is clipped; Little CMS rounds inside."""
    space = space_of(_PROFILES[name])
    assert space is not None
    ours = space.from_light(SRGB.to_light(_colours()), np.dtype(np.uint8))
    target = ImageCms.ImageCmsProfile(io.BytesIO(_PROFILES[name]))
    converted = ImageCms.profileToProfile(
        Pillow.fromarray(_colours()), ImageCms.createProfile("sRGB"), target, flags=ImageCms.Flags.HIGHRESPRECALC
    )
    difference = np.abs(ours.astype(int) - np.asarray(converted))
    assert difference.max() <= 2
    assert difference.mean() < 0.1


@pytest.mark.parametrize("name", _PROFILES)
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_light_and_codes_are_inverse(name: str, depth: type) -> None:
    space = space_of(_PROFILES[name])
    assert space is not None
    codes = np.random.default_rng(3).integers(0, np.iinfo(depth).max + 1, (60, 60, 3)).astype(depth)
    light = space.to_light(codes)
    assert light.dtype == np.float32
    back = space.from_light(light, np.dtype(depth))
    assert back.dtype == depth
    # In 16 bits the matrix there and back costs single precision its last digits, in the dark at that.
    assert np.abs(back.astype(int) - codes).max() <= (0 if depth == np.uint8 else 24)


@pytest.mark.parametrize(
    ("name", "curve", "same"),
    [
        ("camera", SRGB_FORMULA, True),
        ("camera", samples(1024), True),
        ("Linear sRGB", gamma(1), False),
        ("sRGB with an exponent", gamma(2.2), False),
    ],
)
def test_what_counts_as_srgb(name: str, curve: bytes, same: bool) -> None:
    """The primaries and curves say it, not the name."""
    assert (space_of(profile(name, _PRIMARIES, curve)) is SRGB) == same


def test_srgb_of_sixteen_bits_is_exact() -> None:
    codes = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1).repeat(3, axis=2)
    np.testing.assert_array_equal(SRGB.from_light(SRGB.to_light(codes), codes.dtype), codes)
    eight = np.arange(256, dtype=np.uint8).reshape(1, 256, 1).repeat(3, axis=2)
    np.testing.assert_allclose(SRGB.to_light(eight.astype(np.uint16) * 257), SRGB.to_light(eight), atol=1e-7)


def test_green_of_p3_is_more_than_srgb_has() -> None:
    space = space_of(DISPLAY_P3)
    assert space is not None
    light = space.to_light(np.array([[[0, 255, 0]]], np.uint8))[0, 0]
    assert light[0] < -0.1
    assert light[1] > 1
    assert SRGB.from_light(light, np.dtype(np.uint8)).tolist() == [0, 255, 0]


@pytest.mark.parametrize("curve", [gamma(1), samples(2), samples(4096), parametric(0, 2.2), parametric(1, 2, 1, 0)])
def test_every_kind_of_curve_gives_white_and_black(curve: bytes) -> None:
    space = space_of(profile("of a test", _PRIMARIES, curve))
    assert space is not None
    np.testing.assert_allclose(space.to_light(np.array([[[255] * 3, [0] * 3]], np.uint8))[0, :, 1], [1, 0], atol=2e-3)


def test_no_profile_and_srgbs_own_are_srgb() -> None:
    assert space_of(None) is SRGB
    assert space_of(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()) is SRGB


@pytest.mark.parametrize(
    "data",
    [
        b"not a profile",
        DISPLAY_P3[:200],
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
        profile("with tables", _PRIMARIES, gamma(2), (b"A2B0", b"mft2" + bytes(48))),
        profile("of grey", _PRIMARIES, gamma(2), space=b"GRAY"),
        profile("flat", ((0.3, 0.3, 0.3),) * 3, gamma(2)),
        profile("falling", _PRIMARIES, b"curv\0\0\0\0\0\0\0\2\xff\xff\0\0"),
        profile("strange", _PRIMARIES, b"para\0\0\0\0\0\x09\0\0" + bytes(28)),
    ],
)
def test_other_profiles_are_none(data: bytes) -> None:
    assert space_of(data) is None


@settings(max_examples=50, deadline=None)
@given(st.integers(128, len(ADOBE_RGB) - 1), st.binary(min_size=1, max_size=40))
def test_a_damaged_profile_is_a_space_or_none(at: int, noise: bytes) -> None:
    space = space_of((ADOBE_RGB[:at] + noise + ADOBE_RGB[at + len(noise) :])[: len(ADOBE_RGB)])
    if space is not None:
        assert np.isfinite(space.to_light(np.array([[[0, 128, 255]]], np.uint8))).all()


def test_eight_bits_are_the_nearest() -> None:
    deep = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(eight_bits(deep), np.floor(deep / 257 + 0.5))
