"""Files that were damaged, edited wrongly or cannot be written: one sentence, nothing half-written, nothing lost."""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from tests.workspace.conftest import PAIR, cutout
from vton_core.errors import InputError, StorageError, VtonError, WorkspaceError
from vton_core.images import write_png
from vton_core.pipeline import run_steps
from vton_core.storage import write_bytes
from vton_core.workspace import Workspace


def _snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


_GOOD = {"scale": 1.0, "offset": [0, 0], "size": [512, 512], "source_size": [80, 120]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        "{}",
        json.dumps(_GOOD | {"scale": 0}),
        json.dumps(_GOOD | {"scale": "large"}),
        json.dumps(_GOOD | {"offset": [0]}),
        json.dumps(_GOOD | {"offset": [0, float("nan")]}),
        json.dumps(_GOOD | {"size": [512, 1e999]}),
        json.dumps(_GOOD | {"size": [100_000, 512]}),
        json.dumps(_GOOD | {"source_size": None}),
    ],
)
def test_a_canvas_file_that_cannot_be_used(done: Workspace, text: str) -> None:
    done.canvas_file("ann").write_text(text)
    with pytest.raises(WorkspaceError, match=r"image/ann_canvas\.json does not say scale.*run step2 again"):
        done.read_canvas("ann")


def test_a_canvas_of_another_cutout(done: Workspace) -> None:
    write_png(done.cutout_file("ann"), np.zeros((121, 80, 4), np.uint8))
    with pytest.raises(WorkspaceError, match=r"background_step1/ann\.png has another size.*Run step2 again"):
        done.read_canvas("ann")


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[" * 100_000, '{"people": []}', '{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}']
    + [json.dumps({"people": [{"pose_keypoints_2d": [value] * 75}]}) for value in (float("nan"), 10**400, "x")],
)
def test_a_pose_that_cannot_be_used(done: Workspace, text: str) -> None:
    done.pose_file("ann").write_text(text)
    with pytest.raises(WorkspaceError, match=r"openpose-json/ann_keypoints\.json is not an OpenPose file"):
        done.read_pose("ann")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(st.none() | st.floats() | st.text(max_size=3), lambda c: st.lists(c) | st.just({"people": c})))
def test_no_json_escapes_as_another_error(done: Workspace, value: object) -> None:
    for path, read in ((done.pose_file("ann"), done.read_pose), (done.canvas_file("ann"), done.read_canvas)):
        path.write_text(json.dumps(value, default=str))
        with pytest.raises(WorkspaceError):
            read("ann")


def _wrong_size(path: Path) -> None:
    Pillow.fromarray(np.zeros((100, 512), np.uint8)).save(path)


def _wrong_labels(path: Path) -> None:
    Pillow.fromarray(np.full((512, 512), 20, np.uint8)).save(path)


def _wrong_colours(path: Path) -> None:
    Pillow.fromarray(np.full((512, 512, 3), (9, 99, 200), np.uint8)).save(path)


@pytest.mark.parametrize("spoil", [_wrong_size, _wrong_labels, _wrong_colours])
def test_a_parse_map_that_cannot_be_used(done: Workspace, spoil: Callable[[Path], None]) -> None:
    spoil(done.parse_file("ann"))
    with pytest.raises(WorkspaceError, match=r"cihp_parsing/ann\.png is not a map of labels 0 to 19"):
        done.read_parse("ann", (512, 512))


def test_a_mask_that_cannot_be_used(done: Workspace) -> None:
    for array in (np.zeros((50, 60), np.uint8), np.full((60, 50), 255, np.uint8)):
        write_png(done.cloth_mask_file("shirt"), array)
        with pytest.raises(WorkspaceError, match=r"cloth-mask/shirt\.png is not a white-on-black mask"):
            done.read_cloth_mask("shirt", (50, 60))


