"""The closed-form matting Laplacian, for the unknown pixels of a trimap alone.

Source: Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting" (PAMI 2008), equation 12.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from vton_core.types import Alpha, Mask

__all__ = ["matting_system"]

_EPSILON: Final = 1e-5
_OFFSETS: Final = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1))


def _whitened(centred: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply colours ``(9, 3, N)`` by the inverse of their window's regularised covariance, by cofactors."""
    exact = centred.astype(np.float64)
    a, b, c, d, e, f = (
        (exact[:, p] * exact[:, q]).sum(axis=0) / 9 + (_EPSILON if p == q else 0)
        for p, q in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    )
    inverse = (d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e, a * d - b * b)
    determinant = a * inverse[0] + b * inverse[1] + c * inverse[2]
    xx, xy, xz, yy, yz, zz = ((part / determinant).astype(np.float32) for part in inverse)
    red, green, blue = centred[:, 0], centred[:, 1], centred[:, 2]
    return np.stack(
        [
            xx * red + xy * green + xz * blue,
            xy * red + yy * green + yz * blue,
            xz * red + yz * green + zz * blue,
        ],
        axis=1,
    )


def _stencils(image: NDArray[np.float32], centres: NDArray[np.intp], slots: NDArray[np.int32]) -> NDArray[np.float32]:
    """Sum the windows' 9×9 matrices into one 5×5 stencil for each pixel that has a slot.

    Args:
        image: ``float32 (H, W, 3)`` in [0, 1].
        centres: flat indices of the 3×3 windows' middle pixels, none of them on the border.
        slots: ``int32 (H * W,)``: the column of each pixel in the result, -1 where it has none.

    Returns:
        ``float32 (25, columns)``.
    """
    width = image.shape[1]
    flat = np.ascontiguousarray(image.reshape(-1, 3).T)
    members = [centres + dy * width + dx for dy, dx in _OFFSETS]
    colours = np.stack([flat[:, member] for member in members])
    centred = colours - colours.mean(axis=0)
    whitened = _whitened(centred)
    stencils = np.zeros((25, int(slots.max()) + 1), np.float32)
    for i, (iy, ix) in enumerate(_OFFSETS):
        column = slots[members[i]]
        inside = np.flatnonzero(column >= 0)
        column = column[inside]
        for j, (jy, jx) in enumerate(_OFFSETS):
            affinity = (whitened[i] * centred[j]).sum(axis=0)
            # A pixel is the i-th member of one window only, so no column occurs twice.
            stencils[(jy - iy + 2) * 5 + jx - ix + 2][column] += (i == j) - (affinity[inside] + 1) / 9
    return stencils


def matting_system(
    image: NDArray[np.float32], known: Alpha, unknown: Mask
) -> tuple[Any, NDArray[np.float32], NDArray[np.intp]]:
    """The sparse linear system whose solution is alpha at the unknown pixels.

    Args:
        image: ``float32 (H, W, 3)`` in [0, 1].
        known: ``float32 (H, W)``: alpha where it is known; not read elsewhere.
        unknown: ``bool (H, W)``, not empty.

    Returns:
        The symmetric positive semi-definite ``scipy.sparse.csr_array (N, N)``, the right-hand side ``float32 (N,)``,
        and the flat indices ``(N,)`` of the unknown pixels.
    """
    height, width = unknown.shape
    pixels = np.flatnonzero(unknown)
    slots = np.full(height * width, -1, np.int32)
    slots[pixels] = np.arange(len(pixels), dtype=np.int32)
    touched = cv2.dilate(unknown.astype(np.uint8), np.ones((3, 3), np.uint8))
    touched[[0, -1], :] = 0
    touched[:, [0, -1]] = 0
    stencils = np.ascontiguousarray(_stencils(image, np.flatnonzero(touched), slots).T)

    steps = np.array([dy * width + dx for dy in range(-2, 3) for dx in range(-2, 3)])
    others = pixels[:, None] + steps
    present = stencils != 0
    columns = np.where(present, slots[np.where(present, others, 0)], -1)
    fixed = present & (columns < 0)
    right = -(np.where(fixed, stencils, 0) * known.reshape(-1)[np.where(fixed, others, 0)]).sum(axis=1)
    free = columns >= 0
    starts = np.concatenate([[0], np.cumsum(free.sum(axis=1))]).astype(np.int32)
    matrix = scipy.sparse.csr_array((stencils[free], columns[free], starts), shape=(len(pixels), len(pixels)))
    return matrix, right.astype(np.float32), pixels
