"""Where the figure stands on the background, and what makes it belong there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from vton_core.errors import InputError, PlacementError
from vton_core.types.arrays import Point

__all__ = ["Finish", "Placement"]


@dataclass(frozen=True)
class Placement:
    """Where and how large the figure stands, in background pixels.

    Attributes:
        position: where the middle of the figure's lowest edge stands.
        top: with ``bottom``, two points whose distance is the figure's height.
        bottom: see ``top``.
        flip: mirror the figure left to right.
        rotate: turn it about ``position``, in degrees from -180 to 180, clockwise as seen; after ``flip``.

    Raises:
        PlacementError: a number is not finite, ``top`` and ``bottom`` are less than a pixel apart, or ``rotate`` is out
            of range.
    """

    position: Point
    top: Point
    bottom: Point
    flip: bool = False
    rotate: float = 0.0
    height: float = field(init=False)

    def __post_init__(self) -> None:
        if not all(math.isfinite(v) for point in (self.position, self.top, self.bottom) for v in point):
            raise PlacementError("A placement coordinate is not a number. Give three lines of two numbers each.")
        if not abs(self.rotate) <= 180:
            raise PlacementError("A figure is turned by -180 to 180 degrees, not {value}.", value=self.rotate)
        height = math.dist(self.top, self.bottom)
        if height < 1:
            raise PlacementError(
                "The second and third placement points lie on the same spot, so the figure would have no height. "
                "Choose two points as far apart as the figure should be tall."
            )
        object.__setattr__(self, "height", height)


@dataclass(frozen=True)
class Finish:
    """How the figure is made to belong to the background. Every strength lies in [0, 1]; 0 leaves it out.

    Attributes:
        light: colour and contrast brought towards the background's at the figure's place.
        contact: shadow where the figure touches the ground.
        shadow: cast shadow on the ground.
        shadow_angle: where the cast shadow falls, in degrees clockwise as seen: 0 right, 90 towards the viewer (down);
            ``None``: estimated from the background.
        shadow_length: of the cast shadow, in heights of the figure, up to 5; ``None``: estimated.
        shadow_softness: 0 a hard edge, 1 an overcast sky's; ``None``: estimated.
        sharpness: of the figure, brought to the background's.
        grain: the background's noise on the figure.
        wrap: light of the background that spills over the figure's edge.

    Raises:
        InputError: a value out of its range.
    """

    light: float = 0.0
    contact: float = 0.0
    shadow: float = 0.0
    shadow_angle: float | None = None
    shadow_length: float | None = None
    shadow_softness: float | None = None
    sharpness: float = 0.0
    grain: float = 0.0
    wrap: float = 0.0

    LIMITS: ClassVar[Mapping[str, tuple[float, float]]] = {
        "light": (0, 1),
        "contact": (0, 1),
        "shadow": (0, 1),
        "shadow_angle": (-360, 360),
        "shadow_length": (0, 5),
        "shadow_softness": (0, 1),
        "sharpness": (0, 1),
        "grain": (0, 1),
        "wrap": (0, 1),
    }

    def __post_init__(self) -> None:
        for name, (low, high) in self.LIMITS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise InputError(
                    "'{name}' must be from {low} to {high}, not {value}.", name=name, low=low, high=high, value=value
                )

    @classmethod
    def natural(cls) -> Finish:
        """A moderate finish that suits most pictures, as *Natural* on the page."""
        return cls(light=0.6, contact=0.7, shadow=0.5, sharpness=0.8, grain=0.8, wrap=0.4)
