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
_PARSER_SHARE: Final = 0.7
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
        self._body = body or cast("Parser", load_parsing("parser")).probabilities

    def cut_out(self, image: Image) -> Cutout:
        """See :class:`vton_core.engines.base.BackgroundEngine`."""
        view = np.asarray(reduced(image, _LOOK_PIXELS), np.uint8)
        people = find_people(self._pose, view)
        figure = _apart(people)
        classes = self._body(view, figure.pose, figure.probability)
        probability = _joined(figure.probability, 1 - classes[Label.BACKGROUND])
        for other in people[1:]:
            # The parser was told of one person, but labels whoever it sees.
            probability = np.where(other.probability > figure.probability, np.minimum(probability, _NEVER), probability)
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


def _joined(mask: Alpha, parsed: Alpha) -> Alpha:
    """Two opinions of the same person: the weighted mean of their log-odds."""
    odds = [np.log(p / (1 - p)) for p in (mask.clip(_NEVER, 1 - _NEVER), parsed.clip(_NEVER, 1 - _NEVER))]
    return np.asarray(1 / (1 + np.exp(-((1 - _PARSER_SHARE) * odds[0] + _PARSER_SHARE * odds[1]))), np.float32)
