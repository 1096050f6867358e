"""Masks of the example garments put on other backgrounds, and pictures that are refused."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN, overlap
from vton_core.errors import NoGarmentError
from vton_core.garment.mask import garment_from_image
from vton_core.garment.matte import garment_from_mask
from vton_core.images import read_image
from vton_core.types import Garment, Image

NAMES = ("garment_tee_striped", "garment_tee_green", "garment_longsleeve")
SIZE = (480, 640)


@pytest.fixture(scope="module")
def garments(examples: Path) -> dict[str, Garment]:
    """The example garments at a moderate size, whose alpha and colour are taken for known from here on."""
    found = {}
    for name in NAMES:
        small = cv2.resize(read_image(examples / f"{name}.png"), SIZE, interpolation=cv2.INTER_AREA)
        found[name] = garment_from_image(small)
    return found


def _background(kind: str) -> NDArray[np.float32]:
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float32) / 640
    if kind == "gradient":
        return np.dstack([215 + 30 * y, 220 + 25 * y - 10 * x, 226 + 18 * y]).astype(np.float32)
    level = {"white": 255, "grey": 158, "jpeg": 236}[kind]
    return np.full((SIZE[1], SIZE[0], 3), level, np.float32)


def _photo(garment: Garment, kind: str) -> Image:
    alpha = garment.alpha[..., None]
    picture = np.round(garment.rgb * alpha + _background(kind) * (1 - alpha)).astype(np.uint8)
    if kind == "jpeg":
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
        picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return picture


def test_the_examples_themselves(garments: dict[str, Garment]) -> None:
    for name, garment in garments.items():
        assert 0.3 < garment.alpha.mean() < 0.5, name
        assert garment.alpha.dtype == np.float32
        assert 0 <= garment.alpha.min() <= garment.alpha.max() <= 1
        border = np.concatenate([garment.alpha[[0, -1]].ravel(), garment.alpha[:, [0, -1]].ravel()])
        assert not border.any()


@pytest.mark.parametrize("kind", ["white", "grey", "gradient", "jpeg"])
@pytest.mark.parametrize("name", NAMES)
def test_a_plain_background_is_taken_off(name: str, kind: str, garments: dict[str, Garment]) -> None:
    known = garments[name]
    found = garment_from_image(_photo(known, kind))
    # Compression leaves a rim of noise along the outline.
    assert overlap(found.alpha, known.alpha) > (0.975 if kind == "jpeg" else 0.985)
    assert float(np.abs(found.alpha - known.alpha).mean()) < 0.01


def test_the_outline_is_free_of_the_background(garments: dict[str, Garment]) -> None:
    """The plain garment's edge has the garment's colour, within 12 codes, and little of the background's."""
    known = garments["garment_longsleeve"]
    photo = _photo(known, "grey")
    found = garment_from_image(photo)
    edge = (found.alpha > 0.1) & (found.alpha < 0.9) & (known.alpha > 0.05)
    assert edge.sum() > 300
    error = np.abs(found.rgb[edge].astype(float) - known.rgb[edge]).mean()
    assert error < 12
    assert error < 0.5 * np.abs(photo[edge].astype(float) - known.rgb[edge]).mean()
    inside = known.alpha == 1
    kept = cv2.erode(inside.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    np.testing.assert_array_equal(found.rgb[kept], photo[kept])


@pytest.mark.parametrize(("quality", "step"), [(40, 2), (75, 2), (85, 3)])
def test_compression_noise_is_no_part_of_it(quality: int, step: int) -> None:
    drawn = DRAWN["hanging long sleeves"]
    mask = drawn.mask()
    photo = np.where(mask[..., None], (190, 25, 40), 255).astype(np.uint8)
    coded = cv2.imencode(".jpg", photo[::step, ::step], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    found = garment_from_image(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)).alpha > 0.5
    assert overlap(found, mask[::step, ::step]) > 0.97


def test_the_gap_within_a_strap_is_open() -> None:
    photo = np.full((700, 560, 3), 245, np.uint8)
    cv2.fillPoly(photo, [np.array([(120, 300), (440, 300), (460, 640), (100, 640)])], (230, 190, 60))
    for x in (140, 420):
        strap = np.array([(x - 20, 310), (x - 8, 90), (x + 8, 90), (x + 20, 310)])
        cv2.polylines(photo, [strap], False, (230, 190, 60), 9)
    coded = cv2.imencode(".jpg", photo[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    alpha = garment_from_image(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1], np.uint8)).alpha
    for x in (140, 420):
        assert alpha[220:280, x - 3 : x + 4].max() < 0.1
        assert alpha[150:250, x - 30 : x + 31].max(axis=1).min() > 0.9


def test_white_stripes_stay_on_a_white_background() -> None:
    mask = DRAWN["spread sleeves"].mask()
    stripes = np.where((np.arange(mask.shape[0]) // 14 % 2 == 0)[:, None, None], (25, 30, 70), 252)
    photo = np.where(mask[..., None], stripes, 255).astype(np.uint8)
    found = garment_from_image(photo).alpha > 0.5
    inner = cv2.erode(mask.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert found[inner].mean() > 0.97


@pytest.mark.parametrize("height", [256, 1024])
def test_the_gap_beside_a_hanging_sleeve_is_open_at_any_size(height: int) -> None:
    unit = height / 256
    photo = np.full((height, height * 3 // 4, 3), 255, np.uint8)
    gap = np.zeros(photo.shape[:2], bool)
    for left, right in ((20, 40), (52, 140), (152, 172)):
        photo[int(60 * unit) : int(200 * unit), int(left * unit) : int(right * unit)] = (90, 20, 60)
    photo[int(40 * unit) : int(70 * unit), int(20 * unit) : int(172 * unit)] = (90, 20, 60)
    gap[int(80 * unit) : int(195 * unit), int(42 * unit) : int(50 * unit)] = True
    coded = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    noisy = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    assert garment_from_image(noisy).alpha[gap].max() < 0.1


def test_the_closed_gap_between_a_sleeve_and_the_body_of_a_pale_garment_is_open() -> None:
    photo = np.full((512, 384, 3), 255, np.uint8)
    pale = (232, 222, 230)
    for left, right in ((40, 80), (104, 280), (304, 344)):
        photo[120:400, left:right] = pale
    photo[80:140, 40:344] = photo[380:400, 40:344] = pale
    found = garment_from_image(photo).alpha
    for left, right in ((84, 100), (284, 300)):
        assert found[150:370, left:right].max() < 0.1
    assert found[150:370, 108:276].min() > 0.9


@pytest.mark.parametrize("room", [3, 4])
def test_what_is_between_a_pale_garment_and_the_border_is_no_part_of_it(room: int) -> None:
    photo = np.full((256, 192, 3), 255, np.uint8)
    photo[30:230, room:-room] = (238, 238, 242)
    found = garment_from_image(photo).alpha
    assert max(found[:, 0].max(), found[:, -1].max()) < 0.1
    assert found[40:220, room + 2 : -room - 2].min() > 0.9


def test_a_larger_picture_gives_the_same_mask(garments: dict[str, Garment]) -> None:
    photo = _photo(garments["garment_tee_green"], "white")
    small = garment_from_image(photo)
    large = garment_from_image(cv2.resize(photo, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))
    assert large.alpha.shape == (1920, 1440)
    assert overlap(cv2.resize(large.alpha, SIZE, interpolation=cv2.INTER_AREA), small.alpha) > 0.985


def test_a_transparent_picture_brings_its_own_alpha(garments: dict[str, Garment]) -> None:
    known = garments["garment_tee_striped"]
    alpha = np.round(known.alpha * 255).astype(np.uint8)
    rgba = np.dstack([np.where(alpha[..., None] > 0, known.rgb, 0), alpha])
    # A speck far away is no part of the garment.
    rgba[5:8, 5:8] = 255
    found = garment_from_image(rgba)
    np.testing.assert_allclose(found.alpha[10:], alpha[10:] / 255, atol=1e-6)
    assert not found.alpha[:10, :10].any()


def test_solid_alpha_does_not_count(garments: dict[str, Garment]) -> None:
    photo = _photo(garments["garment_tee_green"], "white")
    rgba = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
    np.testing.assert_array_equal(garment_from_image(rgba).alpha, garment_from_image(photo).alpha)


def test_of_two_garments_side_by_side_the_larger_counts() -> None:
    photo = np.full((320, 520, 3), 250, np.uint8)
    shirt = DRAWN["spread sleeves"].mask().astype(np.uint8)
    masks = {}
    for left, size in ((10, (200, 250)), (270, (240, 300))):
        mask = np.zeros(photo.shape[:2], bool)
        mask[10 : 10 + size[1], left : left + size[0]] = cv2.resize(shirt, size, interpolation=cv2.INTER_NEAREST) > 0
        photo[mask] = (40, 60, 130)
        masks[left] = mask
    found = garment_from_image(photo)
    assert not found.alpha[masks[10]].any()
    assert abs(float(found.alpha.sum()) - float(masks[270].sum())) < 0.03 * masks[270].sum()


def _fabric(width: int, height: int) -> Image:
    """Plain green cloth under soft light, from edge to edge."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    shade = 1 + 0.04 * np.sin(x / 55 + y / 90) - 0.05 * y / height
    noise = np.random.default_rng(3).normal(0, 1.2, (height, width, 1))
    return np.clip(np.array([44, 102, 78]) * shade[..., None] + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("text", "row", "size"),
    [("FJORD CLUB", 120, 1.3), ("FJORD CLUB", 18, 1.3), ("CLUB", 200, 3.0), ("O x O x", 200, 2)],
)
def test_a_printed_shirt_that_fills_the_frame_is_refused(text: str, row: int, size: float) -> None:
    picture = _fabric(300, 400)
    cv2.putText(picture, text, (12, row), cv2.FONT_HERSHEY_SIMPLEX, size, (235, 230, 205), 5, cv2.LINE_AA)
    with pytest.raises(NoGarmentError, match=r"fills the whole picture|can be made out"):
        garment_from_image(picture)


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_the_middle_of_a_printed_shirt_is_refused(share: float, examples: Path) -> None:
    shirt = read_image(examples / "garment_tee_green.png")
    height, width = shirt.shape[:2]
    rows, columns = (slice(round(n * (0.5 - share / 2)), round(n * (0.5 + share / 2))) for n in (height, width))
    crop = cv2.resize(shirt[rows, columns], (300, 400), interpolation=cv2.INTER_CUBIC)
    with pytest.raises(NoGarmentError, match=r"fills the whole picture|can be made out"):
        garment_from_image(crop)


def test_plain_pictures_are_empty() -> None:
    with pytest.raises(NoGarmentError, match="stands out from its background"):
        garment_from_image(np.full((200, 150, 3), 255, np.uint8))
    with pytest.raises(NoGarmentError, match="is empty"):
        garment_from_image(np.zeros((64, 64, 4), np.uint8))


def test_plain_cloth_from_edge_to_edge_is_refused() -> None:
    with pytest.raises(NoGarmentError):
        garment_from_image(_fabric(300, 400))


def test_stripes_from_edge_to_edge_are_refused() -> None:
    stripes = np.where((np.arange(400) // 20 % 2)[:, None, None] > 0, 230, 40) * np.ones((1, 300, 3))
    with pytest.raises(NoGarmentError, match=r"fills the whole picture|can be made out"):
        garment_from_image(stripes.astype(np.uint8))


def test_a_busy_background_is_refused(garments: dict[str, Garment]) -> None:
    from sklearn.datasets import load_sample_image

    busy = cv2.resize(np.asarray(load_sample_image("china.jpg")), SIZE, interpolation=cv2.INTER_AREA)
    known = garments["garment_longsleeve"]
    alpha = known.alpha[..., None]
    picture = np.round(known.rgb * alpha + busy * (1 - alpha)).astype(np.uint8)
    with pytest.raises(NoGarmentError, match="can be made out"):
        garment_from_image(picture)


@pytest.mark.parametrize(
    "image", [np.zeros((8, 8), np.uint8), np.zeros((8, 8, 2), np.uint8), np.zeros((8, 8, 3), np.float32)]
)
def test_another_array_is_refused(image: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="image must be"):
        garment_from_image(image)


def test_a_given_mask_is_kept_and_cleans_the_outline(garments: dict[str, Garment]) -> None:
    known = garments["garment_longsleeve"]
    photo = _photo(known, "white")
    found = garment_from_mask(photo, known.alpha)
    np.testing.assert_array_equal(found.alpha, known.alpha)
    np.testing.assert_array_equal(found.rgb[known.alpha == 1], photo[known.alpha == 1])
    rim = (known.alpha > 0) & (known.alpha < 0.5)
    assert found.rgb[rim].mean() < photo[rim].mean() - 20


def test_a_mask_without_a_solid_pixel_does_not_fail() -> None:
    picture = _fabric(40, 50)
    faint = np.full((50, 40), 0.4, np.float32)
    np.testing.assert_array_equal(garment_from_mask(picture, faint).rgb, picture)


def test_a_small_white_print_stays_on_a_white_background() -> None:
    mask = DRAWN["spread sleeves"].mask()
    photo = np.where(mask[..., None], (40, 90, 180), 255).astype(np.uint8)
    cv2.circle(photo, (340, 220), 9, (255, 255, 255), -1)
    assert garment_from_image(photo).alpha[212:229, 332:349].min() > 0.9


def _compressed(photo: Image, quality: int) -> Image:
    coded = cv2.imencode(".jpg", photo[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1], np.uint8)


def test_narrow_armpits_are_open_though_the_garment_has_a_white_print_and_a_white_collar() -> None:
    photo = np.full((256, 192, 3), 255, np.uint8)
    half = np.array([(36, 40), (80, 100), (64, 112), (38, 84), (38, 230)])
    body = np.concatenate([half, half[::-1] * (-1, 1)]) + np.array([96, 0])
    cv2.fillPoly(photo, [body], (24, 40, 160))
    cv2.ellipse(photo, (96, 40), (24, 14), 0, 0, 180, (244, 244, 246), 5)
    photo[110:130, 76:116] = 250
    alpha = garment_from_image(_compressed(photo, 70)).alpha
    for x in (54, 138):
        assert alpha[92:100, x - 2 : x + 3].max() < 0.15
    assert alpha[112:128, 80:112].min() > 0.9
    assert alpha[51:55, 90:103].min() > 0.9


def test_a_keyhole_shows_what_is_behind_it_and_the_same_further_down_is_a_print() -> None:
    photo = np.full((256, 192, 3), 255, np.uint8)
    cv2.fillPoly(photo, [np.array([(60, 30), (132, 30), (150, 230), (42, 230)])], (40, 30, 44))
    for y in (50, 130):
        cv2.ellipse(photo, (96, y), (7, 11), 0, 0, 360, (255, 255, 255), -1)
    alpha = garment_from_image(_compressed(photo, 90)).alpha
    assert alpha[46:55, 94:99].max() < 0.1
    assert alpha[124:137, 93:100].min() > 0.9


def test_the_gaps_between_thin_crossed_straps_are_open_and_the_straps_stay() -> None:
    photo = np.full((256, 192, 3), 255, np.uint8)
    cv2.fillPoly(photo, [np.array([(50, 52), (96, 68), (142, 52), (150, 250), (42, 250)])], (30, 60, 160))
    for points in ([(56, 54), (70, 14), (128, 56)], [(136, 54), (122, 14), (64, 56)]):
        cv2.polylines(photo, [np.array(points)], False, (30, 60, 160), 2, cv2.LINE_AA)
    cv2.circle(photo, (70, 160), 9, (240, 236, 238), -1)
    alpha = garment_from_image(_compressed(photo, 75)).alpha
    # Left of the straps' crossing, right of it and below.
    for x, y in ((72, 34), (120, 34), (96, 50), (96, 60)):
        assert alpha[y - 1 : y + 2, x - 1 : x + 2].max() < 0.2
    for y in range(22, 46, 4):
        assert alpha[y, 56:70].max() > 0.4
        assert alpha[y, 122:137].max() > 0.4


def test_a_white_collar_before_the_inner_back_stays() -> None:
    photo = np.full((1024, 768, 3), 255, np.uint8)
    cv2.fillPoly(photo, [np.array([(180, 150), (588, 150), (600, 900), (168, 900)])], (24, 34, 70))
    cv2.ellipse(photo, (384, 150), (150, 110), 0, 0, 180, (255, 255, 255), -1)
    cv2.line(photo, (234, 148), (534, 148), (246, 246, 246), 3)
    cv2.ellipse(photo, (384, 150), (112, 74), 0, 0, 180, (40, 40, 44), -1)
    alpha = garment_from_image(_compressed(photo, 92)).alpha
    assert alpha[235:255, 370:400].min() > 0.9
    assert alpha[160:215, 350:420].min() > 0.9


def test_of_a_narrow_keyhole_nothing_is_left_and_a_print_that_shines_is_none() -> None:
    photo = np.full((256, 192, 3), 255, np.uint8)
    cv2.fillPoly(photo, [np.array([(60, 30), (132, 30), (150, 230), (42, 230)])], (20, 20, 24))
    shine = cv2.GaussianBlur(np.float32(photo[..., 0] < 100) * 0, (0, 0), 3)
    shine[58:68, 80:112] = np.linspace(0, 1, 16)[[*range(16), *range(15, -1, -1)]]
    photo = np.maximum(photo, (shine[..., None] * 255).astype(np.uint8))
    cv2.ellipse(photo, (96, 42), (4, 7), 0, 0, 360, (255, 255, 255), -1)
    alpha = garment_from_image(_compressed(photo, 80)).alpha
    assert alpha[37:48, 94:99].max() < 0.2
    assert alpha[59:67, 82:110].min() > 0.9


def test_a_hole_near_the_neck_may_differ_from_the_background_and_what_does_further_down_is_a_print() -> None:
    photo = np.full((256, 192, 3), 255, np.uint8)
    cv2.fillPoly(photo, [np.array([(60, 30), (132, 30), (150, 230), (42, 230)])], (20, 20, 90))
    for y in (46, 72):
        cv2.ellipse(photo, (96, y), (8, 9), 0, 0, 360, (247, 250, 246), -1)
    alpha = garment_from_image(_compressed(photo, 92)).alpha
    assert alpha[42:51, 93:100].max() < 0.1
    assert alpha[68:77, 92:101].min() > 0.9


def test_a_keyhole_of_a_large_photo_may_be_a_slit() -> None:
    photo = np.full((1024, 768, 3), 246, np.uint8)
    cv2.fillPoly(photo, [np.array([(180, 150), (588, 150), (600, 900), (168, 900)])], (24, 34, 70))
    for y in (230, 600):
        cv2.ellipse(photo, (384, y), (4, 60), 0, 0, 360, (246, 246, 246), -1)
    alpha = garment_from_image(_compressed(photo, 92)).alpha
    assert alpha[190:270, 383:386].max() < 0.2
    assert alpha[560:640, 380:389].min() > 0.9


def test_the_gap_beside_the_sleeve_of_a_light_grey_garment_is_not_smoothed_away() -> None:
    photo = np.full((256, 192, 3), 255, np.uint8)
    for left, right in ((20, 42), (51, 140), (150, 172)):
        photo[60:200, left:right] = 212
    photo[40:70, 20:172] = 212
    soft = np.asarray(cv2.GaussianBlur(photo, (0, 0), 2.0), np.uint8)
    alpha = garment_from_image(_compressed(soft, 80)).alpha
    for left, right in ((44, 49), (142, 148)):
        assert alpha[80:195, left:right].max() < 0.2


def test_a_tiny_photo_with_too_little_of_one_background_is_refused() -> None:
    rim = np.ones((8, 8), bool)
    rim[2:-2, 2:-2] = False
    photo = np.full((8, 8, 3), 128, np.uint8)
    rng = np.random.default_rng(1)
    photo[rim] = np.concatenate([np.full((22, 3), 250), rng.integers(0, 200, (26, 3))])
    with pytest.raises(NoGarmentError, match="can be made out"):
        garment_from_image(photo)
