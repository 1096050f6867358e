"""One training pair as arrays, at the size that the networks are trained at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from vton_core.engines.tryon.agnostic import agnostic_image, agnostic_parse, to_groups
from vton_core.openpose import render_pose
from vton_core.training.viton_hd.layout import DataFolder, Pair
from vton_core.training.viton_hd.poses import read_pose
from vton_core.types import ParseMap, Pose

__all__ = ["PARTS", "Sample", "load_sample", "read_parse", "read_rgb"]

Sample = dict[str, NDArray[np.uint8]]

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "seg": ("image", "parse", "pose", "cloth", "cloth_mask"),
    "gmm": ("image", "parse", "pose", "cloth", "cloth_mask"),
    "warp": ("image", "parse", "pose", "cloth", "cloth_mask"),
    "test": ("image", "parse", "pose", "cloth", "cloth_mask"),
    "alias": ("image", "parse", "pose", "warped", "warped_mask"),
}
"""Which files each training reads, beside the pose picture."""

_HALF: Final = 128
_JUMPSUIT: Final = 10
_DRESS: Final = 6


def read_rgb(path: Any) -> NDArray[np.uint8]:
    """``uint8 (H, W, 3)``; whole files only.

    Raises:
        OSError: damaged, truncated, or not a picture.
    """
    with Pillow.open(path) as picture:
        return np.asarray(picture.convert("RGB"), np.uint8)


def read_parse(path: Any, layout: str) -> ParseMap:
    """``uint8 (H, W)`` of CIHP labels from a palette or grey PNG; LIP's jumpsuits become dresses.

    Raises:
        OSError: damaged, truncated, or not a picture.
    """
    with Pillow.open(path) as picture:
        parse = np.array(picture if picture.mode in ("P", "L") else picture.convert("L"), np.uint8)
    if layout == "viton":
        parse[parse == _JUMPSUIT] = _DRESS
    return parse


def load_sample(data: DataFolder, pair: Pair, network: str, size: tuple[int, int], *, draw_poses: bool) -> Sample:
    """Everything that a network's training needs of a pair; the data must have been checked.

    Args:
        data: the folder.
        pair: which.
        network: a key of :data:`PARTS`.
        size: ``(H, W)`` of the result.
        draw_poses: draw the pose from its joints instead of reading its picture.

    Returns:
        ``uint8``: image, person (the agnostic photo), pose, cloth ``(H, W, 3)``; groups, agnostic (its groups), mask
        (of the cloth, 0 or 1) ``(H, W)``. For ``alias``, cloth and mask are the warped ones.
    """
    files = {part: data.path(part, pair) for part in PARTS[network]}
    rgb = read_rgb(files["image"])
    pose_file = files["pose"]
    assert pose_file is not None
    pose = _scaled(read_pose(pose_file.read_text("utf-8"), pose_file.name), rgb.shape[1], size[1])
    parse = _resize(read_parse(files["parse"], data.layout), size, nearest=True)
    rgb = _resize(rgb, size)
    cloth, mask = ("warped", "warped_mask") if network == "alias" else ("cloth", "cloth_mask")
    return {
        "image": rgb,
        "person": agnostic_image(rgb, parse, pose),
        "pose": _pose_picture(data, pair, pose, size, draw=draw_poses),
        "cloth": _resize(read_rgb(files[cloth]), size),
        "groups": to_groups(parse),
        "agnostic": to_groups(agnostic_parse(parse, pose)),
        "mask": (_resize(read_rgb(files[mask])[..., 0], size, nearest=True) >= _HALF).astype(np.uint8),
    }


def _pose_picture(data: DataFolder, pair: Pair, pose: Pose, size: tuple[int, int], *, draw: bool) -> NDArray[np.uint8]:
    path = data.path("pose_picture", pair) if data.has("pose_picture") and not draw else None
    return render_pose(pose, (size[1], size[0])) if path is None else _resize(read_rgb(path), size)


def _scaled(pose: Pose, old: int, new: int) -> Pose:
    """The pose in a picture of another width; pixel centres are at integers."""
    scale = new / old
    return pose.mapped(scale, ((scale - 1) / 2, (scale - 1) / 2))


def _resize(array: NDArray[np.uint8], size: tuple[int, int], *, nearest: bool = False) -> NDArray[np.uint8]:
    height, width = size
    if array.shape[:2] == size:
        return array
    smooth = cv2.INTER_AREA if array.shape[0] > height else cv2.INTER_LINEAR
    resized = cv2.resize(array, (width, height), interpolation=cv2.INTER_NEAREST_EXACT if nearest else smooth)
    return np.asarray(resized, np.uint8)
