"""A top's landmarks by name, and the curves that follow those the user has moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import InputError
from vton_core.types import Point

if TYPE_CHECKING:
    from vton_core.garment.landmarks import Landmarks, Side
    from vton_core.garment.neckline import Neckline

__all__ = ["SIDES", "bent", "check_sides", "corrected", "points"]

Points = NDArray[np.float32]
SIDES: Final = ("left", "right")
"""What the names of a garment's two sides begin with: the picture's left and right."""
_FRONT: Final = "neck_front"
# A curve this shallow, in lengths of its chord, has no shape that could be stretched with its lowest point.
_FLAT: Final = 0.02


def points(landmarks: Landmarks) -> dict[str, Point]:
    """A top's landmarks by name, in the garment picture's pixels.

    ``left_neck``, ``left_collar`` (of a standing collar), ``left_shoulder``, ``left_armpit``, ``left_cuff_outer`` and
    ``left_cuff_inner`` (of a sleeve), ``left_hem``; the same on the right; ``neck_front``.
    """
    named = {
        f"{name}_{corner}": at
        for name, side in zip(SIDES, landmarks.sides, strict=True)
        for corner, at in _corners(side).items()
    } | {_FRONT: landmarks.neckline.bottom}
    return {name: (float(at[0]), float(at[1])) for name, at in named.items()}


def _corners(side: Side) -> dict[str, Points]:
    found = {"neck": side.neck, "shoulder": side.shoulder, "armpit": side.armpit, "hem": side.hem}
    if not np.array_equal(side.neck, side.collar):
        found["collar"] = side.collar
    if side.sleeved:
        found |= {"cuff_outer": side.outer[-1], "cuff_inner": side.inner[-1]}
    return found


def corrected(landmarks: Landmarks, moved: Mapping[str, Point]) -> Landmarks:
    """The landmarks with some of them moved; the curves between them keep their shape and go along.

    Args:
        landmarks: as they were found.
        moved: by the names of :func:`points`; names of what this garment has not are passed over.

    Returns:
        The landmarks; those moved lie exactly where they were put, the others where they were.

    Raises:
        InputError: left and right lie crosswise.
    """
    known = points(landmarks)
    wanted = {name: np.array(at, np.float32) for name, at in moved.items() if known.get(name, at) != tuple(at)}
    if not wanted:
        return landmarks
    sides = [
        _side(side, {corner: wanted.get(f"{name}_{corner}", at) for corner, at in _corners(side).items()})
        for name, side in zip(SIDES, landmarks.sides, strict=True)
    ]
    steps = [after.collar - before.collar for after, before in zip(sides, landmarks.sides, strict=True)]
    result = replace(
        landmarks,
        sides=(sides[0], sides[1]),
        neckline=_neckline(landmarks.neckline, steps, wanted.get(_FRONT)),
        by_hand=landmarks.by_hand | frozenset(wanted),
    )
    check_sides(points(result))
    return result


def check_sides(found: Mapping[str, Point]) -> None:
    """Make sure that every landmark of the left side lies left of its twin.

    Raises:
        InputError: one does not.
    """
    left, right = SIDES
    for name, at in found.items():
        twin = name.replace(left, right, 1)
        if twin != name and twin in found and not at[0] + 1 <= found[twin][0]:
            raise InputError(
                "The garment's points '{name}' and '{twin}' lie crosswise. Move them apart: the first to the left.",
                name=name,
                twin=twin,
            )


def _side(side: Side, corners: Mapping[str, Points]) -> Side:
    neck, armpit, hem = corners["neck"], corners["armpit"], corners["hem"]
    changed = replace(
        side,
        neck=neck,
        collar=corners.get("collar", neck),
        shoulder=corners["shoulder"],
        armpit=armpit,
        hem=hem,
        seam=bent(side.seam, armpit - side.armpit, hem - side.hem),
    )
    if not side.sleeved:
        return changed
    outer, inner = corners["cuff_outer"], corners["cuff_inner"]
    seam = _from(side, corners["shoulder"])
    return replace(
        changed,
        outer=_ending(bent(seam, corners["shoulder"] - seam[0], outer - seam[-1]), outer),
        inner=_ending(bent(side.inner, armpit - side.armpit, inner - side.inner[-1]), inner),
    )


def _from(side: Side, shoulder: Points) -> Points:
    """A sleeve's outer seam from where shoulder or sleeve pass a moved shoulder on."""
    return side.outer_from(int(np.linalg.norm(side.upper - shoulder, axis=1).argmin()))


