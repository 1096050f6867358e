"""Where the parser looks: the whole person, and the upper body from nearer where it would be small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.engines.parsing.prior import body_unit
from vton_core.networks.parser import STRIDE
from vton_core.types import Alpha, Joint, Pose

__all__ = ["Box", "Frame", "choose_frames", "whole"]

Box = tuple[slice, slice]
"""Rows and columns of a photo."""

_SIDE: Final = 320
_MARGIN: Final = 0.06
_NEAR: Final = 0.75


@dataclass(frozen=True)
class Frame:
    """A view of ``height`` × ``width`` network pixels: ``view = scale * photo + offset``.

    Attributes:
        scale: view pixels a photo pixel.
        offset: ``(x, y)`` of the photo's pixel (0, 0) in the view.
        height: multiple of :data:`vton_core.networks.parser.STRIDE`.
        width: likewise.
        weight: how much this view counts where several overlap.
    """

    scale: float
    offset: tuple[float, float]
    height: int
    width: int
    weight: float = 1.0

    def view(self, picture: NDArray[Any]) -> NDArray[Any]:
        """The framed part of a photo or mask, averaged where it shrinks; grey (0 for a mask) beyond its border."""
        matrix = np.array([[self.scale, 0, self.offset[0]], [0, self.scale, self.offset[1]]])
        if self.scale < 0.7:
            picture = cv2.GaussianBlur(picture, (0, 0), 0.4 / self.scale)
        border = (127, 127, 127) if picture.ndim == 3 else (0,)
        size = (self.width, self.height)
        return np.asarray(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=border))

    def pose(self, pose: Pose) -> Pose:
        """The joints in the view; those outside it are dropped."""
        keypoints = pose.mapped(self.scale, self.offset).keypoints.copy()
        x, y = keypoints[:, 0], keypoints[:, 1]
        keypoints[(x < 0) | (x >= self.width) | (y < 0) | (y >= self.height)] = 0
        return Pose(keypoints)

    def covers(self, size: tuple[int, int], within: Box | None = None) -> Box:
        """Rows and columns of a photo of ``size`` (height, width), or of a part of it, that the view shows."""
        spans = []
        for length, offset, span in zip(
            (self.height, self.width), self.offset[::-1], within or whole(size), strict=True
        ):
            first = max(span.start, int(np.ceil(-offset / self.scale)))
            last = min(span.stop, int(np.floor((length - 1 - offset) / self.scale)) + 1)
            spans.append(slice(min(first, span.stop), max(min(first, span.stop), last)))
        return spans[0], spans[1]

    def back(self, scores: NDArray[np.float32], part: Box) -> NDArray[np.float32]:
        """``(C, height, width)`` scores brought to rows and columns of the photo that the view covers."""
        rows, columns = part
        inverse = 1 / self.scale
        shift = (-self.offset[0] * inverse - columns.start, -self.offset[1] * inverse - rows.start)
        matrix = np.array([[inverse, 0, shift[0]], [0, inverse, shift[1]]])
        target = (columns.stop - columns.start, rows.stop - rows.start)
        brought = np.empty((len(scores), target[1], target[0]), np.float32)
        if brought.size:
            for plane, into in zip(scores, brought, strict=True):
                cv2.warpAffine(plane, matrix, target, into, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
        return brought

    def window(self, size: tuple[int, int], part: Box) -> NDArray[np.float32]:
        """How much the view counts at covered pixels: less towards a border of it that cuts through the photo.

        Args:
            size: height and width of the photo.
            part: the rows and columns that are asked for.
        """
        ramps = []
        for span, limit, length, wanted in zip(self.covers(size), size, (self.height, self.width), part, strict=True):
            position = np.arange(wanted.start, wanted.stop, dtype=np.float32)
            reach = max(1.0, 0.08 * length / self.scale)
            low = (position - span.start + 1) / reach if span.start > 0 else np.ones_like(position)
            high = (span.stop - position) / reach if span.stop < limit else np.ones_like(position)
            ramps.append(np.minimum(np.minimum(low, high), 1.0))
        return np.asarray(self.weight * np.outer(*ramps), np.float32)


def whole(size: tuple[int, int]) -> Box:
    """All rows and columns of a photo of ``size`` (height, width)."""
    return slice(0, size[0]), slice(0, size[1])


def choose_frames(size: tuple[int, int], pose: Pose, mask: Alpha | None) -> list[Frame]:
    """The views of a photo of ``size`` (height, width).

    Args:
        size: height and width of the photo.
        pose: the person's joints in it.
        mask: ``float32 (H, W)`` in [0, 1] of the person where it is known.

    Returns:
        The whole person; and the upper body too, where it fills less than three quarters of the first view.
    """
    box = _person_box(size, pose, mask)
    frames = [_frame(box, size)]
    upper = _upper_box(box, pose)
    if upper is not None and (upper[3] - upper[1]) < _NEAR * (box[3] - box[1]):
        frames.append(_frame(upper, size, weight=3.0))
    return frames


def _person_box(size: tuple[int, int], pose: Pose, mask: Alpha | None) -> NDArray[np.float64]:
    seen = pose.keypoints[pose.keypoints[:, 2] > 0, :2].astype(np.float64)
    unit = body_unit(pose)
    corners = [seen.min(axis=0) - 0.4 * unit, seen.max(axis=0) + 0.2 * unit] if len(seen) else []
    if mask is not None and (mask > 0.5).any():
        rows, columns = np.flatnonzero((mask > 0.5).any(axis=1)), np.flatnonzero((mask > 0.5).any(axis=0))
        corners = [np.array([columns[0], rows[0]], float), np.array([columns[-1], rows[-1]], float)]
    if not corners:
        corners = [np.zeros(2), np.array([size[1] - 1, size[0] - 1], float)]
    pad = _MARGIN * float(corners[1][1] - corners[0][1])
    limit = np.array([size[1] - 1, size[0] - 1])
    return np.concatenate([np.maximum(corners[0] - pad, 0), np.minimum(corners[1] + pad, limit)])


def _upper_box(box: NDArray[np.float64], pose: Pose) -> NDArray[np.float64] | None:
    hip, neck = pose.point(Joint.MID_HIP), pose.point(Joint.NECK)
    if hip is None or neck is None:
        return None
    bottom = hip[1] + 0.6 * body_unit(pose)
    return np.array([box[0], box[1], box[2], min(bottom, box[3])])


def _frame(box: NDArray[np.float64], size: tuple[int, int], weight: float = 1.0) -> Frame:
    """A view of about ``_SIDE``² pixels that holds the box and does not look beyond the photo where it need not."""
    box_w, box_h = max(8.0, box[2] - box[0]), max(8.0, box[3] - box[1])
    aspect = float(np.clip(box_h / box_w, 0.4, 3.0)) ** 0.5
    height, width = (STRIDE * max(2, round(_SIDE * v / STRIDE)) for v in (aspect, 1 / aspect))
    scale = min(height / box_h, width / box_w)
    offset = []
    for low, high, length, limit in ((box[0], box[2], width, size[1]), (box[1], box[3], height, size[0])):
        start = (low + high) / 2 - (length - 1) / (2 * scale)
        slack = limit - length / scale
        start = float(np.clip(start, 0, slack)) if slack > 0 else slack / 2
        offset.append(-start * scale)
    return Frame(scale, (offset[0], offset[1]), height, width, weight)
