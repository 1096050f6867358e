"""Sizes and widths of VITON-HD's networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["GROUPS", "PUBLISHED", "REGIONS", "SMALL", "TINY", "VitonHdConfig"]

GROUPS: Final = 13
"""Label groups that the segmentation generator reads and writes (:data:`vton_core.labels.VITON_HD_GROUPS`)."""
REGIONS: Final = 7
"""Regions that the ALIAS generator reads: background, paste, upper, hair, left arm, right arm, noise."""


@dataclass(frozen=True)
class VitonHdConfig:
    """Sizes and widths; the defaults are the published ones.

    Attributes:
        height: rows of the result; a multiple of ``2 ** upsamplings``.
        width: columns of the result; a multiple of ``2 ** upsamplings``.
        coarse_height: rows that the segmentation generator and the matching network see; a multiple of 64.
        coarse_width: columns that they see; a multiple of 64.
        seg_width: channels of the segmentation generator's first level; doubled at each of four deeper ones.
        gmm_width: channels of the matching network's first level; doubled up to eight times that.
        alias_width: channels of the ALIAS generator's last levels; sixteen times that in the first.
        alias_hidden: channels between region map and modulation in an ALIAS normalisation.
        alias_side: channels of the resized input that every level but the first takes in.
        upsamplings: doublings from the ALIAS generator's first level to the result: 6, or 7 as published.
        grid_size: control points of the thin-plate spline along an axis.

    Raises:
        ValueError: a size does not divide, or ``upsamplings`` is neither 6 nor 7.
    """

    height: int = 1024
    width: int = 768
    coarse_height: int = 256
    coarse_width: int = 192
    seg_width: int = 64
    gmm_width: int = 64
    alias_width: int = 64
    alias_hidden: int = 128
    alias_side: int = 16
    upsamplings: int = 7
    grid_size: int = 5

    def __post_init__(self) -> None:
        if self.upsamplings not in (6, 7):
            raise ValueError(f"upsamplings must be 6 or 7, not {self.upsamplings}")
        step = 2**self.upsamplings
        for name, value, multiple in (
            ("height", self.height, step),
            ("width", self.width, step),
            ("coarse_height", self.coarse_height, 64),
            ("coarse_width", self.coarse_width, 64),
        ):
            if value < multiple or value % multiple:
                raise ValueError(f"{name} must be a multiple of {multiple}, not {value}")

    @property
    def size(self) -> tuple[int, int]:
        """``(height, width)`` of the result."""
        return self.height, self.width

    @property
    def coarse_size(self) -> tuple[int, int]:
        """``(height, width)`` that the first two networks see."""
        return self.coarse_height, self.coarse_width


PUBLISHED: Final = VitonHdConfig()
"""The published checkpoints' sizes and widths."""
SMALL: Final = VitonHdConfig(
    height=256,
    width=192,
    coarse_height=192,
    coarse_width=128,
    seg_width=12,
    gmm_width=24,
    alias_width=24,
    alias_hidden=48,
    upsamplings=6,
)
"""A configuration to train on the original VITON set at 256×192."""
TINY: Final = VitonHdConfig(
    height=128,
    width=128,
    coarse_height=64,
    coarse_width=64,
    seg_width=4,
    gmm_width=4,
    alias_width=2,
    alias_hidden=8,
    alias_side=4,
    upsamplings=6,
)
"""For tests."""
