"""OpenRaster files: what the specification asks for, and layers that give the picture when blended as it says."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile

import numpy as np
import pytest
from PIL import Image as Pillow

from tests.export.profiles import DISPLAY_P3
from vton_core.colour import SRGB, eight_bits, space_of
from vton_core.composition.layers import Background, Composition, Layer
from vton_core.composition.scene import Placed, compose_scene
from vton_core.export.composite import encode_composition, figures_alone
from vton_core.export.layered import layered
from vton_core.images import read_image, read_picture
from vton_core.types import Cutout, Image, Placement

_PROFILES = {"srgb": None, "p3": DISPLAY_P3}


@pytest.fixture(scope="module")
def place(terrace: Image) -> Image:
    """A terrace of 300 × 200, with a corner of pure black and one of pure white."""
    small = terrace[::6, ::6].copy()
    small[:60, :60], small[-60:, -60:] = 0, 255
    return small


@pytest.fixture(scope="module")
def person(woman_cutout: Cutout) -> Cutout:
    """The rendered woman, a third as large."""
    return Cutout(np.ascontiguousarray(woman_cutout.rgb[::3, ::3]), np.ascontiguousarray(woman_cutout.alpha[::3, ::3]))


def composition(place: Image, person: Cutout, profile: bytes | None = None, deep: bool = False) -> Composition:
    """Two figures, one in front of the other, with a soft shadow below each and one across the whole picture."""
    pixels = place.astype(np.uint16) * 257 + 77 * (place < 255) if deep else place
    background = Background(pixels.astype(np.uint16 if deep else np.uint8), profile, (300, 300))
    figures = [Placed(person, Placement((x, y), (0, 0), (0, 150))) for x, y in ((60, 170), (120, 190), (260, 199))]
    layers = list(compose_scene(background, figures).layers)
    height, width = place.shape[:2]
    y, x = np.mgrid[:height, :width]
    for number, centre in enumerate(((60, 168), (140, 100))):
        dark = 0.8 * np.exp(-(((x - centre[0]) / 60) ** 2) - ((y - centre[1]) / (20 + 60 * number)) ** 2)
        rgba = np.zeros((height, width, 4), np.float32)
        rgba[..., 3] = dark * (dark > 0.004)
        layers.insert(number, Layer(f"shadow {number + 1}", (0, 0, width, height), rgba))
    return Composition(background, tuple(layers))


def _archive(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def _stack(data: bytes) -> tuple[ET.Element, list[ET.Element]]:
    image = ET.fromstring(_archive(data).read("stack.xml"))
    stack = image.find("stack")
    assert stack is not None
    return image, stack.findall("layer")


def _blended(data: bytes) -> np.ndarray:
    """What an editor shows: the layers from the last to the first, 8-bit codes blended and rounded each time."""
    image, layers = _stack(data)
    shown = np.zeros((int(image.get("h", 0)), int(image.get("w", 0)), 3))
    for layer in reversed(layers):
        with Pillow.open(io.BytesIO(_archive(data).read(layer.get("src", "")))) as picture:
            rgba = np.asarray(picture.convert("RGBA")).astype(float)
        x, y = int(layer.get("x", 0)), int(layer.get("y", 0))
        below = shown[y : y + rgba.shape[0], x : x + rgba.shape[1]]
        colour, alpha = rgba[..., :3], rgba[..., 3:] / 255
        source = below * colour / 255 if layer.get("composite-op") == "svg:multiply" else colour
        below[:] = np.round(alpha * source + (1 - alpha) * below)
    return shown


@pytest.mark.parametrize("profile", _PROFILES)
@pytest.mark.parametrize("deep", [False, True])
def test_the_layers_give_the_picture(place: Image, person: Cutout, profile: str, deep: bool) -> None:
    whole = composition(place, person, _PROFILES[profile], deep)
    data = layered(whole)
    space = space_of(_PROFILES[profile])
    assert space is not None
    wanted = SRGB.from_light(space.to_light(whole.flatten()), np.dtype(np.uint8)).astype(int)
    if profile == "srgb":
        wanted = eight_bits(whole.flatten()).astype(int)
    difference = np.abs(_blended(data) - wanted)
    # A background of another space is rounded twice, to its own codes and to sRGB's.
    assert difference.max() <= (2 if profile == "srgb" else 3)
    assert difference.mean() < 0.3
    np.testing.assert_array_equal(read_image(_archive(data).read("mergedimage.png")), wanted)


def test_what_the_specification_asks_for(place: Image, person: Cutout) -> None:
    data = layered(composition(place, person))
    archive = _archive(data)
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.header_offset) == ("mimetype", zipfile.ZIP_STORED, 0)
    assert data[30:54] == b"mimetypeimage/openraster"
    image, layers = _stack(data)
    assert {"w": "300", "h": "200", "xres": "300", "yres": "300"}.items() <= image.attrib.items()
    assert [layer.get("name") for layer in layers] == [
        "figure 3", "figure 2", "figure 1", "shadow 2", "shadow 1", "background",
    ]  # fmt: skip
    assert [layer.get("composite-op") for layer in layers] == ["svg:src-over"] * 3 + ["svg:multiply"] * 2 + [
        "svg:src-over"
    ]
    for layer in layers:
        assert (layer.get("opacity"), layer.get("visibility")) == ("1.0", "visible")
    sizes = {}
    for name in archive.namelist():
        if name.endswith(".png"):
            with Pillow.open(io.BytesIO(archive.read(name))) as picture:
                sizes[name] = picture.size
                assert not picture.info.get("interlace")
                assert picture.mode in ("RGB", "RGBA")
    assert sizes["mergedimage.png"] == sizes[layers[-1].get("src", "")] == (300, 200)
    assert max(sizes["Thumbnails/thumbnail.png"]) == 256
    assert {name for name in archive.namelist() if name.startswith("data/")} == {layer.get("src") for layer in layers}


def test_a_figure_layer_is_the_figure_where_it_is_opaque(place: Image, person: Cutout) -> None:
    """So that it can be moved in the editor: its own colours, and its own alpha up to what blending codes asks for."""
    whole = composition(place, person)
    _, layers = _stack(layered(whole))
    file = next(layer for layer in layers if layer.get("name") == "figure 2")
    with Pillow.open(io.BytesIO(_archive(layered(whole)).read(file.get("src", "")))) as picture:
        rgba = np.asarray(picture)
    alone = figures_alone(Composition(whole.background, (whole.layers[3],))).pixels
    x, y = int(file.get("x", 0)), int(file.get("y", 0))
    part = alone[y : y + rgba.shape[0], x : x + rgba.shape[1]].astype(int)
    opaque = part[..., 3] == 255
    assert opaque.sum() > 1000
    assert np.abs(rgba[opaque].astype(int) - part[opaque]).max() <= 1
    assert (rgba[..., 3] >= part[..., 3] - 1).all()


def test_the_same_bytes_again(place: Image, person: Cutout) -> None:
    whole = composition(place, person)
    assert encode_composition(whole, "ora") == encode_composition(whole, "ora")


def test_a_background_alone_is_a_file_of_one_layer(place: Image) -> None:
    data = layered(Composition(Background(place)))
    _, layers = _stack(data)
    assert [layer.get("name") for layer in layers] == ["background"]
    np.testing.assert_array_equal(_blended(data), place)


def test_a_layer_that_shows_nothing_is_left_out(place: Image) -> None:
    empty = Layer("figure 1", (5, 5, 20, 30), np.zeros((25, 15, 4), np.float32))
    assert len(_stack(layered(Composition(Background(place), (empty,))))[1]) == 1


@pytest.mark.parametrize("profile", _PROFILES)
@pytest.mark.parametrize("deep", [False, True])
def test_outside_the_figures_every_bit_is_the_backgrounds(
    place: Image, person: Cutout, profile: str, deep: bool
) -> None:
    whole = composition(place, person, _PROFILES[profile], deep)
    whole = Composition(whole.background, tuple(layer for layer in whole.layers if layer.name.startswith("figure")))
    untouched = figures_alone(whole).pixels[..., 3] == 0
    for layer in whole.layers:
        x0, y0, x1, y1 = layer.window
        untouched[y0:y1, x0:x1] &= layer.rgba[..., 3] == 0
    for kind in ("png", "tiff"):
        written = read_picture(encode_composition(whole, kind))
        assert written.pixels.dtype == (np.uint16 if deep else np.uint8)
        assert written.profile == _PROFILES[profile]
        assert written.dpi == pytest.approx((300, 300), abs=0.02)
        np.testing.assert_array_equal(written.pixels[untouched], whole.background.pixels[untouched])
        assert (written.pixels[~untouched] != whole.background.pixels[~untouched]).any()


def test_a_figure_looks_the_same_on_every_background(place: Image, person: Cutout) -> None:
    """A figure in sRGB on a background in P3: as P3's codes, the same colours; on one of 16 bits, finer codes."""
    plain = composition(place, person)
    opaque = figures_alone(plain).pixels[..., 3] == 255
    wanted = plain.flatten()[opaque].astype(int)
    for profile, deep in ((None, True), (DISPLAY_P3, False), (DISPLAY_P3, True)):
        other = composition(place, person, profile, deep)
        space = space_of(profile)
        assert space is not None
        seen = SRGB.from_light(space.to_light(other.flatten()[opaque]), np.dtype(np.uint8)).astype(int)
        assert np.abs(seen - wanted).max() <= (1 if deep else 3)
        assert np.abs(seen - wanted).mean() < 0.4
    assert (composition(place, person, DISPLAY_P3).flatten()[opaque] != wanted).mean() > 0.5


@pytest.mark.parametrize("deep", [False, True])
def test_figures_alone_laid_on_the_background_give_the_picture(place: Image, person: Cutout, deep: bool) -> None:
    whole = composition(place, person, None, deep)
    whole = Composition(whole.background, whole.layers[2:])
    alone = figures_alone(whole)
    assert alone.pixels.shape == (200, 300, 4)
    alpha = alone.pixels[..., 3:] / np.float32(65535 if deep else 255)
    light = alpha * SRGB.to_light(alone.pixels[..., :3]) + (1 - alpha) * SRGB.to_light(whole.background.pixels)
    again = SRGB.from_light(light, alone.pixels.dtype).astype(int)
    # On black, a step of alpha in 8 bits is many steps of the picture.
    bright = whole.background.pixels.min(axis=2) > (60 * 257 if deep else 60)
    assert np.abs(again - whole.flatten())[bright].max() <= (80 if deep else 4)
