"""Stored geometry, shaded anew: every call with another seed gives other fabrics, skin, light, background and camera.

Needs numpy, SciPy and Pillow alone. The same simulation, view and seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from synthesis.backdrop import backdrop
from synthesis.camera import Style, codes, photographed
from synthesis.noise import Image, fractal, value
from synthesis.surfaces import Surface
from synthesis.textures import Fabric, fabric
from synthesis.views import Simulation, View, decode_normals

__all__ = ["Example", "Shot", "Skin", "Style", "shade"]

_CLOTH: Final = (Surface.GARMENT, Surface.GARMENT_INSIDE, Surface.OTHER, Surface.OTHER_INSIDE)


@dataclass(frozen=True)
class Skin:
    """A skin.

    Attributes:
        tone: 0 the fairest, 1 the darkest.
        redness: 0 to 1.
        roughness: 0 wet, 1 matt.
        freckles: 0 none, 1 many.
    """

    tone: float = 0.3
    redness: float = 0.4
    roughness: float = 0.6
    freckles: float = 0.0


@dataclass(frozen=True)
class Shot:
    """A picture and its truth.

    Attributes:
        image: ``uint8 (H, W, 3)``, RGB.
        alpha: ``float32 (H, W)`` in [0, 1], of the person or the garment.
        foreground: ``uint8 (H, W, 3)``, the picture's colours before the background, the lens and the file.
        label: ``uint8 (H, W)``, CIHP.
        garment: ``uint8 (H, W)``, 0 or the number of the garment from 1 on.
        uv: ``float32 (H, W, 2)`` in [0, 1], the place on that garment's sheet.
        joints: ``float32 (25, 3)``, BODY_25.
    """

    image: NDArray[np.uint8]
    alpha: Image
    foreground: NDArray[np.uint8]
    label: NDArray[np.uint8]
    garment: NDArray[np.uint8]
    uv: Image
    joints: NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """A person, and the shop photos of what they wear.

    Attributes:
        worn: the person.
        shops: the garments asked for; in each, garment 1 is the one shown.
        skin: of the person.
        patterns: of the fabrics.
    """

    worn: Shot
    shops: tuple[Shot, ...]
    skin: Skin
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class _Light:
    """Directions are towards the light, in the camera's axes."""

    key: Image
    colour: Image
    ambient: Image
    sky: Image
    spread: float


def shade(
    simulation: Simulation,
    view: int,
    seed: int,
    style: Style | None = None,
    *,
    fabrics: int | None = None,
    garments: Sequence[int] | None = None,
) -> Example:
    """Shade a person from one camera and the shop photos of the garments.

    Args:
        simulation: the geometry.
        view: which of its cameras.
        seed: of all that is not geometry.
        style: of the camera.
        fabrics: a seed for the fabrics alone, so that the same photo can be had in other clothes; None takes ``seed``.
        garments: the garments whose shop photos are wanted, from 0; None for all. The person looks the same either way.
    """
    style = style or Style()
    count = len(simulation.sheets)
    first, scene, *sellers = _streams((seed, *simulation.seed, view), 2 + count)
    weavers = _streams((seed if fabrics is None else fabrics, *simulation.seed), count)
    cloths = [fabric(sheet, rng) for sheet, rng in zip(simulation.sheets, weavers, strict=True)]
    skin = _skin(first)
    worn = _shot(simulation.views[view], cloths, skin, _light(scene, shop=False), style, scene, shop=False)
    pictures = []
    for k in range(count) if garments is None else garments:
        light = _light(sellers[k], shop=True)
        pictures.append(_shot(simulation.shops[k], [cloths[k]], skin, light, style, sellers[k], shop=True))
    return Example(worn, tuple(pictures), skin, tuple(cloth.pattern for cloth in cloths))


def _streams(seed: tuple[int, ...], count: int) -> list[np.random.Generator]:
    """Independent sources of chance: what one takes changes nothing for the others."""
    return [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(count)]


def _skin(rng: np.random.Generator) -> Skin:
    tone = float(rng.beta(1.1, 1.4))
    return Skin(
        tone, float(rng.random()), float(rng.uniform(0.4, 0.9)), float(max(rng.normal(-0.2, 0.4), 0) * (1 - tone))
    )


def _light(rng: np.random.Generator, *, shop: bool) -> _Light:
    turn, rise = (
        (rng.uniform(-0.9, 0.9), rng.uniform(0.3, 1.0)) if shop else (rng.uniform(-1.4, 1.4), rng.uniform(0.1, 1.2))
    )
    key = np.array([np.sin(turn) * np.cos(rise), -np.sin(rise), -np.cos(turn) * np.cos(rise)], np.float32)
    warmth = rng.uniform(-0.12, 0.12) * (0.4 if shop else 1)
    tint = np.array([1 + warmth, 1, 1 - warmth], np.float32)
    share = rng.uniform(0.25, 0.5) if shop else rng.uniform(0.25, 0.75)
    sky = np.array([1 - warmth, 1, 1 + warmth], np.float32)
    return _Light(
        key,
        share * 1.6 * tint,
        (1 - share) * sky,
        (1 - share) * rng.uniform(0, 0.5) * sky,
        float(rng.uniform(0.0, 0.25)),
    )


