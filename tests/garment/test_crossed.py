"""Arms crossed before the chest."""

from __future__ import annotations

import cv2
import numpy as np

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import SKIN, TOP, Mannequin, mannequin
from vton_core.labels import Label
from vton_core.steps.tryon import try_on
from vton_core.types import Cutout, Joint, Pose

ELBOW, WRIST = (110, 290), (262, 268)


def _crossed() -> Mannequin:
    """Somebody in long sleeves whose right forearm lies before the chest, its hand at the left elbow: labelled, as by a
    parser, as the arm that is nearest."""
    person = mannequin()
    rgb, parse, keypoints = person.cutout.rgb.copy(), person.parse.copy(), person.pose.keypoints.copy()
    bare = np.isin(parse, (Label.LEFT_ARM, Label.RIGHT_ARM))
    away = bare & (np.indices(parse.shape)[1] < 150)
    rgb[bare], parse[bare] = TOP, Label.UPPER_CLOTHES
    rgb[away], parse[away] = 0, Label.BACKGROUND
    shoulder = tuple(round(float(v)) for v in keypoints[Joint.RIGHT_SHOULDER, :2])
    for start, end in ((shoulder, ELBOW), (ELBOW, WRIST)):
        for plane, value in ((rgb, TOP), (parse, (int(Label.UPPER_CLOTHES),))):
            cv2.line(plane, start, end, value, 26)
    for plane, value in ((rgb, SKIN), (parse, (int(Label.LEFT_ARM),))):
        cv2.circle(plane, (WRIST[0] + 8, WRIST[1] - 2), 12, value, -1)
    keypoints[Joint.RIGHT_ELBOW, :2], keypoints[Joint.RIGHT_WRIST, :2] = ELBOW, WRIST
    alpha = cv2.GaussianBlur((parse > 0).astype(np.float32), (0, 0), 0.6)
    return Mannequin(Cutout(rgb, alpha), Pose(keypoints), parse)


def test_a_forearm_is_bared_though_its_hand_counts_as_the_other_arms() -> None:
    person = _crossed()
    result = try_on(person.cutout, person.canvas, person.pose, person.parse, DRAWN["spread sleeves"].garment())
    x, y = np.linspace((150, 284), (245, 270), 12).round().astype(int).T
    seen = result.figure.rgb[y, x].astype(int)
    assert np.abs(seen - np.array(SKIN)).sum(axis=1).max() < 120
