"""Figures put on a background, from the back to the front."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.composition.finishing import Drawn, finished, shade, shadow_rgba, view_from
from vton_core.composition.geometry import Window, figure_geometry, is_cropped, placement_matrix, window_of
from vton_core.composition.kept import Kept
from vton_core.composition.layers import Background, Composition, Layer
from vton_core.errors import InputError
from vton_core.finish.place import STRIP, Place, bounded, colourfulness
from vton_core.resampling import srgb_to_linear, warp_affine
from vton_core.types import Alpha, Cutout, Finish, Mask, Placement

__all__ = [
    "Placed",
    "Standing",
    "check_occluder",
    "compose_scene",
    "compose_standing",
    "opaque_window",
    "premultiplied",
]


@dataclass(frozen=True)
class Placed:
    """A figure in its place.

    Attributes:
        figure: its colours are not premultiplied.
        placement: where, and how large, in background pixels.
        finish: how it is made to belong to the background.
    """

    figure: Cutout
    placement: Placement
    finish: Finish = field(default_factory=Finish)


@dataclass(frozen=True)
class Standing:
    """The same, as light, and with the map that the placement comes to.

    Attributes:
        rgba: ``float32 (H, W, 4)``: the figure's light, premultiplied, and its alpha; see :func:`premultiplied`.
        shown: ``x0, y0, x1, y1``: outside it, the figure is transparent.
        matrix: ``float64 (2, 3)``: its pixels to the background's.
        place: where it stands, in background pixels.
        finish: how it is made to belong to the background.
    """

    rgba: NDArray[np.float32]
    shown: Window
    matrix: NDArray[np.float64]
    place: Place
    finish: Finish


def compose_scene(
    background: Background, figures: Sequence[Placed], occluder: Mask | Alpha | None = None
) -> Composition:
    """Put figures on a background.

    Args:
        background: what they stand on.
        figures: from the back to the front.
        occluder: ``bool`` or ``float32 (H, W)`` in [0, 1] of the background's size: how much of a pixel stands in front
            of the figures.

    Returns:
        The background, the shadows ("shadow 1", …), which fall on the ground and so lie behind every figure, and the
        figures ("figure 1", …), of those that the picture shows.

    Raises:
        InputError: a figure is empty, or the occluder has another size than the background.
        PlacementError: a figure would be taller than a million pixels.
    """
    if occluder is not None:
        check_occluder((occluder.shape[1], occluder.shape[0]), background.size)
    standing = []
    for placed in figures:
        matrix = placement_matrix(figure_geometry(placed.figure.alpha), placed.placement)
        place = Place(placed.placement.position, placed.placement.height)
        whole = (0, 0, *placed.figure.size)
        standing.append(Standing(premultiplied(placed.figure), whole, matrix, place, placed.finish))
    return compose_standing(background, standing, occluder)


def premultiplied(figure: Cutout) -> NDArray[np.float32]:
    """The figure's light times its alpha, and its alpha: ``float32 (H, W, 4)``."""
    rgba = np.empty((*figure.alpha.shape, 4), np.float32)
    for channel in range(3):
        np.multiply(srgb_to_linear(figure.rgb[..., channel]), figure.alpha, out=rgba[..., channel])
    rgba[..., 3] = figure.alpha
    return rgba


def opaque_window(alpha: Alpha) -> Window:
    """The smallest window outside which nothing shows."""
    x, y, width, height = cv2.boundingRect((alpha > 0).astype(np.uint8))
    return x, y, x + width, y + height


def check_occluder(size: tuple[int, int], background: tuple[int, int]) -> None:
    """Compare the sizes (width, height) of an occluder and its background.

    Raises:
        InputError: they differ.
    """
    if size != background:
        raise InputError(
            "What stands in front of the figure was drawn for a picture of {width} × {height} pixels, which is not the "
            "background's size. Draw it again.",
            width=size[0],
            height=size[1],
        )


