"""The parts of the picture that the try-on treats differently, from the parse map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.fit import Waistband
from vton_core.garment.shapes import disc
from vton_core.labels import Label
from vton_core.masks import box_around, closed, opened, rims_within
from vton_core.types import Image, Joint, Mask, ParseMap, Pose

__all__ = ["BAND", "Regions", "find_regions", "right_first", "span_at", "waistband"]

_OLD_TOP: Final = (Label.UPPER_CLOTHES, Label.COAT, Label.DRESS, Label.SCARF)
_LOWER: Final = (Label.PANTS, Label.SKIRT)
_HEAD: Final = (Label.HAT, Label.HAIR, Label.SUNGLASSES, Label.FACE)
# A lower garment that begins higher than this, in torso lengths below the neck, is worn over the top.
_TUCKED: Final = 0.75
BAND: Final = 0.06
"""Half the height of the strip that a waistband's width is measured on, in shoulder distances."""
# A waistband's edge strays this far from a parabola, notches in it are this deep, spikes twice this thick at most.
_RAGGED: Final = 0.02
_NOTCH: Final = 0.25
_SPIKE: Final = 0.03


@dataclass(frozen=True)
class Regions:
    """Masks ``bool (H, W)`` in the working picture.

    Attributes:
        old_top: the garment that goes.
        head: hair, face, hat and glasses: always in front.
        arms: the bare arms and hands, the picture's left and right.
        neck: bare neck and chest.
        lower: trousers or skirt.
        dress: the part of ``old_top`` that is a dress.
        tucked: whether the lower garment is worn over the top.
        waist_below: where the lower garment begins, in pixels below the neck; ``None`` where none is seen.
        tuck_below: where it is to begin instead, since the old top hung over it.
    """

    old_top: Mask
    head: Mask
    arms: tuple[Mask, Mask]
    neck: Mask
    lower: Mask
    dress: Mask
    tucked: bool
    waist_below: float | None
    tuck_below: float | None = None

    @property
    def edge_below(self) -> float | None:
        """Where the lower garment's upper edge comes to lie, in pixels below the neck."""
        return self.waist_below if self.tuck_below is None else self.tuck_below


def find_regions(rgb: Image, parse: ParseMap, body: Body, right_first: bool) -> Regions:
    """Find the regions.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        parse: ``uint8 (H, W)`` of CIHP labels.
        body: the body in the same pixels.
        right_first: whether the person's right shoulder is the left one of the picture.

    Returns:
        The regions.
    """
    _, below = body.frame(parse.shape)
    top = np.isin(parse, _OLD_TOP)
    lower = _solid(np.isin(parse, _LOWER), body)
    # A print on the chest may be taken for another garment; what the old top encloses is its own.
    prints = _enclosed(top, np.isin(parse, _LOWER)) | (np.isin(parse, _LOWER) & ~lower)
    patches = _enclosed(lower, top)
    top, lower = (top | prints) & ~patches, (lower & ~prints) | patches
    face = parse == Label.FACE
    lab = np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    fabric = _recoloured(lab, np.isin(parse, (Label.LEFT_ARM, Label.RIGHT_ARM)), face, top, body)
    waist = _waist(lower, body)
    if waist is not None:
        # A bare midriff taken for the waistband.
        bare = _recoloured(lab, lower & (below < waist + 0.25 * body.unit), lower, face, body)
        lower = lower & ~bare
    head = np.isin(parse, _HEAD)
    # Dark lace beside dark hair, or the like; the head itself is never given up.
    hair = (parse == Label.HAIR) & (below > -0.35 * body.unit)
    strands = _recoloured(lab, hair, parse == Label.HAIR, top, body)
    head = head & ~strands
    neck = parse == Label.TORSO_SKIN
    collar = _recoloured(lab, neck, face, top, body)
    top, neck = top | fabric | strands | collar, neck & ~collar
    lower = _even_waist(lab, _without_spikes(lower, top, body), top, body)
    top = top & ~lower
    arms = tuple(_solid((parse == label) & ~fabric, body) for label in (Label.RIGHT_ARM, Label.LEFT_ARM))
    waist = _waist(lower, body)
    dress = parse == Label.DRESS
    return Regions(
        top,
        head,
        (arms[0], arms[1]) if right_first else (arms[1], arms[0]),
        neck,
        lower,
        dress,
        waist is not None and waist < _TUCKED * body.torso,
        waist,
    )


def waistband(regions: Regions, body: Body) -> Waistband | None:
    """What a top is tucked into; ``None`` where none is.

    Args:
        regions: of the figure.
        body: the body in the same pixels.
    """
    edge = regions.edge_below
    if not regions.tucked or edge is None:
        return None
    span = span_at(regions.lower, body, max(edge, regions.waist_below or edge) + BAND * body.unit)
    return None if span is None else Waistband(edge, (-span[0], span[1]))


def span_at(mask: Mask, body: Body, below: float, reach: float = BAND) -> tuple[float, float] | None:
    """How far a mask spans beside the middle line, in pixels to the right; ``None`` where it hardly shows.

    Args:
        mask: ``bool (H, W)``.
        body: the body in the same pixels.
        below: at this height, in pixels below the neck.
        reach: how far above and below that height it is looked at, in shoulder distances.
    """
    beside, depth = body.frame(mask.shape)
    found = beside[mask & (np.abs(depth - below) < reach * body.unit)]
    if len(found) < 20:
        return None
    left, right = np.percentile(found, (1, 99))
    return float(left), float(right)


