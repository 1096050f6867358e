"""Lays a painted frame into the source photo, only where the garment changes it, with the garment's own detail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.engines.tryon.conditions import TARGET
from vton_core.labels import Label
from vton_core.resampling import warp_affine
from vton_core.types import Canvas, Cutout, Image, Mask, ParseMap, TryOn

__all__ = ["Painted", "Sampler", "lay", "paint"]

_Float = NDArray[np.float32]
_Groups = NDArray[np.uint8]
Sampler = Callable[[_Float, _Float], _Float]
"""Columns ``(W,)`` and rows ``(H,)`` in the frame's pixels to the garment there, ``float32 (H, W, 4)`` in 0–255."""

_SKIN: Final = (Label.TORSO_SKIN, Label.FACE)
_UNTOUCHED: Final = (Label.FACE, Label.SUNGLASSES)
_SEAM: Final = 2.5
_FINE: Final = 1.5
_BAND: Final = 512
_LEAST: Final = np.float32(0.004)


@dataclass(frozen=True)
class Painted:
    """A painted frame, ``float32``.

    Attributes:
        share: ``(H, W)`` in [0, 1]: how much of the painting counts.
        figure: ``(H, W)`` in [0, 1]: alpha of the figure in the painting.
        rgb: ``(H, W, 3)`` in 0–255.
        smooth: ``(H, W, 3)``: colours to which the garment's own detail is added: the painting without fine detail less
            the garment, as the networks saw it, without the same.
        detail: ``(H, W)`` in [0, 1]: where that is done.
    """

    share: _Float
    figure: _Float
    rgb: _Float
    smooth: _Float
    detail: _Float


def paint(
    picture: _Float, groups: tuple[_Groups, _Groups], hidden: Mask, worn: tuple[Mask, ParseMap], cloth: _Float
) -> Painted:
    """Decide what of a painting is used.

    Args:
        picture: ``float32 (H, W, 3)`` in 0–255: what the networks painted.
        groups: ``uint8 (H, W)`` twice: before and after.
        hidden: ``bool (H, W)``: what the networks painted anew.
        worn: the figure before, ``bool (H, W)``, and its labels.
        cloth: ``float32 (H, W, 4)`` in 0–255: the warped garment as the networks saw it.
    """
    before, after = groups
    small = np.ones((3, 3), np.uint8)
    moved = cv2.morphologyEx((hidden & (before != after)).astype(np.uint8), cv2.MORPH_OPEN, small) > 0
    changed = hidden & (moved | (before == TARGET) | (after == TARGET))
    figure = np.where(changed, _figure(after, changed, *worn), worn[0])
    away = cv2.distanceTransform((~changed).astype(np.uint8), cv2.DIST_L2, 5)
    seam = (1 - away / _SEAM).clip(0, 1) if changed.any() else np.zeros(away.shape)
    inside = cv2.erode(((after == TARGET) & hidden & (cloth[..., 3] > 250)).astype(np.uint8), small, iterations=2)
    colours = _spread(picture, figure)
    return Painted(
        share=np.where(np.isin(worn[1], _UNTOUCHED) & worn[0], 0, seam).astype(np.float32),
        figure=_blurred(figure.astype(np.float32), 0.7),
        rgb=colours,
        smooth=_blurred(colours, _FINE) - _blurred(cloth[..., :3], _FINE),
        detail=_blurred(inside.astype(np.float32), 1.0),
    )


