"""Who gets dressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from vton_core.types import Alpha, Image, ParseMap, Pose

__all__ = ["Figure"]

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Figure:
    """A person in the working picture's pixels.

    Attributes:
        rgb: ``uint8 (H, W, 3)``, the figure's colours.
        alpha: ``float32 (H, W)`` in [0, 1], how much of each pixel is the figure's.
        pose: the joints.
        parse: ``uint8 (H, W)`` of CIHP labels, 0 outside the figure.
    """

    rgb: Image
    alpha: Alpha
    pose: Pose
    parse: ParseMap
    _known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.rgb.shape[0], self.rgb.shape[1]

    def once(self, name: str, find: Callable[[], _Found]) -> _Found:
        """What follows from the figure alone, whatever it wears: found the first time it is asked for, then kept.

        Args:
            name: what it is kept under.
            find: finds it; what it returns is not changed by anybody.
        """
        if name not in self._known:
            self._known[name] = find()
        return cast(_Found, self._known[name])
