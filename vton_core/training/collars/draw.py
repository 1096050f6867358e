"""A collar's shop photo, drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.collar import ABOVE, SIDE, SPAN, collar_input
from vton_core.training.collars.fabric import Plane, inner_side, mottled, random_fabric, random_tone
from vton_core.training.collars.shape import Cut, draw_cut, fill, step

__all__ = ["DRAWN", "Collar", "draw_collar", "photographed"]

DRAWN: Final = 2 * SIDE
"""Side of the square in which collars are drawn."""
# How often a collar is drawn with little contrast, as black and white ones are photographed.
_FAINT: Final = 0.3


@dataclass(frozen=True)
class Collar:
    """An example.

    Attributes:
        seen: ``uint8 (SIDE, SIDE, 4)``: what :func:`vton_core.garment.collar.collar_input` makes of it, in 256 steps.
        inner: ``uint8 (SIDE, SIDE)``: how much of each pixel is the inner side of the back, 0 to 255.
    """

    seen: NDArray[np.uint8]
    inner: NDArray[np.uint8]


def draw_collar(rng: np.random.Generator) -> Collar:
    """Draw a collar as the network will see it, the corners found a little wrongly."""
    chest = DRAWN / SPAN * float(np.exp(rng.normal(0, 0.12)))
    at = (DRAWN / 2 + rng.normal(0, 0.05) * chest, ABOVE * chest + rng.normal(0, 0.05) * chest)
    cut = draw_cut(DRAWN, at, chest, rng)
    tone = random_tone(rng)
    cloth = random_fabric(DRAWN, tone, rng)
    inside = inner_side(cloth, rng)
    _labels(inside, cut, rng)
    _inside(inside, cut, rng)
    _prints(cloth, cut, rng)
    _bands(cloth, inside, cut, rng)
    _shade(cloth, inside, cut, rng)
    white = random_tone(rng) if rng.random() < 0.06 else np.array([rng.uniform(92, 100), 0, 0], np.float32)
    inner = cut.inner[..., None]
    lab = white + inner * (inside - white)
    lab += cut.front[..., None] * (cloth - lab)
    if rng.random() < _FAINT:
        tone = cloth.mean(axis=(0, 1))
        lab = tone + np.float32(rng.uniform(0.15, 0.7)) * (lab - tone)
    return photographed(lab, np.maximum(cut.front, cut.inner), cut.inner, rng)


def photographed(lab: Plane, alpha: Plane, inner: Plane, rng: np.random.Generator) -> Collar:
    """A collar's picture as the network will see it, mirrored or not, through a camera and cut out a little wrongly.

    Args:
        lab: ``float32 (2 SIDE, 2 SIDE, 3)``, Lab.
        alpha: ``float32 (2 SIDE, 2 SIDE)`` in [0, 1], the garment.
        inner: the same, the inner side of its back.
        rng: where randomness comes from.
    """
    if rng.random() < 0.5:
        lab, alpha, inner = (np.ascontiguousarray(plane[:, ::-1]) for plane in (lab, alpha, inner))
    rgb = _through_a_camera(lab, rng)
    size = (SIDE, SIDE)
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    mask = np.asarray(cv2.resize(_ragged(alpha, rng), size, interpolation=cv2.INTER_AREA), np.float32)
    truth = np.asarray(cv2.resize(inner, size, interpolation=cv2.INTER_AREA), np.float32)
    return Collar(_steps(collar_input(small, mask)), _steps(truth))


def _steps(plane: Plane) -> NDArray[np.uint8]:
    return np.asarray(np.round(plane * 255).clip(0, 255), np.uint8)


def _labels(inside: Plane, cut: Cut, rng: np.random.Generator) -> None:
    """Brand and size labels at the back's edge."""
    middle = cut.back[30]
    for _ in range(int(rng.choice([0, 1, 2], p=[0.25, 0.5, 0.25]))):
        wide, high = cut.chest * rng.uniform(0.02, 0.14), cut.chest * rng.uniform(0.015, 0.08)
        x = middle[0] + cut.chest * rng.normal(0, 0.04)
        y = middle[1] + cut.chest * rng.uniform(0, 0.06)
        box = np.array([[x - wide / 2, y], [x + wide / 2, y], [x + wide / 2, y + high], [x - wide / 2, y + high]])
        _paint(inside, fill(box, DRAWN), random_tone(rng))
        if rng.random() < 0.6:
            text = box.mean(axis=0) + (box - box.mean(axis=0)) * step(1, 0.4)
            _paint(inside, fill(text, DRAWN), random_tone(rng))


