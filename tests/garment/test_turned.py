"""Tops that are photographed half from the side: one sleeve shows, and both arms get one."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.garment.mannequin import mannequin
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.outline import Outline
from vton_core.garment.polyline import resample
from vton_core.garment.side import SEAM_POINTS, Side
from vton_core.garment.turned import with_hidden_sleeve
from vton_core.steps.tryon import try_on
from vton_core.types import Garment, Joint, Wearing

_WIDTH = 520
# From the collar down the near side with its sleeve, along the hem and up the far side, where the belly is.
_NECK = [(235, 92), (290, 70)]
_NEAR = [(345, 100), (420, 330), (360, 350), (330, 215), (322, 330), (335, 520)]
_FAR = [(160, 520), (140, 400), (142, 330), (170, 230), (165, 150), (185, 100)]


def _drawn(outline: list[tuple[int, int]], *, mirrored: bool = False) -> Garment:
    alpha = np.zeros((600, _WIDTH), np.uint8)
    cv2.fillPoly(alpha, [np.array(outline, np.int32)], (255.0,))
    rgb = np.full((*alpha.shape, 3), (60, 90, 160), np.uint8)
    if mirrored:
        alpha = np.ascontiguousarray(alpha[:, ::-1])
    return Garment(rgb, alpha.astype(np.float32) / 255)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_sleeve_that_is_not_seen_is_known(mirrored: bool) -> None:
    found = find_landmarks(_drawn(_NECK + _NEAR + _FAR, mirrored=mirrored))
    far = int(mirrored)
    assert found.hidden == far
    assert [side.sleeved for side in found.sides] == [mirrored, not mirrored]
    assert found.sleeved(0)
    assert found.sleeved(1)
    drops = [float(side.armpit[1] - side.shoulder[1]) for side in found.sides]
    assert drops[far] == pytest.approx(drops[1 - far], abs=0.1 * found.chest_width)
    # The far armpit lies on the outline.
    x = float(found.sides[far].armpit[0])
    assert (_WIDTH - 1 - x if mirrored else x) == pytest.approx(168, abs=12)


@pytest.mark.parametrize("mirrored", [False, True])
def test_both_arms_are_in_sleeves(mirrored: bool) -> None:
    figure, garment = mannequin(), _drawn(_NECK + _NEAR + _FAR, mirrored=mirrored)
    result = try_on(figure.cutout, figure.canvas, figure.pose, figure.parse, garment, None, Wearing(garment="upper"))
    covered = result.warped[..., 3] > 127
    shares = []
    for side in ("RIGHT", "LEFT"):
        shoulder, elbow = figure.point(Joint[f"{side}_SHOULDER"]), figure.point(Joint[f"{side}_ELBOW"])
        for share in (0.3, 0.6):
            assert covered[figure.near(shoulder + share * (elbow - shoulder), 5)].mean() > 0.9
        arm = figure.near((shoulder + elbow) / 2, 45)
        shares.append(covered[arm].mean())
    assert shares[0] == pytest.approx(shares[1], abs=0.08)


def test_a_top_for_one_shoulder_has_no_second_sleeve() -> None:
    found = find_landmarks(_drawn([(190, 250), (285, 80), *_NEAR, (180, 520), (180, 400), (180, 330)]))
    assert [side.sleeved for side in found.sides] == [False, True]
    assert found.hidden is None


def test_what_is_too_slender_is_no_sleeve() -> None:
    mask = _drawn([(215, 80), (305, 80), (330, 100), (322, 200), (335, 520), (185, 520), (198, 200), (190, 100)])
    outlines = tuple(Outline(part > 0.5, 260) for part in (mask.alpha, mask.alpha[:, ::-1]))
    bare = np.zeros((0, 2), np.float32)
    neck, shoulder, armpit, hem = (np.array(at, np.float32) for at in ((215, 80), (190, 100), (198, 200), (185, 520)))
    seam = resample(np.stack([armpit, hem]), SEAM_POINTS)
    plain = Side(neck, neck, shoulder, armpit, hem, bare, bare, seam)
    down = np.array([(-8, 380)], np.float32)
    outer, inner = (resample(np.concatenate([at[None], at + down]), SEAM_POINTS) for at in (shoulder, armpit))
    for width, sleeved in ((10, False), (80, True)):
        out = (outer - inner) / np.linalg.norm(outer - inner, axis=1, keepdims=True) * width
        sides = plain, replace(plain, outer=inner + out, inner=inner)
        found, hidden = with_hidden_sleeve(sides, (outlines[0], outlines[1]), 520)
        assert (found[1].sleeved, hidden) == (sleeved, 0 if sleeved else None)
