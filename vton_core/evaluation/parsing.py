"""Parse maps and edges beside true ones, over several pictures, as CIHP_PGN's published test counts them."""

from __future__ import annotations

import numpy as np

from vton_core.labels import COUNT
from vton_core.types import Mask, ParseMap

__all__ = ["EdgeAgreement", "LabelAgreement"]


class LabelAgreement:
    """Counts which label was given for which."""

    def __init__(self) -> None:
        self._counts = np.zeros((COUNT, COUNT), np.int64)

    def add(self, labels: ParseMap, truth: ParseMap) -> None:
        """Count a picture.

        Args:
            labels: ``uint8 (H, W)`` of CIHP labels.
            truth: likewise; pixels with other values are not known and left out.
        """
        known = truth < COUNT
        pairs = truth[known].astype(np.int64) * COUNT + labels[known]
        self._counts += np.bincount(pairs, minlength=COUNT**2).reshape(COUNT, COUNT)

    def __bool__(self) -> bool:
        return bool(self._counts.any())

    @property
    def accuracy(self) -> float:
        """The share of pixels with the right label."""
        return float(self._counts.trace() / self._counts.sum())

    @property
    def mean_iou(self) -> float:
        """Intersection over union, the mean over the labels that occur."""
        right = self._counts.diagonal()
        either = self._counts.sum(axis=0) + self._counts.sum(axis=1) - right
        return float((right[either > 0] / either[either > 0]).mean())


class EdgeAgreement:
    """Counts pixels of edges."""

    def __init__(self) -> None:
        self._right = self._found = self._true = 0

    def add(self, edges: Mask, truth: Mask) -> None:
        """Count a picture; both are ``bool (H, W)``."""
        self._right += int(np.count_nonzero(edges & truth))
        self._found += int(np.count_nonzero(edges))
        self._true += int(np.count_nonzero(truth))

    def __bool__(self) -> bool:
        return self._true > 0

    @property
    def recall(self) -> float:
        """The share of the true edges that was found."""
        return self._right / self._true

    @property
    def precision(self) -> float:
        """The share of what was found that is true; 0 where nothing was found."""
        return self._right / max(1, self._found)