def _inside(inside: Plane, cut: Cut, rng: np.random.Generator) -> None:
    """What else is seen of the inner side: its seams along the back's edge, and a hanger."""
    if rng.random() < 0.4:
        _stroke(inside, cut.back + step(0, cut.chest * rng.uniform(0.03, 0.12)), rng.uniform(1, 3), rng.uniform(-20, 8))
    if rng.random() < 0.12:
        base = cut.back[30] + step(0, cut.chest * rng.uniform(-0.05, 0.1))
        drop = cut.chest * rng.uniform(0.02, 0.2)
        bar = np.array([cut.left + step(0, drop), base, cut.right + step(0, drop)])
        _paint(inside, _thick(bar, cut.chest * rng.uniform(0.012, 0.05)), random_tone(rng))


def _prints(cloth: Plane, cut: Cut, rng: np.random.Generator) -> None:
    """A print, a yoke, a placket or a chest seam on the front: edges that are not the collar's."""
    low, chest, x = float(cut.edge[:, 1].max()), cut.chest, float(cut.edge[30, 0])
    if rng.random() < 0.25:
        y = low + chest * rng.uniform(0.02, 0.35)
        text = "".join(rng.choice(list("ABEGHKLMNORSTW"), 5))
        plane = np.zeros((DRAWN, DRAWN), np.uint8)
        scale = chest * rng.uniform(0.006, 0.016)
        place = (round(x - chest * rng.uniform(0.2, 0.45)), round(y + 20 * scale))
        cv2.putText(plane, text, place, cv2.FONT_HERSHEY_DUPLEX, scale, (255,), max(1, round(3 * scale)), cv2.LINE_AA)
        _paint(cloth, plane.astype(np.float32) / 255, random_tone(rng))
    if rng.random() < 0.12:
        where = mottled(DRAWN, rng, chest * rng.uniform(0.03, 0.1)) > rng.uniform(0.2, 1)
        where &= np.arange(DRAWN)[:, None] > low + chest * rng.uniform(0, 0.3)
        _paint(cloth, where.astype(np.float32), random_tone(rng))
    if rng.random() < 0.1:
        # A yoke of another fabric, straight or parallel to the collar's edge.
        shift, bent = chest * rng.uniform(0.05, 0.3), rng.uniform(0, 1)
        line = cut.edge * [1, bent] + step(0, low * (1 - bent) + shift)
        ends = [[DRAWN + 9, line[-1, 1]], [DRAWN + 9, -9], [-9, -9], [-9, line[0, 1]]]
        other = random_fabric(DRAWN, random_tone(rng), rng)
        cloth += fill(np.concatenate([line, ends]), DRAWN)[..., None] * (other - cloth)
    if rng.random() < 0.2:
        end = low + chest * rng.uniform(0.08, 0.9)
        _stroke(
            cloth,
            np.array([[x, low], [x + rng.normal(0, 3), end]]),
            chest * rng.uniform(0.004, 0.02),
            -rng.uniform(3, 25),
        )
        for y in np.arange(low + 8, end, chest * rng.uniform(0.05, 0.12)):
            spot = np.array([[x, y], [x, y + 0.1]])
            _stroke(cloth, spot, chest * rng.uniform(0.012, 0.03), rng.uniform(-40, 40))


def _bands(cloth: Plane, inside: Plane, cut: Cut, rng: np.random.Generator) -> None:
    """Ribbing along the collar, its seam, tape at the back."""
    if rng.random() < 0.7:
        wide = cut.chest * rng.uniform(0.015, 0.07)
        if rng.random() < 0.3:
            band = _thick(cut.edge, 2 * wide)
            _paint(cloth, band, random_tone(rng) if rng.random() < 0.6 else cloth.mean(axis=(0, 1)))
        outer = cut.edge + _normals(cut.edge) * wide
        _stroke(cloth, outer, rng.uniform(1, 2.5), -rng.uniform(0, 14))
    if rng.random() < 0.5:
        tape = cut.back + step(0, cut.chest * rng.uniform(0.01, 0.04))
        _stroke(inside, tape, cut.chest * rng.uniform(0.01, 0.04), rng.uniform(-25, 15))


