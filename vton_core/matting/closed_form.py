"""Alpha from a trimap by closed-form matting.

Source: Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image Matting" (PAMI 2008).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from vton_core.matting.laplacian import matting_system
from vton_core.types import Alpha, Mask

__all__ = ["solve_alpha"]

_TOLERANCE: Final = 1e-5
_ITERATIONS: Final = 300


def _conjugate_gradients(matrix: Any, right: NDArray[np.float32], start: NDArray[np.float32]) -> NDArray[np.float32]:
    """Solve a symmetric positive semi-definite system, scaled by its diagonal, from a first guess."""
    scale = 1 / np.maximum(matrix.diagonal(), 1e-6).astype(np.float32)
    middle = matrix.shape[0] // 2
    upper, lower = matrix[:middle], matrix[middle:]
    with ThreadPoolExecutor(1) as other:

        def times(vector: NDArray[np.float32]) -> NDArray[np.float32]:
            # Most of the time goes here; SciPy lets the two halves be multiplied at once. A thread for each product, as
            # ``side_by_side`` has it, would take longer than that saves.
            below = other.submit(lower.__matmul__, vector)
            return np.concatenate([upper @ vector, below.result()])

        return _solved(times, scale, right, start.astype(np.float32))


def _solved(
    times: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    scale: NDArray[np.float32],
    right: NDArray[np.float32],
    x: NDArray[np.float32],
) -> NDArray[np.float32]:
    """``x``, brought on in place from a first guess until ``times(x)`` is ``right``."""
    residual = right - times(x)
    z = scale * residual
    direction = z.copy()
    energy = float(residual @ z)
    goal = _TOLERANCE**2 * max(float(right @ (scale * right)), 1e-12)
    for _ in range(_ITERATIONS):
        if energy <= goal:
            break
        product = times(direction)
        step = energy / max(float(direction @ product), 1e-30)
        x += step * direction
        residual -= step * product
        z = scale * residual
        previous, energy = energy, float(residual @ z)
        direction = z + (energy / previous) * direction
    return x


def solve_alpha(
    image: NDArray[np.float32], known: Alpha, unknown: Mask, guess: Alpha, trust: NDArray[np.float32] | float = 1e-4
) -> Alpha:
    """Alpha of the unknown pixels: smooth where the colours are, as the known pixels say, near a guess.

    Args:
        image: ``float32 (H, W, 3)`` in [0, 1], at least 3 pixels high and wide.
        known: ``float32 (H, W)``: alpha where it is known.
        unknown: ``bool (H, W)``.
        guess: ``float32 (H, W)`` in [0, 1]: what alpha should be near, and where the search starts.
        trust: ``float32 (H, W)`` or a number, above 0: how strongly the guess holds (Levin's lambda; the matting
            energy of a pixel is about 1).

    Returns:
        ``float32 (H, W)`` in [0, 1]; ``known`` where it is known.
    """
    alpha = known.astype(np.float32)
    if not unknown.any():
        return alpha
    matrix, right, pixels = matting_system(image, known, unknown)
    weights = np.broadcast_to(np.asarray(trust, np.float32), alpha.shape).reshape(-1)[pixels]
    start = guess.reshape(-1)[pixels]
    matrix = matrix + scipy.sparse.diags_array(weights)
    solution = _conjugate_gradients(matrix.tocsr(), right + weights * start, start)
    alpha.reshape(-1)[pixels] = solution.clip(0, 1)
    return alpha
