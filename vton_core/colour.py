"""Colour spaces of pictures: between the codes of a file and light that can be blended.

Light is linear, with sRGB's primaries and white; colours that sRGB does not have lie outside [0, 1]. An RGB profile
that consists of three primaries and their curves (Display P3, Adobe RGB, ProPhoto …) is computed exactly; ICC.1:2022,
sections 7 to 10 and annex F.3, "three-component matrix-based profiles".
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import ImageCms

from vton_core.resampling import linear_to_srgb, linear_to_srgb16, srgb16_to_linear, srgb_to_linear

__all__ = ["SRGB", "Codes", "ColourSpace", "eight_bits", "space_of"]

Codes: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]

_CODES: Final = 65536
_FULL: Final = _CODES - 1
_SRGB_D50: Final = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
"""sRGB's primaries adapted to D50 (Bradford), as profiles hold them."""
_PARAMETERS: Final = (1, 3, 4, 5, 7)
_MOST_SAMPLES: Final = 1 << 16
_SAME: Final = 0.002
"""Of light; an exponent of 2.2 is 0.004 from sRGB's curve."""


@dataclass(frozen=True, eq=False)
class ColourSpace:
    """An RGB space of three primaries.

    Attributes:
        curves: ``float32 (3, 65536)``: light of each channel's 16-bit codes, never falling.
        matrix: ``float32 (3, 3)``: light of this space's primaries to light of sRGB's.
    """

    curves: NDArray[np.float32]
    matrix: NDArray[np.float32]

    def to_light(self, codes: Codes) -> NDArray[np.float32]:
        """``uint8`` or ``uint16 (..., 3)`` codes to ``float32 (..., 3)`` light."""
        if self is SRGB:
            eight = codes.dtype == np.uint8
            return srgb_to_linear(codes.astype(np.uint8)) if eight else srgb16_to_linear(codes.astype(np.uint16))
        step = 257 if codes.dtype == np.uint8 else 1
        own = np.stack([curve[::step][codes[..., i]] for i, curve in enumerate(self.curves)], axis=-1)
        return np.asarray(own @ self.matrix.T, np.float32)

    def from_light(self, light: NDArray[np.float32], depth: np.dtype[Any]) -> Codes:
        """``float32 (..., 3)`` light to ``uint8`` or ``uint16`` codes, clipped to what the space has."""
        if self is SRGB:
            return linear_to_srgb(light) if depth == np.uint8 else linear_to_srgb16(light)
        own = np.asarray(light @ np.linalg.inv(self.matrix).T, np.float32)
        if depth == np.uint8:
            place = np.asarray(np.sqrt(own.clip(0, 1)) * _FULL + 0.5, np.uint16)
            return np.asarray(np.stack([table[place[..., i]] for i, table in enumerate(self._eight_bits)], axis=-1))
        return np.stack([_inverse(curve, own[..., i]) for i, curve in enumerate(self.curves)], axis=-1)

    def is_near(self, other: ColourSpace) -> bool:
        """The two differ by no more than the profiles that are written of one space."""
        return all(
            np.abs(own - theirs).max() < _SAME
            for own, theirs in ((self.curves, other.curves), (self.matrix, other.matrix))
        )

    @cached_property
    def _eight_bits(self) -> NDArray[np.uint8]:
        """``uint8 (3, 65536)``: codes of light by its root, in which the dark has as many steps as the eye."""
        light = (np.arange(_CODES) / _FULL) ** 2
        return np.stack([eight_bits(_inverse(curve, light)) for curve in self.curves])


def _inverse(curve: NDArray[np.float32], light: NDArray[Any]) -> NDArray[np.uint16]:
    """The nearest 16-bit codes of light."""
    return np.round(np.interp(light, curve, np.arange(_CODES))).astype(np.uint16)


SRGB: Final = ColourSpace(
    np.tile(srgb16_to_linear(np.arange(_CODES, dtype=np.uint16)), (3, 1)), np.eye(3, dtype=np.float32)
)
"""IEC 61966-2-1; also the space of a picture that names none."""