def _shade(cloth: Plane, inside: Plane, cut: Cut, rng: np.random.Generator) -> None:
    """The front edge's shadow on the back, its own thickness, and soft light on everything."""
    away = cv2.distanceTransform((_thick(cut.edge, 2) < 0.5).astype(np.uint8), cv2.DIST_L2, 5) / cut.chest
    inside[..., 0] -= rng.uniform(0, 18) * np.exp(-away / rng.uniform(0.01, 0.08))
    cloth[..., 0] += rng.uniform(-6, 7) * np.exp(-np.square(away / rng.uniform(0.006, 0.02)))
    for line in cut.flaps:
        _stroke(cloth, line + step(0, 2), rng.uniform(1.5, 4), -rng.uniform(2, 14))
        _stroke(cloth, line, rng.uniform(1, 2), rng.uniform(-8, 8))
    if rng.random() < 0.5:
        _stroke(cloth, cut.edge, rng.uniform(1, 2.5), -rng.uniform(0, 20))
    x, y = np.meshgrid(np.linspace(-1, 1, DRAWN), np.linspace(-1, 1, DRAWN))
    light = rng.normal(0, 3) * x + rng.normal(0, 3) * y
    for plane in (cloth, inside):
        plane[..., 0] += light
        plane[..., 0] = plane[..., 0].clip(0, 100)


def _normals(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Downwards, of unit length."""
    step = np.gradient(line, axis=0)
    normal = np.stack([-step[:, 1], step[:, 0]], axis=1)
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6))


def _thick(line: NDArray[np.float64], wide: float) -> Plane:
    plane = np.zeros((DRAWN, DRAWN), np.uint8)
    cv2.polylines(
        plane, [np.round(line * 16).astype(np.int32)], False, (255,), max(1, round(wide)), cv2.LINE_AA, shift=4
    )
    return plane.astype(np.float32) / np.float32(255)


def _stroke(plane: Plane, line: NDArray[np.float64], wide: float, lighter: float) -> None:
    plane[..., 0] += np.float32(lighter) * _thick(line, wide)


def _paint(plane: Plane, where: Plane, tone: Plane) -> None:
    plane += where[..., None] * (tone - plane)


def _through_a_camera(lab: Plane, rng: np.random.Generator) -> NDArray[np.uint8]:
    """``uint8 (S, S, 3)`` RGB through a lens, at a size of its own, with noise, as a JPEG file."""
    lab[..., 0] = lab[..., 0].clip(0, 100)
    sharp = cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB).clip(0, 1)
    side = round(DRAWN * float(rng.uniform(0.4, 1.0)))
    soft = cv2.GaussianBlur(sharp, (0, 0), rng.uniform(0.5, 1.2))
    rgb = np.asarray(cv2.resize(soft, (side, side), interpolation=cv2.INTER_AREA), np.float32)
    rgb += rng.normal(0, rng.uniform(0, 0.012), rgb.shape).astype(np.float32)
    bgr = np.ascontiguousarray(np.round(rgb.clip(0, 1) * 255).astype(np.uint8)[..., ::-1])
    coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(55, 98))])
    read = cv2.imdecode(coded[1], cv2.IMREAD_COLOR)[..., ::-1]
    return np.asarray(cv2.resize(np.ascontiguousarray(read), (DRAWN, DRAWN), interpolation=cv2.INTER_CUBIC), np.uint8)


def _ragged(alpha: Plane, rng: np.random.Generator) -> Plane:
    """The mask a little too large, too small or uneven."""
    moved = cv2.GaussianBlur(alpha, (0, 0), 1.5) + rng.normal(0, 0.08) + rng.uniform(0, 0.1) * mottled(DRAWN, rng, 4)
    return (moved > 0.5).astype(np.float32)
