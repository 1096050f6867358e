"""A workspace whose steps were all done, by hand: small pictures, and nothing that an engine is needed for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vton_core.images import write_png
from vton_core.labels import Label
from vton_core.types import Canvas, Cutout, Garment, Joint, Pose
from vton_core.workspace import Pair, Workspace

PAIR = Pair("ann", "shirt")
CANVAS = Canvas(2.0, (176.25, 36.5), (512, 512), (80, 120))


def cutout() -> Cutout:
    """A leaning egg with a soft edge."""
    y, x = np.mgrid[:120, :80]
    distance = np.hypot((x - 40 - (y - 60) / 20) / 25, (y - 60) / 50)
    alpha = np.round(np.clip((1.1 - distance) * 12, 0, 1) * 255).astype(np.float32) / np.float32(255)
    return Cutout(np.dstack([x * 3, y * 2, x + y]).astype(np.uint8), alpha)


def pose() -> Pose:
    """Three joints, with numbers that only a ``float32`` has."""
    keypoints = np.zeros((25, 3), np.float32)
    keypoints[Joint.NOSE] = 250.1, 100.7, 0.9
    keypoints[Joint.NECK] = 256.3, 160.2, 1 / 3
    keypoints[Joint.LEFT_SHOULDER] = 300, 170, 0.5
    return Pose(keypoints)


@pytest.fixture
def photos(tmp_path: Path) -> Workspace:
    """Only what a user puts there: a model, a garment, a background and where to stand on it."""
    workspace = Workspace(tmp_path / "work")
    for folder, name, size in (
        ("org_img", "ann", (80, 120)),
        ("cloth", "shirt", (60, 50)),
        ("bg_images", "yard", (160, 90)),
    ):
        y, x = np.mgrid[: size[1], : size[0]]
        write_png(workspace.inputs / folder / f"{name}.png", np.dstack([x, y, x + y]).astype(np.uint8))
    (workspace.inputs / "bg_images" / "yard.txt").write_text("80 80\n80 20\n80 80\n")
    (workspace.inputs / "backgrounds.txt").write_text("bg_images/yard.png bg_images/yard.txt\n")
    return workspace


@pytest.fixture
def done(photos: Workspace) -> Workspace:
    """The same after every step but the last."""
    photos.write_cutout(photos.cutout_file("ann"), cutout())
    photos.write_canvas("ann", CANVAS)
    photos.write_canvas_image("ann", np.full((512, 512, 3), 200, np.uint8))
    photos.write_pose("ann", pose())
    labels = np.zeros((512, 512), np.uint8)
    labels[100:400, 200:300] = Label.UPPER_CLOTHES
    photos.write_parse("ann", labels)
    photos.write_cloth_mask("shirt", Garment(np.zeros((50, 60, 3), np.uint8), np.ones((50, 60), np.float32)))
    photos.write_cutout(photos.figure_file(PAIR), cutout())
    return photos
