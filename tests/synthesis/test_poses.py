"""Poses: limbs point where the parameters say, on any skeleton; skinning moves what follows a bone with it."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.makehuman import Skeleton
from synthesis.poses import POSES, Arm, Leg, Pose, aligned, axis_angle, blend, skin, transforms, varied

_BONES = {
    "root": ("", (0, 0.9, 0)),
    "spine05": ("root", (0, 0.95, 0)),
    "spine04": ("spine05", (0, 1.05, 0)),
    "spine03": ("spine04", (0, 1.15, 0)),
    "neck01": ("spine03", (0, 1.45, 0)),
    "neck02": ("neck01", (0, 1.5, 0)),
    "head": ("neck02", (0, 1.55, 0)),
    "clavicle.L": ("spine03", (0.05, 1.4, 0)),
    "upperarm01.L": ("clavicle.L", (0.17, 1.4, 0)),
    "lowerarm01.L": ("upperarm01.L", (0.36, 1.2, 0)),
    "wrist.L": ("lowerarm01.L", (0.54, 1.02, 0.04)),
    "upperleg01.L": ("root", (0.1, 0.88, 0)),
    "lowerleg01.L": ("upperleg01.L", (0.13, 0.48, 0)),
    "foot.L": ("lowerleg01.L", (0.15, 0.08, 0)),
}
for _finger in range(1, 6):
    for _part in range(1, 4):
        _parent = "wrist.L" if _part == 1 else f"finger{_finger}-{_part - 1}.L"
        _BONES[f"finger{_finger}-{_part}.L"] = (
            _parent,
            (0.56 + 0.03 * _part, 1.0 - 0.03 * _part, 0.02 * (3 - _finger) + 0.04),
        )


@pytest.fixture(scope="module")
def puppet() -> tuple[Skeleton, np.ndarray]:
    """A skeleton whose every bone begins at a vertex of its own and ends at the next but one."""
    bones = dict(_BONES)
    for name, (parent, (x, y, z)) in _BONES.items():
        if name.endswith(".L"):
            bones[name[:-1] + "R"] = (parent[:-1] + "R" if parent.endswith(".L") else parent, (-x, y, z))
    names = tuple(bones)
    heads = np.array([place for _, place in bones.values()], float)
    tails = heads + np.array([0.0, -0.02, 0.003])
    count = len(names)
    joints = tuple((np.array([k]), np.array([count + k])) for k in range(count))
    parents = np.array([names.index(parent) if parent else -1 for parent, _ in bones.values()])
    weights = np.concatenate([np.eye(count), np.eye(count)]).astype(np.float32)
    return Skeleton(names, parents, joints, weights), np.concatenate([heads, tails])


def bone(puppet: tuple[Skeleton, np.ndarray], pose: Pose, start: str, end: str) -> np.ndarray:
    """The direction from one joint to another in a pose."""
    skeleton, rest = puppet
    placed = skin(rest, skeleton.weights, transforms(pose, skeleton, rest))
    way = placed[skeleton.index(end)] - placed[skeleton.index(start)]
    return np.asarray(way / np.linalg.norm(way))


def test_there_are_thirty_poses_and_a_mirrored_one_mirrored_is_itself() -> None:
    assert len(POSES) >= 30
    assert all(abs(pose.turn) <= 40 for pose in POSES.values())
    assert all(pose.mirrored().mirrored() == pose for pose in POSES.values())


def test_arms_hang_where_they_are_told(puppet: tuple[Skeleton, np.ndarray]) -> None:
    pose = Pose(left=Arm(out=30, forward=0, bend=0))
    np.testing.assert_allclose(bone(puppet, pose, "upperarm01.L", "lowerarm01.L"), [0.5, -(3**0.5) / 2, 0], atol=1e-9)
    np.testing.assert_allclose(bone(puppet, pose, "lowerarm01.L", "wrist.L"), [0.5, -(3**0.5) / 2, 0], atol=1e-9)


def test_a_bent_elbow_has_its_angle(puppet: tuple[Skeleton, np.ndarray]) -> None:
    pose = Pose(right=Arm(out=15, forward=10, bend=90, across=40))
    upper, fore = bone(puppet, pose, "upperarm01.R", "lowerarm01.R"), bone(puppet, pose, "lowerarm01.R", "wrist.R")
    assert upper @ fore == pytest.approx(0, abs=1e-9)
    assert fore[0] > 0
    assert fore[2] > 0


def test_a_rolled_forearm_turns_the_hand_and_stays_where_it_is(puppet: tuple[Skeleton, np.ndarray]) -> None:
    straight, rolled = (Pose(left=Arm(bend=60, roll=roll)) for roll in (0.0, 90.0))
    fore = bone(puppet, straight, "lowerarm01.L", "wrist.L")
    np.testing.assert_allclose(bone(puppet, rolled, "lowerarm01.L", "wrist.L"), fore, atol=1e-9)
    knuckles = [bone(puppet, pose, "finger5-1.L", "finger2-1.L") for pose in (straight, rolled)]
    across = [way - (way @ fore) * fore for way in knuckles]
    assert across[0] @ across[1] == pytest.approx(0, abs=1e-9)


def test_a_leg_steps_forward(puppet: tuple[Skeleton, np.ndarray]) -> None:
    pose = Pose(left_leg=Leg(out=0, forward=20, bend=0))
    direction = bone(puppet, pose, "upperleg01.L", "lowerleg01.L")
    assert direction[2] == pytest.approx(np.sin(np.radians(20)))


def test_turning_turns_everything(puppet: tuple[Skeleton, np.ndarray]) -> None:
    skeleton, rest = puppet
    straight = skin(rest, skeleton.weights, transforms(Pose(), skeleton, rest))
    turned = skin(rest, skeleton.weights, transforms(Pose(turn=40), skeleton, rest))
    rotation = axis_angle(np.array([0.0, 1, 0]), 40)
    head = rest[0]
    np.testing.assert_allclose(turned, (straight - head) @ rotation.T + head, atol=1e-9)


@pytest.mark.parametrize("name", POSES)
def test_bones_keep_their_length_on_the_way_to_any_pose(puppet: tuple[Skeleton, np.ndarray], name: str) -> None:
    skeleton, rest = puppet
    for posed in blend(POSES[name], skeleton, rest, (0.0, 0.5, 1.0)):
        placed = skin(rest, skeleton.weights, posed)
        for child, parent in enumerate(skeleton.parents):
            if parent >= 0:
                length = np.linalg.norm(placed[child] - placed[parent])
                assert length == pytest.approx(np.linalg.norm(rest[child] - rest[parent]))


def test_the_way_begins_at_rest_and_ends_in_the_pose(puppet: tuple[Skeleton, np.ndarray]) -> None:
    skeleton, rest = puppet
    pose = POSES["hand on hip, turned"]
    first, last = blend(pose, skeleton, rest, (0, 1))
    np.testing.assert_allclose(skin(rest, skeleton.weights, first), rest, atol=1e-9)
    end = skin(rest, skeleton.weights, transforms(pose, skeleton, rest))
    np.testing.assert_allclose(skin(rest, skeleton.weights, last), end, atol=1e-6)


def test_variations_stay_near_and_follow_the_seed() -> None:
    pose = POSES["turned by 40"]
    assert varied(pose, 1) == varied(pose, 1) != varied(pose, 2)
    assert all(abs(varied(pose, seed).turn) <= 40 for seed in range(50))


def test_one_direction_is_turned_into_another() -> None:
    rng = np.random.default_rng(0)
    for a, b in rng.standard_normal((20, 2, 3)):
        np.testing.assert_allclose(aligned(a, b) @ a / np.linalg.norm(a), b / np.linalg.norm(b), atol=1e-9)
