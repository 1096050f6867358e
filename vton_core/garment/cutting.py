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
from vton_core.garment.astray import without_astray
from vton_core.garment.backdrop import LONGEST, to_lab
from vton_core.garment.doubtful import by_colours, doubt
from vton_core.garment.hanger import without_hanger
from vton_core.garment.hooks import without_hook
from vton_core.garment.mask import garment_from_image
from vton_core.garment.matte import is_transparent
from vton_core.garment.one_garment import one_garment
from vton_core.garment.own_holes import without_own_holes
from vton_core.garment.shapes import disc
from vton_core.garment.strapped import with_straps
from vton_core.garment.trim import PLAINLY_OTHER
from vton_core.garment.twin import without_twin
from vton_core.garment.upright import quarter_turns
from vton_core.masks import dilated
from vton_core.matting.matte import matte
from vton_core.networks.cloth import SORTS, ClothNet
from vton_core.networks.folding import folded
from vton_core.networks.sleeves import SLEEVES, SleevesNet
from vton_core.planes import lengths
from vton_core.resampling import reduced_to
from vton_core.types import Alpha, Garment, Image, Mask

__all__ = ["Cut", "cut_out"]

# From this share of the garment on, what only the network or only the background's colour tells is no matter of an
# outline's width.
_ODDS: Final = 0.02
# From this share on, what only the background's colour tells at home is none of the garment, and so far around it, in
# the network's pixels, the network's word counts.
_SPILT, _AROUND = 0.0015, 3
# How much of a pixel a line covers at least, and so far from the garment it is none of its outline, in the network's
# pixels.
_LINE, _NEAR = 0.15, 4
# How much of what the network sees it may be in doubt about.
_DOUBT: Final = 0.12
# How light and how grey a shop's background is (Lab), and by how much other things differ from it (ΔE).
_LIGHT, _GREY, _OTHER = 93.0, 4.0, 25.0
# How near the background's colour what only the network sees is at most that is the background (ΔE).
_VERY: Final = 1.5
# What counts of the network's word about the sort in a shop's photo: it learned from photos taken at home.
_STRANGE: Final = 0.3
# From what likelihood of being trousers on a garment has no straps. What has lost them may look like a skirt.
_LEGS: Final = 0.4
_LEGGED: Final = [SORTS.index(sort) for sort in ("trousers", "shorts")]
_EITHER: Final = [SORTS.index(sort) for sort in ("top", "dress")]
_Float = NDArray[np.float32]


@lru_cache(maxsize=1)
def _network() -> ClothNet:
    import torch

    net = folded(load_shipped(ClothNet, "cloth"))
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


@lru_cache(maxsize=1)
def _sleeves() -> SleevesNet:
    return load_shipped(SleevesNet, "sleeves")


class Cut(NamedTuple):
    """A garment, and how it was found.

    Attributes:
        garment: at the picture's own size, with what its photo says about it.
        photo: ``uint8 (H, W, 3)``: where somebody who wears it would be seen, as their skin is left out of the garment;
            ``None`` where the garment is all that its plain background is not.
        sure: whether the network knew where it ends, or the background is plain.
    """

    garment: Garment
    photo: Image | None = None
    sure: bool = True


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
        return Cut(without_twin(_sorted(garment, look(garment.on_white, _network()), shop=True)))
    rgb = np.ascontiguousarray(image[..., :3])
    seen = look(rgb, _network())
    cut, shop = _found(rgb, seen)
    garment = _sorted(cut.garment, seen, shop=shop)
    return cut._replace(garment=without_twin(garment) if shop else _from_home(garment, rgb, seen))


def _found(rgb: Image, seen: Look) -> tuple[Cut, bool]:
    """The garment in a photo, and whether that is a shop's."""
    try:
        garment = garment_from_image(rgb)
    except NoGarmentError:
        sure = _sure(seen)
        likely = seen.probability if sure else by_colours(rgb, seen.probability)
        if likely is None:
            raise
        return Cut(_strapped(_as_seen(rgb, likely), rgb, seen), rgb, sure), False
    backdrop = _backdrop(rgb)
    white = bool(backdrop[0] > _LIGHT and np.linalg.norm(backdrop[1:]) < _GREY)
    told = _told(garment.alpha, seen.probability)
    likely = _joined(told, seen.probability, rgb, backdrop if white else None) if _sure(seen) else None
    if likely is not None:
        shown = _as_seen(rgb, likely)
        return Cut(shown if white else _strapped(shown, rgb, seen), rgb), white
    if not white and _sure(seen):
        garment = _cleared(garment, told, rgb, seen.probability)
    return Cut(garment), white