def _figure(after: _Groups, changed: Mask, before: Mask, parse: ParseMap) -> Mask:
    """Where the changed part shows the person: the group background also holds bared skin, which lies by other skin."""
    skin = np.isin(parse, _SKIN) & before & ~changed
    if not skin.any() or before.all():
        return np.asarray(after != 0)
    to_skin = cv2.distanceTransform((~skin).astype(np.uint8), cv2.DIST_L2, 5)
    to_outside = cv2.distanceTransform(before.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray((after != 0) | (to_skin < to_outside))


def _spread(picture: _Float, figure: Mask) -> _Float:
    """Colours of the figure, carried outwards, so that no painted background shows at its edge."""
    inside = cv2.erode(figure.astype(np.uint8), np.ones((3, 3), np.uint8))
    if not inside.any():
        return picture
    _, nearest = cv2.distanceTransformWithLabels(1 - inside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    where = np.flatnonzero(inside)
    sources = np.zeros(int(nearest.max()) + 1, np.int64)
    sources[nearest.ravel()[where]] = where
    return np.asarray(picture.reshape(-1, 3)[sources[nearest]], np.float32)


def _blurred(array: _Float, sigma: float) -> _Float:
    return np.asarray(cv2.GaussianBlur(array, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)


def lay(cutout: Cutout, frame: Canvas, painted: Painted, sampler: Sampler) -> TryOn:
    """Lay a painting into the photo at the photo's own size, some rows at a time.

    Args:
        cutout: the figure at the source's resolution.
        frame: the map from source to frame.
        painted: the frame.
        sampler: gives the garment at any place of the frame.
    """
    rgb, alpha = cutout.rgb.copy(), cutout.alpha.copy()
    changed = np.zeros(alpha.shape, bool)
    warped = np.zeros((*alpha.shape, 4), np.uint8)
    x0, y0, x1, y1 = _box(frame)
    layers = np.dstack([painted.share, painted.figure, painted.detail])
    for top in range(y0, y1, _BAND):
        part = (slice(top, min(y1, top + _BAND)), slice(x0, x1))
        size = (x1 - x0, part[0].stop - top)
        matrix = np.array([[1, 0, -frame.offset[0]], [0, 1, -frame.offset[1]]]) / frame.scale
        matrix[:, 2] -= (x0, top)
        share, figure, detail = np.moveaxis(warp_affine(layers, matrix, size), 2, 0).clip(0, 1)
        garment = sampler(*(_steps(frame, axis, part[1 - axis]) for axis in (0, 1)))
        fine = garment[..., :3] + warp_affine(painted.smooth, matrix, size)
        colour = warp_affine(painted.rgb, matrix, size)
        colour += detail[..., None] * (fine - colour)
        changed[part] = _blend(rgb[part], alpha[part], share, figure, colour)
        warped[part] = _straight(garment)
    return TryOn(Cutout(rgb, alpha, cutout.people), changed, warped)


def _box(frame: Canvas) -> tuple[int, int, int, int]:
    """The part of the source that the frame shows, as x0, y0, x1, y1; at least a pixel."""
    corners = frame.to_source(np.array([[-0.5, -0.5], [frame.size[0] - 0.5, frame.size[1] - 0.5]]))
    limits = np.array(frame.source_size)
    low = np.ceil(corners[0]).clip(0, limits - 1).astype(int)
    high = np.floor(corners[1]).clip(low, limits - 1).astype(int) + 1
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _steps(frame: Canvas, axis: int, part: slice) -> _Float:
    """The frame's coordinates of source columns (axis 0) or rows (axis 1)."""
    return np.asarray(frame.scale * np.arange(part.start, part.stop) + frame.offset[axis], np.float32)


def _blend(rgb: Image, alpha: _Float, share: _Float, figure: _Float, colour: _Float) -> Mask:
    """Lay ``colour`` over the source, in place; returns where something changed."""
    share = np.where(share < _LEAST, np.float32(0), np.where(share > 1 - _LEAST, np.float32(1), share))
    # Nothing is changed where there was nothing and nothing comes.
    changed: Mask = np.asarray((share > 0) & ((alpha > 0) | (share * figure >= _LEAST)))
    stays, comes = (1 - share[changed]) * alpha[changed], share[changed] * figure[changed]
    total = stays + comes
    mixed = (stays[:, None] * rgb[changed] + comes[:, None] * colour[changed]) / np.maximum(total, 1e-4)[:, None]
    rgb[changed] = np.round(mixed).clip(0, 255).astype(np.uint8)
    alpha[changed] = total.clip(0, 1)
    return changed


def _straight(garment: _Float) -> Image:
    """The garment over white to RGBA that is not premultiplied."""
    alpha = garment[..., 3:].clip(0, 255)
    share = np.maximum(alpha, 1) / 255
    colour = 255 - (255 - garment[..., :3]) / share
    return np.asarray(np.round(np.dstack([np.where(alpha > 0, colour, 0), alpha])).clip(0, 255), np.uint8)