def _shot(
    view: View, fabrics: list[Fabric], skin: Skin, light: _Light, style: Style, rng: np.random.Generator, *, shop: bool
) -> Shot:
    seen = view.alpha > 0
    pixels = _Pixels(view, seen)
    albedo, gloss, sharp = _materials(pixels, fabrics, skin, rng)
    lit = _lit(albedo, gloss, sharp, _wrinkled(pixels, rng), pixels, light)
    lit *= np.float32(rng.uniform(0.85, 1.15) if shop else rng.uniform(0.7, 1.2))
    colour = np.zeros((*seen.shape, 3), np.float32)
    colour[seen] = lit
    foreground = np.zeros(colour.shape, np.uint8)
    foreground[seen] = codes(lit)
    alpha = (view.alpha / np.float32(255)).astype(np.float32)
    linear = backdrop(view, rng, shop=shop)
    linear += alpha[..., None] * (colour - linear)
    cloth = np.isin(view.surface, _CLOTH)
    return Shot(
        image=photographed(linear, style, rng, shop=shop),
        alpha=alpha,
        foreground=foreground,
        label=view.label,
        garment=np.where(cloth, 1 + (view.surface >= Surface.OTHER), 0).astype(np.uint8),
        uv=np.where(cloth[..., None], view.uv / np.float32(4095), 0).astype(np.float32),
        joints=view.joints,
    )


class _Pixels:
    """The ``N`` pixels of a view that show something; every field is ``(N, …)``."""

    def __init__(self, view: View, seen: NDArray[np.bool_]) -> None:
        self.seen = seen
        self.surface = view.surface[seen]
        self.uv = view.uv[seen]
        self.edge = view.edge[seen]
        self.trim = view.trim[seen].astype(np.float32) / 1000
        self.normal = decode_normals(view.normal[seen])
        self.share = view.light[seen][:, 0].astype(np.float32) / 31
        self.towards = (view.light[seen][:, 1:].astype(np.float32) - 15.5) / 15.5


def _materials(
    pixels: _Pixels, fabrics: list[Fabric], skin: Skin, rng: np.random.Generator
) -> tuple[Image, Image, Image]:
    """Albedo, strength of the highlight and its sharpness, of every pixel."""
    surfaces, count = pixels.surface, len(pixels.surface)
    albedo = np.zeros((count, 3), np.float32)
    gloss, sharp = np.zeros(count, np.float32), np.full(count, 8, np.float32)
    flesh = _flesh(pixels.seen, skin, rng)
    hair = _hair_colour(skin, rng)
    eye = np.power(
        np.array([[0.3, 0.2, 0.12], [0.35, 0.45, 0.55], [0.35, 0.42, 0.28], [0.2, 0.13, 0.09]][rng.integers(4)]), 2.2
    )
    blush = np.array([0.85, 0.45, 0.45], np.float32)
    shoe = np.power(rng.uniform(0.05, 0.9) * np.clip(1 + rng.uniform(-0.3, 0.3, 3), 0, 1.1), 2.2)
    strands = 0.75 + 0.5 * _lanes(pixels.uv[:, 0], rng)
    paints: dict[int, NDArray[Any]] = {
        Surface.SKIN: flesh,
        Surface.LIPS: flesh * (blush if rng.random() < 0.7 else np.array([0.75, 0.2, 0.25], np.float32)),
        Surface.BROW: 0.6 * hair + 0.25 * flesh,
        Surface.SCLERA: np.array([0.6, 0.56, 0.54], np.float32),
        Surface.IRIS: eye,
        Surface.PUPIL: np.array([0.01, 0.01, 0.01], np.float32),
        Surface.HAIR: hair * strands[:, None],
        Surface.SHOE: shoe,
    }
    for surface, paint in paints.items():
        here = surfaces == surface
        albedo[here] = np.broadcast_to(paint, albedo.shape)[here]
    moist = np.isin(surfaces, (Surface.SCLERA, Surface.IRIS, Surface.PUPIL))
    fleshy = np.isin(surfaces, (Surface.SKIN, Surface.LIPS))
    gloss[fleshy], sharp[fleshy] = 0.05 * (1.2 - skin.roughness), 4 + 24 * (1 - skin.roughness)
    gloss[moist], sharp[moist] = 0.3, 60
    hairy = surfaces == Surface.HAIR
    gloss[hairy], sharp[hairy] = 0.05 * strands[hairy], 14
    shod = surfaces == Surface.SHOE
    gloss[shod], sharp[shod] = rng.uniform(0, 0.12), 20
    for number, cloth in enumerate(fabrics):
        outer = Surface.OTHER if number else Surface.GARMENT
        for surface, dim in ((outer, 1.0), (outer + 1, 0.75)):
            here = surfaces == surface
            if here.any():
                albedo[here] = dim * _dyed(pixels, here, cloth)
                gloss[here], sharp[here] = cloth.sheen, 6
    return albedo, gloss, sharp