def eight_bits(codes: Codes) -> NDArray[np.uint8]:
    """The nearest ``uint8`` codes, of the same shape."""
    if codes.dtype == np.uint8:
        return codes.astype(np.uint8, copy=False)
    return ((codes.astype(np.uint32) + 128) // 257).astype(np.uint8)


@lru_cache(maxsize=16)
def space_of(profile: bytes | None) -> ColourSpace | None:
    """The space that an ICC profile describes.

    Args:
        profile: the profile; ``None`` means sRGB.

    Returns:
        ``None`` where the profile is broken, or not of an RGB space of three primaries (CMYK, tables).
    """
    if not profile:
        return SRGB
    try:
        described = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if described.profile.xcolor_space.strip() != "RGB":
            return None
        # The name alone says nothing of three primaries: "Linear sRGB" is another space.
        space = _three_primaries(profile)
        by_name = space is None and "sRGB" in ImageCms.getProfileDescription(described)
        return SRGB if by_name or (space is not None and space.is_near(SRGB)) else space
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError, KeyError, IndexError, struct.error, ArithmeticError):
        return None


def _three_primaries(profile: bytes) -> ColourSpace | None:
    tags = _tags(profile)
    # Tables stand above primaries where a profile has both (F.2); they map no code to a colour that can be inverted.
    if profile[20:24] != b"XYZ " or b"A2B0" in tags:
        return None
    primaries = np.array([_numbers(tags[name][8:], 3) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]).T
    curves = np.array([_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")])
    to_srgb = np.linalg.solve(_SRGB_D50, primaries)
    usable = np.isfinite(curves).all() and (np.diff(curves) >= 0).all() and (curves[:, -1] - curves[:, 0] > 0.5).all()
    if not usable or not np.isfinite(to_srgb).all() or abs(np.linalg.det(to_srgb)) < 0.05:
        return None
    return ColourSpace(curves.astype(np.float32), to_srgb.astype(np.float32))


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = [struct.unpack_from(">4sII", profile, 132 + 12 * at) for at in range(min(count, 100))]
    return {name: profile[start : start + size] for name, start, size in entries}


def _numbers(data: bytes, count: int) -> list[float]:
    """``s15Fixed16Number`` (ICC.1, 4.6)."""
    return [number / 65536 for number in struct.unpack_from(f">{count}i", data)]


def _curve(tag: bytes) -> NDArray[np.float64]:
    """``float64 (65536,)``: a ``curveType`` or ``parametricCurveType`` (ICC.1, 10.6 and 10.18) at every 16-bit code."""
    code = np.arange(_CODES) / _FULL
    if tag[:4] == b"para":
        return _parametric(tag, code).clip(0, 1)
    if tag[:4] != b"curv":
        raise ValueError("not a curve")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return code
    if count == 1:
        return np.asarray(code ** (struct.unpack_from(">H", tag, 12)[0] / 256))
    if count > _MOST_SAMPLES:
        raise ValueError("a curve of too many samples")
    samples = np.array(struct.unpack_from(f">{count}H", tag, 12)) / _FULL
    return np.interp(code, np.linspace(0, 1, count), samples)


def _parametric(tag: bytes, code: NDArray[np.float64]) -> NDArray[np.float64]:
    (kind,) = struct.unpack_from(">H", tag, 8)
    g, a, b, c, d, e, f = [*_numbers(tag[12:], _PARAMETERS[kind]), *[0.0] * 6][:7]
    if kind == 0:
        return np.asarray(code**g)
    if kind < 3:
        # Below -b/a the curve is constant.
        start, below = -b / a, np.full_like(code, c if kind == 2 else 0.0)
        added = c if kind == 2 else 0.0
    else:
        start, below, added = d, c * code + f, e
    return np.where(code >= start, (a * code + b).clip(0, None) ** g + added, below)
