"""Collars of real garments, in colours of our choosing."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import VtonError
from vton_core.garment.collar import ABOVE, SPAN, collar_square
from vton_core.garment.neckline import arc
from vton_core.images import read_rgba
from vton_core.resampling import warp_affine
from vton_core.steps.garments import cut_garment
from vton_core.training.cloth_photos import no_photos
from vton_core.training.collars.draw import DRAWN, Collar, photographed
from vton_core.training.collars.fabric import Plane, random_tone
from vton_core.training.collars.shape import fill
from vton_core.types import Garment

__all__ = ["EDGES", "RealCollar", "real_collars", "vary"]

EDGES: Final = Path(__file__).with_name("edges.csv")
"""The front edges of collars as looked at, arcs as of :func:`vton_core.garment.neckline.arc`: ``photo``, the width of
the ``chest``, ``left_x``, ``left_y``, ``right_x``, ``right_y`` and ``depth`` in thousandths of the longer side of the
garment's upright picture, and ``power``."""
_LENGTHS: Final = ("chest", "left_x", "left_y", "right_x", "right_y", "depth")
# More than what the network sees, for that is moved about.
_KEPT_SPAN: Final = 1.5 * SPAN
_KEPT: Final = 256
# How much of it lies above the collar's corners, in widths of the chest.
_KEPT_ABOVE: Final = ABOVE + 0.25 * SPAN
# How often it is dyed black, white, or anything.
_DYED: Final = {"dark": 0.32, "pale": 0.22, "any": 0.2}
# How often its back is cut away: that of a strap top reaches less far up than the front.
_CUT_AWAY: Final = 0.15
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True)
class RealCollar:
    """What is around a collar, a little more than the network will see.

    Attributes:
        rgb: ``uint8 (256, 256, 3)``.
        alpha: ``uint8 (256, 256)``, the garment.
        inner: ``uint8 (256, 256)``, how much of each pixel is the inner side of its back, 0 to 255.
    """

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    inner: NDArray[np.uint8]


def real_collars(data: Path, edges: Path = EDGES) -> list[RealCollar]:
    """The collars whose front edges are known.

    Args:
        data: the folder of clothing-dataset.
        edges: see :data:`EDGES`.

    Raises:
        WorkspaceError: none of the photos is there.
    """
    from tqdm import tqdm

    with edges.open(newline="") as listed:
        rows = [row for row in csv.DictReader(listed) if _photo(data, row["photo"]).is_file()]
    if not rows:
        raise no_photos(data)
    found = (_collar(data, row) for row in tqdm(rows, desc="cutting", unit="photo"))
    return [collar for collar in found if collar is not None]


def _photo(data: Path, stem: str) -> Path:
    return data / "images" / f"{stem}.jpg"


def _collar(data: Path, row: dict[str, str]) -> RealCollar | None:
    """``None`` where the garment can no longer be cut out."""
    try:
        garment = cut_garment(read_rgba(_photo(data, row["photo"])))
    except VtonError:
        return None
    unit = max(garment.alpha.shape) / 1000
    chest, left_x, left_y, right_x, right_y, depth = (float(row[name]) * unit for name in _LENGTHS)
    edge = arc(np.array([left_x, left_y]), np.array([right_x, right_y]), depth, float(row["power"]))
    return _around(garment, edge, chest)


def _around(garment: Garment, edge: NDArray[np.float32], chest: float) -> RealCollar:
    """A garment's collar.

    Args:
        garment: cut out, upright.
        edge: ``(N, 2)``, its front edge from corner to corner, in the garment's pixels.
        chest: its width between the armpits.
    """
    matrix = collar_square((edge[0] + edge[-1]) / 2, chest, _KEPT, _KEPT_SPAN, _KEPT_ABOVE)
    planes = warp_affine(np.dstack([garment.rgb, 255 * garment.alpha]).astype(np.float32), matrix, (_KEPT, _KEPT))
    kept = np.round(planes.clip(0, 255)).astype(np.uint8)
    line = edge @ matrix[:, :2].T + matrix[:, 2]
    above = np.concatenate([line, [[line[-1, 0], -9], [line[0, 0], -9]]])
    inner = np.round(255 * fill(above, _KEPT)).astype(np.uint8)
    return RealCollar(np.ascontiguousarray(kept[..., :3]), kept[..., 3], np.minimum(inner, kept[..., 3]))


