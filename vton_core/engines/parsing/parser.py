"""The default parser: two networks of our own, of which one sees each framing, the other its mirror image."""

from __future__ import annotations

import copy
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vton_core.checkpoints import load_shipped
from vton_core.engines.parsing.colour import by_own_colours
from vton_core.engines.parsing.consistency import likeliest, settle
from vton_core.engines.parsing.frames import Frame, choose_frames, whole
from vton_core.engines.parsing.hands import give_hands
from vton_core.engines.parsing.prior import prior_maps
from vton_core.engines.parsing.sleeves import mend_sleeves
from vton_core.engines.parsing.strays import without_strays
from vton_core.labels import COUNT, MIRRORED, Label
from vton_core.networks.folding import folded
from vton_core.networks.parser import CLASSES, PRIOR_STRIDE, ParserNet
from vton_core.types import Alpha, Image, Mask, ParseMap, Pose

__all__ = ["Parser"]

_CARRIED: Final = 20
# Pixels around the figure that are looked at too, and of what its box is a multiple, so that halving it stays exact.
_MARGIN, _WHOLE = 32, 16
_MIRRORED_LABELS: Final = MIRRORED[:CLASSES].tolist()
# Head, torso, right arm, left arm, right leg, left leg, as prior_maps orders them, after the mask.
_MIRRORED_PRIOR: Final = [0, 1, 2, 5, 6, 3, 4, 9, 10, 7, 8]


class Parser:
    """See :class:`vton_core.engines.base.ParsingEngine`.

    Two networks that learned apart err apart, so that their mean is better than either's with its own mirror image, for
    the same work.

    Args:
        nets: the one for the photo and the one for its mirror image, of which copies are kept; the shipped ones by
            default.

    Raises:
        MissingWeightsError: the shipped weights are not there.
        EngineError: they are damaged, or not those of these networks.
    """

    def __init__(self, nets: tuple[ParserNet, ParserNet] | None = None) -> None:
        nets = nets or (load_shipped(ParserNet, "parser"), load_shipped(ParserNet, "parser_wardrobe"))
        self._plain, self._mirrored = (_quick(copy.deepcopy(net)) for net in nets)

    def parse(self, image: Image, pose: Pose, mask: Mask | None = None) -> ParseMap:
        """See :meth:`vton_core.engines.base.ParsingEngine.parse`."""
        size = (image.shape[0], image.shape[1])
        known = None if mask is None else mask.astype(np.float32)
        box = _around(mask) if mask is not None and mask.any() else whole(size)
        scores = self.probabilities(image, pose, known, box)
        scores[Label.BACKGROUND] += scores[_CARRIED]
        view = np.ascontiguousarray(image[box])
        joints = pose.mapped(1.0, (-box[1].start, -box[0].start))
        settled = by_own_colours(settle(scores[:COUNT], view, joints), view, size)
        labels = likeliest(settled)
        if mask is not None:
            labels[~mask[box]] = Label.BACKGROUND
        out = np.full(size, Label.BACKGROUND, np.uint8)
        out[box] = give_hands(mend_sleeves(without_strays(labels, view, joints), view, joints), view, joints)
        return out

    def probabilities(
        self, image: Image, pose: Pose, mask: Alpha | None, box: tuple[slice, slice] | None = None
    ) -> NDArray[np.float32]:
        """Class probabilities.

        Args:
            image: ``uint8 (H, W, 3)``.
            pose: the person's joints in it.
            mask: ``float32 (H, W)`` in [0, 1] of the person where it is known.
            box: the rows and columns that are wanted, all ``H`` and ``W`` of them if ``None``.

        Returns:
            ``float32 (21, rows, columns)``; outside every frame all is background.
        """
        size = (image.shape[0], image.shape[1])
        wanted = box or whole(size)
        shape = tuple(span.stop - span.start for span in wanted)
        total = np.zeros((CLASSES, *shape), np.float32)
        weight = np.zeros(shape, np.float32)
        for frame in choose_frames(size, pose, mask):
            part = frame.covers(size, wanted)
            scores, counts = frame.back(self._look(image, pose, mask, frame), part), frame.window(size, part)
            scores *= counts
            rows, columns = (
                slice(span.start - start.start, span.stop - start.start)
                for span, start in zip(part, wanted, strict=True)
            )
            total[:, rows, columns] += scores
            weight[rows, columns] += counts
        total[Label.BACKGROUND] += weight <= 0
        total /= np.maximum(weight, 1e-6) + (weight <= 0)
        return total

    def _look(self, image: Image, pose: Pose, mask: Alpha | None, frame: Frame) -> NDArray[np.float32]:
        """``float32 (21, h, w)``: probabilities over the frame's view, as it is and mirrored."""
        view, prior = frame.view(image), self._prior(pose, mask, frame)
        photo = torch.from_numpy(view).permute(2, 0, 1)[None].float() / 255
        told = torch.from_numpy(prior)[None]
        with torch.inference_mode():
            plain = self._plain(photo.contiguous(memory_format=torch.channels_last), told)
            turned = photo.flip(3).contiguous(memory_format=torch.channels_last)
            mirrored = self._mirrored(turned, told[:, _MIRRORED_PRIOR].flip(3))
            mean = (plain.softmax(dim=1)[0] + mirrored.softmax(dim=1)[0, _MIRRORED_LABELS].flip(2)) / 2
        return np.asarray(mean.numpy(), np.float32)

    @staticmethod
    def _prior(pose: Pose, mask: Alpha | None, frame: Frame) -> NDArray[np.float32]:
        size = (frame.width // PRIOR_STRIDE, frame.height // PRIOR_STRIDE)
        seen = np.zeros(size[::-1], np.float32)
        if mask is not None:
            seen = np.asarray(cv2.resize(frame.view(mask), size, interpolation=cv2.INTER_AREA), np.float32)
        return prior_maps(frame.pose(pose), seen)


def _quick(net: ParserNet) -> ParserNet:
    """The network for use, its batch norms in its convolutions."""
    return folded(net.eval()).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def _around(mask: Mask) -> tuple[slice, slice]:
    """Rows and columns that hold a mask and some pixels around it."""
    spans = []
    for axis in (1, 0):
        where, limit = np.flatnonzero(mask.any(axis=axis)), mask.shape[1 - axis]
        low, high = int(where[0]) - _MARGIN, int(where[-1]) + 1 + _MARGIN
        spans.append(slice(max(0, low // _WHOLE * _WHOLE), min(limit, -(-high // _WHOLE) * _WHOLE)))
    return spans[0], spans[1]
