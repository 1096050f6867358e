"""The shoulder's upper edge lies on the body's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.garment.drawing import DRAWN, Drawn
from tests.garment.test_body import EMPTY, front
from vton_core.garment.fit import SEAM, fit_torso, garment_scale
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.measure import measure_body
from vton_core.garment.silhouette import measure_silhouette
from vton_core.garment.tps import ThinPlate

# Its outline is round from the neck to the cuff.
RAGLAN = Drawn((60, 100), (115, 112), (165, 235), (160, 560), ((285, 330), (235, 370)))


@pytest.mark.parametrize("drawn", [*DRAWN.values(), RAGLAN])
def test_no_shoulder_stands_above_the_body(drawn: Drawn) -> None:
    """Between neck and tip, within 3 % of the shoulders' distance, though the seam is set in where the body's is."""
    body, found = measure_body(front(), EMPTY), find_landmarks(drawn.garment())
    marks = found.set_in(SEAM * body.unit / garment_scale(found, body))
    fit = fit_torso(marks, body, measure_silhouette(body, EMPTY))
    laid = ThinPlate(fit.garment, fit.body, stiffness=1e-4)
    for index, side in enumerate(marks.sides):
        edge = side.ridge if len(side.ridge) else np.linspace(side.neck, side.shoulder, 9)
        for x, y in laid(edge.astype(np.float64)):
            above = body.on_shoulder(index, abs(float(x - body.neck[0])))[1] - y
            assert abs(above) < 0.03 * body.unit


@pytest.mark.parametrize("stands", [20, 60, 400])
def test_a_collar_stands_no_higher_than_the_chin(stands: int) -> None:
    """A hood that lies spread above the collar, too."""
    body, found = measure_body(front(), EMPTY), find_landmarks(DRAWN["spread sleeves"].garment())
    left, right = (replace(side, collar=side.neck - np.array([0, stands], np.float32)) for side in found.sides)
    fit = fit_torso(replace(found, sides=(left, right)), body, measure_silhouette(body, EMPTY))
    for side in (left, right):
        neck, collar = (
            fit.body[np.flatnonzero((fit.garment == point.astype(np.float64)).all(axis=1))[0]]
            for point in (side.neck, side.collar)
        )
        high = float((neck - collar) @ body.down)
        assert high == pytest.approx(min(stands * fit.scale, 0.19 * body.unit), rel=0.05)
