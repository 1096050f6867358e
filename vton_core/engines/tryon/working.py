"""The part of a photo that a garment can touch, at a moderate size, and what came of it laid into the photo again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.engines.tryon.framing import OUTSIDE
from vton_core.garment.figure import Figure
from vton_core.garment.worn import Worn
from vton_core.kept import digest, keep_last
from vton_core.labels import Label
from vton_core.masks import box_around
from vton_core.planes import alpha_of, layered, repeated
from vton_core.resampling import warp_labels
from vton_core.types import Alpha, Canvas, Cutout, Image, Joint, Mask, ParseMap, Pose, TryOn

__all__ = ["Figures", "View", "lay_worn", "upper_box", "whole_box"]

_LONGEST: Final = 1280
# A view has at least so many pixels a side.
_LEAST: Final = 8
# What a top can touch above and beside the joints of the upper body, and below them, in lengths that these span; and
# what any garment can around the figure, in its height or width.
_ABOVE, _BELOW, _AROUND = 0.6, 0.75, 0.1
# What a top takes the place of (of a dress what is below the top stays), and how far around it its edge and shadow
# reach, in the same lengths.
_OLD: Final = (Label.UPPER_CLOTHES, Label.COAT, Label.SCARF)
_RIM: Final = 0.05
# Alpha from which on a pixel counts as the figure's.
_SHOWN: Final = 0.1
# The span, or margin, of a figure that is hardly there, in pixels.
_NEAR: Final = 16.0
# Rows that are laid into the photo at once, and how many such bands are at once.
_BAND, _THREADS = 256, 2
_KEPT: Final = 2
_Float = NDArray[np.float32]
_Box = tuple[int, int, int, int]


class Figures:
    """Figures in their views; what follows from one alone is kept for the last few, so that another garment, or the
    same one worn otherwise, is on at once."""

    def __init__(self) -> None:
        self._known: dict[bytes, Figure] = {}

    def seen_in(self, view: View, cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap) -> Figure:
        """A figure in a view.

        Args:
            view: the part of the photo.
            cutout: the figure at the source's resolution.
            canvas: where ``parse`` lies in the source.
            pose: joints in the source's pixels.
            parse: ``uint8 (H, W)`` of CIHP labels on the canvas.
        """
        where = np.array([*view.box, *canvas.matrix().ravel()])
        space = np.zeros(0, np.float32) if pose.in_space is None else pose.in_space
        key = digest(cutout.rgb, cutout.alpha, pose.keypoints, space, parse, where)
        figure = self._known.get(key)
        if figure is None:
            figure = view.figure(cutout, canvas, pose, parse)
        keep_last(self._known, key, figure, _KEPT)
        return figure


class View:
    """A part of the photo at the working size, which is the photo's own up to a limit.

    Args:
        box: x0, y0, x1, y1 in the source's pixels.
    """

    def __init__(self, box: _Box) -> None:
        x0, y0, x1, y1 = box
        scale = min(1.0, _LONGEST / max(x1 - x0, y1 - y0))
        self.box = box
        self.size = (max(_LEAST, round((x1 - x0) * scale)), max(_LEAST, round((y1 - y0) * scale)))
        self._factor = (self.size[0] / (x1 - x0), self.size[1] / (y1 - y0))

    def figure(self, cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap) -> Figure:
        """The figure in it; see :meth:`Figures.seen_in`."""
        x0, y0, x1, y1 = self.box
        crop, cover = cutout.rgb[y0:y1, x0:x1], cutout.alpha[y0:y1, x0:x1]
        rgb: Image = np.asarray(cv2.resize(crop, self.size, interpolation=cv2.INTER_AREA), np.uint8)
        alpha: Alpha = np.asarray(cv2.resize(cover, self.size, interpolation=cv2.INTER_AREA), np.float32)
        labels = self._labels(canvas, parse)
        labels[alpha < OUTSIDE] = 0
        return Figure(rgb, alpha, self._pose(pose), labels)

    def in_source(self, axis: int) -> NDArray[np.float64]:
        """Where its columns (axis 0) or rows (axis 1) lie in the source's pixels."""
        return self.box[axis] + (np.arange(self.size[axis]) + 0.5) / self._factor[axis] - 0.5

    def _labels(self, canvas: Canvas, parse: ParseMap) -> ParseMap:
        """Labels at the working size; their edges are smoothed where the canvas is coarser."""
        fx, fy = self._factor
        x0, y0 = self.box[:2]
        s = canvas.scale
        matrix = np.array(
            [
                [s / fx, 0, canvas.offset[0] + s * (x0 + 0.5 / fx - 0.5)],
                [0, s / fy, canvas.offset[1] + s * (y0 + 0.5 / fy - 0.5)],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return warp_labels(parse, self.size, lambda share: cv2.warpAffine(share, matrix, self.size, flags=flags))

    def _pose(self, pose: Pose) -> Pose:
        """Joints in the view's pixels."""
        keypoints = pose.keypoints.copy()
        seen = keypoints[:, 2] > 0
        for axis in (0, 1):
            factor = self._factor[axis]
            keypoints[seen, axis] = (keypoints[seen, axis] - self.box[axis] + 0.5) * factor - 0.5
        return Pose(keypoints, pose.in_space)


def upper_box(pose: Pose, canvas: Canvas, parse: ParseMap) -> _Box:
    """The part of the photo that a top can touch, or that the one it takes the place of lies in: a coat may be long.

    Args:
        pose: joints in the photo's pixels, at least one of the upper body's within it, or none at all.
        canvas: where ``parse`` lies in the photo.
        parse: ``uint8 (H, W)`` of CIHP labels on the canvas.

    Returns:
        x0, y0, x1, y1.
    """
    size = np.array(canvas.source_size)
    names = (*range(Joint.NOSE, Joint.MID_HIP + 1), Joint.RIGHT_HIP, Joint.LEFT_HIP)
    points = pose.keypoints[[j for j in names if pose.keypoints[j, 2] > 0], :2]
    if len(points) == 0:
        return 0, 0, *canvas.source_size
    low, high = points.min(axis=0), points.max(axis=0)
    reach = max(float(np.max(high - low)), _NEAR)
    first, last = low - _ABOVE * reach, high + _BELOW * reach
    old = box_around(np.isin(parse, _OLD), 0)
    if old is not None:
        worn = canvas.to_source(np.array([[old[1].start, old[0].start], [old[1].stop, old[0].stop]]))
        first, last = np.minimum(first, worn[0] - _RIM * reach), np.maximum(last, worn[1] + _RIM * reach)
    x0, y0 = np.maximum(0, np.floor(first)).astype(int).tolist()
    x1, y1 = np.minimum(size, np.ceil(last)).astype(int).tolist()
    return x0, y0, x1, y1


def whole_box(alpha: Alpha) -> _Box:
    """The part of the photo around the whole figure.

    Args:
        alpha: ``float32 (H, W)`` in [0, 1] of the photo.

    Returns:
        x0, y0, x1, y1.
    """
    rows, columns = (np.flatnonzero((alpha > _SHOWN).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return 0, 0, alpha.shape[1], alpha.shape[0]
    margin = max(_AROUND * float(max(np.ptp(rows), np.ptp(columns))), _NEAR)
    x0, y0 = max(0, int(columns[0] - margin)), max(0, int(rows[0] - margin))
    x1, y1 = min(alpha.shape[1], int(columns[-1] + margin) + 1), min(alpha.shape[0], int(rows[-1] + margin) + 1)
    return x0, y0, x1, y1


def lay_worn(cutout: Cutout, worn: Worn, view: View) -> TryOn:
    """Lay what is worn into the photo at its own size, some rows at a time, so that a large one needs little memory.

    Args:
        cutout: the figure at the source's resolution.
        worn: what changes in the view.
        view: the part of the photo that it was worked out in.
    """
    x0, y0, x1, y1 = view.box
    rgb, alpha = cutout.rgb.copy(), cutout.alpha.copy()
    changed = np.zeros(alpha.shape, bool)
    warped = np.zeros((*alpha.shape, 4), np.uint8)
    size = (x1 - x0, y1 - y0)

    def lay(top: int) -> None:
        part = slice(top, min(size[1], top + _BAND))
        rows = slice(y0 + part.start, y0 + part.stop)
        keep, over = _band(worn.overlay.keep, size, part), _band(worn.overlay.over, size, part)
        changed[rows, x0:x1] = _blend(rgb[rows, x0:x1], alpha[rows, x0:x1], keep, over)
        warped[rows, x0:x1] = _straight(_band(worn.warped, size, part))

    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in pool.map(lay, range(0, size[1], _BAND)):
            pass
    return TryOn(Cutout(rgb, alpha, cutout.people), changed, warped, worn.landmarks, worn.kind)


def _blend(rgb: Image, alpha: Alpha, keep: _Float, over: _Float) -> Mask:
    """Lay the overlay over the source, in place; returns where something changed."""
    keep = np.where(keep > 0.998, np.float32(1), keep)
    cover = alpha_of(over)
    changed: Mask = np.asarray((keep < 1) | (cover >= 0.002))
    laid = over[changed]
    laid[laid[:, 3] < 0.002] = 0
    stays = keep[changed] * alpha[changed]
    total = stays + laid[:, 3]
    colour = stays[:, None] * rgb[changed] + laid[:, :3]
    rgb[changed] = np.round(colour / np.maximum(total, 1e-4)[:, None]).clip(0, 255).astype(np.uint8)
    alpha[changed] = total.clip(0, 1)
    return changed


def _band(array: _Float, size: tuple[int, int], rows: slice) -> _Float:
    """Some rows of an array enlarged to ``size`` (width, height), bilinearly."""
    if array.shape[1::-1] == size:
        return array[rows]
    fx, fy = array.shape[1] / size[0], array.shape[0] / size[1]
    matrix = np.array([[fx, 0, 0.5 * fx - 0.5], [0, fy, (rows.start + 0.5) * fy - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    target = (size[0], rows.stop - rows.start)
    return np.asarray(cv2.warpAffine(array, matrix, target, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _straight(premultiplied: _Float) -> NDArray[np.uint8]:
    alpha = alpha_of(premultiplied)
    colour = premultiplied[..., :3] / repeated(np.maximum(alpha, 1e-4))
    straight = layered(colour, alpha * 255)
    return np.asarray(np.round(straight, out=straight).clip(0, 255, out=straight), np.uint8)
