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

from vton_core.finish.place import STRIP, bounded
from vton_core.types import Mask

__all__ = ["Noise", "fine_noise", "grained", "measure_noise", "noise_tile"]

_BLOCK: Final = 16
_FLATTEST: Final = 0.15
_FEWEST: Final = 12
_STRONGEST: Final = 6 / 255
_TILE: Final = 256
_MOST: Final = 900


@dataclass(frozen=True)
class Noise:
    """What the noise of a picture is like.

    Attributes:
        covariance: ``float64 (3, 3)`` between the channels' sRGB codes in [0, 1].
        spectrum: ``float64 (16, 16)``: the power at each frequency, of mean 1.
        fine: its finest part, see :func:`fine_noise`.
    """

    covariance: NDArray[np.float64]
    spectrum: NDArray[np.float64]
    fine: float


def measure_noise(picture: NDArray[Any], white: float = 1.0) -> Noise | None:
    """Measure the noise of a picture.

    Args:
        picture: ``(h, w, 3)`` sRGB codes; blocks are taken from all of it, evenly.
        white: the code of white.

    Returns:
        The noise, or ``None`` where too few blocks are not clipped.
    """
    blocks = _blocks(picture).astype(np.float32) / np.float32(white)
    mean = np.einsum("nijc->nc", blocks) / _BLOCK**2
    blocks = blocks[(mean.min(axis=1) > 0.04) & (mean.max(axis=1) < 0.96)]
    if len(blocks) < _FEWEST:
        return None
    rest = _without_plane(blocks)
    variance = np.einsum("nijc,nijc->n", rest, rest)
    flat = rest[np.argsort(variance, kind="stable")[: max(_FEWEST, round(_FLATTEST * len(rest)))]]
    covariance = np.einsum("nijc,nijd->cd", flat, flat, dtype=np.float64) / flat[..., 0].size
    power = (np.abs(np.fft.fft2(flat.sum(axis=3), axes=(1, 2))) ** 2).mean(axis=0)
    return Noise(covariance, power / max(power.mean(), 1e-20), _spread(_corners(flat.mean(axis=3))))


def fine_noise(codes: NDArray[np.float32], within: Mask) -> float:
    """The finest part of a picture's noise, by Immerkær's operator; half of the picture may be anything but noise.

    Args:
        codes: ``float32 (h, w, 3)`` sRGB codes in [0, 1].
        within: ``bool (h, w)``: where to look.

    Returns:
        Standard deviation of white noise that would answer the operator as strongly; 0 where there is nowhere to look.
    """
    answers = _corners((codes @ np.full(3, 1 / 3, np.float32))[None])[0]
    inside = cv2.erode(within.astype(np.uint8), np.ones((5, 5), np.uint8))[1:-1, 1:-1] > 0
    return _spread(answers[inside]) if inside.any() else 0.0


def noise_tile(wanted: Noise, own: float, seed: int) -> NDArray[np.float32] | None:
    """A tile of the noise that a figure lacks.

    Args:
        wanted: the background's.
        own: the finest part of the figure's, see :func:`fine_noise`; the wanted noise is lessened by as much.
        seed: of the random numbers.

    Returns:
        ``float32 (256, 256, 3)`` of codes, which repeats without a seam; ``None`` where the figure lacks none.
    """
    total = float(np.trace(wanted.covariance)) / 3
    lacking = min(total * (1 - (own / max(wanted.fine, 1e-6)) ** 2), _STRONGEST**2)
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
        noise = scaled[np.ix_(rows, columns)]
        for channel in range(3):
            strip[..., channel] += np.sqrt(strip[..., channel] * strip[..., 3]) * noise[..., channel]
        np.maximum(strip, 0, out=strip)
        bounded(strip)
    return rgba


def _corners(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The second difference across and down: Immerkær's operator, which answers neither planes nor straight edges."""
    return np.asarray(np.diff(np.diff(grey, 2, axis=1), 2, axis=2), np.float32)


def _spread(answers: NDArray[np.float32]) -> float:
    """Of white noise that the operator, whose squares sum to 36, answers so; robustly."""
    return float(np.median(np.abs(answers)) / (0.6745 * 6))


def _blocks(values: NDArray[Any]) -> NDArray[Any]:
    """``(n, 16, 16, c)``: blocks of ``(h, w, c)``, evenly apart and not many more than are needed."""
    rows, columns = values.shape[0] // _BLOCK, values.shape[1] // _BLOCK
    step = max(1, round((rows * columns / _MOST) ** 0.5))
    cut = values[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK, values.shape[2])
    some = cut[::step, :, ::step].swapaxes(1, 2)
    return some.reshape(-1, _BLOCK, _BLOCK, values.shape[2])


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
