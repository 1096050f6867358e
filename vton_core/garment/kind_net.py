"""The network that tells sorts of garments by their silhouette, in NumPy: step 4 alone need not load PyTorch for it."""

from __future__ import annotations

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.resampling import reduced_to
from vton_core.types import Alpha, Mask
from vton_core.weights import load_arrays

__all__ = ["LAYERS", "SIDE", "SORTS", "probabilities", "scores", "silhouette", "weights"]

SORTS: Final = ("sleeved", "sleeveless", "dress", "trousers", "shorts", "skirt")
"""What it tells apart: two sorts of tops, dresses (jumpsuits are some), and three sorts of lower garments."""
SIDE: Final = 64
"""Its picture is square, and has so many pixels a side."""
LAYERS: Final[dict[str, tuple[int, ...]]] = {
    "conv1.weight": (16, 1, 3, 3),
    "conv2.weight": (32, 16, 3, 3),
    "conv3.weight": (48, 32, 3, 3),
    "conv4.weight": (64, 48, 3, 3),
    "dense1.weight": (48, 64 * 4 * 4),
    "dense2.weight": (len(SORTS), 48),
}
"""The shapes of its weights; every layer has a ``bias`` of its outputs too. Convolutions have stride 2 and padding 1,
and all layers but the last a ReLU."""

# So many pixels around the garment are empty, and to so many a side it is reduced before it is framed.
_MARGIN, _WORK = 2, 256
# What lies apart from the garment and has less than this share of its area is no part of it.
_SPECK: Final = 0.04
_Float = NDArray[np.float32]


def probabilities(alpha: Alpha) -> dict[str, float]:
    """How likely each sort is.

    Args:
        alpha: ``float32 (H, W)`` in [0, 1]: a garment from the front, upright.

    Returns:
        A number for each of :data:`SORTS`, their sum is 1; a mirrored garment gives the same.

    Raises:
        MissingWeightsError: the shipped weights are not there.
        EngineError: they are damaged, or not those of this network.
    """
    mask = _small(alpha)
    found = scores(np.stack([_framed(mask), _framed(mask[:, ::-1])]), weights()).astype(np.float64)
    shares = np.exp(found - found.max(axis=1, keepdims=True))
    mean = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    return dict(zip(SORTS, mean.tolist(), strict=True))


def silhouette(alpha: Alpha) -> _Float:
    """The garment alone, as large as it fits into the network's picture: its place and size are no part of it.

    Args:
        alpha: ``float32 (H, W)`` in [0, 1].

    Returns:
        ``float32 (64, 64)`` in [0, 1]; all 0 where there is nothing.
    """
    return _framed(_small(alpha))


def _small(alpha: Alpha) -> Mask:
    """The garment's mask, no larger than is needed."""
    return _without_specks(np.asarray(reduced_to(alpha, _WORK) > 0.5))


def _framed(mask: Mask) -> _Float:
    """What is in a mask, as :func:`silhouette` gives it."""
    picture = np.zeros((SIDE, SIDE), np.float32)
    if not mask.any():
        return picture
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    part = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    missing = max(part.shape) - np.array(part.shape)
    square = np.pad(part, [(int(n) // 2, int(n) - int(n) // 2) for n in missing]).astype(np.float32)
    inner = SIDE - 2 * _MARGIN
    picture[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN] = cv2.resize(square, (inner, inner), interpolation=cv2.INTER_AREA)
    return picture


def _without_specks(mask: Mask) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray((areas >= _SPECK * areas.max())[labels] & mask) if count > 2 else mask


def scores(pictures: _Float, arrays: dict[str, _Float]) -> _Float:
    """The network itself.

    Args:
        pictures: ``float32 (N, 64, 64)``.
        arrays: the weights, as :data:`LAYERS` says.

    Returns:
        ``float32 (N, 6)`` logits.
    """
    x = pictures[:, None]
    for name in ("conv1", "conv2", "conv3", "conv4"):
        x = np.maximum(_halved(x, arrays[f"{name}.weight"], arrays[f"{name}.bias"]), 0)
    hidden = x.reshape(len(x), -1) @ arrays["dense1.weight"].T + arrays["dense1.bias"]
    return np.asarray(np.maximum(hidden, 0) @ arrays["dense2.weight"].T + arrays["dense2.bias"], np.float32)


def _halved(x: _Float, weight: _Float, bias: _Float) -> _Float:
    """A convolution of 3 × 3 pixels with stride 2 and padding 1, ``(N, C, H, W)`` to ``(N, C', H / 2, W / 2)``."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = x.shape[2], x.shape[3]
    taps = [padded[:, :, dy : dy + height : 2, dx : dx + width : 2] for dy in range(3) for dx in range(3)]
    found = np.tensordot(np.stack(taps), weight.reshape(*weight.shape[:2], 9), axes=((0, 2), (2, 1))) + bias
    return np.asarray(found.transpose(0, 3, 1, 2), np.float32)


@cache
def weights() -> dict[str, _Float]:
    """The shipped weights, read once; see :func:`probabilities` for what is raised."""
    return load_arrays("kind", LAYERS | {name.replace("weight", "bias"): shape[:1] for name, shape in LAYERS.items()})
