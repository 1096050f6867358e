"""Counts where the default engine's warps of tops fold over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from vton_core.garment import drape, upper
from vton_core.garment.drape import Parts
from vton_core.garment.sleeve import SleevePart
from vton_core.types import Mask

__all__ = ["Folds"]

_Float = NDArray[np.float32]


@dataclass
class Folds:
    """Notes the warps of tops while it is entered; counts their pixels, and those where a warp folds over, when it is
    left.

    Attributes:
        pixels: that show a garment, torsos and sleeves apart.
        folded: of these, where the warp's Jacobian is not positive; of a sleeve that is a mirror image, not negative.
    """

    pixels: int = 0
    folded: int = 0
    _stack: ExitStack = field(default_factory=ExitStack)
    _noted: list[Callable[[], tuple[_Float, _Float]]] = field(default_factory=list)

    def __enter__(self) -> Folds:
        torso, part = upper.drape_torso, drape.drape_part

        def torso_noted(parts: Parts, source: _Float, shoulders: Mask) -> _Float:
            drawn = torso(parts, source, shoulders)
            self._noted.append(lambda: (source, drawn))
            return drawn

        def part_noted(parts: Parts, laid: SleevePart) -> _Float:
            drawn = part(parts, laid)
            self._noted.append(lambda: (laid.source, drawn))
            return drawn

        self._stack.enter_context(patch.object(upper, "drape_torso", torso_noted))
        self._stack.enter_context(patch.object(drape, "drape_part", part_noted))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()
        for warp in self._noted:
            self._count(*warp())
        self._noted.clear()

    def _count(self, source: _Float, drawn: _Float) -> None:
        seen = drawn[..., 3] > 0.5
        down, across = np.gradient(source.astype(np.float64), axis=(0, 1))
        turned = across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]
        if seen.any():
            # A hidden sleeve is the other one's mirror image.
            turned *= np.sign(np.median(turned[seen]))
        self.pixels += int(seen.sum())
        self.folded += int((seen & (turned <= 0)).sum())
