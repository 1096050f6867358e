"""The default parser: our own network, looked at in one or two framings and mirrored."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vton_core.engines.parsing.colour import by_own_colours, without_specks
from vton_core.engines.parsing.consistency import settle
from vton_core.engines.parsing.frames import Frame, choose_frames
from vton_core.engines.parsing.prior import prior_maps
from vton_core.engines.parsing.sleeves import mend_sleeves
from vton_core.labels import COUNT, Label
from vton_core.networks.parser import CLASSES, PRIOR_STRIDE, ParserNet
from vton_core.types import Alpha, Image, Mask, ParseMap, Pose
from vton_core.weights import load_tensors

__all__ = ["Parser"]

_CARRIED: Final = 20
_MIRRORED_LABELS: Final = [*range(14), 15, 14, 17, 16, 19, 18, 20]
# Head, torso, right arm, left arm, right leg, left leg, as prior_maps orders them, after the mask.
_MIRRORED_PRIOR: Final = [0, 1, 2, 5, 6, 3, 4, 9, 10, 7, 8]


class Parser:
    """See :class:`vton_core.engines.base.ParsingEngine`.

    Args:
        net: the network to use; the shipped one by default.

    Raises:
        MissingWeightsError: the shipped weights are not there.
        EngineError: they are damaged.
    """

    def __init__(self, net: ParserNet | None = None) -> None:
        if net is None:
            net = ParserNet()
            net.load_state_dict(load_tensors("parser"))
        self._net = net.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def parse(self, image: Image, pose: Pose, mask: Mask | None = None) -> ParseMap:
        """See :meth:`vton_core.engines.base.ParsingEngine.parse`."""
        known = None if mask is None else mask.astype(np.float32)
        scores = self.probabilities(image, pose, known)
        scores[Label.BACKGROUND] += scores[_CARRIED]
        settled = by_own_colours(settle(scores[:COUNT], image, pose), image)
        labels = np.asarray(settled.argmax(axis=0), np.uint8)
        if mask is not None:
            labels[~mask] = Label.BACKGROUND
        return mend_sleeves(without_specks(labels), image, pose)

    def probabilities(self, image: Image, pose: Pose, mask: Alpha | None) -> NDArray[np.float32]:
        """``float32 (21, H, W)``; outside every frame all is background."""
        height, width = image.shape[:2]
        total = np.zeros((CLASSES, height, width), np.float32)
        weight = np.zeros((height, width), np.float32)
        for frame in choose_frames((height, width), pose, mask):
            scores, window = self._look(image, pose, mask, frame)
            rows, columns = frame.covers((height, width))
            scores *= window
            total[:, rows, columns] += scores
            weight[rows, columns] += window
        total[Label.BACKGROUND] += weight <= 0
        total /= np.maximum(weight, 1e-6) + (weight <= 0)
        return total

    def _look(
        self, image: Image, pose: Pose, mask: Alpha | None, frame: Frame
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Probabilities over the part of the photo that the frame covers, and how much they count there."""
        view, prior = frame.view(image), self._prior(pose, mask, frame)
        photo = torch.from_numpy(view).permute(2, 0, 1)[None].float() / 255
        told = torch.from_numpy(prior)[None]
        with torch.inference_mode():
            pair = torch.cat([photo, photo.flip(3)]).contiguous(memory_format=torch.channels_last)
            scores = self._net(pair, torch.cat([told, told[:, _MIRRORED_PRIOR].flip(3)])).softmax(dim=1)
            mean = (scores[0] + scores[1, _MIRRORED_LABELS].flip(2)) / 2
        size = (image.shape[0], image.shape[1])
        return frame.back(mean.numpy(), size), frame.window(size)

    @staticmethod
    def _prior(pose: Pose, mask: Alpha | None, frame: Frame) -> NDArray[np.float32]:
        size = (frame.width // PRIOR_STRIDE, frame.height // PRIOR_STRIDE)
        seen = np.zeros(size[::-1], np.float32)
        if mask is not None:
            seen = np.asarray(cv2.resize(frame.view(mask), size, interpolation=cv2.INTER_AREA), np.float32)
        return prior_maps(frame.pose(pose), seen)
