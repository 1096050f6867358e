"""What can be taken away of a picture, beside the picture as it was composed."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PIL import Image

from components import result
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import FakeRunner
from tests.components.scenes import PLACEMENT
from vton_core.errors import InputError
from vton_core.export.project import unpack
from vton_core.workspace import Workspace


@pytest.fixture
def taken(studio: Studio, fitted: Visit) -> Callable[..., tuple[str, Path]]:
    """Take something away: its name and its file."""
    studio.compose(fitted, PLACEMENT)
    settle(fitted)

    def taken(*wanted: Any) -> tuple[str, Path]:
        studio.offer(fitted, *wanted)
        settle(fitted)
        assert fitted.download
        file = fitted.download["url"].removeprefix("gradio_api/file=")
        return fitted.download["name"], Path(file)

    return taken


@pytest.mark.parametrize(("kind", "ending"), [("jpeg", "jpg"), ("webp", "webp"), ("tiff", "tif"), ("png", "png")])
def test_a_picture_in_another_format(
    taken: Callable[..., tuple[str, Path]], fitted: Visit, kind: str, ending: str
) -> None:
    name, file = taken("composite", None, kind, 80 if kind in ("jpeg", "webp") else None)
    assert name == f"tryon-{fitted.shown}.{ending}"
    with Image.open(file) as opened:
        assert (opened.format or "").lower() == kind
        assert opened.size == (300, 200)


def test_a_format_or_a_quality_that_there_is_not(taken: Callable[..., tuple[str, Path]], fitted: Visit) -> None:
    for wanted in (("composite", None, "bmp"), ("composite", None, "jpeg", 0), ("nothing",), ("composite", 99, "webp")):
        with pytest.raises(InputError):
            taken(*wanted)
    assert fitted.saving is None


def test_only_the_newest_picture_is_composed_again(
    taken: Callable[..., tuple[str, Path]], studio: Studio, fitted: Visit
) -> None:
    first = fitted.shown
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    for wanted in (("composite", first, "ora"), ("placed", first)):
        with pytest.raises(InputError, match="newest"):
            taken(*wanted)


def test_a_picture_is_not_taken_apart_as_another_that_was_removed(
    taken: Callable[..., tuple[str, Path]], studio: Studio, fitted: Visit
) -> None:
    first = fitted.shown
    studio.compose(fitted, {**PLACEMENT, "position": [40, 150], "bottom": [40, 150], "top": [40, 90]})
    settle(fitted)
    assert fitted.shown
    studio.remove(fitted, fitted.shown)
    assert fitted.shown == first
    with pytest.raises(InputError, match="newest"):
        taken("placed", first)


def test_what_is_composed_meanwhile_does_not_change_what_is_saved(
    taken: Callable[..., tuple[str, Path]], studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    ordinary, held = runner.work, Event()

    def hold(workspace: Workspace, *rest: Any) -> None:
        if workspace.root == fitted.scene_root("saved"):
            assert held.wait(60)
        ordinary(workspace, *rest)
        workspace.result_file("picture", "ora").write_bytes(b"layers")

    runner.work = hold
    studio.offer(fitted, "composite", None, "ora")
    studio.compose(fitted, {**PLACEMENT, "position": [40, 150], "bottom": [40, 150], "top": [40, 90]})
    while fitted.composing:
        time.sleep(0.005)
    (saved,) = Workspace(fitted.scene_root("saved")).given_scenes()
    held.set()
    settle(fitted)
    assert saved.figures[0].placement.position == (150, 190)
    assert fitted.download
    assert fitted.download["name"] == "tryon-2.ora"
    assert not fitted.scene_root("saved").exists()


def test_a_project_holds_the_pictures_and_the_scene(
    taken: Callable[..., tuple[str, Path]], fitted: Visit, tmp_path: Path
) -> None:
    name, file = taken("project")
    assert name.endswith(".zip")
    workspace = Workspace(tmp_path / "again")
    unpack(file, workspace)
    (described,) = workspace.given_scenes()
    assert described.figures[0].placement.position == (150, 190)
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    assert {"inputs/org_img/model.png", "inputs/cloth/garment.png", "inputs/bg_images/background.png"} <= set(names)
    assert list((fitted.root / "saved").iterdir()) == [fitted.root / "saved" / name]


def test_the_panel_offers_the_formats(fitted: Visit) -> None:
    assert result.view(fitted, str)["formats"] == ("png", "jpeg", "webp", "tiff", "ora")