def _ending(curve: Points, end: Points) -> Points:
    return np.concatenate([curve[:-1], end[None]])


def bent(curve: Points, start: Points, end: Points) -> Points:
    """A curve turned and scaled so that its ends move by the given steps: its shape stays, so it never folds.

    Args:
        curve: ``float32 (N, 2)``, N ≥ 2.
        start: ``(2,)``, how far the first point moves.
        end: ``(2,)``, how far the last point moves.

    Returns:
        ``float32 (N, 2)``.
    """
    if not (start.any() or end.any()):
        return curve
    chord = curve[-1].astype(np.float64) - curve[0]
    if float(np.hypot(*chord)) < 1:
        share = np.linspace(0, 1, len(curve))[:, None]
        return np.asarray(curve + (1 - share) * start + share * end, np.float32)
    # A similarity of the plane is a multiplication of complex numbers.
    turn = complex(*(chord + end - start)) / complex(*chord)
    along = curve.astype(np.float64) - curve[0]
    rotation = np.array([[turn.real, turn.imag], [-turn.imag, turn.real]])
    return _ending(np.asarray(along @ rotation + curve[0] + start, np.float32), curve[-1] + end)


def _neckline(neckline: Neckline, steps: list[Points], front: Points | None) -> Neckline:
    """The front edge whose ends have moved by ``steps``, through ``front`` if that was moved."""
    lowest = neckline.lowest
    curve = neckline.curve.astype(np.float64)
    target = curve[lowest] if front is None else front.astype(np.float64)
    moves = np.array([steps[0], target - curve[lowest], steps[1]], np.float64)
    if not moves.any():
        return neckline
    hung = _stretched(curve, lowest, moves)
    hung = _eased(curve, lowest, moves) if hung is None else hung
    hung[lowest] = target
    # An edge that was put somewhere by hand is sure, also where none was seen.
    contrast = neckline.contrast if front is None else max(neckline.contrast, 1.0)
    return replace(neckline, curve=np.asarray(hung, np.float32), contrast=contrast, front=lowest)


def _stretched(curve: NDArray[np.float64], lowest: int, moves: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The curve under the affine map that moves its ends and its lowest point; ``None`` for a flat curve."""
    nodes = curve[[0, lowest, -1]]
    sides = np.stack([nodes[1] - nodes[0], nodes[2] - nodes[0]])
    length = float(np.hypot(*sides[1]))
    if abs(float(np.linalg.det(sides))) <= _FLAT * length**2:
        return None
    goals = nodes + moves
    linear = np.linalg.solve(sides, np.stack([goals[1] - goals[0], goals[2] - goals[0]]))
    return np.asarray((curve - nodes[0]) @ linear + goals[0])


def _eased(curve: NDArray[np.float64], lowest: int, moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve moved at its ends and its lowest point, and smoothly less between them."""
    if lowest in (0, len(curve) - 1):
        # The lowest point is an end, which goes where the lowest point goes.
        moves[0 if lowest == 0 else 2] = moves[1]
        share = np.linspace(0, 1, len(curve))
        return np.asarray(curve + (1 - share)[:, None] * moves[0] + share[:, None] * moves[2])
    at = np.arange(len(curve))
    share = np.interp(at, [0, lowest, len(curve) - 1], [0, 1, 0])[:, None]
    share = share * share * (3 - 2 * share)
    ends = np.where((at < lowest)[:, None], moves[0], moves[2])
    return np.asarray(curve + share * moves[1] + (1 - share) * ends)
