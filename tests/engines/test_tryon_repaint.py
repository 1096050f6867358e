"""What of a painted frame is laid into the photo, on a square person: skin above, an upper garment below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vton_core.engines.tryon.conditions import TARGET
from vton_core.engines.tryon.repaint import lay, paint
from vton_core.labels import Label
from vton_core.types import Canvas, Cutout, ParseMap, TryOn

SHAPE = (40, 40)
FRAME = Canvas(1.0, (0.0, 0.0), (40, 40), (40, 40))


def _before() -> tuple[NDArray[np.uint8], NDArray[np.bool_], ParseMap]:
    parse = np.zeros(SHAPE, np.uint8)
    parse[4:12, 15:25] = Label.TORSO_SKIN
    parse[12:40, 8:32] = Label.UPPER_CLOTHES
    groups = np.where(parse == Label.UPPER_CLOTHES, TARGET, 0).astype(np.uint8)
    return groups, parse > 0, parse


def _lay(after: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> TryOn:
    before, figure, parse = _before()
    picture = np.full((*SHAPE, 3), 200, np.float32)
    painted = paint(picture, (before, after), hidden, (figure, parse), np.zeros((*SHAPE, 4), np.float32))
    cutout = Cutout(np.full((*SHAPE, 3), 50, np.uint8), figure.astype(np.float32))
    empty = np.zeros((1, 1, 4), np.float32)
    return lay(cutout, FRAME, painted, lambda x, y: np.broadcast_to(empty, (len(y), len(x), 4)))


def test_nothing_hidden_nothing_changed() -> None:
    result = _lay(_before()[0], np.zeros(SHAPE, bool))
    assert not result.changed.any()
    assert (result.figure.rgb == 50).all()


def test_wider_garment_widens_the_figure() -> None:
    after = _before()[0]
    after[20:40, 2:38] = TARGET
    result = _lay(after, np.ones(SHAPE, bool))
    assert (result.figure.alpha[24:36, 5:35] > 0.99).all()
    assert (result.figure.rgb[24:36, 5:35] == 200).all()
    assert (result.figure.rgb[:8] == 50).all()
    assert not result.changed[:8].any()


def test_narrower_garment_shows_what_is_behind() -> None:
    after = _before()[0]
    after[:, :14] = 0
    result = _lay(after, np.ones(SHAPE, bool))
    assert (result.figure.alpha[24:36, :11] < 0.01).all()
    assert (result.figure.alpha[24:36, 18:30] > 0.99).all()


def test_bared_neck_is_skin_not_a_hole() -> None:
    after = _before()[0]
    after[12:17, 17:23] = 0
    result = _lay(after, np.ones(SHAPE, bool))
    assert (result.figure.alpha[12:17, 17:23] > 0.99).all()
    assert (result.figure.rgb[13:16, 18:22] == 200).all()


def test_colour_at_the_edge_is_the_figures() -> None:
    """A painted background does not shine through where alpha is between 0 and 1."""
    before, figure, parse = _before()
    picture = np.where(figure[..., None], 10, 250).astype(np.float32) * np.ones(3, np.float32)
    hidden = np.ones(SHAPE, bool)
    painted = paint(picture, (before, before), hidden, (figure, parse), np.zeros((*SHAPE, 4), np.float32))
    assert painted.rgb[20:35].max() == 10
