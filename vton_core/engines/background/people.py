"""Finds everyone in a photo, with a pose engine that finds one person a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np

from vton_core.errors import NoPersonError
from vton_core.masks import dilated
from vton_core.planes import repeated
from vton_core.types import Alpha, Image, Pose

__all__ = ["MaskingPoseEngine", "Person", "find_people"]

_MOST: Final = 5
_SMALLEST: Final = 0.08
_OVERLAP: Final = 0.25
_SURE: Final = 0.66
_BLUR: Final = 8.0


class MaskingPoseEngine(Protocol):
    """A pose engine that also says where the person is."""

    def estimate_with_mask(self, image: Image) -> tuple[Pose, Alpha]:
        """Joints and person probability ``float32 (H, W)``; raises NoPersonError if nobody is found."""


@dataclass(frozen=True)
class Person:
    """One person: joints, and ``float32 (H, W)`` in [0, 1] of where."""

    pose: Pose
    probability: Alpha

    @property
    def area(self) -> int:
        """Pixels that are more likely the person than not."""
        return int(np.count_nonzero(self.probability > 0.5))

    @property
    def certainty(self) -> float:
        """The share of that area which is very likely the person; where there is nobody the mask is faint."""
        return float(np.count_nonzero(self.probability > 0.9) / max(1, self.area))


def _painted_out(image: Image, probability: Alpha) -> Image:
    """The photo with a person replaced by the mean colour of what surrounds it."""
    gone = dilated(probability > 0.2, np.ones((9, 9), np.uint8))
    height, width = gone.shape
    spread = max(height, width) / 12
    # So wide a blur loses nothing at a size at which it is _BLUR pixels wide.
    scale = min(1.0, _BLUR / spread)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    kept = repeated(~gone)
    colour, weight = (cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in (image * kept, kept))
    colour, weight = (cv2.GaussianBlur(part, (0, 0), spread * scale) for part in (colour, weight))
    mean = np.where(weight > 1e-3, colour / np.maximum(weight, 1e-3), np.float32(128))
    filled = cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR)
    out = image.copy()
    out[gone] = np.rint(filled[gone])
    return out


def find_people(engine: MaskingPoseEngine, image: Image) -> list[Person]:
    """Find everyone who is not much smaller than the largest, largest first.

    Args:
        engine: finds the most prominent person of a picture.
        image: ``uint8 (H, W, 3)``.

    Returns:
        At least one person.

    Raises:
        NoPersonError: nobody was found.
    """
    found = [Person(*engine.estimate_with_mask(image))]
    view = _painted_out(image, found[0].probability)
    for _ in range(_MOST - 1):
        try:
            person = Person(*engine.estimate_with_mask(view))
        except NoPersonError:
            break
        taken = np.max([other.probability for other in found], axis=0) > 0.5
        shared = np.count_nonzero(taken & (person.probability > 0.5))
        if person.area < _SMALLEST * max(other.area for other in found) or shared > _OVERLAP * person.area:
            break
        view = _painted_out(view, person.probability)
        if person.certainty >= _SURE:
            found.append(person)
    return sorted(found, key=lambda person: -person.area)
