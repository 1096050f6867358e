"""Who gets dressed."""

from __future__ import annotations

from dataclasses import dataclass

from vton_core.types import Alpha, Image, ParseMap, Pose

__all__ = ["Figure"]


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

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.rgb.shape[0], self.rgb.shape[1]
