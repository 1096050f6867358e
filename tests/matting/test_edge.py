"""What alpha is held to before matting."""

from __future__ import annotations

import numpy as np

from vton_core.matting.edge import guess_edge
from vton_core.types import Image, Mask

_NO_HAIR = np.zeros((100, 100), np.bool_)
_UNSURE = np.full((100, 100), 0.5, np.float32)


def _scene() -> tuple[Image, Mask]:
    """A red square on grey with a pocket of grey in it, and a mask that had filled the pocket."""
    image = np.full((100, 100, 3), (150, 150, 150), np.uint8)
    image[20:80, 20:80] = (170, 40, 50)
    mask = (image == (170, 40, 50)).all(axis=2)
    image[40:60, 22:30] = (150, 150, 150)
    return image, mask


def test_a_filled_pocket_is_in_doubt_and_guessed_empty() -> None:
    image, mask = _scene()
    guess = guess_edge(image, mask, _UNSURE, _NO_HAIR, 3, 14)
    assert guess.doubt[43:57, 24:28].all()
    assert guess.alpha[43:57, 24:28].max() < 0.1
    assert not guess.doubt[:18].any()
    assert not guess.doubt[35:65, 45:55].any()


def test_a_pocket_that_was_surely_figure_is_doubted_less() -> None:
    image, mask = _scene()
    free = guess_edge(image, mask, _UNSURE, _NO_HAIR, 3, 14).alpha[43:57, 24:28].mean()
    held = guess_edge(image, mask, np.full_like(_UNSURE, 0.99), _NO_HAIR, 3, 14).alpha[43:57, 24:28].mean()
    assert held > free


def test_where_colours_tell_nothing_the_mask_holds() -> None:
    image = np.full((100, 100, 3), 128, np.uint8)
    _, mask = _scene()
    guess = guess_edge(image, mask, _UNSURE, _NO_HAIR, 3, 14)
    assert not guess.doubt.any()
    np.testing.assert_allclose(guess.alpha[:, 22:78][mask[:, 22:78]][500:520], 1, atol=0.05)
    assert ((guess.alpha > 0.5) == mask).mean() > 0.99
    assert np.median(guess.trust[mask]) > 0.5


def test_alpha_is_a_share_and_trust_is_positive() -> None:
    image, mask = _scene()
    noise = np.random.default_rng(1).integers(0, 256, image.shape, dtype=np.uint8)
    for picture in (image, noise):
        guess = guess_edge(picture, mask, _UNSURE, ~_NO_HAIR, 3, 14)
        assert guess.alpha.min() >= 0
        assert guess.alpha.max() <= 1
        assert guess.trust.min() > 0
