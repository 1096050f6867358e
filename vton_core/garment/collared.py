"""A top's collar: its front edge, and the corners between which that hangs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.neckline import Neckline, closed_neckline, find_neckline
from vton_core.garment.outline import Outline
from vton_core.garment.side import Side
from vton_core.types import Image, Mask

__all__ = ["with_collar"]

Points = NDArray[np.float32]
# What has to speak for a standing collar's opening (see :attr:`vton_core.garment.neckline.Neckline.contrast`).
_OPENED: Final = 0.08


def with_collar(
    rgb: Image,
    mask: Mask,
    sides: tuple[Side, Side],
    told: tuple[Side, Side],
    outlines: tuple[Outline, Outline],
    flip: float,
) -> tuple[tuple[Side, Side], Neckline]:
    """Find the collar's front edge, with the necks as the network or as the outline told them.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``, the garment's.
        sides: as the network has revised them, each in its own outline's pixels.
        told: as the outline told them.
        outlines: of the mask and of the mirrored mask.
        flip: x of a point and of its mirror image together.

    Returns:
        Both sides in the mask's pixels, their corners those of the collar, and its front edge.
    """
    halves, neckline = _on_outlines(rgb, mask, sides, outlines, flip)
    necks = _with_necks(sides, told)
    if necks is not None:
        # The network saw the silhouette only: where the photo shows the back's inner side, that decides.
        others, other = _on_outlines(rgb, mask, necks, outlines, flip)
        if _evidence(others, other) > _evidence(halves, neckline):
            halves, neckline = others, other
    return halves, neckline


def _with_necks(sides: tuple[Side, Side], told: tuple[Side, Side]) -> tuple[Side, Side] | None:
    """The sides with the necks that the outline told; ``None`` where they have them, or where these lie beyond them."""
    same = all(np.array_equal(side.neck, before.neck) for side, before in zip(sides, told, strict=True))
    if same or any(before.neck[0] <= side.shoulder[0] for side, before in zip(sides, told, strict=True)):
        return None
    left, right = (replace(s, neck=t.neck, collar=t.collar) for s, t in zip(sides, told, strict=True))
    return left, right


def _evidence(sides: tuple[Side, Side], neckline: Neckline) -> float:
    """How much of the back's inner side a front edge between both sides' corners has behind it."""
    return neckline.contrast * float(np.square(sides[1].collar - sides[0].collar).sum())


def _on_outlines(
    rgb: Image, mask: Mask, sides: tuple[Side, Side], outlines: tuple[Outline, Outline], flip: float
) -> tuple[tuple[Side, Side], Neckline]:
    """Both sides in the mask's pixels, and the collar's front edge."""
    left, right = sides
    rims = outlines[0].rim(left.collar, left.shoulder), outlines[1].rim(right.collar, right.shoulder)
    rims[1][:, 0] = flip - rims[1][:, 0]
    return _collar(rgb, mask, (left, right.mapped(1.0, flip)), rims)


def _collar(
    rgb: Image, mask: Mask, halves: tuple[Side, Side], rims: tuple[Points, Points]
) -> tuple[tuple[Side, Side], Neckline]:
    """The collar's front edge, and the sides with the corners that go with it."""
    chest = float(np.linalg.norm(halves[1].armpit - halves[0].armpit))
    if all(half.collar[1] < half.neck[1] - 1 for half in halves):
        corners = halves[0].collar, halves[1].collar
        opened, _ = find_neckline(rgb, mask, corners[0][None], corners[1][None], chest)
        return halves, opened if opened.contrast > _OPENED else closed_neckline(mask, *corners)
    neckline, index = find_neckline(rgb, mask, *rims, chest)
    if index == 0:
        return halves, neckline
    left, right = (replace(half, neck=rim[index], collar=rim[index]) for half, rim in zip(halves, rims, strict=True))
    return (left, right), neckline
