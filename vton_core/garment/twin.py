"""Two of the same garment in one shop photo, as packs are shown: the one behind is left out.

Two colours tell them apart, and moved aside the front one covers just what is seen of the other. A garment in two
colours is not so: what its colours part does not have its own shape, or it is as wide as the whole and mirror-like.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.backdrop import to_lab
from vton_core.garment.shapes import disc
from vton_core.garment.small import SMALL, erased
from vton_core.masks import dilated, largest_part, opened
from vton_core.planes import lengths, repeated
from vton_core.resampling import reduced_to
from vton_core.types import Garment, Mask

__all__ = ["without_twin"]

_Float = NDArray[np.float32]
# How long the picture is in which twins are looked for; stripes are evened out over this share of it.
_COARSE, _EVEN = 128, 0.02
# How far apart two colours are at least (ΔE), and how often they are told anew.
_OTHER, _ROUNDS = 20.0, 20
# How much of both the front one is, and how large a hole in it, in its own size, is filled.
_FRONT, _HOLE = (0.4, 0.92), 0.03
# How much of the other's colour a garment without a pattern has at most.
_PLAIN: Final = 0.12
# How long a strap is at least, of the picture.
_STRAP: Final = 0.05
# So much of what is seen the front one and itself moved aside are, by so many of its widths at least; and how like its
# mirror image what is seen is at most.
_COVERS, _ASIDE, _MIRRORED = 0.86, 0.15, 0.85
# So far, in shares of the width, the mirror image's middle may lie from the picture's.
_OFF: Final = 0.05


class _Seen(NamedTuple):
    """A garment in a small picture: where it is, ``bool (h, w)``, and its colours there, Lab ``float32 (h, w, 3)``, as
    they are and evened out."""

    mask: Mask
    lab: _Float
    colours: _Float


def without_twin(garment: Garment) -> Garment:
    """The garment alone where another one of its shape and of another colour lies behind it.

    Args:
        garment: as it was cut out.

    Returns:
        The garment itself where there is none.
    """
    seen = _seen(garment, _COARSE)
    pair = _two_colours(seen.colours[seen.mask])
    if pair is None or _mirrored(seen.mask) > _MIRRORED:
        return garment
    for colours in (pair, pair[::-1]):
        if _is_repeated(_front(seen, colours), seen.mask):
            return _alone(garment, colours)
    return garment


def _alone(garment: Garment, colours: _Float) -> Garment:
    seen = _seen(garment, SMALL)
    front = _refined(_front(seen, colours), seen, colours)
    behind = seen.mask & ~front
    # Where both meet, a pixel shows some of either; elsewhere the outline is as soft as it was.
    inner = opened(front & ~dilated(behind, disc(1)), disc(1)) | _straps(front)
    soft = dilated(inner, disc(1)) & ~dilated(behind, disc(2))
    return erased(garment, np.ones_like(front), inner | soft)


def _straps(front: Mask) -> Mask:
    """What is thin and long."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((front & ~opened(front, disc(2))).view(np.uint8))
    long = stats[:, cv2.CC_STAT_HEIGHT] > _STRAP * max(front.shape)
    long[0] = False
    return np.asarray(long[labels])


def _seen(garment: Garment, length: int) -> _Seen:
    mask = np.asarray(reduced_to(garment.alpha, length) > 0.5)
    weight, lab = mask.astype(np.float32), to_lab(reduced_to(garment.rgb, length)).astype(np.float32)
    even = _EVEN * max(mask.shape)
    sums, share = (cv2.GaussianBlur(part, (0, 0), even) for part in (lab * repeated(weight), weight))
    return _Seen(mask, lab, np.asarray(sums / repeated(np.maximum(share, np.float32(1e-3))), np.float32))


def _two_colours(colours: _Float) -> _Float | None:
    """The two that colours ``(N, 3)`` gather at, ``float32 (2, 3)``; ``None`` where they hardly differ."""
    if len(colours) < 2:
        return None
    off = colours - colours.mean(axis=0)
    _, axes = np.linalg.eigh(off.T @ off)
    first = np.ascontiguousarray((off @ axes[:, -1] > 0).astype(np.int32)[:, None])
    until = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, _ROUNDS, 0.1)
    _, _, centres = cv2.kmeans(np.ascontiguousarray(colours), 2, first, until, 1, cv2.KMEANS_USE_INITIAL_LABELS)
    return None if np.linalg.norm(centres[0] - centres[1]) < _OTHER else np.asarray(centres, np.float32)


def _front(seen: _Seen, colours: _Float) -> Mask:
    """What has the first of two colours: its largest piece, and small holes in it."""
    window = disc(max(1, round(max(seen.mask.shape) / _COARSE)))
    part = opened(seen.mask & _nearer(seen.colours, colours), window)
    return _filled(largest_part(part), seen.mask)


def _refined(front: Mask, seen: _Seen, colours: _Float) -> Mask:
    """The front one with its straps and open gaps, where neither has a pattern in the other's colour."""
    own = _nearer(seen.lab, colours)
    behind = seen.mask & ~front
    if (own & behind).sum() > _PLAIN * behind.sum() or (front & ~own).sum() > _PLAIN * front.sum():
        return front
    return _filled(largest_part(seen.mask & own), seen.mask)


def _nearer(lab: _Float, colours: _Float) -> Mask:
    """Where a picture's colours are nearer to the first of two."""
    return np.asarray(lengths(lab - colours[0]) < lengths(lab - colours[1]))


def _filled(front: Mask, whole: Mask) -> Mask:
    """With what is not reached from outside of all that is seen, but for large holes."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((whole & ~front).view(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < _HOLE * front.sum()
    small[np.append(labels[dilated(~whole, disc(1)) & whole], 0)] = False
    return np.asarray(front | small[labels])


def _is_repeated(front: Mask, whole: Mask) -> bool:
    """Whether what is seen is the front one twice, the second time moved aside."""
    area = float(front.sum())
    if not _FRONT[0] < area / max(1, whole.sum()) < _FRONT[1]:
        return False
    size = (2 * whole.shape[0], 2 * whole.shape[1])
    once, both = (np.fft.rfft2(mask.astype(np.float32), size) for mask in (front, whole))
    # For every shift: how much of the moved one lies on the front one, and on all that is seen.
    on_front, on_both = (np.fft.irfft2(on * np.conj(once), size) for on in (once, both))
    shared = area + on_both - on_front
    covered = shared / (whole.sum() + 2 * area - on_front - shared)
    aside = np.abs(np.fft.fftfreq(size[1], 1 / size[1])) > _ASIDE * np.ptp(np.flatnonzero(front.any(axis=0)))
    return bool((covered[:, aside] > _COVERS).any())


def _mirrored(mask: Mask) -> float:
    """How much of a mask and its mirror image, of both together, they share."""
    columns = np.flatnonzero(mask.any(axis=0))
    middle = mask[:, columns[0] : columns[-1] + 1]
    most = max(1, round(_OFF * middle.shape[1]))
    framed = np.pad(middle, ((0, 0), (most, most)))
    turned = framed[:, ::-1]
    best = 0.0
    for off in range(-most, most + 1):
        moved = np.roll(turned, off, axis=1)
        best = max(best, float((framed & moved).sum() / (framed | moved).sum()))
    return best
