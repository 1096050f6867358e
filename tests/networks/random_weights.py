"""Weights that are random and yet the same everywhere, with activations that neither fade nor grow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

_TABLE = 1_000_003


def seeded(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, NDArray[np.float32]]:
    """An array for each name, in the order given.

    Weights follow He's rule, slopes and norms their usual sizes. All are cut from one table of numbers, so that
    hundreds of megabytes take no time.

    Args:
        shapes: under their names in the state dict; the names tell norms and slopes from the rest.
    """
    table = np.random.default_rng(0).standard_normal(_TABLE, np.float32)
    arrays = {}
    for number, (name, shape) in enumerate(shapes.items()):
        numbers = np.resize(np.roll(table, -7919 * number), shape)
        middle, spread = _sizes(name, shape)
        arrays[name] = numbers * np.float32(spread) + np.float32(middle)
    for name in arrays:
        if name.endswith("running_var"):
            arrays[name] = np.abs(arrays[name])
    return arrays


def _sizes(name: str, shape: tuple[int, ...]) -> tuple[float, float]:
    """Mean and standard deviation."""
    if len(shape) > 1:
        return 0.0, float((2 / np.prod(shape[1:])) ** 0.5)
    if name.endswith("running_var"):
        return 1.0, 0.2
    if "prelu" in name:
        return 0.25, 0.1
    if ".bn" in name and name.endswith(".weight"):
        # The last norm of a residual block: smaller, so that sums of many blocks stay small.
        return (0.25 if "branch2c" in name else 1.0), 0.1
    return 0.0, 0.1
