"""BlendMask (Chen et al., CVPR 2020) as a background engine, with AdelaiDet's published checkpoints."""

from __future__ import annotations

from functools import partial

from vton_core.engines.background.instances import InstanceBackground, load_published
from vton_core.networks.adelaidet.blendmask import BlendMask

__all__ = ["everyone", "largest", "r50"]


def largest() -> InstanceBackground:
    """``R_101_3x``."""
    return InstanceBackground(load_published("blendmask", partial(BlendMask, 101)))


def everyone() -> InstanceBackground:
    """``R_101_3x``, keeping all the people."""
    return InstanceBackground(load_published("blendmask", partial(BlendMask, 101)), everyone=True)


def r50() -> InstanceBackground:
    """``R_50_3x``."""
    return InstanceBackground(load_published("blendmask_r50", partial(BlendMask, 50)))
