"""What is no usable picture gets one sentence, what only looks odd is taken, and nothing that was there is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from sklearn.datasets import load_sample_image

from tests.e2e.conftest import OpenTab
from tests.e2e.tab import Tab

RED, BLUE = (200, 40, 30), (30, 60, 190)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file's bytes."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def halves(size: tuple[int, int] = (90, 60)) -> Image.Image:
    """A red picture with a blue right half."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def truncated() -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    whole = saved(Image.fromarray(noise), "JPEG")
    return whole[: len(whole) // 2]


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(halves(), "JPEG", quality=95, exif=exif)


def animated() -> bytes:
    return saved(halves(), "GIF", save_all=True, append_images=[Image.new("RGB", (90, 60), (0, 255, 0))])


def transparent() -> bytes:
    image = halves().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 30, 90, 60))
    return saved(image, "PNG")


def deep() -> bytes:
    grey = np.full((60, 90), 20_000, np.uint16)
    grey[:, 45:] = 50_000
    return saved(Image.fromarray(grey), "PNG")


UNUSABLE: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "notes.jpg": (lambda: b"these are notes", "not a picture"),
    "empty.png": (lambda: b"", "not a picture"),
    "truncated.jpg": (truncated, "damaged"),
    "bomb.png": (lambda: saved(Image.new("1", (19_000, 19_000)), "PNG"), "too large"),
    "wide.png": (lambda: saved(Image.new("1", (60_000, 12)), "PNG"), "too large"),
    "tiny.png": (lambda: saved(Image.new("RGB", (3, 3)), "PNG"), "larger picture"),
}

Colours = tuple[tuple[int, int, int], ...]
ODD: Final[dict[str, tuple[Callable[[], bytes], tuple[int, int], Colours]]] = {
    "cmyk.jpg": (lambda: saved(halves().convert("CMYK"), "JPEG", quality=95), (90, 60), (RED, BLUE, RED, BLUE)),
    "deep.png": (deep, (90, 60), ((78,) * 3, (195,) * 3, (78,) * 3, (195,) * 3)),
    "rotated.jpg": (rotated, (60, 90), (RED, RED, BLUE, BLUE)),
    "animated.gif": (animated, (90, 60), (RED, BLUE, RED, BLUE)),
    "transparent.png": (transparent, (90, 60), (RED, BLUE, (255,) * 3, (255,) * 3)),
}
"""File, then width and height, then the colours expected in the corners: top left, top right, bottom left, right."""


@pytest.mark.parametrize("name", list(UNUSABLE))
def test_what_cannot_be_used_is_one_sentence_and_the_slot_stays(tab: Tab, tmp_path: Path, name: str) -> None:
    content, word = UNUSABLE[name]
    before = tab.chosen("background")
    (tmp_path / name).write_bytes(content())
    tab.choose("background", tmp_path / name)
    (sentence,) = tab.said("background")
    assert word in sentence
    assert name in sentence
    assert "Traceback" not in sentence
    assert tab.chosen("background") == before
    tab.page.locator(".slot[data-slot=background] .notice .close").click()
    expect(tab.page.locator(".slot[data-slot=background] .notice")).to_have_count(0)


@pytest.mark.parametrize("name", list(ODD))
def test_what_only_looks_odd_is_taken_as_it_was_meant(
    tab: Tab, pictures: dict[str, Path], tmp_path: Path, name: str
) -> None:
    content, size, colours = ODD[name]
    (tmp_path / name).write_bytes(content())
    tab.choose("background", tmp_path / name)
    assert tab.said("background") == []
    text, address = tab.chosen("background")
    assert f"{size[0]} × {size[1]}" in text
    answer = tab.page.request.get(f"{tab.page.url}{address}")
    with Image.open(io.BytesIO(answer.body())) as shown:
        assert shown.size == size
        corners = [(x, y) for y in (10, size[1] - 11) for x in (10, size[0] - 11)]
        found = [shown.convert("RGB").getpixel(corner) for corner in corners]
    assert found == [pytest.approx(colour, abs=30) for colour in colours]
    tab.choose("background", pictures["background"])


def test_a_long_name_stays_within_its_slot(tab: Tab, pictures: dict[str, Path], tmp_path: Path) -> None:
    file = tmp_path / f"{'259f2358-fb94-4e7e-bd05-864e28071c17' * 2}.png"
    file.write_bytes(saved(halves(), "PNG"))
    tab.choose("model", file)
    slots = [tab.page.locator(f".slot[data-slot={name}]") for name in ("model", "garment")]
    drop, beside = (place.bounding_box() for place in (slots[0].locator(".drop"), slots[1]))
    assert drop is not None
    assert beside is not None
    assert drop["x"] + drop["width"] <= beside["x"]
    tab.choose("model", pictures["model"])


def test_a_photo_of_nobody_is_a_sentence_at_the_model_and_the_earlier_result_stays(
    fitted: Tab, pictures: dict[str, Path], tmp_path: Path
) -> None:
    fitted.compose()
    Image.fromarray(load_sample_image("china.jpg")).reduce(2).save(tmp_path / "china.jpg")
    fitted.choose("model", tmp_path / "china.jpg")
    before = fitted.numbers()
    fitted.fit()
    fitted.wait_for_end()
    (sentence,) = fitted.said("model")
    assert "person" in sentence
    assert fitted.said("stages") == []
    assert fitted.statuses()[0] == "failed"
    fitted.choose("model", pictures["model"])
    assert fitted.said("model") == []
    assert fitted.numbers() == before
    fitted.compose()
    fitted.fit()
    assert fitted.statuses() == ["done"] * 4, "the earlier fit was lost"


def test_a_garment_that_fills_the_frame_is_a_sentence_at_the_garment(
    fitted: Tab, pictures: dict[str, Path], tmp_path: Path
) -> None:
    with Image.open(pictures["garment"]) as whole:
        chest = (whole.width * 2 // 5, whole.height * 11 // 20, whole.width * 3 // 5, whole.height * 7 // 10)
        whole.crop(chest).resize((300, 400)).save(tmp_path / "close.png")
    fitted.choose("garment", tmp_path / "close.png")
    fitted.fit()
    fitted.wait_for_end()
    (sentence,) = fitted.said("garment")
    assert "garment" in sentence
    assert fitted.statuses() == ["kept", "kept", "kept", "failed"]
    fitted.choose("garment", pictures["garment"])
    fitted.compose()
    fitted.fit()
    assert fitted.statuses() == ["done"] * 4, "the earlier fit was lost"


def test_several_people_are_mentioned_and_half_a_person_is_dressed_or_refused_in_a_sentence(
    open_tab: OpenTab, pictures: dict[str, Path], tmp_path: Path
) -> None:
    tab = open_tab()
    tab.choose("model", pictures["crowd"])
    tab.choose("garment", pictures["garment"])
    tab.fit()
    expect(tab.page.locator("#stages .notes .notice")).to_have_count(1)
    assert "Several people" in tab.said("stages")[0]
    tab.wait_for_end()
    with Image.open(pictures["model"]) as whole:
        whole.crop((0, 0, whole.width // 2, whole.height)).save(tmp_path / "half.png")
    tab.choose("model", tmp_path / "half.png")
    tab.fit()
    expect(tab.page.locator("#stages .notes .notice")).to_have_count(0)
    tab.wait_for_end()
    said = [sentence for place in ("model", "garment", "stages") for sentence in tab.said(place)]
    assert len(said) == (0 if tab.statuses() == ["done"] * 4 else 1), said
    assert all(sentence.endswith(".") for sentence in said)
