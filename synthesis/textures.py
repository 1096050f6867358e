"""What is printed, woven or drawn on a garment: procedural sheets, all made up, no one's logo."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from synthesis.noise import Image, fractal, value
from synthesis.surfaces import Label
from synthesis.views import Sheet

__all__ = ["PATTERNS", "Fabric", "fabric"]

_SIDE: Final = 640
_SHAPE: Final = (_SIDE, _SIDE)
PATTERNS: Final = (
    "plain",
    "stripes",
    "upright stripes",
    "checks",
    "dots",
    "blotches",
    "motifs",
    "melange",
    "blocks",
    "denim",
)
_ODDS: Final = np.array([5, 3, 1, 2, 1, 1, 1.5, 1.5, 1, 0])
_LOWER_ODDS: Final = np.array([5, 0.3, 0.5, 1.2, 0.4, 0.4, 0.6, 1, 0, 4])
_SYLLABLES: Final = (
    "VA",
    "NOR",
    "LO",
    "MI",
    "KE",
    "TA",
    "RU",
    "SOL",
    "BE",
    "FI",
    "DAN",
    "OR",
    "PEL",
    "UM",
    "ZI",
    "GRO",
)


@dataclass(frozen=True)
class Fabric:
    """A garment's sheet, painted.

    Attributes:
        albedo: ``float32 (S, S, 3)``, the share of light that comes back, linear.
        trims: for neck, cuff and hem, ``(width in metres, colour)``; a width of 0 is none.
        seam: how much darker the stitching is, a share.
        sheen: how much the cloth shines.
        pattern: one of ``PATTERNS``.
    """

    albedo: Image
    trims: tuple[tuple[float, Image], ...]
    seam: float
    sheen: float
    pattern: str


def _colour(rng: np.random.Generator) -> Image:
    """A cloth's colour, linear: greys, whites and blacks often, all hues, seldom garish."""
    kind = rng.random()
    if kind < 0.3:
        level = rng.choice([0.03, 0.06, 0.2, 0.45, 0.75, 0.85])
        return np.asarray(level * rng.uniform(0.9, 1.1, 3).clip(0, 1.1), np.float32).clip(0.015, 0.9)
    saturation = rng.uniform(0.15, 0.85) if kind < 0.8 else rng.uniform(0.7, 1)
    srgb = colorsys.hsv_to_rgb(rng.random(), saturation, rng.uniform(0.2, 0.95))
    return np.asarray(np.power(srgb, 2.2), np.float32).clip(0.015, 0.88)


def _different(colour: Image, rng: np.random.Generator) -> Image:
    for _ in range(8):
        other = _colour(rng)
        if abs(float(np.cbrt(other.mean()) - np.cbrt(colour.mean()))) > 0.22:
            return other
    return np.asarray(np.where(colour.mean() > 0.2, 0.03, 0.8) * np.ones(3), np.float32)


def _band(distance: Image, width: float, soft: float) -> Image:
    """1 inside a band about zero, with an even edge."""
    return np.asarray(np.clip((width / 2 - np.abs(distance)) / soft + 0.5, 0, 1), np.float32)


def fabric(sheet: Sheet, rng: np.random.Generator) -> Fabric:
    """A random fabric for a garment."""
    lower = sheet.label in (Label.PANTS, Label.SKIRT)
    odds = _LOWER_ODDS if lower else _ODDS
    pattern = PATTERNS[rng.choice(len(PATTERNS), p=odds / odds.sum())]
    base = _colour(rng)
    if pattern == "denim":
        base = np.asarray(
            np.power([[0.2, 0.28, 0.42], [0.33, 0.45, 0.62], [0.1, 0.12, 0.17]][rng.integers(3)], 2.2), np.float32
        )
    albedo = np.broadcast_to(base, (_SIDE, _SIDE, 3)).copy()
    x, y = _places(sheet)
    ink = _paint(albedo, pattern, base, x, y, sheet, rng)
    if not lower and rng.random() < 0.4:
        _front_print(albedo, sheet, _different(base, rng) if ink is None else ink, rng)
    if sheet.collar == "shirt":
        _placket(albedo, x, y, sheet, base, rng, full=sheet.kind == "shirt")
    weave = 1 + rng.uniform(0.01, 0.06) * rng.standard_normal(_SHAPE, dtype=np.float32)
    weave *= 1 + 0.03 * value((_SIDE, _SIDE), 40, rng)
    albedo *= weave[..., None]
    return Fabric(
        np.clip(albedo, 0.008, 0.92),
        _trims(base, sheet, rng),
        float(rng.uniform(0.1, 0.4)),
        float(rng.uniform(0, 0.06)),
        pattern,
    )


def _trims(base: Image, sheet: Sheet, rng: np.random.Generator) -> tuple[tuple[float, Image], ...]:
    colour = _different(base, rng)
    ringer = rng.random() < 0.2
    widths = [rng.uniform(0.012, 0.024) if ringer and rng.random() < chance else 0.0 for chance in (0.95, 0.8, 0.25)]
    if sheet.label in (Label.PANTS, Label.SKIRT):
        widths = [0.0, 0.0, 0.0]
    return tuple((float(width), colour) for width in widths)


