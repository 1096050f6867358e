"""MediaPipe's joints, as BODY_25, against figures whose joints are known exactly."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from vton_core.engines.pose.mediapipe import MediaPipePose
from vton_core.errors import NoPersonError
from vton_core.types import Image, Joint, Pose

_EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
_FACE = (Joint.NOSE, Joint.RIGHT_EYE, Joint.LEFT_EYE)
_ARMS = (
    *(Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    *(Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
)


@pytest.fixture(scope="module")
def engine() -> MediaPipePose:
    return MediaPipePose()


def _figure(name: str) -> tuple[Image, Pose]:
    image = cv2.imread(str(_EXAMPLES / f"model_{name}.png"))[:, :, ::-1]
    people = json.loads((_EXAMPLES / f"model_{name}_keypoints.json").read_text())["people"]
    return np.ascontiguousarray(image), Pose(np.array(people[0]["pose_keypoints_2d"], np.float32).reshape(25, 3))


@pytest.mark.parametrize("name", ["woman", "man"])
def test_joints_lie_where_they_are(engine: MediaPipePose, name: str) -> None:
    """Within a tenth of the torso's length, which is what PCK@0.1 counts as found."""
    image, truth = _figure(name)
    guess = engine.estimate(image)
    torso = np.linalg.norm(truth.keypoints[Joint.NECK, :2] - truth.keypoints[Joint.MID_HIP, :2])
    distance = np.linalg.norm(guess.keypoints[:, :2] - truth.keypoints[:, :2], axis=1) / torso
    assert (guess.keypoints[[*_FACE, *_ARMS], 2] > 0).all()
    assert distance[[*_FACE, *_ARMS]].max() < 0.1


def test_joints_beyond_the_photo_are_zero(engine: MediaPipePose) -> None:
    image, _ = _figure("woman")
    keypoints = engine.estimate(image[:600]).keypoints
    assert not keypoints[[Joint.RIGHT_KNEE, Joint.LEFT_KNEE, Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE]].any()
    inside = keypoints[keypoints[:, 2] > 0]
    assert (inside[:, :2] >= -0.5).all()
    assert (inside[:, 1] < 600).all()


def test_a_mirrored_photo_has_mirrored_joints(engine: MediaPipePose) -> None:
    image, truth = _figure("man")
    mirrored = engine.estimate(np.ascontiguousarray(image[:, ::-1])).keypoints
    expected = image.shape[1] - 1 - truth.keypoints[Joint.RIGHT_SHOULDER, 0]
    assert mirrored[Joint.LEFT_SHOULDER, 0] == pytest.approx(expected, abs=40)


def test_a_real_photo_scales(engine: MediaPipePose) -> None:
    """The same joints, within 2 % of the photo's height, at half the size."""
    astronaut: Image = skimage.data.astronaut()
    half = cv2.resize(astronaut, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    large, small = engine.estimate(astronaut).keypoints, engine.estimate(half).keypoints
    upper = [*_FACE, Joint.NECK, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER]
    assert np.abs(large[upper, :2] - 2 * small[upper, :2]).max() < 0.02 * astronaut.shape[0]


def test_the_mask_covers_the_figure(engine: MediaPipePose) -> None:
    image, _ = _figure("woman")
    alpha = cv2.imread(str(_EXAMPLES / "model_woman_alpha.png"), cv2.IMREAD_GRAYSCALE) > 127
    _, mask = engine.estimate_with_mask(image)
    assert mask.shape == alpha.shape
    assert mask.dtype == np.float32
    found = mask > 0.5
    assert (found & alpha).sum() / (found | alpha).sum() > 0.93


def test_nobody_is_one_sentence(engine: MediaPipePose) -> None:
    with pytest.raises(NoPersonError, match="Use a photo"):
        engine.estimate(np.full((300, 200, 3), 200, np.uint8))
