"""What shows where the old top was and the new garment is not: skin, the lower garment, or nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import WAIST, Body
from vton_core.garment.fabric import waistband_shade
from vton_core.garment.lace import underlay
from vton_core.garment.layers import Layers
from vton_core.garment.regions import Regions
from vton_core.garment.shading import contact_shadow
from vton_core.garment.shapes import evened
from vton_core.garment.sheet import Sheet
from vton_core.masks import softened
from vton_core.planes import layered, repeated
from vton_core.types import Mask

__all__ = ["FRINGE", "base", "beside_collar"]

_Float = NDArray[np.float32]
FRINGE: Final = 0.028
"""How far beside its label an old garment's edge reaches, in shoulder distances."""

# From so far below the neck on, in shoulder distances, a garment covers the body as wide as it is where it covers this
# share of a slim body's width; one with sleeves, and one whose armholes may be deep.
_CHEST: Final = (0.35, 0.55)
_MOSTLY: Final = 0.75
# Half of how wide a neck is, in shoulder distances.
_THROAT: Final = 0.22
# Hems slant and curve by this much.
_HEM: Final = 0.12
# How fast the body may become wider than a lower garment above it: by its width over this, in shoulder distances.
_WIDENS: Final = 1.5
# Where shoulder and arm meet they make one curve: notches are filled that are finer than this, in shoulder distances,
# and of which so much around is skin; the edge is as crisp as a mask's.
_JOINT, _FILLED, _CRISP = 0.05, 0.36, 2.4


def base(
    body: Body, regions: Regions, layers: Layers, below: _Float, skin_arms: _Float, across: _Float, lower: _Float | None
) -> Sheet:
    """What lies under the old top: skin, lower garment, or nothing.

    Args:
        body: the body in the working picture's pixels.
        regions: of the source.
        layers: what goes on the figure.
        below: ``float32 (H, W)``, pixels below the neck.
        skin_arms: ``float32 (H, W)`` in [0, 1], where arms are bare.
        across: ``float32 (H, W)``, from -1 at the lower garment's left edge to 1 at its right one.
        lower: ``float32 (H, W, 3)``, 0 to 255, what it looks like where it is hidden; ``None`` where none is seen.
    """
    shape = below.shape
    # Under set-in sleeves no skin shows beside the collar.
    bare_shoulders = layers.off_shoulder or max(layers.arm_shares) <= 0
    bare = body.torso_zone(shape, shoulders=0.56 if bare_shoulders else 0.42)
    waist = regions.waist_below or body.torso
    start = (regions.edge_below or waist) if regions.tucked else min(waist, WAIST * body.torso)
    beside = np.abs(across)
    within = beside < 1
    if lower is not None:
        # Below the waist the lower garment covers the body; the body above it widens to its own width upwards.
        above = ((start - below) / (_WIDENS * body.unit)).clip(0, None)
        bare &= (below < start + FRINGE * body.unit) & (beside < 1 + np.square(above))
    bare &= ~_beside(layers.torso.alpha, body, below, (_CHEST[bare_shoulders], layers.hem_below))
    if not bare_shoulders:
        sheets = (layers.torso, *layers.sleeves)
        bare &= ~beside_collar(np.maximum.reduce([sheet.alpha for sheet in sheets]) > 0.5, body)
    skin = np.maximum(softened(bare, 1.0), skin_arms)
    if layers.lace:
        skin = np.maximum(skin, _under_lace(body, layers))
    for arm, share in zip(layers.arms, layers.arm_shares, strict=True):
        if share <= 0 or layers.off_shoulder:
            skin = np.maximum(skin, arm.cover * (below < 0.35 * body.torso))
    if bare_shoulders:
        skin = np.maximum(
            skin, evened(skin, _JOINT * body.unit, _FILLED, _CRISP) * (2.4 - 10 * below / body.torso).clip(0, 1)
        )
    pixels = layered(layers.skin * repeated(skin), skin)
    if lower is None:
        return Sheet(pixels)
    # Beside an old sleeve the lower garment is itself, however far out.
    whole = softened((within & (below > start)) | regions.lower, 1.0)
    covered = np.asarray(whole * (1 - skin_arms), np.float32)
    if layers.hem_below < start:
        # Its upper end is to be seen.
        pixels = Sheet(pixels).lit(contact_shadow(covered, body.unit)).pixels
        if start < waist:
            lower = lower * repeated(waistband_shade(below, start, body.unit))
    out = Sheet(layered(lower * repeated(covered), covered)).over(pixels)
    # Under the soft edges of arms it goes on: nothing behind both may shine through.
    under = np.asarray(whole * skin_arms / np.maximum(1 - covered, 1e-3), np.float32)
    return Sheet(Sheet(out).over(layered(lower * repeated(under), under)))


def _under_lace(body: Body, layers: Layers) -> _Float:
    """The arms and shoulders that a garment covers, and that its lace shows."""
    skin = softened(body.torso_zone(layers.torso.alpha.shape), 1.0)
    for arm in layers.arms:
        skin = np.maximum(skin, arm.cover)
    return skin * underlay(layers.alone)


def _beside(torso: _Float, body: Body, below: _Float, between: tuple[float, float]) -> Mask:
    """Where the bare body would stick out beside the garment that covers it: between the chest, in shoulder distances,
    and the hem, in pixels."""
    chest, hem = between
    covered = torso > 0.5
    first = covered.argmax(axis=1)
    last = covered.shape[1] - 1 - covered[:, ::-1].argmax(axis=1)
    # Beside a shirt's rounded tails the hips do show.
    column = int(np.clip(round(float(body.neck[0])), 0, torso.shape[1] - 1))
    wide = covered.any(axis=1) & (last - first > _MOSTLY * 2 * body.half_width(below[:, column]))
    x = np.arange(covered.shape[1])
    aside = wide[:, None] & ((x < first[:, None]) | (x > last[:, None]))
    return np.asarray(aside & (below > chest * body.unit) & (below < hem - _HEM * body.unit))


def beside_collar(covered: Mask, body: Body) -> Mask:
    """Where shoulders would stick out beside a collar that stands on them.

    Args:
        covered: ``bool (H, W)``, where the garment is.
        body: in the same pixels.

    Returns:
        ``bool (H, W)``: above the shoulders' joints, farther out than all of the garment at that height and the neck.
    """
    beside, below = body.frame(covered.shape)
    aside = np.zeros_like(covered)
    for side in (-1, 1):
        out = side * beside
        far = np.where(covered, out, 0).max(axis=1, keepdims=True)
        aside |= (out > far) & (far > 0)
    return np.asarray(aside & (np.abs(beside) > _THROAT * body.unit) & (below < 0))
