"""Where a mask shows on a limb's middle line, and on lines across it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.limb import Limb
from vton_core.garment.shapes import shows_at
from vton_core.types import Mask

__all__ = ["on_line", "runs", "seen_across"]

_Vector = NDArray[np.float64]


def seen_across(limb: Limb, mask: Mask, shares: _Vector, outwards: _Vector) -> NDArray[np.bool_]:
    """Where a mask shows on lines across a limb; outside of the picture it does not.

    Args:
        limb: the limb.
        mask: ``bool (H, W)``.
        shares: ``float64 (N,)``, where along the limb the lines cross it; what lies beyond its ends counts as they do.
        outwards: ``float64 (K,)``, the places on each line, in pixels to the outside.

    Returns:
        ``bool (N, K)``.
    """
    index = _index(limb, shares)
    return shows_at(mask, limb.path[index][:, None] + outwards[:, None] * limb.normals()[index][:, None])


def runs(limb: Limb, mask: Mask, shares: _Vector, steps: _Vector) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """How many steps from a limb's middle line on a mask shows without a gap.

    Args:
        limb: the limb.
        mask: ``bool (H, W)``.
        shares: ``float64 (N,)`` of the limb's length.
        steps: ``float64 (K,)``, distances from the line in pixels, rising from 0.

    Returns:
        To the outside and to the inside, ``int (N,)`` each in [0, K]; K where no end is seen.
    """
    outer, inner = (
        np.logical_and.accumulate(seen_across(limb, mask, shares, sign * steps), axis=1).sum(axis=1)
        for sign in (1.0, -1.0)
    )
    return outer, inner


def on_line(limb: Limb, mask: Mask, shares: _Vector) -> NDArray[np.bool_]:
    """Whether a mask shows at shares of a limb's middle line; outside of the picture it does not."""
    column, row = limb.path[_index(limb, shares)].round().astype(int).T
    inside = (row >= 0) & (row < mask.shape[0]) & (column >= 0) & (column < mask.shape[1])
    return np.asarray(mask[row.clip(0, mask.shape[0] - 1), column.clip(0, mask.shape[1] - 1)] & inside)


def _index(limb: Limb, shares: _Vector) -> NDArray[np.intp]:
    """The points of the middle line at shares of its length."""
    return (shares.clip(0, 1) * (len(limb.path) - 1)).round().astype(np.intp)