def right_first(pose: Pose) -> bool:
    """Whether the person's right side is the picture's left."""
    x = pose.keypoints[:, 0]
    return bool(x[Joint.RIGHT_SHOULDER] <= x[Joint.LEFT_SHOULDER])


def _recoloured(lab: NDArray[np.float32], region: Mask, own: Mask, other: Mask, body: Body) -> Mask:
    """The part of ``region`` that has the colour of ``other`` and not of ``own``: what the parser mistook."""
    if min(int(part.sum()) for part in (region, own, other)) < 0.01 * body.unit**2:
        return np.zeros_like(region)
    mine, theirs = (np.median(lab[part], axis=0) for part in (own, other))
    weights = np.array([0.5, 1.0, 1.0], np.float32)
    if np.linalg.norm((mine - theirs) * weights) < 12:
        return np.zeros_like(region)
    distances = [np.linalg.norm((lab[region] - colour) * weights, axis=-1) for colour in (mine, theirs)]
    nearer = np.zeros_like(region)
    nearer[region] = distances[0] > 1.5 * distances[1]
    window = _window(body)
    share = cv2.blur(nearer.astype(np.float32), window) / np.maximum(cv2.blur(region.astype(np.float32), window), 1e-3)
    return np.asarray(region & (share > 0.5))


def _window(body: Body) -> tuple[int, int]:
    side = 2 * max(1, round(0.05 * body.unit)) + 1
    return side, side


def _enclosed(around: Mask, inside: Mask) -> Mask:
    """The parts of ``inside`` whose rim is nearly all ``around``."""
    count, labels = cv2.connectedComponents(inside.astype(np.uint8))
    return np.asarray((rims_within(labels, count, around, 3) > 0.85)[labels])


def _solid(mask: Mask, body: Body) -> Mask:
    """Without specks."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    large = stats[:, cv2.CC_STAT_AREA] > 0.02 * body.unit**2
    large[0] = False
    return np.asarray(large[labels])


def _without_spikes(lower: Mask, top: Mask, body: Body) -> Mask:
    """The lower garment with thin spikes of the top that run into it."""
    radius = max(1, round(_SPIKE * body.unit))
    spikes = closed(lower, disc(radius)) & top
    # What the top is farther away says nothing of them.
    box = box_around(spikes, 4 * radius + 2)
    if box is not None:
        spikes[box] &= ~opened(top[box], disc(radius))
    return np.asarray(lower | spikes)


def _even_waist(lab: NDArray[np.float32], lower: Mask, top: Mask, body: Body) -> Mask:
    """The lower garment whose upper edge, beside the top, is one smooth curve, as waistbands are.

    What was taken for the top below that curve, and has the lower garment's colour, is the lower garment, and the
    other way round. Where the edge follows no curve, as under a loose top's hem, all stays.
    """
    beside, below = body.frame(lower.shape)
    columns = np.arange(-0.6, 0.6, 0.02) * body.unit
    edges = _upper_edge(lower, columns, body)
    known = np.isfinite(edges)
    if known.sum() < 20:
        return lower
    curve, error = _smooth_edge(columns[known], edges[known])
    if error > _RAGGED * body.unit:
        return lower
    low, high = columns[known][[0, -1]]
    above = below - np.polyval(curve, beside.clip(low, high))
    spans = (beside > low) & (beside < high)
    near = spans & (np.abs(above) < _NOTCH * body.unit)
    gained = _recoloured(lab, top & near & (above > 0), top, lower, body)
    lost = _recoloured(lab, lower & near & (above < 0), lower, top, body)
    return np.asarray((lower & ~lost) | gained)


def _upper_edge(lower: Mask, columns: NDArray[np.float64], body: Body) -> NDArray[np.float64]:
    """How far below the neck the lower garment begins at distances from the middle line; NaN where there is none."""
    below = np.linspace(0.3, 1.8, 300) * body.torso
    points = (body.neck + below[:, None, None] * body.down + columns[None, :, None] * body.across).astype(np.float32)
    strip = cv2.remap(lower.astype(np.uint8), points[..., 0], points[..., 1], cv2.INTER_NEAREST) > 0
    return np.where(strip.any(axis=0), below[strip.argmax(axis=0)], np.nan)


def _smooth_edge(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """The parabola that most of an edge follows (least squares, reweighted), and its median distance from it."""
    weights = np.ones_like(x)
    for _ in range(12):
        curve = np.polyfit(x, y, 2, w=np.sqrt(weights))
        error = np.abs(y - np.polyval(curve, x))
        scale = max(float(np.median(error)), 0.5)
        weights = 1 / (1 + np.square(error / (2 * scale)))
    return np.asarray(curve, np.float64), float(np.median(error))


def _waist(lower: Mask, body: Body) -> float | None:
    """The median height of the lower garment's upper edge near the middle line, in pixels below the neck."""
    edges = _upper_edge(lower, np.linspace(-0.25, 0.25, 21) * body.unit, body)
    known = np.isfinite(edges)
    return float(np.median(edges[known])) if known.mean() >= 0.4 else None
