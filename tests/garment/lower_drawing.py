"""Trousers, skirts and dresses drawn from known landmarks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Garment

__all__ = ["CHECKED", "DRESSES", "LOWER", "draped_dress", "dress", "skirt", "spread_dress", "trousers"]

SIZE = (480, 720)
_MIDDLE = 240.0
CHECKED = ((200, 40, 40), (60, 60, 200))
Points = dict[str, tuple[float, float]]


def _filled(polygons: list[list[tuple[float, float]]], *, checked: bool = False) -> Garment:
    area = np.zeros(SIZE[::-1], np.uint8)
    for polygon in polygons:
        cv2.fillPoly(area, [np.round(np.array(polygon) * 256).astype(np.int32)], 1, shift=8)
    rgb = np.full((*area.shape, 3), (40, 150, 60), np.uint8)
    if checked:
        y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
        rgb[(x // 24 + y // 24) % 2 == 0] = CHECKED[0]
        rgb[(x // 24 + y // 24) % 2 == 1] = CHECKED[1]
    return Garment(rgb, area.astype(np.float32))


def _mirrored(right: list[tuple[float, float]]) -> list[tuple[float, float]]:
    points = [(_MIDDLE + x, y) for x, y in right]
    return points + [(_MIDDLE - x, y) for x, y in right[::-1]]


def slanted_shorts() -> tuple[Garment, Points]:
    """Wide shorts that lie flat: their hems rise to the outside, and are longer than the inner seams."""
    right = [(0.0, 75.0), (105, 60), (165, 270), (30, 322), (0, 268)]
    points = {
        "left_waist": (_MIDDLE - 105, 60.0),
        "right_waist": (_MIDDLE + 105, 60.0),
        "crotch": (_MIDDLE, 268.0),
        "left_hem_outer": (_MIDDLE - 165, 270.0),
        "left_hem_inner": (_MIDDLE - 30, 322.0),
        "right_hem_inner": (_MIDDLE + 30, 322.0),
        "right_hem_outer": (_MIDDLE + 165, 270.0),
    }
    return _filled([_mirrored(right)]), points


def trousers(
    *,
    waist: float = 75,
    hips: float = 105,
    crotch: float = 230,
    hem: float = 660,
    inside: float = 40,
    outside: float = 110,
    checked: bool = False,
) -> tuple[Garment, Points]:
    """Trousers with legs from ``inside`` to ``outside`` of the middle at the hem, and where their landmarks are."""
    right = [(0.0, 60.0), (waist, 60), (hips, 190), (outside, hem), (inside, hem), (0, crotch)]
    points = {
        "left_waist": (_MIDDLE - waist, 60.0),
        "right_waist": (_MIDDLE + waist, 60.0),
        "crotch": (_MIDDLE, crotch),
        "left_hem_outer": (_MIDDLE - outside, hem),
        "left_hem_inner": (_MIDDLE - inside, hem),
        "right_hem_inner": (_MIDDLE + inside, hem),
        "right_hem_outer": (_MIDDLE + outside, hem),
    }
    return _filled([_mirrored(right)], checked=checked), points


def skirt(*, waist: float = 70, hips: float = 100, hem: float = 150, bottom: float = 460) -> tuple[Garment, Points]:
    """A skirt, and where its landmarks are."""
    right = [(waist, 60.0), (hips, 160), (hem, bottom)]
    points = {
        "left_waist": (_MIDDLE - waist, 60.0),
        "right_waist": (_MIDDLE + waist, 60.0),
        "left_hem": (_MIDDLE - hem, bottom),
        "right_hem": (_MIDDLE + hem, bottom),
    }
    return _filled([_mirrored(right)]), points


def dress(
    *, sleeved: bool, bottom: float, hem: float, strap: float = 80, sleeve_hangs: bool = False
) -> tuple[Garment, Points]:
    """A dress with its waist 175 pixels below its neck, and where that and its hem are.

    Without sleeves its shoulders end ``strap`` from the middle; a sleeve may hang down beside one side of the skirt.
    """
    sleeve = [(120.0, 70.0), (170, 160), (130, 185), (92, 140)]
    armhole = [(strap, 66.0), (0.9 * strap, 100), (0.95 * strap, 135), (92, 155)]
    right = [(45.0, 50.0), *(sleeve if sleeved else armhole), (74, 225), (105, 330), (hem, bottom)]
    points = {
        "left_waist": (_MIDDLE - 74, 225.0),
        "right_waist": (_MIDDLE + 74, 225.0),
        "left_hem": (_MIDDLE - hem, bottom),
        "right_hem": (_MIDDLE + hem, bottom),
    }
    outline = _mirrored(right)
    collar = [(_MIDDLE + x * 45, 50 + (1 - x * x) * 45) for x in np.linspace(-0.95, 0.95, 21)]
    hanging = [(_MIDDLE - 170, 160.0), (_MIDDLE - 215, 400), (_MIDDLE - 185, 405), (_MIDDLE - 130, 185)]
    return _filled([collar + outline, *([hanging] if sleeve_hangs else [])]), points


def spread_dress() -> Garment:
    """A dress with a round neck whose sleeves lie spread as straight as a T."""
    right = [(45.0, 50.0), (175, 58), (175, 110), (92, 140), (74, 225), (105, 330), (140, 480)]
    collar = [(_MIDDLE + x * 45, 50 + (1 - x * x) * 20) for x in np.linspace(-0.95, 0.95, 21)]
    return _filled([collar + _mirrored(right)])


def draped_dress() -> tuple[Garment, Points]:
    """A dress that lies flat, its long sleeves on its skirt, and where its cuffs are."""
    cuff = {"outer": (172.0, 350.0), "inner": (128.0, 362.0)}
    right = [(45.0, 50.0), (95, 68), (120, 110), cuff["outer"], cuff["inner"], (134, 372), (150, 560)]
    collar = [(_MIDDLE + x * 45, 50 + (1 - x * x) * 30) for x in np.linspace(-0.95, 0.95, 21)]
    points = {
        f"{name}_cuff_{corner}": (_MIDDLE + sign * x, y)
        for name, sign in (("left", -1), ("right", 1))
        for corner, (x, y) in cuff.items()
    }
    return _filled([collar + _mirrored(right)]), points


LOWER = {
    "trousers": trousers(),
    "trousers with legs together": trousers(inside=4, outside=70),
    "wide trousers": trousers(inside=20, outside=150),
    "cropped trousers": trousers(hem=470, inside=45, outside=105),
    "shorts": trousers(waist=80, hips=115, crotch=230, hem=300, inside=14, outside=128),
    "shorts with slanted hems": slanted_shorts(),
    "flared skirt": skirt(),
    "pencil skirt": skirt(hem=92, bottom=480),
    "mini skirt": skirt(waist=75, hips=105, hem=130, bottom=290),
    "maxi skirt": skirt(hem=190, bottom=690),
}
DRESSES = {
    "short sleeves": dress(sleeved=True, bottom=480, hem=140),
    "sleeveless": dress(sleeved=False, bottom=480, hem=170),
    "maxi": dress(sleeved=False, bottom=690, hem=190),
    "racer back": dress(sleeved=False, bottom=480, hem=150, strap=52),
    "one sleeve long": dress(sleeved=True, bottom=480, hem=110, sleeve_hangs=True),
}


def spots(points: Points) -> NDArray[np.float64]:
    """The landmarks as an array, in the order of their names."""
    return np.array([points[name] for name in sorted(points)], np.float64)
