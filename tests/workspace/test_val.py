"""CIHP_PGN's ``val.txt`` and ``val_id.txt``: which pictures are parsed, in which order, and beside what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.workspace.conftest import CANVAS, pose
from vton_core.errors import WorkspaceError
from vton_core.images import write_png
from vton_core.labels import Label
from vton_core.pipeline import run_steps
from vton_core.progress import Progress
from vton_core.steps import parsing
from vton_core.types import Alpha, Image, Mask, ParseMap, Pose
from vton_core.workspace import Workspace

_BOB_ANN = "/image/bob.png /labels/512x512.png\n/image/ann.png /labels/512x512.png\n"


@pytest.fixture
def three(done: Workspace) -> Workspace:
    """Three models that step2 has drawn."""
    for model in ("bob", "cleo at sea"):
        done.write_canvas(model, CANVAS)
        done.write_canvas_image(model, np.full((512, 512, 3), 90, np.uint8))
        done.write_pose(model, pose())
    return done


def _write(workspace: Workspace, val: str | None, ids: str | None) -> None:
    for name, text in (("val.txt", val), ("val_id.txt", ids)):
        if text is not None:
            (workspace.inputs / name).write_text(text)


def _models(workspace: Workspace) -> list[str]:
    return [picture.model for picture in workspace.to_parse()]


@pytest.mark.parametrize(
    ("val", "ids", "models"),
    [
        (None, None, ["ann", "bob", "cleo at sea"]),
        (_BOB_ANN, "ann\nbob\n", ["bob", "ann"]),
        (_BOB_ANN, "ann\n", ["ann"]),
        ("image/bob.png\ncleo at sea.png\nann", "ann\nbob\ncleo at sea", ["bob", "cleo at sea", "ann"]),
        # An id may name a picture of edges instead, that of the same line.
        (
            _BOB_ANN,
            "512x512\n512x512",
            ["bob", "ann"],
        ),
        (_BOB_ANN, "512x512\n", ["bob"]),
        ("# later\n/image/cleo at sea.png /labels/512x512.png # first\n", "cleo at sea", ["cleo at sea"]),
        ("ann\nann\n", "ann", ["ann"]),
    ],
)
def test_val_txt_says_which_and_in_which_order(
    three: Workspace, val: str | None, ids: str | None, models: list[str]
) -> None:
    _write(three, val, ids)
    assert _models(three) == models


@pytest.mark.parametrize(
    ("val", "ids", "sentence"),
    [
        ("", None, r"inputs/val\.txt names no model\. Delete it"),
        ("ann\nzoe /labels/512x512.png", None, r"inputs/val\.txt, line 2: step2 has drawn no 'zoe'"),
        ("ann labels/lost.png", None, r"inputs/val\.txt, line 1: 'labels/lost\.png' does not exist"),
        ("ann ../../secret.png", None, r"inputs/val\.txt, line 1: '\.\./\.\./secret\.png' lies outside"),
        ("ann", "ann\nbob", r"val_id\.txt names 'bob', which inputs/val\.txt does not"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(three: Workspace, val: str, ids: str | None, sentence: str) -> None:
    _write(three, val, ids)
    with pytest.raises(WorkspaceError, match=sentence):
        three.to_parse()


def test_labels_and_edges_are_read_where_they_say_something(three: Workspace) -> None:
    labels = np.full((512, 512), Label.PANTS, np.uint8)
    labels[:9] = 255
    write_png(three.inputs / "labels" / "ann.png", labels)
    write_png(three.inputs / "labels" / "small.png", labels[:300])
    edges = np.zeros((512, 512), np.uint8)
    edges[100] = 255
    write_png(three.inputs / "edges" / "ann.png", edges)
    _write(three, "ann labels/ann.png\nbob labels/small.png\ncleo at sea", "ann\nbob\ncleo at sea")
    ann, bob, cleo = three.to_parse()
    np.testing.assert_array_equal(three.true_labels(ann, (512, 512)), labels)
    np.testing.assert_array_equal(three.true_edges(ann, (512, 512)), edges > 0)
    assert three.true_labels(bob, (512, 512)) is None
    assert three.true_labels(cleo, (512, 512)) is three.true_edges(bob, (512, 512)) is None
    (three.inputs / "val.txt").unlink()
    assert all(three.true_labels(picture, (512, 512)) is None for picture in three.to_parse())


class _Engine:
    """Calls all of it trousers, with an edge in the middle."""

    def parse(self, image: Image, pose: Pose, mask: Mask | None = None) -> ParseMap:
        return np.full(image.shape[:2], Label.PANTS, np.uint8)

    def edges(self, image: Image) -> Alpha:
        found = np.zeros(image.shape[:2], np.float32)
        found[256] = 0.9
        return found


def _known(half: Label) -> NDArray[np.uint8]:
    """Trousers, and in the lower half something else."""
    labels = np.full((512, 512), Label.PANTS, np.uint8)
    labels[256:] = half
    return labels


def test_step3_says_how_near_it_comes(three: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "load_parsing", lambda name: _Engine())
    write_png(three.inputs / "labels" / "a.png", _known(Label.PANTS))
    write_png(three.inputs / "labels" / "b.png", _known(Label.SKIRT))
    edges = np.zeros((512, 512), np.uint8)
    edges[255:257] = 1
    write_png(three.inputs / "edges" / "bob.png", edges)
    _write(three, "ann labels/a.png\nbob labels/b.png\n", "ann\nbob\n")
    told: list[Progress] = []
    run_steps(three, ("step3",), report=told.append)
    notes = [note for progress in told for note in progress.notes]
    assert notes == [
        "Beside the labels of inputs/val.txt: pixel accuracy 0.7500, mean IoU 0.3750.",
        "Beside the edges of inputs/val_id.txt: recall 0.5000, precision 1.0000.",
    ]
    assert {file.name for file in three.parse_file("ann").parent.glob("*_vis.png")} == {"ann_vis.png", "bob_vis.png"}
    assert Path(three.parse_file("bob")).is_file()
