"""Which of the finish's methods is applied to a figure in its place, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.composition.geometry import Window
from vton_core.composition.layers import Background
from vton_core.finish.cast import blurred_by_height, density, ground_projections
from vton_core.finish.contact import contact_shadow
from vton_core.finish.edges import blur_to_match, blurred, edge_spread
from vton_core.finish.grain import fine_noise, grained, noise_tile
from vton_core.finish.light import grade_for, graded
from vton_core.finish.place import Place, View, view_of
from vton_core.finish.sun import sun_of
from vton_core.finish.wrap import wrapped
from vton_core.resampling import reduced_to
from vton_core.types import Alpha, Finish

__all__ = ["Drawn", "finished", "shade", "shadow_rgba", "view_from"]

_SEEN: Final = 640
"""Largest side, in pixels, of what is looked at to measure noise and sharpness."""
_SHADOW_SIDE: Final = 512
"""Height at which shadows are worked out."""
_FAINTEST: Final = 1 / 512
_COOL: Final = np.array([1.02, 1.0, 0.93], np.float32)
"""A shadow keeps more of the blue, which the sky gives, than of the red."""

_Part: TypeAlias = tuple[Alpha, NDArray[np.float64]]
"""A picture, and the map from its pixels to the background's."""


@dataclass(frozen=True)
class Drawn:
    """A figure in its place.

    Attributes:
        window: the background pixels that it covers.
        rgba: ``float32 (h, w, 4)``: its premultiplied light.
        place: where it stands.
        standing: its feet are on the ground and in the picture.
    """

    window: Window
    rgba: NDArray[np.float32]
    place: Place
    standing: bool


def finished(drawn: Drawn, background: Background, finish: Finish, view: View, seed: int) -> Drawn:
    """The figure with the background's light, sharpness, grain and spill.

    Args:
        drawn: the figure as it is.
        background: what it stands on.
        finish: how much of each.
        view: the whole background, small.
        seed: of the grain.
    """
    rgba, window = drawn.rgba, drawn.window
    if finish.light:
        rgba = graded(rgba, grade_for(rgba, view, finish.light))
    if finish.sharpness:
        own, mask = _middle(rgba)
        spread = edge_spread(np.sqrt(own[..., 1]), cv2.erode(mask, np.ones((5, 5), np.uint8)) > 0)
        wanted = edge_spread(_codes(_around(background, drawn)[..., 1]))
        sigma = blur_to_match(spread, wanted, drawn.place.height, finish.sharpness)
        if sigma > 0.2:
            window, rgba = _padded(window, rgba, int(np.ceil(3 * sigma)), background.size)
            rgba = blurred(rgba, sigma)
    if finish.wrap:
        rgba = wrapped(_owned(rgba, drawn), _behind(background, window), drawn.place.height, finish.wrap)
    if finish.grain:
        own, mask = _middle(rgba)
        tile = noise_tile(background.noise, fine_noise(np.sqrt(own), mask > 0), seed) if background.noise else None
        if tile is not None:
            rgba = grained(_owned(rgba, drawn), tile, window[:2], finish.grain)
    return Drawn(window, rgba, drawn.place, drawn.standing)


def shade(drawn: Drawn, size: tuple[int, int], finish: Finish, view: View) -> tuple[Window, Alpha, Alpha] | None:
    """The figure's shadow on the ground.

    Args:
        drawn: the figure in its place.
        size: width and height of the background.
        finish: how much of which shadow.
        view: the background, small.

    Returns:
        The window that it covers, how much light the contact keeps off there, and how much the cast shadow:
        ``float32 (h, w)`` in [0, 1]; ``None`` where there is no shadow.
    """
    if not drawn.standing or not (finish.contact or finish.shadow):
        return None
    scale = min(1.0, _SHADOW_SIDE / drawn.place.height)
    small, origin = _small_alpha(drawn, scale)
    (x, y), height = drawn.place.feet, drawn.place.height * scale
    to_small = np.array(
        [[scale, 0, (0.5 - origin[0]) * scale - 0.5], [0, scale, (0.5 - origin[1]) * scale - 0.5], [0, 0, 1]]
    )
    foot = to_small @ [x, y, 1]
    from_small = np.linalg.inv(to_small)
    contact, cast = list[_Part](), list[_Part]()
    if finish.contact:
        contact = [(finish.contact * contact_shadow(small, height), from_small)]
    if finish.shadow:
        sun = sun_of(finish, view)
        soft = blurred_by_height(small, float(foot[1]), height, sun.softness)
        soft *= np.float32(finish.shadow * density(sun.softness))
        slices = ground_projections(drawn.place.feet, drawn.place.height, sun, size)
        cast = [(soft, projection @ from_small) for projection in slices]
    window = _reach((*contact, *cast), size)
    if window is None:
        return None
    return window, _onto_ground(contact, window, scale), _onto_ground(cast, window, scale)


