"""Where on the body each landmark of the garment belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.between_seams import between_seams
from vton_core.garment.body import Body
from vton_core.garment.front import front_moved
from vton_core.garment.laid import BEFORE_SEAM, SEAM_NODES, Laid
from vton_core.garment.landmarks import Landmarks
from vton_core.garment.silhouette import Silhouette
from vton_core.types import Wearing

__all__ = ["NARROWER", "SEAM", "Fit", "Waistband", "fit_torso", "garment_scale"]

Points = NDArray[np.float64]

# How many times as long a top may become to reach the lower garment.
_STRETCHED: Final = 1.6
# From this width of the chest on, in lengths from neck to hem, a top is cropped and not just wide; worn and laid flat.
_CROPPED: Final = (0.8, 1.1)
SEAM: Final = 0.53
"""Where a sleeve is set in: distance from the middle, in shoulder distances."""
# The width between its armpits of a top with and without sleeves, in shoulder distances: what is seen of it on a body,
# and laid flat, which is half of its girth.
_CHEST_SLEEVED: Final = (0.92, 1.36)
_CHEST_SLEEVELESS: Final = (0.98, 1.28)
NARROWER: Final = (0.08, 0.24)
"""How much narrower a top that lies flat looks on a body, at its shoulders and from the armpits down, as shares."""
# Neck point to hem of the usual top, in shoulder distances.
_USUAL_LENGTH: Final = 1.85
# From so far above a waistband on a tucked top is drawn in; it ends so far inside. In shoulder distances.
_DRAWN_IN: Final = 0.5
_INSIDE: Final = 0.12
# A top that ends no further above the waistband than this is tucked into it all the same.
_NEARLY: Final = 0.35
# How much wider than the waistband a tucked top is where it meets it.
_FULL: Final = 1.04


@dataclass(frozen=True)
class Fit:
    """Point pairs of garment and body.

    Attributes:
        garment: ``float64 (N, 2)`` in the garment picture's pixels.
        body: ``float64 (N, 2)`` in the working picture's pixels.
        scale: working pixels a garment pixel.
        shoulders: ``(2, 2)`` targets of the shoulder tips.
        armpits: ``(2, 2)`` targets of the armpits.
        hem_below: how far below the neck the hem's middle hangs, in working pixels.
        skirt: ``(M, 2)`` each: where the side seams of a dress go on below its waist; ``None``: a top.
    """

    garment: Points
    body: Points
    scale: float
    shoulders: Points
    armpits: Points
    hem_below: float
    skirt: tuple[Points, Points] | None = None

    def seam(self, index: int) -> Points:
        """``(7, 2)``, of a dress ``(7 + M, 2)``: where one side seam runs on the body, from the armpit to the hem."""
        start = index * (BEFORE_SEAM + len(SEAM_NODES)) + BEFORE_SEAM
        seam = self.body[start : start + len(SEAM_NODES)]
        return seam if self.skirt is None else np.concatenate([seam, self.skirt[index]])


@dataclass(frozen=True)
class Waistband:
    """The upper edge of a lower garment that is worn over the top, in working pixels.

    Attributes:
        below: how far below the neck it runs.
        extent: how far to the left and to the right of the middle line it reaches.
    """

    below: float
    extent: tuple[float, float]


def _by_flatness(values: tuple[float, float], flat: float) -> float:
    """Between the value for a worn garment and the one for a garment that lies flat."""
    return values[0] + flat * (values[1] - values[0])


def garment_scale(landmarks: Landmarks, body: Body, flat: float = 0.0) -> float:
    """Working pixels a garment pixel: from the chest, and from the length unless the garment is cropped.

    Args:
        landmarks: of the garment.
        body: who wears it.
        flat: see :func:`vton_core.garment.flat.laid_flat`.
    """
    sleeved = any(side.sleeved for side in landmarks.sides)
    wide = _by_flatness(_CHEST_SLEEVED if sleeved else _CHEST_SLEEVELESS, flat)
    chest = wide * body.unit / max(landmarks.chest_width, 1.0)
    neck = np.mean([side.neck for side in landmarks.sides], axis=0)
    hem = np.mean([side.hem for side in landmarks.sides], axis=0)
    tall = max(float(hem[1] - neck[1]), 1.0)
    length = float(np.clip(_USUAL_LENGTH * body.unit / tall, 0.8 * chest, 1.3 * chest))
    # A boxy top is wide and hangs as low as others; a cropped one is no reason to size it differently.
    share = 0.5 * float(np.clip((_by_flatness(_CROPPED, flat) - landmarks.chest_width / tall) / 0.1, 0, 1))
    return float(chest ** (1 - share) * length**share)


def fit_torso(
    landmarks: Landmarks,
    body: Body,
    silhouette: Silhouette,
    reach: float | None = None,
    wearing: Wearing | None = None,
    waistband: Waistband | None = None,
    most: float = _STRETCHED,
    flat: float = 0.0,
) -> Fit:
    """Lay the garment's body on the person's torso.

    Args:
        landmarks: of the garment.
        body: who wears it.
        silhouette: the torso as it is clothed now.
        reach: where nothing is known of what is under the hem, how far below the neck the garment has to reach.
        wearing: how it is worn; as it comes out if ``None``.
        waistband: what it is tucked into; ``None`` where it hangs out.
        most: how many times as long it may become to reach that far.
        flat: how much it lay flat, see :func:`vton_core.garment.flat.laid_flat`.

    Returns:
        The point pairs; left and right pairs, then the middle line.
    """
    narrower = flat * np.array([NARROWER[0], *[NARROWER[1]] * len(SEAM_NODES)])
    laid = Laid(landmarks, body, silhouette, garment_scale(landmarks, body, flat), float(narrower[0]))
    scale, middle = laid.scale, laid.middle
    hem_y = float(np.mean([side.hem[1] for side in landmarks.sides]))
    wearing = wearing or Wearing()
    own = max(laid.below(np.array([0.0, hem_y])), 1.0)
    if reach is None and waistband is not None and own > waistband.below - _NEARLY * body.unit:
        reach = waistband.below + _INSIDE * body.unit
    stretch = 1.0 if reach is None else float(np.clip(reach / own, 1.0, most))
    stretch *= 1 + wearing.length
    pairs: list[tuple[Points, Points]] = []
    tips, pits = [], []
    outs = _outs(landmarks, float(middle[0]), SEAM * body.unit / scale)
    outs *= 1 - narrower
    for index, side in enumerate(landmarks.sides):
        placed = laid.side(index, outs[index], stretch, wearing.width)
        if waistband is not None:
            placed[BEFORE_SEAM:] = [
                (point, _drawn_in(target, index, body, waistband)) for point, target in placed[BEFORE_SEAM:]
            ]
        if landmarks.off_shoulder:
            edge = (side.neck, side.collar, side.shoulder)
            placed[:BEFORE_SEAM] = [
                (p.astype(float), body.at(scale * float(p[0] - middle[0]), laid.below(p))) for p in edge
            ]
        pairs += placed
        tips.append(placed[BEFORE_SEAM - 1][1])
        pits.append(placed[BEFORE_SEAM][1])
    more = between_seams(pairs, laid, outs, wearing.width, flat)
    if not landmarks.off_shoulder:
        half = len(pairs) // 2
        more += [pair for index in (0, 1) for pair in laid.ridge(index, pairs[half * index], pairs[half * index + 2])]
    pairs.append(_front(landmarks, (pairs[0], pairs[len(pairs) // 2]), (1 + wearing.neck) * scale, body))
    down = laid.below(np.array([0.0, hem_y])) * stretch
    centre = (silhouette.at(1, down) - silhouette.at(0, down)) / 2
    pairs += more
    pairs.append((np.array([middle[0], hem_y]), body.at(float(centre), down)))
    garment, target = (np.array(points, np.float64) for points in zip(*pairs, strict=True))
    return Fit(garment, target, scale, np.array(tips), np.array(pits), down)


def _front(
    landmarks: Landmarks, necks: tuple[tuple[Points, Points], ...], scale: float, body: Body
) -> tuple[Points, Points]:
    """Where the collar's lowest point hangs: as far between its corners as in the photo, ``scale`` working pixels for
    each pixel there below their line; on a turned body nearer to the corner that it faces."""
    (left, left_target), (right, right_target) = necks
    bottom = landmarks.neckline.bottom.astype(np.float64)
    share = float(np.clip((bottom[0] - left[0]) / max(float(right[0] - left[0]), 1.0), 0, 1))
    chord, target = left + share * (right - left), left_target + share * (right_target - left_target)
    at = target + float(bottom[1] - chord[1]) * scale * body.down
    half_width = float(np.linalg.norm(right_target - left_target)) / 2
    return bottom, at + front_moved(body, at, half_width) * body.across


def _drawn_in(target: Points, index: int, body: Body, waistband: Waistband) -> Points:
    """A point of a side seam, nearer to the middle the nearer it is to the waistband."""
    beside, down = (float((target - body.neck) @ axis) for axis in (body.across, body.down))
    near = float(np.clip((down - waistband.below) / (_DRAWN_IN * body.unit) + 1, 0, 1))
    sign = 1.0 if index else -1.0
    most = max(_FULL * waistband.extent[index], 0.0)
    slim = sign * min(sign * beside, most)
    share = near * near * (3 - 2 * near)
    return body.at(beside + share * (slim - beside), down)


def _outs(landmarks: Landmarks, middle: float, seam: float) -> Points:
    """How far outwards of the middle the shoulder's tip and the nodes of the side seam lie, ``(2, 8)``.

    A garment that is turned is as wide to both sides, its sleeves set in where they usually are.
    """
    at = np.array([[side.shoulder[0], *side.seam[list(SEAM_NODES), 0]] for side in landmarks.sides], np.float64)
    if landmarks.hidden is None:
        return np.stack([middle - at[0], at[1] - middle])
    half = (at[1] - at[0]) / 2
    half[0] = max(half[0], seam)
    return np.stack([half, half])
