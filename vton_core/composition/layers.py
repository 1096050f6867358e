"""A background and what lies on it.

Layers hold light that is premultiplied with their alpha (Porter and Duff, "Compositing Digital Images", SIGGRAPH 1984).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.colour import SRGB, ColourSpace, space_of
from vton_core.composition.geometry import Window
from vton_core.resampling import reduced_to
from vton_core.types import Picture

if TYPE_CHECKING:
    from vton_core.finish.grain import Noise

__all__ = ["Background", "Composition", "Layer"]

_ROWS: Final = 64
_SMALL: Final = 160


@dataclass(frozen=True)
class Background(Picture):
    """The picture that figures are put on, ``(H, W, 3)``, in the colour space of its file."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pixels.shape[2] != 3:
            raise ValueError(f"pixels must be (H, W, 3), not {self.pixels.shape}")

    @classmethod
    def of(cls, picture: Picture) -> Background:
        """The same picture, as a background."""
        return cls(picture.pixels, picture.profile, picture.dpi)

    @property
    def space(self) -> ColourSpace:
        """What its codes mean."""
        return space_of(self.profile) or SRGB

    def light(self, window: Window) -> NDArray[np.float32]:
        """``float32 (h, w, 3)``: a window's light, of sRGB's primaries; what sRGB lacks lies outside [0, 1]."""
        x0, y0, x1, y1 = window
        return self.space.to_light(self.pixels[y0:y1, x0:x1])

    # What a finish looks at is worked out once, and without OpenCV for those who do not ask for it.

    @cached_property
    def small(self) -> NDArray[np.float32]:
        """``float32 (h, w, 3)`` in [0, 1]: the light of the whole picture, at most 160 pixels wide and high."""
        return self.space.to_light(reduced_to(self.pixels, _SMALL)).clip(0, 1)

    @cached_property
    def noise(self) -> Noise | None:
        """The picture's noise; see :func:`vton_core.finish.grain.measure_noise`."""
        from vton_core.finish.grain import measure_noise

        return measure_noise(self.pixels, np.iinfo(self.pixels.dtype).max)


@dataclass(frozen=True)
class Layer:
    """Something on the background.

    Attributes:
        name: "figure 1", "shadow 1", …: numbered from the back.
        window: the background pixels that it covers.
        rgba: ``float32 (h, w, 4)`` in [0, 1] of the window's size: light, premultiplied with alpha, and alpha.
    """

    name: str
    window: Window
    rgba: NDArray[np.float32]

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = self.window
        if self.rgba.dtype != np.float32 or self.rgba.shape != (y1 - y0, x1 - x0, 4):
            raise ValueError(f"rgba must be float32 {(y1 - y0, x1 - x0, 4)}, not {self.rgba.dtype} {self.rgba.shape}")


@dataclass(frozen=True)
class Composition:
    """A background with its layers.

    Attributes:
        background: what is below.
        layers: from the bottom to the top.
    """

    background: Background
    layers: tuple[Layer, ...] = ()

    def flatten(self) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """The picture: the background's shape and depth. Pixels that no layer touches are the background's own."""
        result = self.background.pixels.copy()
        if not self.layers:
            return result
        top, bottom = min(layer.window[1] for layer in self.layers), max(layer.window[3] for layer in self.layers)
        # In strips, so that the light of the whole picture is never held at once.
        for row in range(top, bottom, _ROWS):
            end = min(row + _ROWS, bottom)
            here = [layer.window for layer in self.layers if layer.window[1] < end and layer.window[3] > row]
            if here:
                left, right = min(window[0] for window in here), max(window[2] for window in here)
                result[row:end, left:right] = self._strip((left, row, right, end))
        return result

    def _strip(self, window: Window) -> NDArray[np.uint8] | NDArray[np.uint16]:
        left, top, right, bottom = window
        before = self.background.pixels[top:bottom, left:right]
        light = self.background.light(window)
        touched = np.zeros(light.shape[:2], np.bool_)
        for layer in self.layers:
            x0, y0, x1, y1 = layer.window
            low, high = max(y0, top), min(y1, bottom)
            if low >= high:
                continue
            rgba = layer.rgba[low - y0 : high - y0]
            rows, columns = slice(low - top, high - top), slice(x0 - left, x1 - left)
            alpha = rgba[..., 3]
            # Channel by channel: NumPy is several times slower where the last, short axis is broadcast.
            for channel in range(3):
                below = light[rows, columns, channel]
                below *= 1 - alpha
                below += rgba[..., channel]
            touched[rows, columns] |= alpha > 0
        after = self.background.space.from_light(light, before.dtype)
        for channel in range(3):
            np.copyto(after[..., channel], before[..., channel], where=~touched)
        return after
