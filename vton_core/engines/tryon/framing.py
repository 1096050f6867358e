"""The part of a photo that VITON-HD sees: framed as the pictures it was trained on, brought to its size."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.errors import NoPersonError
from vton_core.resampling import over_white, warp_affine, warp_labels
from vton_core.types import Alpha, Canvas, Cutout, Garment, Image, Joint, ParseMap, Point, Pose

__all__ = ["LOWER_MARKS", "OUTSIDE", "UPPER_MARKS", "cloth_picture", "frame_of", "in_source", "labels_in", "seen_in"]

UPPER_MARKS: Final = (0.315, 0.69)
"""Where neck and hips stand in the training pictures, in parts of the height (mean of three of VITON-HD's people)."""
LOWER_MARKS: Final = (0.1, 0.9)
"""Where hips and ankles stand when a lower garment is put on."""

OUTSIDE: Final = 0.02
"""A pixel of which the figure covers less has no label."""

_LEAST: Final = 8.0


def in_source(pose: Pose, canvas: Canvas) -> Pose:
    """A pose on the canvas in the source's pixels.

    Raises:
        NoPersonError: the shoulders lie outside the source.
    """
    own = canvas.pose_in_source(pose)
    shoulders = [point for point in map(own.point, (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER)) if point is not None]
    width, height = canvas.source_size
    if shoulders and not any(-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5 for x, y in shoulders):
        raise NoPersonError(
            "The shoulders lie outside the photo, so no garment can be put on. "
            "Put the joints where the person is, or run step2 again."
        )
    return own


def _middle(pose: Pose, *joints: Joint) -> Point | None:
    points = [point for point in map(pose.point, joints) if point is not None]
    if len(points) < len(joints):
        return None
    x, y = np.mean(points, axis=0)
    return float(x), float(y)


def _neck_and_hips(pose: Pose) -> tuple[Point, Point]:
    neck = _middle(pose, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER)
    if neck is None:
        raise NoPersonError(
            "The shoulders cannot be seen, so no garment can be put on. "
            "Use a photo that shows the person's upper body from the front."
        )
    right, left = pose.keypoints[Joint.RIGHT_SHOULDER, :2], pose.keypoints[Joint.LEFT_SHOULDER, :2]
    below = (neck[0], neck[1] + 1.4 * float(np.linalg.norm(right - left)))
    return neck, _middle(pose, Joint.RIGHT_HIP, Joint.LEFT_HIP) or pose.point(Joint.MID_HIP) or below


def _hips_and_ankles(pose: Pose) -> tuple[Point, Point]:
    neck, hips = _neck_and_hips(pose)
    ankles = _middle(pose, Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)
    if ankles is not None:
        return hips, ankles
    knees = _middle(pose, Joint.RIGHT_KNEE, Joint.LEFT_KNEE)
    reach = 2 * (knees[1] - hips[1]) if knees is not None else 1.5 * (hips[1] - neck[1])
    return hips, (hips[0], hips[1] + reach)


def frame_of(pose: Pose, source_size: tuple[int, int], size: tuple[int, int], *, lower: bool = False) -> Canvas:
    """Frame a person like the training pictures.

    Args:
        pose: joints in the source's pixels.
        source_size: ``(width, height)`` of the source.
        size: ``(width, height)`` of the frame.
        lower: frame the legs instead of the upper body.

    Returns:
        The map from source to frame; the frame may reach beyond the source.

    Raises:
        NoPersonError: the shoulders are not seen.
    """
    top, bottom = _hips_and_ankles(pose) if lower else _neck_and_hips(pose)
    high, low = LOWER_MARKS if lower else UPPER_MARKS
    length = max(_LEAST, float(np.hypot(bottom[0] - top[0], bottom[1] - top[1])))
    scale = (low - high) * size[1] / length
    x = (size[0] - 1) / 2 - scale * (top[0] + bottom[0]) / 2
    return Canvas(scale, (x, high * size[1] - scale * top[1]), size, source_size)


def seen_in(frame: Canvas, cutout: Cutout, canvas: Canvas, parse: ParseMap) -> tuple[Image, Alpha, ParseMap]:
    """The figure over white, its alpha ``float32 (H, W)`` in [0, 1] and its labels in the frame, see
    :func:`labels_in`; none of the labels lies outside of the figure."""
    rgb, alpha = over_white(cutout.rgb, cutout.alpha, frame.matrix(), frame.size)
    labels = labels_in(frame, canvas, parse)
    labels[alpha < OUTSIDE] = 0
    return rgb, alpha, labels


def labels_in(frame: Canvas, canvas: Canvas, parse: ParseMap) -> ParseMap:
    """The canvas' labels in the frame; each pixel takes the label that has the largest share of it.

    Returns:
        ``uint8 (H, W)`` of CIHP labels.
    """
    ratio = canvas.scale / frame.scale
    offset = np.array(canvas.offset) - ratio * np.array(frame.offset)
    matrix = np.array([[ratio, 0, offset[0]], [0, ratio, offset[1]]])
    if ratio > 1:
        inverse = np.asarray(cv2.invertAffineTransform(matrix), np.float64)
        return warp_labels(parse, frame.size, lambda share: warp_affine(share, inverse, frame.size))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return warp_labels(parse, frame.size, lambda share: cv2.warpAffine(share, matrix, frame.size, flags=flags))


def cloth_picture(garment: Garment, shape: tuple[int, int], most: int) -> tuple[Image, Alpha]:
    """The garment over white in the middle of a picture of the frame's proportions.

    Args:
        garment: the shop photo.
        shape: ``(width, height)``: the proportions.
        most: rows that the picture may have; a larger one is shrunk to them.

    Returns:
        ``uint8 (H, W, 3)`` and ``float32 (H, W)`` in [0, 1].
    """
    height, width = garment.alpha.shape
    tall = max(height, -(-width * shape[1] // shape[0]))
    scale = min(1.0, most / tall)
    size = (max(1, round(tall * scale * shape[0] / shape[1])), max(1, round(tall * scale)))
    matrix = np.array(
        [
            [scale, 0, (size[0] - 1) / 2 - scale * (width - 1) / 2],
            [0, scale, (size[1] - 1) / 2 - scale * (height - 1) / 2],
        ]
    )
    return over_white(garment.rgb, garment.alpha, matrix, size)
