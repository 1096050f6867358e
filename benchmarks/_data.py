"""Reads the measuring sets, never the ids that are held out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.io
from PIL import Image as PillowImage

from vton_core.types import Image, Mask, ParseMap, Pose

__all__ = ["ccp_ids", "ccp_mask", "held_out", "read_rgb", "viton_hd_parse", "viton_hd_people", "viton_hd_pose"]


def held_out(data: Path, name: str) -> frozenset[str]:
    """The ids that a set's list holds out."""
    return frozenset((data / "held_out" / f"{name}.txt").read_text().split())


def read_rgb(path: Path) -> Image:
    """``uint8 (H, W, 3)``."""
    return np.asarray(PillowImage.open(path).convert("RGB"))


def ccp_ids(data: Path) -> list[str]:
    """Ids of Clothing Co-Parsing photos that are not held out, in order."""
    hidden = held_out(data, "ccp")
    found = sorted(path.stem for path in (data / "ccp" / "annotations").glob("*.mat"))
    return [name for name in found if name not in hidden]


def ccp_mask(data: Path, name: str) -> Mask:
    """``bool (H, W)``: everything that is labelled, so what the person carries too."""
    labels = scipy.io.loadmat(str(data / "ccp" / "annotations" / f"{name}.mat"))["groundtruth"]
    return np.asarray(labels > 0, np.bool_)


def viton_hd_people(data: Path) -> Iterator[tuple[str, Image, Mask]]:
    """Each studio photo that is not held out, with its parse map's figure."""
    hidden = held_out(data, "viton_hd")
    for path in sorted((data / "viton_hd" / "image").glob("*.jpg")):
        if path.stem in hidden:
            continue
        parse = np.asarray(PillowImage.open(data / "viton_hd" / "image-parse" / f"{path.stem}.png"))
        yield path.stem, read_rgb(path), np.asarray(parse > 0, np.bool_)


def viton_hd_parse(data: Path, name: str) -> ParseMap:
    """``uint8 (H, W)`` of the studio photo's labels: LIP's, which are CIHP's here."""
    return np.asarray(PillowImage.open(data / "viton_hd" / "image-parse" / f"{name}.png"), np.uint8)


def viton_hd_pose(data: Path, name: str) -> Pose:
    """What OpenPose found in the studio photo."""
    people = json.loads((data / "viton_hd" / "openpose-json" / f"{name}_keypoints.json").read_text())["people"]
    return Pose(np.array(people[0]["pose_keypoints_2d"], np.float32).reshape(25, 3))