def _onto_ground(parts: Sequence[_Part], window: Window, scale: float) -> Alpha:
    """The darkest of pictures under their maps, worked out small."""
    x0, y0, x1, y1 = window
    size = int(np.ceil((x1 - x0) * scale)), int(np.ceil((y1 - y0) * scale))
    x, y = size[0] / (x1 - x0), size[1] / (y1 - y0)
    to_small = np.array([[x, 0, (0.5 - x0) * x - 0.5], [0, y, (0.5 - y0) * y - 0.5], [0, 0, 1]])
    result = np.zeros((size[1], size[0]), np.float32)
    for part, matrix in parts:
        np.maximum(result, cv2.warpPerspective(part, to_small @ matrix, size, flags=cv2.INTER_LINEAR), out=result)
    return np.asarray(cv2.resize(result, (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR), np.float32)


def view_from(background: Background, place: Place) -> View:
    """The background, small, with a place in it."""
    return view_of(background.small, background.small.shape[1] / background.size[0], place)


def shadow_rgba(contact: Alpha, cast: Alpha, ground: NDArray[np.float32], cool: float) -> NDArray[np.float32]:
    """What darkens the ground, as a layer.

    Args:
        contact: ``float32 (h, w)``: share of the light that the contact keeps off.
        cast: likewise of the cast shadow.
        ground: ``float32 (h, w, 3)``: the light without them.
        cool: how far the sky's blue shows in the cast shadow, in [0, 1].

    Returns:
        ``float32 (h, w, 4)``, premultiplied: over ``ground`` it multiplies each channel by its share of the light.
    """
    tints = 1 + np.float32(cool) * (_COOL - 1)
    kept = [(1 - cast * tint).clip(0, 1) * (1 - contact) for tint in tints]
    least = np.minimum(np.minimum(kept[0], kept[1]), kept[2])
    alpha = 1 - least
    alpha[alpha < _FAINTEST] = 0
    shown = alpha > 0
    colours = [(share - least) * ground[..., channel] * shown for channel, share in enumerate(kept)]
    return np.dstack([*colours, alpha]).astype(np.float32, copy=False)


def _behind(background: Background, window: Window) -> NDArray[np.float32]:
    """The light of the window, small: it is blurred anyway."""
    x0, y0, x1, y1 = window
    return background.space.to_light(reduced_to(background.pixels[y0:y1, x0:x1], _SHADOW_SIDE)).clip(0, 1)


def _around(background: Background, drawn: Drawn) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """What of the background lies about the figure, the ground above all."""
    width, height = background.size
    x0, y0, x1, y1 = drawn.window
    middle, low = (x0 + x1) // 2, min(height, y1 + (y1 - y0) // 8)
    side = min(_SEEN, max(width, height) // 3)
    left = int(np.clip(middle - side // 2, 0, max(0, width - side)))
    top = int(np.clip(low - side, 0, max(0, height - side)))
    return background.pixels[top : top + side, left : left + side]


def _codes(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.float32]:
    return np.asarray(pixels * np.float32(1 / np.iinfo(pixels.dtype).max), np.float32)


def _middle(rgba: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Light of the middle of the figure, whose root is roughly its codes, and where it is opaque."""
    rows, columns = rgba.shape[:2]
    top, left = max(0, rows // 3 - _SEEN // 2), max(0, columns // 2 - _SEEN // 2)
    part = rgba[top : top + _SEEN, left : left + _SEEN]
    return part[..., :3], (part[..., 3] > 0.99).astype(np.uint8)


def _owned(rgba: NDArray[np.float32], drawn: Drawn) -> NDArray[np.float32]:
    """An array that may be changed."""
    return rgba.copy() if rgba is drawn.rgba else rgba


def _padded(
    window: Window, rgba: NDArray[np.float32], margin: int, size: tuple[int, int]
) -> tuple[Window, NDArray[np.float32]]:
    """The layer with room about it, as far as the background reaches."""
    x0, y0, x1, y1 = window
    wide = max(0, x0 - margin), max(0, y0 - margin), min(size[0], x1 + margin), min(size[1], y1 + margin)
    pads = (y0 - wide[1], wide[3] - y1), (x0 - wide[0], wide[2] - x1), (0, 0)
    return wide, np.pad(rgba, pads)


def _small_alpha(drawn: Drawn, scale: float) -> tuple[Alpha, tuple[float, float]]:
    """The figure's alpha, reduced, with room about it; and the background pixel edge at its upper left corner."""
    x0, y0, x1, y1 = drawn.window
    size = max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale))
    small = cv2.resize(np.ascontiguousarray(drawn.rgba[..., 3]), size, interpolation=cv2.INTER_AREA)
    margin = int(0.25 * drawn.place.height * scale) + 2
    return np.pad(small, margin), (x0 - margin / scale, y0 - margin / scale)


def _reach(parts: Sequence[_Part], size: tuple[int, int]) -> Window | None:
    """The window of the background that pictures cover under their maps, where they hold anything."""
    points = []
    for part, matrix in parts:
        x, y, width, height = cv2.boundingRect((part > _FAINTEST).astype(np.uint8))
        if width:
            corners = np.array([[a, b, 1.0] for a in (x - 1, x + width) for b in (y - 1, y + height)]) @ matrix.T
            points.append(corners[:, :2] / corners[:, 2:])
    if not points:
        return None
    low = np.floor(np.concatenate(points).min(axis=0)).clip(0, size).astype(int)
    high = (np.ceil(np.concatenate(points).max(axis=0)) + 1).clip(0, size).astype(int)
    return (int(low[0]), int(low[1]), int(high[0]), int(high[1])) if (high > low).all() else None
