"""OpenPose's BODY_25 model in PyTorch, from its published ``pose_iter_584000.caffemodel``.

Source: Cao et al., "OpenPose: Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields" (TPAMI 2019), with
the sizes and interpolations of its published code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vton_core.checkpoints import load_strictly, unfilled
from vton_core.engines.base import PoseEngine
from vton_core.engines.pose.grouping import group
from vton_core.engines.pose.peaks import THRESHOLD, find_peaks
from vton_core.engines.pose.pyopenpose import load_built
from vton_core.errors import NoPersonError
from vton_core.formats.caffe import read_caffemodel
from vton_core.networks.openpose_body25 import JOINT_MAPS, OpenPoseBody25
from vton_core.networks.winograd import with_winograd
from vton_core.types import Image, Pose
from vton_core.weights import path_of

__all__ = ["OpenPose", "largest", "load", "load_network"]

_HEIGHT: Final = 368
_MULTIPLE: Final = 16
_WIDEST: Final = 16 / 9


def load() -> PoseEngine:
    """OpenPose as the user built it, where it is there; otherwise the same network here.

    Raises:
        MissingWeightsError: neither is there.
        EngineError: the weights are damaged, or not those of this network.
    """
    return load_built(largest) or OpenPose()


def load_network(path: Path) -> OpenPoseBody25:
    """The network with the weights of a ``.caffemodel``.

    Raises:
        EngineError: the file is damaged, or its layers are not exactly those of the network.
    """
    net = unfilled(OpenPoseBody25)
    state, layers = net.state_dict(), net.published_layers()
    tensors = {}
    for name, arrays in read_caffemodel(path).items():
        keys = layers.get(name, ())
        for index, array in enumerate(arrays):
            key = keys[index] if index < len(keys) else f"{name}.{index}"
            tensors[key] = torch.from_numpy(_as_today(array, tuple(state[key].shape) if key in state else None))
    load_strictly(net, tensors, path)
    return net


def _as_today(array: NDArray[np.float32], shape: tuple[int, ...] | None) -> NDArray[np.float32]:
    """Caffe once gave every array four sides, and filled up with ones in front."""
    if shape is not None and array.shape == (1,) * (array.ndim - len(shape)) + shape:
        return array.reshape(shape)
    return array


class OpenPose:
    """See :class:`vton_core.engines.base.PoseEngine`.

    Args:
        net: the network to use, whose convolutions are replaced by quicker ones; by default one with the published
            weights.

    Raises:
        MissingWeightsError: the published weights are not there.
        EngineError: they are damaged, or not those of this network.
    """

    def __init__(self, net: OpenPoseBody25 | None = None) -> None:
        net = net or load_network(path_of("openpose-body25"))
        self._net = with_winograd(net.eval()).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def estimate(self, image: Image) -> Pose:
        """See :class:`vton_core.engines.base.PoseEngine`; of several people, the largest."""
        return largest(self.people(image), image)

    def people(self, image: Image) -> NDArray[np.float32]:
        """Everyone in a photo.

        Args:
            image: ``uint8 (H, W, 3)``.

        Returns:
            ``float32 (people, 25, 3)`` of x, y (pixels) and confidence; a joint that was not found is all zero.
        """
        maps = self.maps(image)
        height, width = maps.shape[1:]
        scale = _scale(image.shape[1::-1], (width, height))
        drawn = (int(scale * image.shape[1] + 0.5), int(scale * image.shape[0] + 0.5))
        back = _scale(drawn, image.shape[1::-1])
        people = group(find_peaks(maps[:25], 0.5 / back), maps[JOINT_MAPS:])
        people[..., :2] *= np.float32(back)
        return people

    def maps(self, image: Image) -> NDArray[np.float32]:
        """``float32 (78, h, w)``: the network's maps of a photo, brought up to the size at which it saw the photo.

        That size is 368 pixels high and as wide as the photo's shape asks, in multiples of 16, at most 16:9.
        """
        size = _net_size(image.shape[1], image.shape[0])
        scale = _scale(image.shape[1::-1], size)
        matrix = np.array([[scale, 0, 0], [0, scale, 0]])
        view = image
        if scale != 1 or size != image.shape[1::-1]:
            view = np.asarray(
                cv2.warpAffine(image, matrix, size, flags=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR)
            )
        bgr = torch.from_numpy(np.ascontiguousarray(view[..., ::-1])).permute(2, 0, 1)[None]
        with torch.inference_mode():
            small = self._net(bgr.float() / 256 - 0.5)[0].numpy()
        return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC) for plane in small])


def _net_size(width: int, height: int) -> tuple[int, int]:
    wide = min(_HEIGHT * _WIDEST, _HEIGHT * width / height)
    return max(1, int(wide / _MULTIPLE + 0.5)) * _MULTIPLE, _HEIGHT


def _scale(size: tuple[int, ...], target: tuple[int, ...]) -> float:
    """The enlargement that brings corner pixels of one size within another's."""
    return min((to - 1) / max(of - 1, 1) for of, to in zip(size, target, strict=True))


def largest(people: NDArray[np.float32], image: Image) -> Pose:
    """The person whose joints span the largest rectangle.

    Args:
        people: ``float32 (people, 25, 3)`` of x, y (pixels) and confidence; a joint that was not found is all zero.
        image: ``uint8 (H, W, 3)``, the photo.

    Returns:
        That person's joints; those outside the photo are zero.

    Raises:
        NoPersonError: there is nobody.
    """
    height, width = image.shape[:2]
    x, y = people[..., 0], people[..., 1]
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    people = np.where((inside & (people[..., 2] > THRESHOLD))[..., None], people, 0)
    people = people[people[..., 2].any(axis=1)]
    if len(people) == 0:
        raise NoPersonError(
            "No person was found in the model photo. Use a photo that clearly shows a person, head and chest at least."
        )
    seen = people[..., 2:] > 0
    span = np.where(seen, people[..., :2], -np.inf).max(axis=1) - np.where(seen, people[..., :2], np.inf).min(axis=1)
    keypoints = people[span.prod(axis=1).argmax()].astype(np.float32)
    keypoints[:, 2] = keypoints[:, 2].clip(0, 1)
    return Pose(keypoints)
