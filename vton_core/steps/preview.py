"""Every scene file as a small picture, quickly: what the page shows while figures are placed and finished."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from vton_core.composition.geometry import FigureGeometry, Window, figure_geometry, placement_matrix
from vton_core.composition.kept import Kept, weight
from vton_core.composition.layers import Background, Composition
from vton_core.composition.scene import Standing, check_occluder, compose_standing, opaque_window, premultiplied
from vton_core.finish.place import Place
from vton_core.images import read_image, read_rgba
from vton_core.progress import Report, Settings, about
from vton_core.resampling import reduced_to
from vton_core.scenes import SceneFigure
from vton_core.storage import write_bytes
from vton_core.types import Alpha, Cutout
from vton_core.workspace import SceneFile, Workspace

__all__ = ["LONGEST_SIDE", "Cache", "preview", "run"]

LONGEST_SIDE: Final = 1280
"""Of a preview, in pixels."""

_KEPT_BYTES: Final = 384 << 20
"""Of pictures that were read: a background, what stands in front and twelve figures as large as previews may be."""
_QUALITY: Final = 92
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class _Figure:
    """A figure no larger than a preview needs.

    Attributes:
        rgba: ``float32 (H, W, 4)``: the reduced figure's light, premultiplied, and its alpha.
        shown: the window of it that is not transparent.
        geometry: of the figure at its full size.
        matrix: ``float64 (3, 3)``: reduced pixels to full ones.
    """

    rgba: NDArray[np.float32]
    shown: Window
    geometry: FigureGeometry
    matrix: NDArray[np.float64]


class Cache:
    """What was read lately, by the file's path, time and size.

    Args:
        most: bytes that the pictures may take together; the one read last stays whatever its size.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[object, ...], object] = OrderedDict()

    def get(self, path: Path, read: Callable[[Path], _Read]) -> _Read:
        status = path.stat()
        key = (read, str(path), status.st_mtime_ns, status.st_size, status.st_ino)
        if key not in self._kept:
            self._kept[key] = read(path)
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and sum(map(weight, self._kept.values())) > self._most:
            self._kept.popitem(last=False)
        return cast(_Read, self._kept[key])


_CACHE: Final = Cache(_KEPT_BYTES)
_MADE: Final = Kept()


def preview(workspace: Workspace, scene: SceneFile) -> Composition:
    """What a scene file describes, at most :data:`LONGEST_SIDE` pixels wide and high.

    Pictures that were read before are kept, reduced, as long as their files stay as they are; and what was made of them
    for the picture before, as long as it stays the same in this one.

    Args:
        workspace: where its figures are.
        scene: what stands where, in the full background's pixels.

    Raises:
        InputError: a figure is empty or not there, or what stands in front has another size than the background.
        PlacementError: a figure would be taller than a million pixels.
    """
    with about(scene.picture.name):
        size, background = _CACHE.get(scene.picture, _background)
    occluder = None if scene.occluder is None else _CACHE.get(scene.occluder, _occluder)
    if occluder is not None:
        check_occluder(occluder[0], size)
    shrink = np.linalg.inv(_enlarging(background.size, size))
    figures = []
    for one in scene.figures:
        with about(one.figure):
            figures.append(_standing(_CACHE.get(workspace.figures()[one.figure], _figure), one, shrink))
    return compose_standing(background, figures, None if occluder is None else occluder[1], _MADE)


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Write ``output/preview/<name>.jpg`` for every scene file."""
    del settings  # composing needs none
    scenes = workspace.given_scenes()
    for done, scene in enumerate(scenes):
        report(done / len(scenes), "Composing the picture.")
        buffer = io.BytesIO()
        picture = np.asarray(preview(workspace, scene).flatten(), np.uint8)
        # JPEG: somebody waits for every preview, and a WebP that loses no more takes three times as long.
        Pillow.fromarray(picture).save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
        path = workspace.preview_file(scene.name)
        write_bytes(path, buffer.getvalue())
        report((done + 1) / len(scenes), "Composing the picture.", (path,))


def _standing(figure: _Figure, one: SceneFigure, shrink: NDArray[np.float64]) -> Standing:
    full = np.vstack([placement_matrix(figure.geometry, one.placement), [0, 0, 1]])
    x, y, _ = shrink @ [*one.placement.position, 1]
    place = Place((float(x), float(y)), one.placement.height * float(shrink[1, 1]))
    return Standing(figure.rgba, figure.shown, (shrink @ full @ figure.matrix)[:2], place, one.finish)


def _background(path: Path) -> tuple[tuple[int, int], Background]:
    picture = read_image(path)
    return (picture.shape[1], picture.shape[0]), Background(reduced_to(picture, LONGEST_SIDE))


def _occluder(path: Path) -> tuple[tuple[int, int], Alpha]:
    picture = np.ascontiguousarray(read_image(path)[..., 0])
    small = reduced_to(picture, LONGEST_SIDE)
    return (picture.shape[1], picture.shape[0]), (small / np.float32(255)).astype(np.float32)


def _figure(path: Path) -> _Figure:
    rgba = read_rgba(path)
    alpha = (rgba[..., 3] / np.float32(255)).astype(np.float32)
    geometry = figure_geometry(alpha)
    if max(alpha.shape) <= LONGEST_SIDE:
        cutout = Cutout(np.ascontiguousarray(rgba[..., :3]), alpha)
        return _Figure(premultiplied(cutout), opaque_window(cutout.alpha), geometry, np.eye(3))
    small = reduced_to(alpha, LONGEST_SIDE)
    colours = reduced_to(rgba[..., :3] * alpha[..., None], LONGEST_SIDE)
    colours = colours / np.maximum(small, np.float32(1 / 255))[..., None]
    cutout = Cutout(np.round(colours.clip(0, 255)).astype(np.uint8), small)
    return _Figure(
        premultiplied(cutout),
        opaque_window(cutout.alpha),
        geometry,
        _enlarging(cutout.size, (alpha.shape[1], alpha.shape[0])),
    )


def _enlarging(small: tuple[int, int], full: tuple[int, int]) -> NDArray[np.float64]:
    """``float64 (3, 3)``: pixels of a reduced picture to those of the full one, pixel edges on pixel edges."""
    x, y = full[0] / small[0], full[1] / small[1]
    return np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1.0]])
