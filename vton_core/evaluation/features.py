"""Distances in the features of trained networks, where the user has torchmetrics and those networks."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final

import numpy as np

from vton_core.types import Image

__all__ = ["NAMES", "FeatureMetrics"]

NAMES: Final = ("FID", "KID", "IS", "LPIPS")
_LARGEST_SUBSET: Final = 100


class FeatureMetrics:
    """FID, KID and LPIPS between results and truths, and IS of the results.

    Sources: Heusel et al. (2017); Bińkowski et al. (2018); Salimans et al. (2016); Zhang et al. (2018).

    Args:
        pairs: how many there will be.
    """

    def __init__(self, pairs: int) -> None:
        self._metrics: dict[str, Any] = {}
        self.missing: dict[str, str] = {}
        for name in NAMES:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self._metrics[name] = _make(name, pairs)
            except Exception as error:
                # Missing packages, no network to fetch weights from, a damaged cache: each in its own way.
                self.missing[name] = " ".join(str(error).split()) or type(error).__name__

    def add(self, result: Image, truth: Image) -> None:
        """Take a pair in; ``uint8 (H, W, 3)``, of one shape."""
        import torch

        made, real = (torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1)))[None] for x in (result, truth))
        for name, metric in self._metrics.items():
            if name == "LPIPS":
                metric.update(made.float() / 255, real.float() / 255)
            elif name == "IS":
                metric.update(made)
            else:
                metric.update(real, real=True)
                metric.update(made, real=False)

    def values(self) -> Iterable[tuple[str, float]]:
        """The names and values of those that there are; of two numbers, the mean."""
        for name, metric in self._metrics.items():
            value = metric.compute()
            yield name, float(value[0] if isinstance(value, tuple) else value)


def _make(name: str, pairs: int) -> Any:
    known: dict[str, tuple[str, str, dict[str, Any]]] = {
        "FID": ("fid", "FrechetInceptionDistance", {}),
        "KID": ("kid", "KernelInceptionDistance", {"subset_size": min(_LARGEST_SUBSET, pairs)}),
        "IS": ("inception", "InceptionScore", {}),
        "LPIPS": ("lpip", "LearnedPerceptualImagePatchSimilarity", {"net_type": "alex", "normalize": True}),
    }
    module, kind, options = known[name]
    return getattr(import_module(f"torchmetrics.image.{module}"), kind)(**options)
