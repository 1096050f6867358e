"""From peaks and affinity fields to people.

Source: Cao et al., "OpenPose: Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields" (TPAMI 2019),
section 3.3, with the limbs, thresholds and order of its published code for BODY_25.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.engines.pose.peaks import THRESHOLD

__all__ = ["FIELDS", "LIMBS", "group", "limb_scores"]

LIMBS: Final = (
    *((1, 8), (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13), (13, 14)),
    *((1, 0), (0, 15), (15, 17), (0, 16), (16, 18), (2, 17), (5, 18)),
    *((14, 19), (19, 20), (14, 21), (11, 22), (22, 23), (11, 24)),
)
"""The pairs of joints that are looked for, in this order."""
FIELDS: Final = (0, 7, 11, 8, 9, 12, 13, 3, 1, 2, 4, 5, 6, 15, 16, 18, 17, 19, 10, 14, *range(20, 26))
"""Each limb's affinity field, counted in pairs of maps."""

# From ear to shoulder: they complete a person that is there, but never make or judge one.
_HELPERS: Final = (18, 19)
_JOINTS: Final = 25
_FEET: Final = slice(19, 25)
_FEWEST_SAMPLES, _MOST_SAMPLES = 5, 25
_ALONG: Final = np.float32(0.05)  # a sample agrees with the limb when the field along it is stronger
_AGREEING: Final = np.float32(0.95)  # so many of the samples must agree
_CLOSE: Final = 150  # joints nearer than this part of the picture may lack a field between them
_LEAST_JOINTS, _LEAST_MEAN = 3, 0.4
_FEET_ALONE: Final = 4
_NOTHING: Final = 1e-6


@dataclass
class _Person:
    """The sum of scores and the number of joints, as the method counts them, and the joints' peaks (-1: none)."""

    score: float
    count: int
    peaks: NDArray[np.intp] = field(default_factory=lambda: np.full(_JOINTS, -1, np.intp))


def group(peaks: Sequence[NDArray[np.float32]], fields: NDArray[np.float32]) -> NDArray[np.float32]:
    """Join peaks to people.

    Args:
        peaks: for each of the 25 joints ``float32 (P, 3)`` of x, y (map pixels) and confidence.
        fields: ``float32 (52, H, W)``, x and y of each affinity field, in the network's order.

    Returns:
        ``float32 (people, 25, 3)`` of x, y, confidence; a joint that was not found is all zero.
    """
    people: list[_Person] = []
    for number, (a, b) in enumerate(LIMBS):
        if len(peaks[a]) and len(peaks[b]):
            x, y = fields[2 * FIELDS[number]], fields[2 * FIELDS[number] + 1]
            pairs = _best_pairs(limb_scores(peaks[a], peaks[b], x, y))
            _join(people, number, pairs, peaks)
        else:
            lonely = b if len(peaks[a]) == 0 else a
            _add_lonely(people, lonely, peaks[lonely])
    kept = _plausible(people)
    keypoints = np.zeros((len(kept), _JOINTS, 3), np.float32)
    for row, person in zip(keypoints, kept, strict=True):
        for joint in np.flatnonzero(person.peaks >= 0):
            row[joint] = peaks[joint][person.peaks[joint]]
    return keypoints