def _places(sheet: Sheet) -> tuple[Image, Image]:
    """Across and up, metres, of every point of the sheet, in the axes of the panel that it lies in."""
    v, u = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32) / (_SIDE - 1)
    x, y = np.zeros_like(u), np.zeros_like(v)
    for _, origin, (left, top, right, bottom) in sheet.panels:
        inside = (u >= left - 0.01) & (u <= right + 0.01) & (v >= top - 0.01) & (v <= bottom + 0.01)
        x[inside] = (u[inside] - origin[0]) * sheet.unit
        y[inside] = (origin[1] - v[inside]) * sheet.unit
    return x, y


def _paint(
    albedo: Image, pattern: str, base: Image, x: Image, y: Image, sheet: Sheet, rng: np.random.Generator
) -> Image | None:
    """Draw a pattern; returns a colour that stands out from it, if it has more than one."""
    soft = 1.2 * sheet.unit / _SIDE
    second, third = _different(base, rng), _colour(rng)
    if pattern in ("stripes", "upright stripes"):
        place = y if pattern == "stripes" else x
        period = float(rng.uniform(0.012, 0.11))
        for colour, shift, share in ((second, 0.0, rng.uniform(0.2, 0.6)), (third, 0.5, rng.choice([0.0, 0.15]))):
            phase = (place / period + shift) % 1 - 0.5
            _mix(albedo, colour, _band(phase * period, share * period, soft))
        return None
    if pattern == "checks":
        period = float(rng.uniform(0.012, 0.09))
        for colour, share in ((second, 0.5), (third, rng.choice([0.0, 0.08]))):
            for place in (x, y):
                band = _band((place / period % 1 - 0.5) * period, share * period, soft)
                _mix(albedo, colour, 0.5 * band)
        return None
    if pattern == "dots":
        period = float(rng.uniform(0.015, 0.06))
        row = np.floor(y / period)
        dx, dy = (x / period + 0.5 * (row % 2)) % 1 - 0.5, y / period % 1 - 0.5
        radius = rng.uniform(0.15, 0.35) * period
        _mix(albedo, second, np.clip((radius - np.hypot(dx, dy) * period) / soft + 0.5, 0, 1))
    elif pattern == "blotches":
        for colour in (second, third, _colour(rng)):
            field = fractal(_SHAPE, float(rng.uniform(25, 90)), 3, rng)
            _mix(albedo, colour, np.clip((field - rng.uniform(0, 0.25)) * 25 + 0.5, 0, 1))
    elif pattern == "motifs":
        _motifs(albedo, [second, third, _colour(rng)], sheet, rng)
    elif pattern == "melange":
        grain = value(_SHAPE, 2.5, rng) * 0.6 + value(_SHAPE, 9, rng) * 0.4
        _mix(albedo, second, np.clip(0.3 + 0.5 * grain, 0, 0.7))
    elif pattern == "blocks":
        top = y.max()
        _mix(albedo, second, np.clip((y - (top - rng.uniform(0.2, 0.4))) / soft, 0, 1))
    elif pattern == "denim":
        fade = np.clip(fractal(_SHAPE, 160, 3, rng) * 0.8 + 0.2, 0, 1)
        # The twill itself is finer than the sheet's pixels: as lines it would show as coarse bands.
        grain = value(_SHAPE, 2.0, rng)
        albedo *= (1 + 0.9 * fade * rng.uniform(0, 1) + 0.08 * grain)[..., None]
        for seam in (0.0, 0.1, -0.1):
            albedo *= (1 - 0.3 * _band(x - seam, 0.003, soft))[..., None]
    else:
        return None
    return _different(base, rng)


def _mix(albedo: Image, colour: Image, share: NDArray[Any]) -> None:
    albedo += share[..., None].astype(np.float32) * (colour - albedo)


