"""A warped garment among the layers of a drawn person."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.mannequin import mannequin
from vton_core.garment.figure import Figure
from vton_core.garment.measure import measure_body
from vton_core.garment.warped import Warped, wear_warped
from vton_core.types import Mask

BLUE = (40.0, 60.0, 200.0)


def _figure() -> Figure:
    drawn = mannequin()
    return Figure(drawn.cutout.rgb, drawn.cutout.alpha, drawn.pose, drawn.parse)


def _warped(garment: Mask, covered: Mask) -> Warped:
    alpha = garment.astype(np.float32)
    return Warped(np.dstack([*(channel * alpha for channel in BLUE), alpha]).astype(np.float32), covered)


def _torso(figure: Figure) -> Mask:
    return measure_body(figure.pose, figure.parse).torso_zone(figure.shape, 1.1)


def _blue(figure: Figure, warped: Warped) -> Mask:
    over = wear_warped(figure, warped).overlay.over
    return np.asarray((over[..., 3] > 0.9) & (over[..., 2] > 1.8 * over[..., 0]))


def test_gaps_that_the_network_expects_covered_are_filled() -> None:
    figure = _figure()
    torso, (height, width) = _torso(figure), figure.shape
    body = measure_body(figure.pose, figure.parse)
    gap = np.zeros((height, width), bool)
    x, y = body.at(0.3 * body.unit, 0.6 * body.torso)
    gap[round(float(y)) - 6 : round(float(y)) + 6, round(float(x)) - 3 : round(float(x)) + 3] = True
    expected = _blue(figure, _warped(torso & ~gap, torso))
    bare = _blue(figure, _warped(torso & ~gap, torso & ~gap))
    assert expected[gap].mean() > 0.95
    assert bare[gap].mean() < 0.5


@pytest.mark.parametrize("share", [0.4, 0.7])
def test_sleeves_are_as_long_as_the_network_expects(share: float) -> None:
    figure = _figure()
    body = measure_body(figure.pose, figure.parse)
    shape = figure.shape
    sleeves = body.arm_zone(0, shape, 1.1, share) | body.arm_zone(1, shape, 1.1, share)
    garment = _torso(figure) | sleeves
    blue = _blue(figure, _warped(garment, garment))
    for side in (0, 1):
        arm = body.arms[side]
        columns, rows = np.round(arm.path.T).astype(int)
        at = np.linspace(0, 1, len(rows))
        assert blue[rows, columns][(at > 0.15) & (at < share - 0.05)].mean() > 0.95
        assert blue[rows, columns][(at > share + 0.1) & (at < 0.95)].mean() < 0.05
