"""What a camera sees of a square of cloth before a face."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.cameras import Camera
from synthesis.surfaces import Label, Surface
from synthesis.views import View, decode_normals
from tests.synthesis.compiled import kernels

SIZE = (32, 24)
CAMERA = Camera.towards(np.array([0.0, 0, 2]), np.zeros(3), 32, SIZE)


@pytest.fixture(scope="module")
def seen() -> View:
    """A square of cloth of 12 pixels in the middle, 2 m away, and a larger square of skin 1 m behind it."""
    from synthesis.passes import Layer, view

    assert kernels.__name__ == "synthesis.kernels"

    def square(half: float, z: float, surface: Surface, label: Label) -> Layer:
        vertices = np.array([[-half, -half, z], [half, -half, z], [half, half, z], [-half, half, z]])
        uv = np.array([[0.0, 1], [1, 1], [1, 0], [0, 0]])
        triangles = np.array([[0, 1, 2], [0, 2, 3]])
        cloth = surface >= Surface.GARMENT
        return Layer(
            vertices=vertices,
            triangles=triangles,
            surface=np.full(2, surface, np.uint8),
            label=np.full(2, label, np.uint8),
            edge=np.full(2, cloth, np.uint8),
            panel=np.zeros(2, np.uint8),
            uv=uv[triangles],
            trim=np.full((2, 3), 0.02 if cloth else 0.0),
            open=cloth,
            lining=cloth,
        )

    layers = [
        square(0.375, 0, Surface.GARMENT, Label.UPPER_CLOTHES),
        square(0.75, -1, Surface.SKIN, Label.FACE),
    ]
    lights = [np.tile([0.5, 0.0, 0.0, 0.75], (4, 1))] * 2
    joints = np.zeros((25, 3))
    joints[3] = (5.0, 0, 0)
    return view(layers, lights, CAMERA, joints)


def test_the_front_hides_what_is_behind(seen: View) -> None:
    assert seen.surface.shape == (24, 32)
    cloth = seen.surface == Surface.GARMENT
    assert cloth.sum() == 12 * 12
    assert cloth[6:18, 10:22].all()
    assert (seen.label[cloth] == Label.UPPER_CLOTHES).all()
    assert (seen.surface == Surface.SKIN).sum() == 16 * 16 - 12 * 12


def test_alpha_is_the_covered_share(seen: View) -> None:
    assert (seen.alpha[4:20, 8:24] == 255).all()
    assert seen.alpha.sum() == 255 * 256


def test_every_pixel_knows_its_place_on_the_sheet(seen: View) -> None:
    u = (np.arange(12) + 0.5) / 12
    np.testing.assert_allclose(seen.uv[6:18, 10:22, 0] / 4095, np.tile(u, (12, 1)), atol=0.002)
    np.testing.assert_allclose(seen.uv[6:18, 10:22, 1] / 4095, np.tile(u[:, None], (1, 12)), atol=0.002)
    assert not seen.uv[seen.surface == Surface.SKIN].any()


def test_depth_normal_light_and_trim(seen: View) -> None:
    assert seen.nearest == pytest.approx(2)
    assert set(np.unique(seen.depth)) == {0, 1, 2001}
    np.testing.assert_allclose(decode_normals(seen.normal[12, 16]), [0, 0, -1], atol=0.02)
    # Light from the camera's side, in the camera's axes: away is positive.
    np.testing.assert_allclose(seen.light[12, 16], [15.5, 15.5, 15.5, 15.5 - 0.75 * 15.5], atol=0.6)
    assert (seen.trim[seen.surface == Surface.GARMENT] == 20).all()
    assert (seen.edge[seen.surface == Surface.GARMENT] == 1).all()


def test_joints_outside_the_picture_are_zero(seen: View) -> None:
    np.testing.assert_allclose(seen.joints[0], [15.5, 11.5, 1])
    assert not seen.joints[3].any()
