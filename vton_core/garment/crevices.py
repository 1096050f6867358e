"""What the old top leaves where it goes and nothing comes: crevices between collar and hair, and bits of hair that lay
on it and now hang in the air."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.overlay import Overlay
from vton_core.garment.shapes import disc
from vton_core.masks import box_around, dilated, eroded, softened
from vton_core.planes import alpha_of, layered, repeated
from vton_core.types import Alpha, Image, Mask

__all__ = ["crevices", "islands", "tidied"]

_Float = NDArray[np.float32]
# What counts as the figure, as nothing, and as nothing at all (alpha).
_SOLID, _EMPTY, _FAINT = 0.7, 0.5, 0.02
# The largest bit that goes, in squared shoulder distances.
_BIT: Final = 0.02
# How far around it is looked for colours, in shoulder distances, and how far from the edge they are trusted, in pixels.
_AROUND, _EDGE = 0.25, 2


def tidied(out: Overlay, rgb: Image, figure: Alpha, head: Mask, removed: Alpha, place: Mask, unit: float) -> Overlay:
    """The outcome without crevices beside the head, and without what hangs in the air.

    Args:
        out: the outcome so far.
        rgb: ``uint8 (H, W, 3)``, the source.
        figure: ``float32 (H, W)`` in [0, 1], its figure.
        head: ``bool (H, W)``, hair and face.
        removed: ``float32 (H, W)`` in [0, 1], what was taken from the figure.
        place: ``bool (H, W)``, where crevices may be.
        unit: distance of the shoulder joints in pixels.
    """
    covered = np.asarray(out.keep * figure + alpha_of(out.over), np.float32)
    between = crevices(rgb, figure, covered, head, place, unit)
    if between is not None:
        out = replace(out, over=out.over + between * repeated((1 - covered).clip(0, 1), 4))
    bits = islands(covered, removed, unit)
    if bits is None:
        return out
    stays = (~bits).astype(np.float32)
    return Overlay(out.keep * stays, out.over * repeated(stays, 4))


def crevices(rgb: Image, figure: Alpha, covered: Alpha, head: Mask, place: Mask, unit: float) -> _Float | None:
    """What shows in gaps beside the head that lie within the figure: hair or skin, as what is about them.

    Args:
        rgb: ``uint8 (H, W, 3)``, the source.
        figure: ``float32 (H, W)`` in [0, 1], its figure.
        covered: ``float32 (H, W)`` in [0, 1], what is left of the figure or laid on it.
        head: ``bool (H, W)``, hair and face.
        place: ``bool (H, W)``, where they may be.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``float32 (H, W, 4)``, premultiplied, to go under all else; ``None`` where there is no gap.
    """
    gaps = place & (figure > _SOLID) & (covered < _EMPTY)
    _, labels = cv2.connectedComponents(gaps.view(np.uint8))
    beside = np.unique(labels[dilated(head, disc(2)) & gaps])
    open_ones = np.unique(labels[dilated(figure <= _EMPTY, disc(1)) & gaps])
    gaps &= np.isin(labels, np.setdiff1d(beside, open_ones))
    box = box_around(gaps, max(4, round(_AROUND * unit)))
    if box is None:
        return None
    known = eroded(head, disc(_EDGE))[box] & (covered[box] > _SOLID)
    if not known.any():
        return None
    soft = softened(dilated(gaps, disc(_EDGE))[box], 1.0)
    out = np.zeros((*gaps.shape, 4), np.float32)
    out[box] = layered(pull_push(rgb[box], known) * repeated(soft), soft)
    return out


def islands(covered: Alpha, removed: Alpha, unit: float) -> Mask | None:
    """Bits of the figure that only the old top joined to it.

    Args:
        covered: ``float32 (H, W)`` in [0, 1], what is left of the figure or laid on it.
        removed: ``float32 (H, W)`` in [0, 1], what was taken from it.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``bool (H, W)``, with their soft edges; ``None`` where there are none.
    """
    parts = covered > _FAINT
    count, labels, stats, _ = cv2.connectedComponentsWithStats(parts.view(np.uint8))
    small = stats[:, cv2.CC_STAT_AREA] < _BIT * unit * unit
    small[0] = False
    if not small.any():
        return None
    beside = np.bincount(labels[dilated(removed > _EMPTY, disc(_EDGE))], minlength=count) > 0
    bits = (small & beside)[labels]
    return np.asarray(bits) if bits.any() else None
