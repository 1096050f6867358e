"""A body measured from joints and parse map: its arms, its shoulders' edge and its neck lie where the picture shows
them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.bared import SLEEVED, bared_arm
from vton_core.garment.body import Body
from vton_core.garment.limb import limb_through
from vton_core.garment.shapes import round_at
from vton_core.garment.skeleton import ELBOW, right_first, skeleton
from vton_core.garment.unseen_arm import guess_arm
from vton_core.labels import UPPER, Label
from vton_core.types import Joint, Mask, ParseMap, Pose

__all__ = ["chin_of", "measure_body"]

# So far at most an elbow lies beside what is seen of the body's clothes and skin, in shoulder distances, unless it is
# as surely seen as this.
_AT_ELBOW, _SURELY = 0.2, 0.9
# How thick a coat lies on the shoulders, in the same.
_COAT: Final = 0.06
# How far from the middle the shoulders' edge is looked for, how far from the usual one it may be, both in shoulder
# distances, and at how many of these places it must be seen.
_EDGE_AT, _STRAYS, _FEWEST = (0.36, 0.42, 0.48), 0.16, 2
# How much thinner and thicker than usual ones arms are, and how thick those are that are not seen.
_GIRTHS, _USUAL_GIRTH = (0.65, 1.2), 0.95
# How many pixels make a face; how high a chin is, in shoulder distances; and how far beside the middle line the neck
# goes up, as a share of how far the chin is, and in shoulder distances at most.
_LEAST_FACE, _CHIN, _UNDER, _ASIDE = 30, 0.06, 0.75, 0.2
# What is seen of the upper body below the head.
_COVERED: Final = (*UPPER, Label.SCARF, Label.TORSO_SKIN, Label.LEFT_ARM, Label.RIGHT_ARM)


def measure_body(pose: Pose, parse: ParseMap) -> Body:
    """Measure the upper body.

    Args:
        pose: joints in the working picture's pixels.
        parse: ``uint8 (H, W)`` of CIHP labels in the same pixels.

    Returns:
        The body.

    Raises:
        NoPersonError: the shoulders are not seen, or lie on the same spot.
    """
    labels = (Label.RIGHT_ARM, Label.LEFT_ARM) if right_first(pose) else (Label.LEFT_ARM, Label.RIGHT_ARM)
    return _settled(_with_arms(skeleton(pose), pose, parse), parse, labels)


def _with_arms(body: Body, pose: Pose, parse: ParseMap) -> Body:
    """The body with arms guessed from what is seen where their elbows are not, or are said to be where nobody is."""
    figure, coat = np.isin(parse, _COVERED), np.asarray(parse == Label.COAT)
    arms, wrists, hidden = list(body.arms), list(body.wrists), [False, False]
    elbows = (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW) if right_first(pose) else (Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW)
    for side, elbow in enumerate(elbows):
        around = round_at(pose.keypoints[elbow, :2].astype(np.float64), _AT_ELBOW * body.unit, figure.shape)
        if pose.point(elbow) is None or (pose.keypoints[elbow, 2] < _SURELY and not (figure & around).any()):
            guess = guess_arm(body, side, figure, coat)
            arms[side] = limb_through(guess.joints, ELBOW * body.unit, (-1.0, 1.0)[side])
            wrists[side], hidden[side] = 0.0, guess.hidden
    return replace(body, arms=(arms[0], arms[1]), wrists=(wrists[0], wrists[1]), hidden=(hidden[0], hidden[1]))


def _settled(body: Body, parse: ParseMap, labels: tuple[Label, Label]) -> Body:
    """The body with its shoulders' edge and its arms, of these labels, moved to where the picture shows them."""
    seen = [
        bared_arm(arm, body.unit, body.arm_radius, np.asarray(parse == label))
        for arm, label in zip(body.arms, labels, strict=True)
    ]
    arms = tuple(
        arm.moved(body.unit * (SLEEVED if bare is None else bare.offsets(len(arm.path))))
        for arm, bare in zip(body.arms, seen, strict=True)
    )
    shoulders = body.shoulders.copy()
    for side, (arm, bare) in enumerate(zip(body.arms, seen, strict=True)):
        if bare is not None:
            shoulders[side] += bare.shoulder * body.unit * arm.normals()[0]
    girths = [bare.girth for bare in seen if bare is not None]
    girth = float(np.clip(np.mean(girths), *_GIRTHS)) if girths else _USUAL_GIRTH
    return replace(
        body,
        shoulders=shoulders,
        surface_shift=_surface_shift(body, parse),
        throat=_below_chin(body, np.asarray(parse == Label.FACE)),
        arm_girth=girth,
        arms=(arms[0], arms[1]),
    )


def _surface_shift(body: Body, parse: ParseMap) -> float:
    """How much higher than usual the shoulders' edge is seen before the background, in shoulder distances."""
    covered = np.isin(parse, _COVERED)
    rises = []
    for side, share in itertools.product((0, 1), _EDGE_AT):
        point = body.on_shoulder(side, share * body.unit)
        column = round(float(point[0]))
        if not 0 <= column < parse.shape[1]:
            continue
        rows = np.flatnonzero(covered[:, column])
        if len(rows) and rows[0] > 2 and parse[max(0, rows[0] - 3) : rows[0], column].max() == Label.BACKGROUND:
            thick = _COAT if parse[rows[0], column] in (Label.COAT, Label.SCARF) else 0.0
            rises.append((point[1] - rows[0]) / body.unit - thick)
    near = [rise for rise in rises if abs(rise) < _STRAYS]
    return float(np.median(near)) if len(near) >= _FEWEST else 0.0


def chin_of(face: Mask, unit: float) -> NDArray[np.float64] | None:
    """Where a face ends below.

    Args:
        face: ``bool (H, W)``.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``float64 (2,)``, the middle of its lowest part; ``None`` where there is no face.
    """
    rows, columns = np.nonzero(face)
    if len(rows) < _LEAST_FACE:
        return None
    low = rows > rows.max() - _CHIN * unit
    return np.array([columns[low].mean(), float(rows.max())])


def _below_chin(body: Body, face: Mask) -> float:
    """How far to the right of the middle line the neck meets the head, in pixels: nearly below the chin."""
    chin = chin_of(face, body.unit)
    if chin is None:
        return 0.0
    limit = _ASIDE * body.unit
    return float(np.clip(_UNDER * (chin - body.neck) @ body.across, -limit, limit))