def _motifs(albedo: Image, colours: list[Image], sheet: Sheet, rng: np.random.Generator) -> None:
    """Leaves and petals, scattered."""
    pixel = _SIDE / sheet.unit
    scale = float(rng.uniform(0.008, 0.04)) * pixel
    count = int(min(1.1 * _SIDE**2 / (scale * scale * 9), 700))
    petals = int(rng.integers(1, 7))
    for colour in colours:
        layer = Pillow.new("L", (_SIDE, _SIDE))
        draw = ImageDraw.Draw(layer)
        for cx, cy, turn in zip(*rng.uniform(0, 1, (3, count // 3)), strict=True):
            for petal in range(petals):
                angle = 2 * np.pi * (turn + petal / petals)
                t = np.linspace(0, 2 * np.pi, 12)
                along, across = scale * (0.6 + 0.5 * np.cos(t)), scale * 0.28 * np.sin(t)
                px = cx * _SIDE + along * np.cos(angle) - across * np.sin(angle)
                py = cy * _SIDE + along * np.sin(angle) + across * np.cos(angle)
                draw.polygon(list(zip(px.tolist(), py.tolist(), strict=True)), fill=255)
        _mix(albedo, colour, np.asarray(layer, np.float32) / 255)


def _front_print(albedo: Image, sheet: Sheet, ink: Image, rng: np.random.Generator) -> None:
    """A word, an emblem, or both, on the chest."""
    panel = next((p for p in sheet.panels if p[0] == "front"), None)
    if panel is None or sheet.neck <= 0:
        return
    small = rng.random() < 0.3
    width = float(rng.uniform(0.05, 0.08) if small else rng.uniform(0.14, 0.26))
    stamp = _stamp(rng, small)
    pixel = _SIDE / sheet.unit
    columns = max(int(width * pixel), 8)
    rows = max(int(columns * stamp.height / stamp.width), 4)
    mark = np.asarray(stamp.resize((columns, rows), Pillow.Resampling.LANCZOS), np.float32) / 255
    (ox, oy) = panel[1]
    cx = ox * _SIDE + (0.08 * pixel if small else 0)
    top = (oy * sheet.unit - sheet.neck + (0.07 if small else rng.uniform(0.05, 0.1))) * pixel
    x0, y0 = int(cx - columns / 2), int(top)
    if x0 < 0 or y0 < 0 or x0 + columns > _SIDE or y0 + rows > _SIDE:
        return
    _mix(albedo[y0 : y0 + rows, x0 : x0 + columns], ink, mark)


def _stamp(rng: np.random.Generator, small: bool) -> Pillow.Image:
    """A made-up mark, ``L``, white on black."""
    word = "".join(rng.choice(_SYLLABLES, int(rng.integers(2, 4))))
    word = word if rng.random() < 0.6 else word.capitalize()
    kind = rng.integers(3)
    tall = 60 if kind == 0 else 260
    image = Pillow.new("L", (400, tall + 70))
    draw = ImageDraw.Draw(image)
    if kind > 0:
        _emblem(draw, 200, tall / 2, 110, rng)
    if kind != 1 or small:
        font = ImageFont.load_default(size=float(rng.integers(40, 64)))
        draw.text((200, tall + 30), word, 255, font=font, anchor="mm")
    box = image.getbbox() or (0, 0, 400, tall)
    return image.crop(box)


def _emblem(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, rng: np.random.Generator) -> None:
    """Stars and polygons in one another, at most one of them a disc: rings are the marks of others."""
    corners = int(rng.integers(3, 6))
    turn = rng.uniform(0, 2 * np.pi)
    disc = rng.integers(4)
    shares = (1.0, rng.uniform(0.6, 0.8), rng.uniform(0.25, 0.5))
    for number, (share, fill) in enumerate(zip(shares, (255, 0, 255), strict=True)):
        if number == disc:
            draw.ellipse([x - radius * share, y - radius * share, x + radius * share, y + radius * share], fill=fill)
            continue
        # The sides of a polygon, or a star's.
        inner = np.cos(np.pi / corners) if rng.random() < 0.5 else 0.45
        t = turn + np.pi * np.arange(2 * corners) / corners
        r = radius * share * np.where(np.arange(2 * corners) % 2 == 0, 1.0, inner)
        draw.polygon(list(zip((x + r * np.cos(t)).tolist(), (y + r * np.sin(t)).tolist(), strict=True)), fill=fill)


def _placket(
    albedo: Image, x: Image, y: Image, sheet: Sheet, base: Image, rng: np.random.Generator, *, full: bool
) -> None:
    """The button strip of a shirt, or the short one of a polo."""
    front = next((box for name, _, box in sheet.panels if name == "front"), None)
    if front is None:
        return
    soft = 1.2 * sheet.unit / _SIDE
    u = np.linspace(0, 1, _SIDE, dtype=np.float32)
    v = u[:, None]
    inside = (u[None] >= front[0]) & (u[None] <= front[2]) & (v >= front[1]) & (v <= front[3])
    low = -1.0 if full else sheet.neck - 0.13
    strip = inside & (y > low)
    line = np.maximum(_band(x - 0.014, 0.0022, soft), _band(x + 0.014, 0.0022, soft))
    if not full:
        line = np.maximum(line, _band(y - low - 0.002, 0.0022, soft) * (np.abs(x) < 0.014))
    albedo *= (1 - 0.35 * line * strip)[..., None]
    button = _different(base, rng) if rng.random() < 0.5 else np.full(3, 0.7, np.float32)
    step = 0.085 if full else 0.045
    off = ((sheet.neck - 0.03 - y) / step + 0.5) % 1 - 0.5
    disc = np.clip((0.0048 - np.hypot(x, off * step)) / soft + 0.5, 0, 1) * strip * (y < sheet.neck - 0.01)
    _mix(albedo, button, disc)