def _backdrop(rgb: Image) -> _Float:
    """The colour of the picture's border, in Lab."""
    lab = to_lab(reduced_to(rgb, LONGEST // 4))
    border = np.concatenate([lab[[0, -1]].reshape(-1, 3), lab[:, [0, -1]].reshape(-1, 3)])
    return np.asarray(np.median(border, axis=0), np.float32)


def _joined(told: Alpha, likely: _Float, rgb: Image, white: _Float | None) -> _Float | None:
    """Where the garment is if the network sees another one than the background's colour tells; else ``None``.

    What is nearly white the network misses before ``white``: there it is right in what it adds, and in leaving out what
    plainly is something else, a hanger or a person. Between the straps of a coloured garment it may see more of it.
    """
    other: Mask = np.ones(likely.shape, bool)
    if white is not None:
        small = np.asarray(cv2.resize(rgb, likely.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
        difference = to_lab(small) - white
        other, likely = lengths(difference) > _OTHER, _without_plain(likely, told, difference)
    found = likely > 0.5
    added, left_out = _opened(found & (told < 0.5)), _opened((told > 0.5) & ~found) & other
    astray = (told > _LINE) & ~dilated(found, disc(_NEAR)) & other
    likely = np.where(other, likely, np.maximum(likely, told)).astype(np.float32)
    at_odds = bool((added | left_out).sum() > _ODDS * found.sum())
    return likely if at_odds or _runs_out(astray) else None


def _without_plain(likely: _Float, told: Alpha, difference: _Float) -> _Float:
    """The network's word, but for what has the background's very colour if the garment has quite another one."""
    garment = told > 0.5
    if not garment.any() or np.median(lengths(difference)[garment]) < PLAINLY_OTHER:
        return likely
    count, labels = cv2.connectedComponents(_opened((likely > 0.5) & ~garment).view(np.uint8))
    plain = np.zeros(count, bool)
    for index in range(1, count):
        # Compression noise strays to both sides.
        plain[index] = np.linalg.norm(np.median(difference[labels == index], axis=0)) < _VERY
    return np.where(dilated(np.asarray(plain[labels]), disc(2)), np.minimum(likely, told), likely)


def _told(alpha: Alpha, likely: _Float) -> _Float:
    """What the background's colour tells, at the network's size."""
    size = (likely.shape[1], likely.shape[0])
    return np.asarray(cv2.resize(reduced_to(alpha, max(size)), size, interpolation=cv2.INTER_LINEAR), np.float32)


def _cleared(garment: Garment, told: Alpha, rgb: Image, likely: _Float) -> Garment:
    """The garment that a plain background's colour tells, without what the network says is none: at home that is a
    shadow, a hanger, or what lies there."""
    spilt = _opened((told > 0.5) & (likely < 0.5))
    if spilt.sum() <= _SPILT * (likely > 0.5).sum():
        return garment
    shown = _as_seen(rgb, likely)
    around = cv2.resize(dilated(spilt, disc(_AROUND)).astype(np.float32), rgb.shape[1::-1]) > 0.5
    less = around & (shown.alpha < garment.alpha)
    colours = np.where(less[..., None], shown.rgb, garment.rgb)
    alpha = np.where(less, shown.alpha, garment.alpha)
    # What hung together with it by that alone goes, too.
    whole = dilated(one_garment(alpha > 0.5), disc(2))
    return replace(garment, rgb=colours, alpha=np.where(whole, alpha, np.float32(0)))


def _opened(part: Mask) -> Mask:
    """What is more than an outline's width."""
    return np.asarray(cv2.morphologyEx(part.astype(np.uint8), cv2.MORPH_OPEN, disc(1)) > 0)


def _runs_out(part: Mask) -> bool:
    """Whether it touches the picture's border, as a floor's joints do, however thin; straps do not."""
    return bool(part[[0, -1]].any() or part[:, [0, -1]].any())


def _sure(seen: Look) -> bool:
    """Whether the network sees a garment, and knows where it ends."""
    return doubt(seen.probability) < _DOUBT


def _as_seen(rgb: Image, likely: _Float) -> Garment:
    """The garment that the network sees, its outline brought to the picture's edges."""
    one = one_garment(likely > 0.5)
    likely = np.where(dilated(one, disc(2)), likely, np.float32(0))
    cutout = matte(rgb, likely, np.zeros_like(likely))
    return Garment(cutout.rgb, cutout.alpha)


def _strapped(garment: Garment, rgb: Image, seen: Look) -> Garment:
    """With straps that are too thin for the network, unless it has legs."""
    return garment if _legged(seen) else with_straps(garment, rgb, seen.probability)


def _sorted(garment: Garment, seen: Look, *, shop: bool) -> Garment:
    """The garment with its sorts and sleeves by name, as a file says them, and whether its photo is no shop's."""
    shares = seen.sorts.copy()
    if shop:
        # A top without sleeves on an invisible body is as strange to the network as a dress.
        shares[_EITHER] = shares[_EITHER].mean()
        shares **= _STRANGE
    shares /= shares.sum()
    return replace(garment, sorts=_named(SORTS, shares), sleeves=_named(SLEEVES, _sleeved(seen)), home=not shop)


def _from_home(garment: Garment, rgb: Image, seen: Look) -> Garment:
    """The garment whole and alone, without the hanger that it hangs on, and with how its photo is to be turned."""
    alone = without_own_holes(without_astray(garment), rgb)
    bare = alone if _legged(seen) else without_hook(without_hanger(alone, seen.probability))
    return replace(bare, turns=quarter_turns(rgb, seen, _network()))


def _legged(seen: Look) -> bool:
    return bool(seen.sorts[_LEGGED].sum() > _LEGS)


def _sleeved(seen: Look) -> _Float:
    """How likely the garment has no, short, half-long or long sleeves, ``float32 (4,)``."""
    import torch

    with torch.inference_mode():
        return np.asarray(_sleeves()(torch.from_numpy(seen.features)[None])[0].softmax(dim=0).numpy(), np.float32)


def _named(names: tuple[str, ...], shares: _Float) -> dict[str, float]:
    return {name: round(float(share), 4) for name, share in zip(names, shares, strict=True)}