def _dyed(pixels: _Pixels, here: NDArray[np.bool_], cloth: Fabric) -> Image:
    """The fabric at some pixels, with its trims and stitches."""
    side = cloth.albedo.shape[0] - 1
    u, v = (pixels.uv[here][:, k] / 4095 * side for k in range(2))
    colour = np.stack([map_coordinates(cloth.albedo[..., k], [v, u], order=1) for k in range(3)], axis=1)
    edge, trim = pixels.edge[here], pixels.trim[here]
    for kind, (width, dye) in enumerate(cloth.trims, start=1):
        share = np.clip((width - trim) / 0.002 + 0.5, 0, 1) * (edge == kind) if width else np.zeros_like(trim)
        colour += share[:, None] * (dye - colour)
    stitch = np.clip(1 - np.abs(trim - 0.018) / 0.002, 0, 1) * (edge > 0)
    return np.asarray(colour * (1 - cloth.seam * stitch)[:, None], np.float32)


def _flesh(seen: NDArray[np.bool_], skin: Skin, rng: np.random.Generator) -> Image:
    shape = (seen.shape[0], seen.shape[1])
    tones = np.array(
        [[0.93, 0.78, 0.70], [0.86, 0.67, 0.55], [0.72, 0.52, 0.39], [0.50, 0.33, 0.24], [0.29, 0.19, 0.15]]
    )
    stops = np.linspace(0, 1, len(tones))
    base = np.array([np.interp(skin.tone, stops, tones[:, k]) for k in range(3)]) ** 2.2
    mottle = fractal(shape, 24, 3, rng)[seen][:, None]
    red = np.array([0.02, -0.05, -0.05]) * (1 + skin.redness)
    flesh = base * (1 + 0.06 * mottle + red * mottle * 0.8)
    if skin.freckles > 0:
        spots = np.clip(value(shape, 3.0, rng)[seen] - 0.55, 0, 1)[:, None] * skin.freckles
        flesh = flesh * (1 - np.array([0.5, 0.8, 1.0]) * spots)
    return np.asarray(np.clip(flesh, 0.01, 0.9), np.float32)


def _hair_colour(skin: Skin, rng: np.random.Generator) -> Image:
    dyes = np.array(
        [
            [0.09, 0.07, 0.06],
            [0.22, 0.14, 0.09],
            [0.38, 0.25, 0.15],
            [0.72, 0.55, 0.34],
            [0.5, 0.22, 0.1],
            [0.6, 0.58, 0.56],
        ]
    )
    odds = np.array([2 + 4 * skin.tone, 2, 1.5, 1.5 * (1 - skin.tone), 0.5 * (1 - skin.tone), 0.5])
    return np.asarray(
        np.power(dyes[rng.choice(len(dyes), p=odds / odds.sum())] * rng.uniform(0.8, 1.2), 2.2), np.float32
    )


def _lanes(across: NDArray[np.uint16], rng: np.random.Generator) -> Image:
    """A random level for every strand of hair, ``float32 (N,)`` in [0, 1]."""
    levels = gaussian_filter(rng.random(4096), 6, mode="wrap")
    levels = (levels - levels.min()) / np.ptp(levels)
    return np.asarray(levels[across], np.float32)


def _wrinkled(pixels: _Pixels, rng: np.random.Generator) -> Image:
    """The normals, those of cloth with fine creases that the simulation's mesh is too coarse for."""
    normal = pixels.normal.copy()
    cloth = np.isin(pixels.surface, _CLOTH)
    side = 256
    crease = 1 - np.abs(fractal((side, side), float(rng.uniform(14, 40)), 3, rng))
    across, down = np.gradient(crease)[::-1]
    strength = np.float32(rng.uniform(0.2, 1.6))
    place = [pixels.uv[cloth][:, k] / np.float32(4095) * (side - 1) for k in (1, 0)]
    normal[cloth, 0] += strength * map_coordinates(across, place, order=1)
    normal[cloth, 1] += strength * map_coordinates(down, place, order=1)
    return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True), np.float32)


def _lit(albedo: Image, gloss: Image, sharp: Image, normal: Image, pixels: _Pixels, light: _Light) -> Image:
    """Diffuse light from all sides and from one, and a highlight; shadows from what each point sees."""
    free = np.clip(pixels.share + 2 / 3 * (pixels.towards * normal).sum(axis=1), 0.04, 1.1)
    ambient = free[:, None] * (light.ambient - light.sky * normal[:, 1:2])
    open_to_key = np.clip(pixels.share + pixels.towards @ light.key, 0, 1) ** np.float32(1.5 - 2 * light.spread)
    wrap = np.where(np.isin(pixels.surface, (Surface.SKIN, Surface.LIPS)), 0.2, light.spread).astype(np.float32)
    diffuse = np.clip((normal @ light.key + wrap) / (1 + wrap), 0, 1) * open_to_key
    half = light.key + np.array([0, 0, -1], np.float32)
    half /= np.linalg.norm(half)
    shine = gloss * np.clip(normal @ half, 0, 1) ** sharp * open_to_key * (sharp + 2) / 8
    return np.asarray(albedo * (ambient + diffuse[:, None] * light.colour) + shine[:, None] * light.colour, np.float32)