def limb_scores(
    a: NDArray[np.float32], b: NDArray[np.float32], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How well the affinity field supports a limb from each peak of one joint to each of another (equations 11 and 12).

    The field is looked up at the pixel nearest to each of 5 to 25 places along the limb, more the longer it is.

    Args:
        a: ``float32 (P, 3)`` of x, y and anything.
        b: ``float32 (Q, 3)`` likewise.
        x: ``float32 (H, W)``, the field's x.
        y: ``float32 (H, W)``, its y.

    Returns:
        ``float32 (P, Q)``; 0 where there is no limb.
    """
    height, width = x.shape
    span = (b[None, :, :2] - a[:, None, :2]).astype(np.float32)
    length = np.sqrt((span**2).sum(axis=2))
    reach = np.abs(span).max(axis=2)
    samples = np.clip((np.sqrt(5 * reach) + np.float32(0.5)).astype(int), _FEWEST_SAMPLES, _MOST_SAMPLES)
    step = span / samples[..., None].astype(np.float32)
    at = np.arange(_MOST_SAMPLES)
    places = a[:, None, None, :2] + at[:, None].astype(np.float32) * step[:, :, None]
    nearest = np.floor(places + np.float32(0.5)).astype(int)
    columns, rows = nearest[..., 0].clip(0, width - 1), nearest[..., 1].clip(0, height - 1)
    direction = span / np.maximum(length, _NOTHING)[..., None].astype(np.float32)
    along = direction[..., None, 0] * x[rows, columns] + direction[..., None, 1] * y[rows, columns]
    agrees = (along > _ALONG) & (at < samples[..., None])
    count = agrees.sum(axis=2)
    mean = np.where(agrees, along, 0).sum(axis=2) / np.maximum(count, 1)
    supported = count.astype(np.float32) / samples.astype(np.float32) > _AGREEING
    close = length < np.sqrt(height * width) / _CLOSE
    scores = np.where(supported, mean, np.where(close, THRESHOLD + _NOTHING, 0))
    return np.where(length > _NOTHING, scores, 0).astype(np.float32)


def _best_pairs(scores: NDArray[np.float32]) -> list[tuple[int, int, float]]:
    """The strongest limbs, each peak in one at most, strongest first."""
    first, second = np.nonzero(scores > _NOTHING)
    found = sorted(zip(scores[first, second].tolist(), first.tolist(), second.tolist(), strict=True), reverse=True)
    pairs: list[tuple[int, int, float]] = []
    used_a, used_b = set(), set()
    for score, i, j in found:
        if i not in used_a and j not in used_b:
            pairs.append((i, j, score))
            used_a.add(i)
            used_b.add(j)
    return pairs


def _join(
    people: list[_Person],
    number: int,
    pairs: Sequence[tuple[int, int, float]],
    peaks: Sequence[NDArray[np.float32]],
) -> None:
    """Let each limb's second joint follow its first into the person that has it, or begin a person."""
    a, b = LIMBS[number]
    if number in _HELPERS:
        for i, j, _ in pairs:
            _complete(people, a, i, b, j)
        return
    for i, j, score in pairs:
        ours = next((person for person in people if person.peaks[a] == i), None)
        if ours is None:
            ours = _Person(float(peaks[a][i, 2]), 1)
            ours.peaks[a] = i
            people.append(ours)
        ours.peaks[b] = j
        ours.count += 1
        ours.score += float(peaks[b][j, 2]) + score


def _complete(people: list[_Person], a: int, i: int, b: int, j: int) -> None:
    for person in people:
        if person.peaks[a] == i and person.peaks[b] < 0:
            person.peaks[b] = j
        elif person.peaks[b] == j and person.peaks[a] < 0:
            person.peaks[a] = i


def _add_lonely(people: list[_Person], joint: int, peaks: NDArray[np.float32]) -> None:
    """A person for each peak that nobody has, when the limb's other joint was found nowhere."""
    for index, peak in enumerate(peaks):
        if all(person.peaks[joint] != index for person in people):
            person = _Person(float(peak[2]), 1)
            person.peaks[joint] = index
            people.append(person)


def _plausible(people: list[_Person]) -> list[_Person]:
    """Those with joints enough, and sure ones; feet count only when there would be nobody otherwise."""
    kept = []
    for person in people:
        feet = int((person.peaks[_FEET] >= 0).sum())
        count = person.count - feet
        # The same leg is often found as the left one and as the right one.
        if not (feet and count <= _FEET_ALONE) and _sure(person, count):
            kept.append(person)
    return kept or [person for person in people if _sure(person, person.count)]


def _sure(person: _Person, count: int) -> bool:
    return count >= _LEAST_JOINTS and person.score / count >= _LEAST_MEAN