@pytest.mark.parametrize("kind", ["cutout", "image", "parse", "cloth", "cloth_mask", "figure"])
def test_a_truncated_picture_is_named(done: Workspace, kind: str) -> None:
    read: dict[str, tuple[Path, Callable[[], object]]] = {
        "cutout": (done.cutout_file("ann"), lambda: done.read_cutout("ann")),
        "image": (done.image_file("ann"), lambda: done.read_canvas_image("ann")),
        "parse": (done.parse_file("ann"), lambda: done.read_parse("ann", (512, 512))),
        "cloth": (done.cloths()["shirt"], lambda: done.read_cloth("shirt")),
        "cloth_mask": (done.cloth_mask_file("shirt"), lambda: done.read_cloth_mask("shirt", (50, 60))),
        "figure": (done.figure_file(PAIR), lambda: done.read_figure(PAIR)),
    }
    path, reader = read[kind]
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(InputError, match=rf"{path.name} is not a picture that can be read"):
        reader()


@pytest.mark.parametrize(
    ("file", "step"),
    [
        ("output/background_step1/ann.png", "step1"),
        ("inputs/image/ann_canvas.json", "step2"),
        ("inputs/openpose-json/ann_keypoints.json", "step2"),
        ("output/cihp_parsing/ann.png", "step3"),
    ],
)
def test_a_missing_file_names_the_step_that_writes_it(done: Workspace, file: str, step: str) -> None:
    (done.root / file).unlink()
    with pytest.raises(WorkspaceError, match=rf"{file} is missing\. Run {step} first"):
        done.read_cutout("ann"), done.read_canvas("ann"), done.read_pose("ann"), done.read_parse("ann", (512, 512))


def test_a_figure_without_anything_is_one_sentence(done: Workspace) -> None:
    write_png(done.figure_file(PAIR), np.zeros((30, 20, 4), np.uint8))
    with pytest.raises(InputError, match="The figure is empty") as caught:
        run_steps(done, ("step5",))
    assert caught.value.__notes__ == ["ann_shirt"]


def test_a_full_disk_keeps_what_was_there(done: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    run_steps(done, ("step5",))
    before = _snapshot(done.root)
    (done.inputs / "bg_images" / "yard.txt").write_text("20 80\n20 20\n20 80")
    before["inputs/bg_images/yard.txt"] = b"20 80\n20 20\n20 80"
    monkeypatch.setattr("vton_core.storage.os.fdopen", _Full)
    with pytest.raises(StorageError, match=r"The disk is full: .*ann_shirt_yard\.png could not be written"):
        run_steps(done, ("step5",))
    assert _snapshot(done.root) == before


class _Full(io.FileIO):
    """A file on a disk that takes some bytes, and then no more."""

    def write(self, data: object) -> int:
        super().write(memoryview(data)[:100])  # type: ignore[arg-type]
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_failed_picture_leaves_the_finished_ones(done: Workspace) -> None:
    (done.output / "figure" / "broken.png").write_bytes(b"\x89PNG")
    with pytest.raises(VtonError):
        run_steps(done, ("step5",))
    assert done.final_file(PAIR, "yard").is_file()
    assert not [path for path in done.root.rglob("*") if path.suffix == ".part"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written(done: Workspace) -> None:
    final = done.output / "final"
    final.mkdir()
    final.chmod(0o555)
    with pytest.raises(StorageError, match="may not be written"):
        run_steps(done, ("step5",))
    final.chmod(0o755)


def test_a_file_in_the_place_of_the_output_folder(photos: Workspace) -> None:
    photos.output.write_text("in the way")
    with pytest.raises(StorageError, match="could not be written"):
        photos.write_cutout(photos.cutout_file("ann"), cutout())


def test_a_name_as_long_as_a_disk_allows(tmp_path: Path) -> None:
    write_bytes(tmp_path / ("가" * 83 + ".png"), b"data")
    with pytest.raises(StorageError, match="could not be written"):
        write_bytes(tmp_path / ("가" * 90), b"data")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"data"]