def compose_standing(
    background: Background,
    figures: Sequence[Standing],
    occluder: Mask | Alpha | None = None,
    kept: Kept | None = None,
) -> Composition:
    """As :func:`compose_scene`, once it is known where every pixel of the figures lands.

    With ``kept``, what has not changed since the picture before is not worked out anew; nobody may write to the arrays
    in ``background`` and ``figures`` then.
    """
    kept = kept or Kept(0)
    shadows, fronts = _Shadows(background), list[Layer]()
    for number, standing in enumerate(figures, start=1):
        drawn = kept.get(
            (standing.rgba,), _drawn_by(standing, background.size), partial(_draw, standing, background.size)
        )
        if drawn is None:
            continue
        finish = standing.finish
        if finish != Finish():
            view = view_from(background, drawn.place)
            ground = kept.get(
                (drawn, background), _shaded_by(finish), partial(shade, drawn, background.size, finish, view)
            )
            shadows.add(f"shadow {number}", ground, colourfulness(view))
            drawn = kept.get(
                (drawn, background),
                (number, *_finished_by(finish)),
                partial(finished, drawn, background, finish, view, number),
            )
        fronts.append(Layer(f"figure {number}", drawn.window, drawn.rgba))
    kept.end()
    layers = (*shadows.layers, *fronts)
    return Composition(background, tuple(_behind(layer, occluder) for layer in layers))


# What the parts of a picture depend on, besides the arrays that they are made from.


def _drawn_by(standing: Standing, limits: tuple[int, int]) -> Hashable:
    return "drawn", standing.matrix.tobytes(), standing.shown, standing.place, limits


def _shaded_by(finish: Finish) -> Hashable:
    return "shaded", finish.contact, finish.shadow, finish.shadow_angle, finish.shadow_length, finish.shadow_softness


def _finished_by(finish: Finish) -> tuple[Hashable, ...]:
    return "finished", finish.light, finish.sharpness, finish.wrap, finish.grain


class _Shadows:
    """The shadows on one ground; where two cast shadows meet, the light is kept off once."""

    def __init__(self, background: Background) -> None:
        self.layers: list[Layer] = []
        self._background = background
        self._cast: Alpha | None = None

    def add(self, name: str, shade: tuple[Window, Alpha, Alpha] | None, cool: float) -> None:
        """Lay a shadow over those before it."""
        if shade is None:
            return
        window, contact, cast = shade
        x0, y0, x1, y1 = window
        if self._cast is None:
            self._cast = np.zeros(self._background.size[::-1], np.float32)
        before = self._cast[y0:y1, x0:x1]
        further = np.asarray(1 - (1 - np.maximum(before, cast)) / (1 - before), np.float32)
        np.maximum(before, cast, out=before)
        rgba = np.empty((*cast.shape, 4), np.float32)
        for top in range(0, len(rgba), STRIP):
            strip = slice(top, top + STRIP)
            ground = self._background.light((x0, y0 + top, x1, min(y0 + top + STRIP, y1)))
            rgba[strip] = shadow_rgba(contact[strip], further[strip], ground, cool)
        left, top, right, bottom = opaque_window(rgba[..., 3])
        if left < right:
            window = (x0 + left, y0 + top, x0 + right, y0 + bottom)
            self.layers.append(Layer(name, window, np.ascontiguousarray(rgba[top:bottom, left:right])))


def _draw(standing: Standing, limits: tuple[int, int]) -> Drawn | None:
    """The figure resampled once to its place; ``None`` where the picture shows nothing of it."""
    window = window_of(standing.matrix, standing.shown, limits)
    if window is None:
        return None
    x0, y0, x1, y1 = window
    matrix = standing.matrix - np.array([[0, 0, x0], [0, 0, y0]])
    rgba = warp_affine(standing.rgba, matrix, (x1 - x0, y1 - y0))
    rgba.clip(0, 1, out=rgba)
    bounded(rgba)
    left, top, right, bottom = opaque_window(rgba[..., 3])
    if left == right:
        return None
    shown = (x0 + left, y0 + top, x0 + right, y0 + bottom)
    grounded = standing.place.feet[1] < limits[1] and not is_cropped(standing.rgba[..., 3])
    return Drawn(shown, np.ascontiguousarray(rgba[top:bottom, left:right]), standing.place, grounded)


def _behind(layer: Layer, occluder: Mask | Alpha | None) -> Layer:
    """The layer without what the occluder hides of it."""
    if occluder is None:
        return layer
    x0, y0, x1, y1 = layer.window
    seen = 1 - occluder[y0:y1, x0:x1].astype(np.float32)
    return replace(layer, rgba=np.asarray(layer.rgba * cv2.merge([seen] * 4), np.float32))