def vary(collar: RealCollar, rng: np.random.Generator) -> Collar:
    """The collar moved, turned, dyed, lit and photographed at random, at times without its back."""
    planes = np.dstack([collar.rgb, collar.alpha, collar.inner]).astype(np.float32)
    moved = cv2.warpAffine(planes, _moved(rng), (DRAWN, DRAWN), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    rgb, alpha, inner = moved[..., :3] / np.float32(255), moved[..., 3] / 255, moved[..., 4] / 255
    if rng.random() < _CUT_AWAY:
        alpha, inner = alpha - inner, np.zeros_like(inner)
    lab = cv2.cvtColor(_dyed(rgb, alpha - inner, rng), cv2.COLOR_RGB2LAB)
    return photographed(np.asarray(lab, np.float32), np.asarray(alpha), np.asarray(inner), rng)


def _moved(rng: np.random.Generator) -> NDArray[np.float64]:
    """From what is kept to what is seen: the corners are found a little wrongly, and nothing hangs quite straight."""
    size = float(np.exp(rng.normal(0, 0.12)))
    scale = DRAWN / SPAN * size / (_KEPT / _KEPT_SPAN)
    turn = np.deg2rad(rng.normal(0, 3))
    linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    stretch = np.diag([float(np.exp(rng.normal(0, 0.06))), 1.0])
    middle = np.array([0.5, _KEPT_ABOVE / _KEPT_SPAN]) * _KEPT
    place = np.array([0.5, ABOVE / SPAN]) * DRAWN + rng.normal(0, 0.05, 2) * DRAWN / SPAN
    linear = linear @ stretch
    return np.column_stack([linear, place - linear @ middle])


def _dyed(rgb: Plane, front: Plane, rng: np.random.Generator) -> Plane:
    """``float32 (S, S, 3)`` in [0, 1]: its shading and pattern in another colour, or its own in another light."""
    linear = np.power(rgb, np.float32(2.2))
    light = linear @ _LUMINANCE
    usual = float(np.median(light[front > 0.5])) if (front > 0.5).any() else 0.2
    pick = rng.random()
    if pick > sum(_DYED.values()):
        return _coded(linear * np.exp(rng.normal(0, 0.3)))
    ratio = np.power((light / max(usual, 1e-3)).clip(0.05, 8), _contrast(pick, rng))
    own = np.power((linear + 0.01) / (light[..., None] + 0.01), rng.uniform(0, 1) * (rng.random() < 0.5))
    return _coded(_tone(pick, rng) * ratio[..., None] * own)


def _coded(linear: NDArray[np.float32] | NDArray[np.float64]) -> Plane:
    return np.asarray(np.power(linear.clip(0, 1), 1 / 2.2), np.float32)


def _contrast(pick: float, rng: np.random.Generator) -> float:
    dark = pick < _DYED["dark"]
    return float(rng.uniform(0.3, 1.1) if dark else rng.uniform(0.15, 0.8))


def _tone(pick: float, rng: np.random.Generator) -> Plane:
    """A dye, linear RGB ``(3,)``."""
    tone = random_tone(rng)
    if pick < _DYED["dark"] + _DYED["pale"]:
        lightness = rng.uniform(4, 20) if pick < _DYED["dark"] else rng.uniform(86, 98)
        tone = np.array([lightness, rng.normal(0, 2), rng.normal(0, 2.5)], np.float32)
    rgb = cv2.cvtColor(tone.reshape(1, 1, 3), cv2.COLOR_LAB2RGB).reshape(3)
    return np.asarray(np.power(rgb.clip(0, 1), 2.2), np.float32)
