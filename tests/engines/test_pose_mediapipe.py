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


def _mirrored(pose: Pose, width: int) -> Pose:
    """The pose of the mirror image: the other side's joints."""
    other = [Joint[_other_side(joint.name)] for joint in Joint]
    assert pose.in_space is not None
    keypoints, in_space = pose.keypoints[other], pose.in_space[other] * np.array([-1, 1, 1, 1], np.float32)
    keypoints[:, 0] = np.where(keypoints[:, 2] > 0, width - 1 - keypoints[:, 0], 0)
    return Pose(keypoints, in_space)


def _other_side(name: str) -> str:
    return {"RIGHT": "LEFT", "LEFT": "RIGHT"}.get(side := name.split("_")[0], side) + name[len(side) :]


@pytest.mark.parametrize("name", ["woman", "man"])
def test_a_mirrored_photo_has_mirrored_joints(engine: MediaPipePose, name: str) -> None:
    """Within half a pixel, and a centimetre in space: whatever errs to one side, errs to none."""
    image, _ = _figure(name)
    expected = _mirrored(engine.estimate(image), image.shape[1])
    found = engine.estimate(np.ascontiguousarray(image[:, ::-1]))
    np.testing.assert_allclose(found.keypoints[:, :2], expected.keypoints[:, :2], atol=0.5)
    assert found.in_space is not None
    assert expected.in_space is not None
    np.testing.assert_allclose(found.in_space, expected.in_space, atol=0.01)


def test_joints_lie_in_space_as_people_stand(engine: MediaPipePose) -> None:
    """The nose before the neck, a left shoulder to the picture's right, shoulders and hips half a metre apart."""
    pose = engine.estimate(_figure("woman")[0])
    space = pose.in_space
    assert space is not None
    np.testing.assert_array_equal(space[:, 3], pose.keypoints[:, 2])
    assert space[Joint.NOSE, 2] < space[Joint.NECK, 2]
    assert 0.2 < space[Joint.LEFT_SHOULDER, 0] - space[Joint.RIGHT_SHOULDER, 0] < 0.5
    assert 0.35 < space[Joint.MID_HIP, 1] - space[Joint.NECK, 1] < 0.65


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
