"""What is known of every pixel of one picture: the truth, and all that shading needs."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bytes", "Sheet", "Simulation", "View", "decode_normals", "encode_normals"]

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class View:
    """One picture, ``H`` rows and ``W`` columns. Where nothing is seen, everything is zero.

    Attributes:
        surface: ``uint8 (H, W)``, :class:`~synthesis.surfaces.Surface`; in a shop photo the garment is ``GARMENT``.
        label: ``uint8 (H, W)``, the CIHP label.
        alpha: ``uint8 (H, W)``, the share of the pixel that the figure covers, 255 for all of it.
        uv: ``uint16 (H, W, 2)``, the place on the garment's sheet in 1/4095, x to the right and y down; of hair, across
            and along the strands; of all else 0.
        normal: ``uint8 (H, W, 2)``, see :func:`decode_normals`; in the camera's axes (right, down, away).
        light: ``uint8 (H, W, 4)``, how much of the surroundings a point sees: ``a + b · d`` in the direction ``d``;
            ``a`` in steps of 1/31, then ``b``, whose [-1, 1] are 0 to 31.
        depth: ``uint16 (H, W)``, half millimetres from ``nearest``, plus one.
        edge: ``uint8 (H, W)``, the nearest kind of edge of the cloth (neck 1, cuff 2, hem 3), 0 elsewhere.
        trim: ``uint8 (H, W)``, millimetres to it, at most 255.
        joints: ``float32 (25, 3)``, BODY_25: x, y, and 1 for a joint inside the picture; all else zero.
        nearest: metres from the camera to the nearest point.
        focal: of the camera, pixels.
    """

    surface: Bytes
    label: Bytes
    alpha: Bytes
    uv: NDArray[np.uint16]
    normal: Bytes
    light: Bytes
    depth: NDArray[np.uint16]
    edge: Bytes
    trim: Bytes
    joints: NDArray[np.float32]
    nearest: float
    focal: float

    @classmethod
    def planes(cls) -> tuple[str, ...]:
        """The names of what is known of every pixel."""
        return tuple(field.name for field in fields(cls) if field.name not in ("joints", "nearest", "focal"))


@dataclass(frozen=True)
class Sheet:
    """A garment's panels, flat.

    Attributes:
        kind: the garment's name, as in ``garments.design.KINDS``.
        label: its CIHP label.
        unit: the length of the sheet's side, metres.
        panels: name, origin ``(x, y)`` and box ``(left, top, right, bottom)`` of each, in units; the origin of a front
            or back is the middle of the body at the floor.
        collar: ``none``, ``turtle`` or ``shirt``.
        neck: the neckline's lowest point in front, metres above the floor; 0 where there is none.
        style: how the shop photo shows it: ``worn`` by nobody, or ``flat``.
    """

    kind: str
    label: int
    unit: float
    panels: tuple[tuple[str, tuple[float, float], tuple[float, float, float, float]], ...]
    collar: str
    neck: float
    style: str


@dataclass(frozen=True)
class Simulation:
    """A person in garments, from several cameras, and the shop photos of the garments.

    Attributes:
        seed: ``(seed, number)`` in the plan.
        about: what was planned, for people to read.
        sheets: of the garments: the outer or only one first.
        views: of the person.
        shops: a picture of each garment.
    """

    seed: tuple[int, int]
    about: dict[str, str]
    sheets: tuple[Sheet, ...]
    views: tuple[View, ...]
    shops: tuple[View, ...]


def encode_normals(normal: NDArray[np.float64]) -> Bytes:
    """Unit vectors ``(..., 3)`` in two bytes: the octahedron unfolded (Cigolle et al., 2014)."""
    flat = normal / np.maximum(np.abs(normal).sum(axis=-1, keepdims=True), 1e-12)
    x, y, z = flat[..., 0], flat[..., 1], -flat[..., 2]
    folded_x = np.where(z < 0, (1 - np.abs(y)) * np.where(x < 0, -1, 1), x)
    folded_y = np.where(z < 0, (1 - np.abs(x)) * np.where(y < 0, -1, 1), y)
    return np.asarray(np.rint((np.stack([folded_x, folded_y], axis=-1) + 1) * 127), np.uint8)


def decode_normals(code: Bytes) -> NDArray[np.float32]:
    """The unit vectors ``float32 (..., 3)`` of :func:`encode_normals`, to about one degree."""
    x, y = (code[..., k].astype(np.float32) / 127 - 1 for k in range(2))
    z = 1 - np.abs(x) - np.abs(y)
    under = z < 0
    x, y = (
        np.where(under, (1 - np.abs(y)) * np.where(x < 0, -1, 1), x),
        np.where(under, (1 - np.abs(x)) * np.where(y < 0, -1, 1), y),
    )
    vector = np.stack([x, y, -z], axis=-1)
    return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True), np.float32)
