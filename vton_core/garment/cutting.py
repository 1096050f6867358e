"""A garment cut out of its photo: by its plain background, or wherever the garment network sees it.

Where the background is plain, its colour tells the outline to the pixel; the network says what the garment is, so that
shadows, hangers and floors are not taken along. Where both disagree, or there is no plain background, the network's
word is brought to the picture's own edges as a person's mask is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.checkpoints import load_shipped
from vton_core.errors import NoGarmentError
from vton_core.garment.anywhere import Look, look
from vton_core.garment.mask import garment_from_image, one_garment
from vton_core.garment.matte import is_transparent
from vton_core.garment.shapes import disc
from vton_core.masks import dilated
from vton_core.matting.matte import matte
from vton_core.networks.cloth import SORTS, ClothNet
from vton_core.networks.folding import folded
from vton_core.resampling import reduced_to
from vton_core.types import Alpha, Garment, Image

__all__ = ["Cut", "cut_out"]

# How much of both, of the outline by the background's colour and of what the network sees, must be the same.
_ALIKE: Final = 0.93
# How much of what the network sees it may be in doubt about.
_DOUBT: Final = 0.12


@lru_cache(maxsize=1)
def _network() -> ClothNet:
    import torch

    net = folded(load_shipped(ClothNet, "cloth"))
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


class Cut(NamedTuple):
    """A garment, and how it was found.

    Attributes:
        garment: at the picture's own size, with how likely it is of each sort.
        photo: ``uint8 (H, W, 3)``: where somebody who wears it would be seen, as their skin is left out of the garment;
            ``None`` where the garment is all that its plain background is not.
    """

    garment: Garment
    photo: Image | None = None


def cut_out(image: NDArray[np.uint8]) -> Cut:
    """Separate a garment from its photo's background.

    Args:
        image: ``uint8 (H, W, 3)`` RGB, or ``uint8 (H, W, 4)`` RGBA whose alpha counts where it is not solid.

    Raises:
        ValueError: the array has another shape or dtype.
        NoGarmentError: there is no garment, or it fills the frame.
        MissingWeightsError: the network's weights are not there.
    """
    if is_transparent(image):
        garment = garment_from_image(image)
        return Cut(_sorted(garment, look(_on_white(garment), _network())))
    rgb = np.ascontiguousarray(image[..., :3])
    seen = look(rgb, _network())
    try:
        garment = garment_from_image(rgb)
    except NoGarmentError:
        if not _sure(seen):
            raise
        return Cut(_sorted(_as_seen(rgb, seen), seen), rgb)
    if _sure(seen) and _at_odds(garment.alpha, seen.probability):
        return Cut(_sorted(_as_seen(rgb, seen), seen), rgb)
    return Cut(_sorted(garment, seen))


def _at_odds(alpha: Alpha, likely: NDArray[np.float32]) -> bool:
    """Whether the network sees another garment than the background's colour tells."""
    small = cv2.resize(reduced_to(alpha, max(likely.shape)), likely.shape[::-1], interpolation=cv2.INTER_LINEAR)
    told, found = small > 0.5, likely > 0.5
    return bool((told & found).sum() < _ALIKE * (told | found).sum())


def _sure(seen: Look) -> bool:
    """Whether the network sees a garment, and knows where it ends."""
    likely = seen.probability
    return bool(np.minimum(likely, 1 - likely).sum() < _DOUBT * (likely > 0.5).sum())


def _as_seen(rgb: Image, seen: Look) -> Garment:
    """The garment that the network sees, its outline brought to the picture's edges."""
    one = one_garment(seen.probability > 0.5)
    likely = np.where(dilated(one, disc(2)), seen.probability, np.float32(0))
    cutout = matte(rgb, likely, np.zeros_like(likely))
    return Garment(cutout.rgb, cutout.alpha)


def _on_white(garment: Garment) -> Image:
    alpha = garment.alpha[..., None]
    return np.asarray(np.round(garment.rgb * alpha + 255 * (1 - alpha)), np.uint8)


def _sorted(garment: Garment, seen: Look) -> Garment:
    """The garment with its sorts by name, as a file says them."""
    return replace(garment, sorts={s: round(float(share), 4) for s, share in zip(SORTS, seen.sorts, strict=True)})
