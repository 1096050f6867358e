"""A garment's body as it lies on a torso: where its points hang."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import TORSO_TO_SHOULDERS, Body
from vton_core.garment.landmarks import Landmarks
from vton_core.garment.silhouette import Silhouette

__all__ = ["BEFORE_SEAM", "SEAM_NODES", "Laid"]

Points = NDArray[np.float64]

SEAM_NODES: Final = (0, 6, 12, 18, 24, 28, 32)
"""Which points of a side seam are laid on the body."""
BEFORE_SEAM: Final = 3
"""How many points of a side stand before them: its collar, its neck and its shoulder."""
# How far below the neck joint a worn top's armpits are, in shoulder distances.
_ARMPIT: Final = (0.34, 0.46)
# How far at most those of a top on straps: its side begins at its own upper edge, below the arm's.
_ARMPIT_STRAP: Final = 0.66
# How far below the neck joint the upper edge of an off-shoulder top runs, in shoulder distances.
_BARE_SHOULDER: Final = 0.14
# Where between neck and tip the shoulder's upper edge is laid on the body's.
_RIDGE: Final = (0.3, 0.6, 0.85)
# How high a collar stands at most: between shoulder and chin.
_STAND: Final = 0.19
# How many points a straight edge has, and which share of the shoulders' distance, on the garment and on the body, a
# strap is narrower than.
_STRAIGHT, _STRAP = 9, 0.1
# Between which distances from the middle a strap holds on a shoulder, in shoulder distances.
_STRAPS: Final = (0.24, 0.44)
# How much of its width a wider one may reach further out, and up to which width that is so, in shoulder distances.
_WIDER, _SHOULDER = 0.4, 0.2


@dataclass(frozen=True)
class Laid:
    """A garment's body as it lies on a torso.

    Attributes:
        landmarks: of the garment.
        body: who wears it.
        silhouette: the torso as it is clothed now.
        scale: working pixels a garment pixel.
        narrower: how much narrower its shoulders look than they are in the garment picture, as a share.
    """

    landmarks: Landmarks
    body: Body
    silhouette: Silhouette
    scale: float
    narrower: float = 0.0

    @cached_property
    def middle(self) -> Points:
        """``(2,)``: between the shoulder tips, in the garment picture."""
        return np.asarray(np.mean([side.shoulder for side in self.landmarks.sides], axis=0), np.float64)

    @cached_property
    def _top(self) -> float:
        return _height_of_tips(self.landmarks, self.body, self.scale)

    @cached_property
    def _tall(self) -> float:
        """How much longer than its scale tells it is worn by somebody with a long torso."""
        if not self.body.hips_seen:
            return 1.0
        longer = float(np.clip(self.body.torso / (TORSO_TO_SHOULDERS * self.body.unit), 0.9, 1.12))
        return math.pow(longer, 0.7)

    def below(self, point: NDArray[Any]) -> float:
        """How far below the neck joint a point of the garment hangs, in working pixels."""
        return self._top + self.scale * self._tall * float(point[1] - self.middle[1])

    def side(self, index: int, outs: Points, stretch: float, wider: float) -> list[tuple[Points, Points]]:
        """Collar, neck, shoulder tip, then the side seam from the armpit to the hem."""
        landmarks, body, scale = self.landmarks, self.body, self.scale
        sign, side = (1.0 if index else -1.0), landmarks.sides[index]
        # A collar sits in the middle even where the photo shows it a little turned.
        neck_half = float(landmarks.sides[1].neck[0] - landmarks.sides[0].neck[0]) / 2
        # A neckline's corners move in with the shoulders the more the nearer they are: straps stay as wide as they are.
        neck_half *= 1 - self.narrower * min(2 * neck_half / max(landmarks.shoulder_width, 1.0), 1.0) ** 3
        inner, outer = scale * neck_half, scale * abs(float(outs[0]))
        moved = self._strap_moved(inner, outer)
        neck = body.on_shoulder(index, inner + moved)
        stand = scale * (side.collar - side.neck).astype(np.float64)
        stand *= min(1.0, _STAND * body.unit / max(float(-stand[1]), 1e-6))
        collar = neck + stand[0] * body.across + stand[1] * body.down
        tip = body.on_shoulder(index, outer + moved)
        pairs = [(side.neck.astype(np.float64), neck), (side.collar.astype(np.float64), collar)]
        pairs.append((side.shoulder.astype(np.float64), tip))
        last = len(side.seam) - 1
        # A sleeve that lies spread draws the armpit down; on the body it sits in the body's own.
        pit = float(self.below(side.armpit.astype(np.float64)))
        lowest = _ARMPIT_STRAP if self._strap(inner, outer) else _ARMPIT[1]
        raised = pit - float(np.clip(pit, _ARMPIT[0] * body.unit, lowest * body.unit))
        for node, out in zip(SEAM_NODES, outs[1:], strict=True):
            point = side.seam[node].astype(np.float64)
            down = float(self.below(point)) * (1 + (stretch - 1) * node / last) - raised * (1 - node / last)
            wide = max(self.own(node, float(out), wider), 1.02 * float(self.silhouette.at(index, down)))
            if not landmarks.sleeved(index):
                # An armhole ends at the body's side, in front of nothing of the arm.
                close, loose = 1.05 * float(body.half_width(down)), min(1.0, max(0.0, 2.5 * node / last - 0.3))
                wide = min(wide, close + loose * max(wide - close, 0.0))
            pairs.append((point, body.at(sign * wide, down)))
        return pairs

    def own(self, node: int, out: float, wider: float) -> float:
        """How far a node of a side seam lies beside the middle by the garment's own width, in working pixels.

        Args:
            node: which of :data:`SEAM_NODES`.
            out: how far outwards it lies in the garment picture, in its pixels.
            wider: how much wider the garment is worn, as a share.
        """
        return self.scale * out * (1 + wider * (1 + node / SEAM_NODES[-1]) / 2)

    def _strap_moved(self, inner: float, outer: float) -> float:
        """How much further out a strap with these edges, in working pixels from the middle, holds on the shoulder."""
        wide = (outer - inner) / self.body.unit
        if wide > _SHOULDER or any(side.sleeved for side in self.landmarks.sides):
            return 0.0
        near, far = _STRAPS[0] * self.body.unit, (_STRAPS[1] + _WIDER * wide) * self.body.unit
        return float(np.clip(0.0, near - inner, far - outer))

    def _strap(self, inner: float, outer: float) -> bool:
        """Whether a shoulder with these edges is a strap."""
        return outer - inner < _STRAP * min(self.scale * self.landmarks.shoulder_width, self.body.unit)

    def ridge(self, index: int, neck: tuple[Points, Points], tip: tuple[Points, Points]) -> list[tuple[Points, Points]]:
        """Points of the shoulder's upper edge between ``neck`` and ``tip``, laid on the body's; none of a strap's."""
        path, middle = self.landmarks.sides[index].ridge.astype(np.float64), float(self.middle[0])
        path = path if len(path) else np.linspace(neck[0], tip[0], _STRAIGHT)
        out = np.abs(path[:, 0] - middle)
        first, last = (abs(float(end[0][0]) - middle) for end in (neck, tip))
        if self._strap(self.scale * first, self.scale * last):
            return []
        besides = [abs(float((end[1] - self.body.neck) @ self.body.across)) for end in (neck, tip)]
        found = []
        for share in _RIDGE:
            at = int(np.abs(out - (first + share * (last - first))).argmin())
            beside = float(np.interp(out[at], (first, last), besides))
            found.append((path[at], self.body.on_shoulder(index, beside)))
        return found


def _height_of_tips(landmarks: Landmarks, body: Body, scale: float) -> float:
    """How far below the neck joint the middle between the shoulder tips lies on the body (negative: above)."""
    if landmarks.off_shoulder:
        return _BARE_SHOULDER * body.unit
    beside = scale * landmarks.shoulder_width / 2
    points = [body.on_shoulder(side, beside) for side in (0, 1)]
    return float((np.mean(points, axis=0) - body.neck) @ body.down)
