"""What CondInst and BlendMask have in common: photo in, people found, masks into step 1's contour correction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow
from torch import Tensor, nn

from vton_core.checkpoints import load_strictly, read_checkpoint, unfilled
from vton_core.engines.background.head import hair_region
from vton_core.engines.parsing.parser import Parser
from vton_core.engines.registry import load_parsing, load_pose
from vton_core.errors import NoPersonError
from vton_core.labels import Label
from vton_core.matting.matte import matte
from vton_core.matting.sampling import figure_box, reduced, resized
from vton_core.networks.adelaidet.fcos import PERSON
from vton_core.networks.adelaidet.instances import InstanceNet
from vton_core.networks.adelaidet.layers import for_inference
from vton_core.types import Alpha, Cutout, Image, Pose
from vton_core.weights import path_of

__all__ = ["InstanceBackground", "load_published", "network_input"]

_SHORT_SIDE: Final = 800
_LONG_SIDE: Final = 1333
_CERTAIN: Final = 0.3
_SMALLEST: Final = 0.08
_OVERLAP: Final = 0.25
_COARSE: Final = 4
_FULL_PIXELS: Final = 4_000_000
_LOOK_PIXELS: Final = 600_000
_MARGIN: Final = 0.3
# Older files say "centerness".
_OLD_NAME: Final = ("centerness", "ctrness")
# Constants and counters of training.
_UNUSED: Final = ("mask_head.sizes_of_interest", "mask_head._iter", "*.num_batches_tracked")


def load_published(name: str, make: Callable[[], nn.Module]) -> InstanceNet:
    """A network with the checkpoint that AdelaiDet published, ready to run.

    Args:
        name: of the weights in the manifest.
        make: makes the network.

    Raises:
        MissingWeightsError: the checkpoint is not there.
        EngineError: it is damaged, or another network's.
    """
    file = path_of(name)
    tensors = {key.replace(*_OLD_NAME): value for key, value in read_checkpoint(file).items()}
    net = unfilled(make)
    load_strictly(net, tensors, file, _UNUSED)
    return cast(InstanceNet, for_inference(net))


def network_input(image: Image) -> Tensor:
    """The photo as the published networks saw theirs: the short side 800 pixels, unless the long one were over 1333.

    Args:
        image: ``uint8 (H, W, 3)``, RGB.

    Returns:
        ``float32 (3, h, w)``, BGR in [0, 255].
    """
    height, width = image.shape[:2]
    scale = _SHORT_SIDE / min(height, width)
    scale = min(scale, _LONG_SIDE / max(height, width))
    size = max(1, int(width * scale + 0.5)), max(1, int(height * scale + 0.5))
    small = np.asarray(Pillow.fromarray(image).resize(size, Pillow.Resampling.BILINEAR))
    return torch.from_numpy(np.ascontiguousarray(small[..., ::-1].transpose(2, 0, 1))).float()


def _apart(masks: NDArray[np.bool_]) -> list[int]:
    """Which masks ``bool (n, h, w)`` are people of their own and not much smaller than the largest; largest first."""
    areas = masks.sum(axis=(1, 2))
    chosen: list[int] = []
    taken = np.zeros(masks.shape[1:], np.bool_)
    for index in np.argsort(-areas, kind="stable").tolist():
        shared = np.count_nonzero(masks[index] & taken)
        if areas[index] < max(1.0, _SMALLEST * areas.max()) or shared > _OVERLAP * areas[index]:
            continue
        chosen.append(index)
        taken |= masks[index]
    return chosen


class InstanceBackground:
    """See :class:`vton_core.engines.base.BackgroundEngine`.

    Args:
        net: finds people and their masks.
        everyone: keep all the people, not the largest alone.
    """

    def __init__(self, net: InstanceNet, everyone: bool = False) -> None:
        self._net = net
        self._everyone = everyone

    def cut_out(self, image: Image) -> Cutout:
        """See :class:`vton_core.engines.base.BackgroundEngine`."""
        people = self.find_people(image)
        if not people:
            raise NoPersonError(
                "No person could be told from the background in the model photo. Use a photo in which the person "
                "stands out from what is behind them."
            )
        if self._everyone:
            # Nobody is left out, so nothing need be said of others.
            kept, probability, count = people, np.max(people, axis=0), 1
        else:
            largest = people[0]
            theirs = np.max(people[1:], axis=0, initial=0) > largest
            kept, probability, count = people[:1], np.where(theirs, np.float32(0), largest), len(people)
        hair = np.max([_hair(image, person) for person in kept], axis=0)
        return matte(image, probability, hair, count)

    def find_people(self, image: Image) -> list[Alpha]:
        """Find everyone who is not much smaller than the largest.

        Args:
            image: ``uint8 (H, W, 3)``.

        Returns:
            For each person, the largest first, ``float32 (h, w)`` in [0, 1] of where: at the photo's own resolution,
            or at the four megapixels that the contour's correction can use.
        """
        photo = network_input(image)
        height, width = image.shape[:2]
        scale = min(1.0, (_FULL_PIXELS / (height * width)) ** 0.5)
        size = max(3, round(height * scale)), max(3, round(width * scale))
        with torch.inference_mode():
            found = self._net(photo, _CERTAIN, PERSON)
            if not len(found):
                return []
            coarse = self._net.render(found, (-(-photo.shape[1] // _COARSE), -(-photo.shape[2] // _COARSE)))
            people = _apart((coarse > 0.5).numpy())
            full = self._net.render(found[torch.tensor(people, dtype=torch.long)], size)
        return [person for person in full.numpy() if (person > 0.5).any()]


def _pose(view: Image, figure: Alpha) -> Pose | None:
    """The joints of the figure, if they can be found."""
    rows, columns = figure_box(figure, view.shape, _MARGIN)
    try:
        pose = load_pose("mediapipe").estimate(np.ascontiguousarray(view[rows, columns]))
    except NoPersonError:
        return None
    pose = pose.mapped(1.0, (columns.start, rows.start))
    seen = pose.keypoints[pose.keypoints[:, 2] > 0, :2].round().astype(int)
    x, y = (seen.clip(0, (view.shape[1] - 1, view.shape[0] - 1))).T
    return pose if len(seen) and (figure[y, x] > 0.5).mean() > 0.5 else None


def _hair(image: Image, person: Alpha) -> Alpha:
    """Where the person's hair may be, ``float32`` like ``person``; nowhere if their joints cannot be found."""
    view = np.asarray(reduced(image, _LOOK_PIXELS), np.uint8)
    figure = resized(person, view.shape)
    pose = _pose(view, figure)
    if pose is None:
        return np.zeros_like(person)
    classes = cast(Parser, load_parsing("parser")).probabilities(view, pose, figure)
    region = hair_region(pose, figure.shape, classes[Label.HAIR] + classes[Label.HAT])
    return np.asarray(resized(region, person.shape), np.float32)
