"""The default background engine: MediaPipe's person mask joined with our parser's, then matting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from vton_core.engines.background.head import hair_region
from vton_core.engines.background.people import MaskingPoseEngine, Person, find_people
from vton_core.engines.registry import load_parsing, load_pose
from vton_core.errors import NoPersonError
from vton_core.labels import Label
from vton_core.matting.matte import matte
from vton_core.matting.sampling import reduced
from vton_core.types import Alpha, Cutout, Image, Pose

if TYPE_CHECKING:
    from vton_core.engines.parsing.parser import Parser

__all__ = ["BodyProbabilities", "MediaPipeBackground"]

BodyProbabilities = Callable[[Image, Pose, Alpha], NDArray[np.float32]]
"""From a photo, its joints and a person probability ``float32 (H, W)`` to class probabilities ``float32 (C, H, W)``:
CIHP's labels first, what the person carries after them."""

_LOOK_PIXELS: Final = 600_000
_PARSER_SHARE: Final = 0.95
# The parser's loss weighs rare labels up, which makes it see more person than there is; this many log-odds too many.
_PARSER_BIAS: Final = 0.8
_CARRIED: Final = 20
_BEYOND: Final = 0.04
_NEVER: Final = 1e-3


class MediaPipeBackground:
    """See :class:`vton_core.engines.base.BackgroundEngine`.

    Args:
        pose: finds a person and where it is; MediaPipe's by default.
        body: tells body and clothes from the background; our parser by default.

    Raises:
        MissingWeightsError: the parser's weights are not there.
    """

    def __init__(self, pose: MaskingPoseEngine | None = None, body: BodyProbabilities | None = None) -> None:
        # The steps that follow use the same two, so each is loaded once.
        self._pose = pose or cast(MaskingPoseEngine, load_pose("mediapipe"))
        # One look from nearer, without the mirror image, cuts most photos out a little better and a few much worse.
        self._body = body or cast("Parser", load_parsing("parser")).probabilities

    def cut_out(self, image: Image) -> Cutout:
        """See :class:`vton_core.engines.base.BackgroundEngine`."""
        view = np.asarray(reduced(image, _LOOK_PIXELS), np.uint8)
        people = find_people(self._pose, view)
        figure = _apart(people)
        classes = self._body(view, figure.pose, figure.probability)
        probability = _joined(figure.probability, classes, people[1:])
        if _reaches_beyond(probability, figure.probability):
            # MediaPipe's mask ends too early, and the parser looks no farther than the mask it is told.
            classes = self._body(view, figure.pose, probability)
            probability = _joined(figure.probability, classes, people[1:])
        if not (probability > 0.5).any():
            raise NoPersonError(
                "No person could be told from the background in the model photo. Use a photo in which the person "
                "stands out from what is behind them."
            )
        hair = hair_region(figure.pose, probability.shape[:2], classes[Label.HAIR] + classes[Label.HAT])
        return matte(image, probability, hair, len(people))


def _apart(people: list[Person]) -> Person:
    """The largest person, without what is rather somebody else."""
    largest = people[0]
    others = [person.probability for person in people[1:]]
    if not others:
        return largest
    return Person(largest.pose, np.where(np.max(others, axis=0) > largest.probability, 0, largest.probability))


def _log_odds(probability: Alpha) -> Alpha:
    inner = probability.clip(_NEVER, 1 - _NEVER)
    return np.asarray(np.log(inner / (1 - inner)), np.float32)


def _joined(mask: Alpha, classes: NDArray[np.float32], others: list[Person]) -> Alpha:
    """Two opinions of the same person: the weighted mean of their log-odds; other people taken away."""
    parsed = _log_odds(1 - classes[Label.BACKGROUND]) - _PARSER_BIAS
    odds = (1 - _PARSER_SHARE) * _log_odds(mask) + _PARSER_SHARE * parsed
    probability = np.asarray(1 / (1 + np.exp(-odds)), np.float32)
    for other in others:
        # The parser was told of one person, but labels whoever it sees; a bag in front of somebody else stays.
        theirs = (other.probability > mask) & (classes[_CARRIED] < 0.5)
        probability = np.where(theirs, np.minimum(probability, _NEVER), probability)
    return probability


def _reaches_beyond(probability: Alpha, mask: Alpha) -> bool:
    """Whether the figure reaches notably farther than the mask, up, down or to a side."""
    for axis in (0, 1):
        found, told = (np.flatnonzero((p > 0.5).any(axis=axis)) for p in (probability, mask))
        if not len(found) or not len(told):
            return False
        if max(told[0] - found[0], found[-1] - told[-1]) > _BEYOND * max(mask.shape):
            return True
    return False
