"""The background's noise on the figure.

The noise is measured in the flattest blocks of the background (as in Immerkær, "Fast Noise Variance Estimation", CVIU
1996, but with its covariance between channels and its spectrum), and made anew from white noise with that spectrum
(Galerne, Gousseau and Morel, "Random Phase Textures: Theory and Synthesis", IEEE TIP 2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.finish.place import STRIP
from vton_core.types import Mask

__all__ = ["Noise", "grained", "measure_noise", "noise_tile"]

_BLOCK: Final = 16
_FLATTEST: Final = 0.1
_FEWEST: Final = 12
_STRONGEST: Final = 8 / 255
_TILE: Final = 256
_MOST: Final = 500


@dataclass(frozen=True)
class Noise:
    """What the noise of a picture is like.

    Attributes:
        covariance: ``float64 (3, 3)`` between the channels' sRGB codes in [0, 1].
        spectrum: ``float64 (16, 16)``: the power at each frequency, of mean 1.
    """

    covariance: NDArray[np.float64]
    spectrum: NDArray[np.float64]


def measure_noise(codes: NDArray[np.float32], within: Mask | None = None) -> Noise | None:
    """Measure the noise of a picture.

    Args:
        codes: ``float32 (h, w, 3)`` sRGB codes in [0, 1].
        within: ``bool (h, w)``: where to look.

    Returns:
        The noise, or ``None`` where too few blocks are neither clipped nor outside.
    """
    blocks = _blocks(codes)
    inside = np.ones(len(blocks), np.bool_)
    if within is not None:
        inside = _blocks(within[..., None]).all(axis=(1, 2, 3))
    chosen = np.flatnonzero(inside)
    blocks = np.ascontiguousarray(blocks[chosen[:: -(-len(chosen) // _MOST) or 1]])
    mean = np.einsum("nijc->nc", blocks) / _BLOCK**2
    blocks = blocks[(mean.min(axis=1) > 0.04) & (mean.max(axis=1) < 0.96)]
    if len(blocks) < _FEWEST:
        return None
    rest = _without_plane(blocks)
    variance = np.einsum("nijc,nijc->n", rest, rest)
    flat = rest[np.argsort(variance, kind="stable")[: max(_FEWEST, round(_FLATTEST * len(rest)))]]
    covariance = np.einsum("nijc,nijd->cd", flat, flat, dtype=np.float64) / flat[..., 0].size
    power = (np.abs(np.fft.fft2(flat.sum(axis=3), axes=(1, 2))) ** 2).mean(axis=0)
    return Noise(covariance, power / max(power.mean(), 1e-20))


def noise_tile(wanted: Noise, own: Noise | None, seed: int) -> NDArray[np.float32] | None:
    """A tile of the noise that a figure lacks.

    Args:
        wanted: the background's.
        own: the figure's; the wanted covariance is lessened by it.
        seed: of the random numbers.

    Returns:
        ``float32 (256, 256, 3)`` of codes, which repeats without a seam; ``None`` where the figure lacks none.
    """
    total = float(np.trace(wanted.covariance)) / 3
    have = float(np.trace(own.covariance)) / 3 if own is not None else 0.0
    lacking = min(total - have, _STRONGEST**2)
    if lacking <= 1e-8:
        return None
    random = np.random.default_rng(seed).standard_normal((_TILE, _TILE, 3), np.float32)
    enlarged = cv2.resize(np.fft.fftshift(wanted.spectrum), (_TILE, _TILE), interpolation=cv2.INTER_LINEAR)
    filtered = np.sqrt(np.fft.ifftshift(np.maximum(enlarged, 0)))
    coloured = np.fft.ifft2(np.fft.fft2(random, axes=(0, 1)) * filtered[..., None], axes=(0, 1)).real
    coloured /= coloured.std()
    values, vectors = np.linalg.eigh(wanted.covariance * (lacking / total))
    root = vectors @ np.diag(np.sqrt(values.clip(0))) @ vectors.T
    return np.asarray(coloured @ root, np.float32)


def grained(
    rgba: NDArray[np.float32], tile: NDArray[np.float32], corner: tuple[int, int], strength: float
) -> NDArray[np.float32]:
    """Add noise to a figure.

    Args:
        rgba: ``float32 (h, w, 4)``: premultiplied light; changed in place.
        tile: see :func:`noise_tile`.
        corner: column and row of its upper left pixel on the background, where the tile begins at 0.
        strength: in [0, 1].

    Returns:
        ``rgba``.
    """
    scaled = tile * np.float32(2 * strength)
    columns = (np.arange(rgba.shape[1]) + corner[0]) % _TILE
    for top in range(0, len(rgba), STRIP):
        strip = rgba[top : top + STRIP]
        rows = (np.arange(len(strip)) + top + corner[1]) % _TILE
        # A code's step is worth 2 sqrt(light) in light, to within a few hundredths; premultiplied with alpha.
        step = np.sqrt(strip[..., :3] * strip[..., 3:])
        strip[..., :3] += step * scaled[np.ix_(rows, columns)]
        np.maximum(strip, 0, out=strip)
        np.minimum(strip, strip[..., 3:], out=strip)
    return rgba


def _blocks(values: NDArray[Any]) -> NDArray[Any]:
    """``(n, 16, 16, c)``: the blocks of ``(h, w, c)``, without what is left over at the edges."""
    rows, columns = values.shape[0] // _BLOCK, values.shape[1] // _BLOCK
    cut = values[: rows * _BLOCK, : columns * _BLOCK]
    shaped = cut.reshape(rows, _BLOCK, columns, _BLOCK, -1).swapaxes(1, 2)
    return shaped.reshape(rows * columns, _BLOCK, _BLOCK, values.shape[2])


def _without_plane(blocks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The blocks less the plane that fits them best."""
    ramp = (np.arange(_BLOCK) - (_BLOCK - 1) / 2).astype(np.float32)
    power = float((ramp**2).mean())
    down = np.einsum("nijc,i->nc", blocks, ramp) / (_BLOCK**2 * power)
    across = np.einsum("nijc,j->nc", blocks, ramp) / (_BLOCK**2 * power)
    mean = np.einsum("nijc->nc", blocks) / _BLOCK**2
    rest = blocks - (mean[:, None] + down[:, None] * ramp[:, None])[:, :, None]
    rest -= (across[:, None] * ramp[:, None])[:, None]
    return np.asarray(rest, np.float32)
