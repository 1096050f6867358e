"""Tops that lay flat, told from worn ones by their proportions, and how they hang."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.garment.drawing import DRAWN, Drawn
from tests.garment.test_body import EMPTY, front
from vton_core.garment.fit import Fit, fit_torso
from vton_core.garment.flat import laid_flat
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.measure import measure_body
from vton_core.garment.silhouette import measure_silhouette

# A T-shirt that lies on a floor: wide for its length, its sleeves spread.
FLAT = Drawn((55, 100), (158, 125), (172, 235), (175, 540), ((278, 215), (245, 285)))
# The same on a body: half its girth is seen, its sleeves hang.
WORN = Drawn((75, 90), (140, 125), (116, 240), (128, 600), ((205, 310), (140, 330)))


def _fitted(drawn: Drawn, flat: float) -> tuple[Fit, float]:
    """The fit on a person who stands straight, and the distance of their shoulders."""
    body = measure_body(front(), EMPTY)
    return fit_torso(find_landmarks(drawn.garment()), body, measure_silhouette(body, EMPTY), flat=flat), body.unit


def test_proportions_tell() -> None:
    assert laid_flat(find_landmarks(FLAT.garment())) == 1
    assert laid_flat(find_landmarks(WORN.garment())) == 0


def test_what_was_photographed_at_home_lay_flat_in_doubt() -> None:
    between = replace(FLAT, neck=(70, 100), shoulder=(152, 128), armpit=(140, 235), hem=(145, 560))
    marks = find_landmarks(between.garment())
    assert laid_flat(marks) < 0.5
    assert laid_flat(marks, home=True) > 0.9


@pytest.mark.parametrize("drawn", [FLAT, WORN])
def test_the_pictures_size_does_not(drawn: Drawn) -> None:
    large, small = (laid_flat(find_landmarks(drawn.garment(scale))) for scale in (1.0, 0.4))
    assert abs(large - small) < 0.15


def test_sleeveless_tops_are_told_too() -> None:
    """Without sleeves the shoulders say nothing, the other proportions do."""
    top = DRAWN["sleeveless"]
    assert laid_flat(find_landmarks(replace(top, neck=(40, 100), hem=(165, 540)).garment())) > 0.9
    assert laid_flat(find_landmarks(replace(top, armpit=(130, 250), hem=(140, 610), armhole=()).garment())) < 0.3


def test_a_cropped_top_without_sleeves_is_flat_only_at_home() -> None:
    """It is short for its width whether somebody wears it or not; shops show most of them worn."""
    marks = find_landmarks(replace(DRAWN["straps"], hem=(150, 380)).garment())
    assert laid_flat(marks) == 0
    assert laid_flat(marks, home=True) == 1


@pytest.mark.parametrize("flat", [0.0, 0.5, 1.0])
def test_straps_do_not_cross_themselves(flat: float) -> None:
    """However much the shoulders are drawn in, a neckline's corner stays on the inner side of its strap."""
    top = Drawn((126, 90), (136, 90), (150, 235), (150, 560), (), ((134, 150), (142, 200)), front=110)
    marks = find_landmarks(top.garment())
    fit, _ = _fitted(top, flat)
    for sign, side in zip((-1, 1), marks.sides, strict=True):
        neck, shoulder = (
            fit.body[int(np.abs(fit.garment - point).sum(axis=1).argmin())] for point in (side.neck, side.shoulder)
        )
        assert sign * (shoulder[0] - neck[0]) > 0


def test_a_turned_top_counts_as_worn() -> None:
    assert laid_flat(replace(find_landmarks(FLAT.garment()), hidden=0)) == 0


def test_a_flat_top_is_as_long_as_others() -> None:
    """1.85 shoulder distances from neck to hem are usual; by its width alone it would end above the waist."""
    (flat, unit), (narrow, _) = _fitted(FLAT, 1.0), _fitted(FLAT, 0.0)
    assert 1.55 < flat.hem_below / unit < 2.0
    assert narrow.hem_below / unit < 1.35


def test_it_is_no_wider_on_a_body_than_a_worn_one() -> None:
    (flat, unit), (worn, _) = _fitted(FLAT, 1.0), _fitted(WORN, 0.0)
    wide = [float(np.linalg.norm(fit.armpits[1] - fit.armpits[0])) / unit for fit in (flat, worn)]
    assert abs(wide[0] - wide[1]) < 0.2


def test_its_middle_is_squeezed_less_than_its_sides() -> None:
    """Across the chest: how wide a tenth of the garment is drawn in the middle, and at the seam."""
    from vton_core.garment.tps import ThinPlate

    fit, _ = _fitted(FLAT, 1.0)
    y = FLAT.armpit[1] + 0.5 * (FLAT.hem[1] - FLAT.armpit[1])
    x = 300 + FLAT.armpit[0] * np.array([-0.1, 0.0, 0.85, 0.95])
    drawn = ThinPlate(fit.garment, fit.body, stiffness=1e-4)(np.stack([x, np.full(4, y)], axis=1))
    middle, side = (float(np.linalg.norm(drawn[k + 1] - drawn[k])) for k in (0, 2))
    assert middle > 1.15 * side
