"""Resampling that neither aliases nor rings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from vton_core.planes import alpha_of, layered, repeated

__all__ = [
    "linear_to_srgb",
    "linear_to_srgb16",
    "over_white",
    "reduced_to",
    "size_within",
    "srgb16_to_linear",
    "srgb_to_linear",
    "warp_affine",
    "warp_labels",
]

_Pixels = TypeVar("_Pixels", bound=NDArray[Any])
_STEPS: Final = 65536


@cache
def _tables() -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """sRGB's transfer function (IEC 61966-2-1) for 256 codes, and its inverse for 65,536 light values."""
    light = _decoded(np.arange(256) / 255)
    back = _encoded(np.arange(_STEPS) / (_STEPS - 1))
    return light.astype(np.float32), np.round(back * 255).astype(np.uint8)


@cache
def _table16() -> NDArray[np.float32]:
    return _decoded(np.arange(_STEPS) / (_STEPS - 1)).astype(np.float32)


def _decoded(code: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def _encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def srgb_to_linear(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """``uint8`` sRGB codes to ``float32`` light in [0, 1], of the same shape."""
    return _tables()[0][rgb]


def linear_to_srgb(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """``float32`` light, clipped to [0, 1], to ``uint8`` sRGB codes; the exact inverse of :func:`srgb_to_linear`."""
    index = (light.clip(0, 1) * np.float32(_STEPS - 1) + np.float32(0.5)).astype(np.uint16)
    return _tables()[1][index]


def srgb16_to_linear(rgb: NDArray[np.uint16]) -> NDArray[np.float32]:
    """``uint16`` sRGB codes to ``float32`` light in [0, 1], of the same shape."""
    return _table16()[rgb]


def linear_to_srgb16(light: NDArray[np.float32]) -> NDArray[np.uint16]:
    """``float32`` light, clipped to [0, 1], to ``uint16`` sRGB codes; the exact inverse of :func:`srgb16_to_linear`."""
    code = np.round(_encoded(light.clip(0, 1).astype(np.float64)) * (_STEPS - 1))
    return np.asarray(code, np.uint16)


def size_within(size: tuple[int, int], longest: float) -> tuple[int, int]:
    """A width and height, brought down to so many pixels for the longer one where they are more; each at least one."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def reduced_to(picture: _Pixels, longest: int) -> _Pixels:
    """A picture ``(H, W)`` or ``(H, W, C)`` at most so many pixels wide and high, each the mean of its area.

    One that is not larger is given back itself.
    """
    import cv2

    full = picture.shape[1], picture.shape[0]
    size = size_within(full, longest)
    if size == full:
        return picture
    return cast(_Pixels, cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def over_white(
    rgb: NDArray[np.uint8], alpha: NDArray[np.float32], matrix: NDArray[np.float64], size: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """What lies before a white background, resampled.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        alpha: ``float32 (H, W)`` in [0, 1], not premultiplied into ``rgb``.
        matrix: as :func:`warp_affine` takes it.
        size: width and height of the result.

    Returns:
        ``uint8`` colours of ``size``, and ``float32`` alpha in [0, 1].
    """
    premultiplied = layered(rgb * repeated(alpha), alpha * np.float32(255))
    drawn = warp_affine(premultiplied, matrix, size)
    cover = alpha_of(drawn).clip(0, 255)
    picture = drawn[..., :3] + np.float32(255)
    picture -= repeated(cover)
    seen = np.asarray(np.round(picture, out=picture).clip(0, 255, out=picture), np.uint8)
    return seen, np.asarray(cover / 255, np.float32)


def warp_labels(
    labels: NDArray[np.uint8],
    size: tuple[int, int],
    warp: Callable[[NDArray[np.float32]], NDArray[Any]],
) -> NDArray[np.uint8]:
    """Labels in another picture; each pixel takes the label that has the largest share of it.

    Args:
        labels: ``uint8 (H, W)``.
        size: width and height of the other picture.
        warp: from how much of each pixel one label has, ``float32 (H, W)``, to the same in the other picture.

    Returns:
        ``uint8`` of ``size``; 0 where no label has a share.
    """
    best = np.zeros(size[::-1], np.float32)
    found = np.zeros(size[::-1], np.uint8)
    for label in np.unique(labels):
        share = warp((labels == label).astype(np.float32))
        better = share > best
        found[better], best[better] = label, share[better]
    return found


def warp_affine(
    picture: NDArray[np.float32], matrix: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.float32]:
    """Resample under a similarity map; what lies outside the picture is zero.

    A picture that shrinks is averaged over areas by whole factors first, and only the rest is interpolated
    (bicubically), so that nothing aliases.

    Args:
        picture: ``float32 (H, W)`` or ``(H, W, C)``; colours premultiplied and linear in light.
        matrix: ``float64 (2, 3)``: picture pixels to result pixels, pixel centres at integers.
        size: width and height of the result.

    Returns:
        ``float32`` of ``size``; values may overshoot by interpolation, and the caller clips them.
    """
    import cv2

    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    factor = max(1, int(1 / scale + 1e-6)) if scale > 0 else 1
    small: NDArray[Any] = picture
    if factor > 1:
        height, width = picture.shape[:2]
        pad = ((0, -height % factor), (0, -width % factor), *(((0, 0),) if picture.ndim == 3 else ()))
        padded = np.pad(picture, pad)
        target = (padded.shape[1] // factor, padded.shape[0] // factor)
        small = cv2.resize(padded, target, interpolation=cv2.INTER_AREA)
    # Centre of small pixel (0, 0) in picture pixels.
    shift = (factor - 1) / 2
    whole = np.vstack([matrix, [0, 0, 1]]) @ np.array([[factor, 0, shift], [0, factor, shift], [0, 0, 1]])
    warped = cv2.warpAffine(small, whole[:2], size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(warped, np.float32)
