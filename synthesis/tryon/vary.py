"""An example in one of many ways that the program might see it: mirrored, dyed, with a worse pose and parse map."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from synthesis.tryon.examples import SIZE, Worn
from vton_core.engines.tryon.agnostic import agnostic_image, agnostic_parse, to_groups
from vton_core.labels import Label, swap_sides
from vton_core.openpose import render_pose
from vton_core.types import Joint, Pose

__all__ = ["Given", "given", "mirrored", "varied"]

Given = dict[str, NDArray[Any]]

_LOWER: Final = (Label.PANTS, Label.SKIRT)
_LEFT_AND_RIGHT: Final = tuple(
    (joint, Joint["LEFT" + joint.name.removeprefix("RIGHT")]) for joint in Joint if joint.name.startswith("RIGHT_")
)
_LOSABLE: Final = (*range(3, 5), *range(6, 15), *range(19, 25))
"""The joints that may go missing: not the head, and not the shoulders."""
_LOST: Final = 0.04
_SHAKEN: Final = 0.008
_RAGGED: Final = 1.5
_OTHER_HEM: Final = 0.1
_LONG_HAIR: Final = 0.4

_Float = NDArray[np.float32]
_Bytes = NDArray[np.uint8]


def given(example: Worn, rng: np.random.Generator, size: tuple[int, int], *, smooth: bool) -> Given:
    """What the networks are given of an example, and what they shall find.

    Args:
        example: which.
        rng: of the way.
        size: ``(h, w)`` of the result.
        smooth: pictures are shrunk as for the layout network, else as for the matching network.

    Returns:
        person (the agnostic photo), pose, cloth: ``uint8 (h, w, 3)``; groups, agnostic, mask (of the cloth, 0 or 1):
        ``uint8 (h, w)``; places: ``float32 (h, w, 2)``, see :class:`Worn`, in [-1, 1] from the first pixel's outer edge
        to the last one's.
    """
    example = _long_haired(varied(mirrored(example) if rng.random() < 0.5 else example, rng), rng)
    pose = _seen(example.joints, rng)
    image, labels = _in_another_top(example, pose, rng)
    labels = _ragged(labels, rng)
    full = example.labels.shape[::-1]
    pictures: Given = {
        "person": agnostic_image(image, labels, pose),
        "pose": render_pose(pose, (full[0], full[1])),
        "cloth": example.cloth,
    }
    maps: Given = {
        "groups": to_groups(example.labels),
        "agnostic": to_groups(agnostic_parse(labels, pose)),
        "mask": example.mask,
        "places": np.asarray((2 * example.places + 1) / np.array(full) - 1, np.float32),
    }
    way = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    shrunk = {name: cv2.resize(picture, size[::-1], interpolation=way) for name, picture in pictures.items()}
    return shrunk | {
        name: cv2.resize(plane, size[::-1], interpolation=cv2.INTER_NEAREST) for name, plane in maps.items()
    }


def mirrored(example: Worn) -> Worn:
    """Left is right."""
    last = example.labels.shape[1] - 1
    joints = example.joints.copy()
    joints[joints[:, 2] > 0, 0] = last - joints[joints[:, 2] > 0, 0]
    for right, left in _LEFT_AND_RIGHT:
        joints[[right, left]] = joints[[left, right]]
    places = example.places[:, ::-1].copy()
    places[..., 0] = last - places[..., 0]
    return Worn(
        image=np.ascontiguousarray(example.image[:, ::-1]),
        labels=np.ascontiguousarray(swap_sides(example.labels[:, ::-1])),
        joints=joints,
        places=places,
        cloth=np.ascontiguousarray(example.cloth[:, ::-1]),
        mask=np.ascontiguousarray(example.mask[:, ::-1]),
    )


def varied(example: Worn, rng: np.random.Generator) -> Worn:
    """The garment in other colours, wider or narrower, longer or shorter and aside in its shop photo."""
    height, width = example.mask.shape
    scale = rng.uniform(0.85, 1.04, 2)
    shift = rng.uniform(-0.02, 0.02, 2) * width
    offset = (np.array([width, height]) - 1) / 2 * (1 - scale) + shift
    matrix = np.array([[scale[0], 0, offset[0]], [0, scale[1], offset[1]]])
    cloth = cv2.warpAffine(example.cloth, matrix, (width, height), borderValue=(255, 255, 255))
    mask = cv2.warpAffine(example.mask, matrix, (width, height), flags=cv2.INTER_NEAREST)
    tones = np.round(255 * (np.arange(256) / 255) ** np.exp(rng.normal(0, 0.3))).astype(np.uint8)
    cloth = np.where(mask[..., None] > 0, tones[cloth[..., rng.permutation(3)]], cloth)
    return replace(
        example,
        cloth=np.asarray(cloth, np.uint8),
        mask=np.asarray(mask, np.uint8),
        places=np.asarray(scale * example.places + offset, np.float32),
    )


def _long_haired(example: Worn, rng: np.random.Generator) -> Worn:
    """In some cases with hair over one shoulder or both, which few of the rendered people have."""
    nose, *shoulders = (example.joints[joint] for joint in (Joint.NOSE, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER))
    if rng.random() > _LONG_HAIR or not all(joint[2] > 0 for joint in (nose, *shoulders)):
        return example
    drawn = np.zeros(example.labels.shape, np.uint8)
    unit = float(np.linalg.norm(shoulders[0][:2] - shoulders[1][:2]))
    for shoulder in shoulders:
        if rng.random() < 0.75:
            side = np.sign(shoulder[0] - nose[0])
            start = nose[:2] + unit * np.array([side * rng.uniform(0.22, 0.3), rng.uniform(-0.3, 0.0)])
            end = nose[:2] + unit * np.array([side * rng.uniform(0.2, 0.4), rng.uniform(0.6, 1.5)])
            thick = max(1, round(rng.uniform(0.12, 0.3) * unit))
            cv2.line(drawn, start.round().astype(int).tolist(), end.round().astype(int).tolist(), (1,), thick)
    hair = (drawn > 0) & (example.labels != Label.FACE)
    labels, image = example.labels.copy(), example.image.copy()
    labels[hair], image[hair] = Label.HAIR, rng.uniform(20, 160)
    return replace(example, labels=labels, image=image)


def _seen(joints: _Float, rng: np.random.Generator) -> Pose:
    """The pose as it is found: not quite where it is, and not whole."""
    found = joints.copy()
    found[:, :2] += rng.normal(0, _SHAKEN, (25, 2)) * SIZE[0]
    lost = np.zeros(25, bool)
    lost[list(_LOSABLE)] = rng.random(len(_LOSABLE)) < _LOST
    found[lost | (joints[:, 2] <= 0)] = 0
    return Pose(np.asarray(found, np.float32))


def _in_another_top(example: Worn, pose: Pose, rng: np.random.Generator) -> tuple[_Bytes, _Bytes]:
    """Photo and labels, in some cases as if the person had come in a longer or shorter top: where the lower garment
    begins does not give away where the new top shall end."""
    image, labels = example.image, example.labels
    lower = np.isin(labels, _LOWER)
    hips = [point[1] for joint in (Joint.RIGHT_HIP, Joint.LEFT_HIP) if (point := pose.point(joint)) is not None]
    if rng.random() > _OTHER_HEM or not hips or not lower.any():
        return image, labels
    image, labels = image.copy(), labels.copy()
    hem = np.mean(hips) + rng.uniform(-0.12, 0.12) * SIZE[0]
    below = np.arange(len(labels))[:, None] > hem
    hidden = lower & ~below
    labels[hidden] = Label.UPPER_CLOTHES
    bared = (example.labels == Label.UPPER_CLOTHES) & below
    values, counts = np.unique(example.labels[lower], return_counts=True)
    labels[bared] = values[counts.argmax()]
    image[bared] = np.median(example.image[lower], axis=0)
    return image, labels


def _ragged(labels: _Bytes, rng: np.random.Generator) -> _Bytes:
    """With outlines as a parser finds them, a pixel or two beside the truth."""
    height, width = labels.shape
    aside = [
        cv2.resize(rng.normal(0, _RAGGED, (height // 16, width // 16)), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    ]
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    x, y = (np.asarray(at + off, np.float32) for at, off in zip((columns, rows), aside, strict=True))
    return np.asarray(cv2.remap(labels, x, y, cv2.INTER_NEAREST), np.uint8)
