"""Where a sleeve that hangs against the body meets it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.garment.cleft import parted
from vton_core.garment.polyline import resample
from vton_core.garment.side import SEAM_POINTS, Side
from vton_core.types import Image, Mask

CHEST = 150.0
ARMPIT, TOP, HEM, CUFF = (90, 120), (84, 250), (80, 350), (58, 330)
FABRIC, SHADE = (150, 90, 60), (110, 60, 35)


def _edge(bulge: float) -> NDArray[np.float32]:
    """From the armpit to the top of the gap, ``bulge`` pixels to the right of the straight line in its middle."""
    t = np.linspace(0, 1, 60)
    line = np.outer(1 - t, ARMPIT) + np.outer(t, TOP)
    line[:, 0] += bulge * np.sin(np.pi * t)
    return line.astype(np.float32)


def _drawn(edge: NDArray[np.float32], shade: tuple[int, int, int]) -> tuple[Image, Mask]:
    """A garment's left half: a sleeve of one shade before a body of another one, and the gap under it."""
    body, sleeve, gap = (np.zeros((400, 260), np.uint8) for _ in range(3))
    cv2.fillPoly(body, [np.array([(70, 60), (259, 60), (259, 350), HEM, TOP, (72, 190), (75, 120)])], (1.0,))
    outer = [(70, 60), (30, 320), CUFF, TOP]
    cv2.fillPoly(sleeve, [np.concatenate([outer, edge[::-1], [ARMPIT]]).round().astype(np.int32)], (1.0,))
    cv2.fillPoly(gap, [np.array([TOP, CUFF, (58, 399), HEM])], (1.0,))
    mask = ((body | sleeve) & ~gap) > 0
    rgb = np.full((400, 260, 3), FABRIC, np.uint8)
    rgb[sleeve > 0] = shade
    rng = np.random.default_rng(3)
    return (cv2.GaussianBlur(rgb, (0, 0), 0.7) + rng.integers(0, 4, rgb.shape)).astype(np.uint8), mask


def _side() -> Side:
    """As the outline tells it: both seams run straight to a point near the gap's rounded top."""
    notch = (TOP[0] - 2, TOP[1] + 7)
    inner, seam = (np.array([ARMPIT, notch, end], np.float32) for end in (CUFF, HEM))
    point = np.array(ARMPIT, np.float32)
    outer = resample(np.array([(70, 60), (30, 320)], np.float32), SEAM_POINTS)
    tip = outer[0]
    inner, seam = resample(inner, SEAM_POINTS), resample(seam, SEAM_POINTS)
    return Side(tip, tip, tip, point, np.array(HEM, np.float32), outer, inner, seam)


def _from(points: NDArray[np.float32], line: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.linalg.norm(points[:, None] - resample(line, 400), axis=2).min(axis=1), np.float32)


@pytest.mark.parametrize("bulge", [12.0, -8.0])
def test_seams_follow_the_edge_that_the_photo_shows(bulge: float) -> None:
    edge = _edge(bulge)
    rgb, mask = _drawn(edge, SHADE)
    side = parted(rgb, mask, _side(), CHEST)
    for seam, end in ((side.seam, HEM), (side.inner, CUFF)):
        touching = resample(seam, 200)
        touching = touching[(touching[:, 1] > ARMPIT[1] + 25) & (touching[:, 1] < TOP[1])]
        assert _from(touching, edge).max() < 3
        np.testing.assert_allclose(seam[[0, -1]], [ARMPIT, end], atol=0.01)
        # Both go through the very top of the gap.
        assert _from(np.array([TOP], np.float32), seam).max() < 3


def test_without_an_edge_they_run_straight() -> None:
    rgb, mask = _drawn(_edge(12), FABRIC)
    seam = parted(rgb, mask, _side(), CHEST).seam
    above = seam[seam[:, 1] < TOP[1]]
    assert _from(above, _edge(0)).max() < 1.5


def test_where_background_shows_between_them_that_is_the_edge() -> None:
    edge = _edge(10)
    rgb, mask = _drawn(edge, FABRIC)
    slit = np.zeros(mask.shape, np.uint8)
    cv2.polylines(slit, [edge[18:].round().astype(np.int32)], False, (1.0,), 3)
    seam = resample(parted(rgb, mask & (slit == 0), _side(), CHEST).seam, 200)
    touching = seam[(seam[:, 1] > ARMPIT[1] + 45) & (seam[:, 1] < TOP[1])]
    assert _from(touching, edge).max() < 4


def test_what_does_not_hang_against_the_body_stays() -> None:
    rgb, mask = _drawn(_edge(12), SHADE)
    bare = replace(_side(), outer=np.zeros((0, 2), np.float32), inner=np.zeros((0, 2), np.float32))
    assert parted(rgb, mask, bare, CHEST) is bare
    spread = replace(_side(), inner=resample(np.array([ARMPIT, (10, 140)], np.float32), SEAM_POINTS))
    assert parted(rgb, mask, spread, CHEST) is spread


def test_where_they_touch_to_the_hem_the_seam_ends_there() -> None:
    rgb, mask = _drawn(_edge(12), SHADE)
    side = _side()
    notch = (TOP[0] - 2, TOP[1] + 7)
    hem = np.array(notch, np.float32)
    short = replace(side, seam=resample(np.array([ARMPIT, notch], np.float32), SEAM_POINTS), hem=hem)
    found = parted(rgb, mask, short, CHEST)
    np.testing.assert_allclose(found.seam[[0, -1]], [ARMPIT, notch], atol=0.01)
    assert len(found.seam) == SEAM_POINTS
