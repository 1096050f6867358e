"""CondInst (Tian et al., ECCV 2020) as a background engine, with AdelaiDet's published checkpoints."""

from __future__ import annotations

from functools import partial

from vton_core.engines.background.instances import InstanceBackground, load_published
from vton_core.networks.adelaidet.backbone import Depth
from vton_core.networks.adelaidet.condinst import CondInst

__all__ = ["everyone", "largest", "r50", "r50_sem", "sem"]


def _engine(weights: str, depth: Depth, semantic: bool, everyone: bool = False) -> InstanceBackground:
    return InstanceBackground(load_published(weights, partial(CondInst, depth, semantic)), everyone)


def largest() -> InstanceBackground:
    """``CondInst_MS_R_101_3x``."""
    return _engine("condinst", 101, semantic=False)


def everyone() -> InstanceBackground:
    """``CondInst_MS_R_101_3x``, keeping all the people."""
    return _engine("condinst", 101, semantic=False, everyone=True)


def sem() -> InstanceBackground:
    """``CondInst_MS_R_101_3x_sem``: trained with a semantic segmentation besides."""
    return _engine("condinst_sem", 101, semantic=True)


def r50() -> InstanceBackground:
    """``CondInst_MS_R_50_3x``."""
    return _engine("condinst_r50", 50, semantic=False)


def r50_sem() -> InstanceBackground:
    """``CondInst_MS_R_50_3x_sem``."""
    return _engine("condinst_r50_sem", 50, semantic=True)
