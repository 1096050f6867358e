"""Shading: another picture with every seed, the same one with the same, and truth that stays the truth."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.shade import Style, shade
from synthesis.surfaces import Surface
from synthesis.textures import fabric
from synthesis.views import Simulation
from tests.synthesis.conftest import HEIGHT, WIDTH, sheet

CLEAN = Style(jpeg=(100, 100), noise=0.0, blur=(0.01, 0.01))


def test_a_seed_is_a_picture(simulation: Simulation) -> None:
    one, two, other = (shade(simulation, 0, seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(one.worn.image, two.worn.image)
    np.testing.assert_array_equal(one.shops[1].image, two.shops[1].image)
    assert np.abs(one.worn.image.astype(int) - other.worn.image).mean() > 5


def test_shapes_and_kinds(simulation: Simulation) -> None:
    example = shade(simulation, 0, 0)
    for shot in (example.worn, *example.shops):
        assert shot.image.shape == shot.foreground.shape == (HEIGHT, WIDTH, 3)
        assert shot.image.dtype == shot.foreground.dtype == shot.label.dtype == shot.garment.dtype == np.uint8
        assert shot.alpha.dtype == shot.uv.dtype == shot.joints.dtype == np.float32
        assert shot.uv.shape == (HEIGHT, WIDTH, 2)
        assert shot.alpha.min() >= 0
        assert shot.alpha.max() <= 1


def test_the_truth_does_not_depend_on_the_seed(simulation: Simulation) -> None:
    one, two = (shade(simulation, 0, seed).worn for seed in (1, 2))
    for name in ("alpha", "label", "garment", "uv", "joints"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(one.label, simulation.views[0].label)


def test_fewer_shop_photos_leave_the_person_alone(simulation: Simulation) -> None:
    every, second = shade(simulation, 0, 9), shade(simulation, 0, 9, garments=[1])
    assert len(second.shops) == 1
    np.testing.assert_array_equal(every.worn.image, second.worn.image)
    np.testing.assert_array_equal(every.shops[1].image, second.shops[0].image)


def test_garments_are_numbered(simulation: Simulation) -> None:
    shot = shade(simulation, 0, 0).worn
    surface = simulation.views[0].surface
    assert (shot.garment[surface == Surface.GARMENT] == 1).all()
    assert (shot.garment[surface == Surface.OTHER] == 2).all()
    assert (shot.garment[surface < Surface.GARMENT] == 0).all()
    assert (shot.uv[shot.garment == 0] == 0).all()


def test_the_same_cloth_is_worn_and_sold(simulation: Simulation) -> None:
    # Lit alike from the front, a point of the cloth has nearly one colour in both pictures, up to the light's.
    for seed in range(4):
        example = shade(simulation, 0, seed, CLEAN)
        worn, shop = example.worn, example.shops[0]
        same = (worn.garment == 1) & (shop.garment == 1)
        same[:33], same[68:] = False, False
        a, b = (shot.foreground[same].astype(float).mean(axis=1) for shot in (worn, shop))
        if min(a.std(), b.std()) > 8:
            assert np.corrcoef(a, b)[0, 1] > 0.8


def test_the_picture_is_the_foreground_where_alpha_is_one(simulation: Simulation) -> None:
    shot = shade(simulation, 0, 3, CLEAN).worn
    inside = np.zeros_like(shot.label, bool)
    inside[40:60, 20:44] = True
    dim = shot.foreground.max(axis=2) < 200
    difference = np.abs(shot.image.astype(int) - shot.foreground)[inside & dim]
    assert np.median(difference) <= 6


@pytest.mark.parametrize("collar", ["none", "shirt"])
def test_fabrics_are_light_that_comes_back(collar: str) -> None:
    found = set()
    for seed in range(12):
        cloth = fabric(sheet(collar=collar, kind="polo"), np.random.default_rng(seed))
        found.add(cloth.pattern)
        assert cloth.albedo.dtype == np.float32
        assert np.isfinite(cloth.albedo).all()
        assert cloth.albedo.min() > 0
        assert cloth.albedo.max() < 1
    assert len(found) >= 4
