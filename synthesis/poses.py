"""Standing poses by parameters, and the skinning that puts a body into one.

Angles are degrees. Limbs are described by where they point, so that a pose means the same on every body.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from synthesis.makehuman import Skeleton
from synthesis.meshes import Floats

__all__ = [
    "POSES",
    "Arm",
    "Leg",
    "Pose",
    "Transforms",
    "aligned",
    "axis_angle",
    "blend",
    "skin",
    "transforms",
    "varied",
]

Transforms = tuple[Floats, Floats]
"""For each bone a rotation ``(B, 3, 3)`` and a shift ``(B, 3)`` from the rest position."""

_CURL: Final = {"1": 10.0, "2": 22.0, "3": 26.0, "4": 30.0, "5": 34.0}


@dataclass(frozen=True)
class Arm:
    """One arm.

    Attributes:
        out: of the upper arm from hanging down, to the side.
        forward: of the upper arm from hanging down, to the front.
        bend: of the elbow; 0 is straight.
        across: where the bent forearm points: 0 to the front, 90 in front of the body, -90 away from it.
        curl: of the fingers, 1 relaxed.
        roll: of the forearm and the hand about their length.
    """

    out: float = 12.0
    forward: float = 0.0
    bend: float = 15.0
    across: float = 20.0
    curl: float = 1.0
    roll: float = 0.0


@dataclass(frozen=True)
class Leg:
    """One leg.

    Attributes:
        out: to the side.
        forward: of the thigh, to the front.
        bend: of the knee, backwards.
    """

    out: float = 4.0
    forward: float = 0.0
    bend: float = 2.0


@dataclass(frozen=True)
class Pose:
    """A standing pose.

    Attributes:
        left, right: the arms, the person's own.
        left_leg, right_leg: the legs.
        turn: of the whole body about the vertical, to the person's left.
        twist: of the shoulders against the hips.
        lean: of the upper body to the person's left.
        head_turn, head_nod: of the head.
    """

    left: Arm = field(default_factory=Arm)
    right: Arm = field(default_factory=Arm)
    left_leg: Leg = field(default_factory=Leg)
    right_leg: Leg = field(default_factory=Leg)
    turn: float = 0.0
    twist: float = 0.0
    lean: float = 0.0
    head_turn: float = 0.0
    head_nod: float = 0.0

    def mirrored(self) -> Pose:
        """Left and right exchanged."""
        return Pose(
            self.right, self.left, self.right_leg, self.left_leg,
            -self.turn, -self.twist, -self.lean, -self.head_turn, self.head_nod,
        )  # fmt: skip


_HIP = Arm(out=44, forward=-22, bend=96, across=52, curl=0.6)
_POCKET = Arm(out=25, forward=-28, bend=64, across=34, curl=1.2)
_CROSSED_OVER = Arm(out=3, forward=56, bend=95, across=76, curl=0.8, roll=18)
_CROSSED_UNDER = Arm(out=4, forward=48, bend=83, across=69, curl=0.8, roll=-37)
_BEHIND = Arm(out=16, forward=-28, bend=28, across=60)
_STRIDE_FRONT, _STRIDE_BACK = Leg(out=1, forward=20, bend=6), Leg(out=1, forward=-14, bend=16)
_SWING_FRONT, _SWING_BACK = Arm(out=10, forward=22, bend=26, across=18), Arm(out=11, forward=-22, bend=14, across=10)
_EASY, _FIRM = Leg(out=9, forward=9, bend=14), Leg(out=2, forward=-1, bend=0)

_ONE_SIDED: Final[dict[str, Pose]] = {
    "hand on hip": Pose(left=_HIP),
    "hand on hip, weight on one leg": Pose(left=_HIP, left_leg=_FIRM, right_leg=_EASY, lean=3),
    "hand on hip, turned": Pose(right=_HIP, turn=30),
    "one hand by the pocket": Pose(left=_POCKET),
    "walking": Pose(_SWING_FRONT, _SWING_BACK, _STRIDE_BACK, _STRIDE_FRONT, twist=5),
    "walking, turned": Pose(_SWING_BACK, _SWING_FRONT, _STRIDE_FRONT, _STRIDE_BACK, turn=25, twist=-5),
    "turned by 20": Pose(turn=20, head_turn=-12),
    "turned by 40": Pose(turn=40, head_turn=-25),
    "weight on one leg": Pose(left_leg=_EASY, right_leg=_FIRM, lean=-3, head_turn=5),
    "shoulders twisted": Pose(twist=14, head_turn=-8),
    "one arm bent": Pose(left=Arm(out=14, forward=6, bend=82, across=38)),
    "one hand behind": Pose(left=_BEHIND),
}
_EVEN: Final[dict[str, Pose]] = {
    "arms down": Pose(),
    "arms close": Pose(Arm(out=9, bend=10), Arm(out=9, bend=10), Leg(out=2), Leg(out=2)),
    "arms away": Pose(Arm(out=28, bend=12), Arm(out=28, bend=12)),
    "A-pose": Pose(Arm(out=40, bend=8), Arm(out=40, bend=8), Leg(out=7), Leg(out=7)),
    "hands on hips": Pose(_HIP, _HIP, Leg(out=8), Leg(out=8)),
    "arms crossed": Pose(_CROSSED_OVER, _CROSSED_UNDER),
    "arms crossed, turned": Pose(_CROSSED_UNDER, _CROSSED_OVER, turn=22),
    "hands by the pockets": Pose(_POCKET, _POCKET, Leg(out=6), Leg(out=6)),
    "hands before the body": Pose(Arm(14, 12, 58, 48), Arm(14, 10, 54, 48)),
}
POSES: Final[dict[str, Pose]] = {
    **_EVEN,
    **_ONE_SIDED,
    **{f"{name}, mirrored": pose.mirrored() for name, pose in _ONE_SIDED.items()},
}
"""The poses by name."""


def varied(pose: Pose, seed: int) -> Pose:
    """A pose with every angle a little different, so that no two people stand alike."""
    rng = np.random.default_rng(seed)

    def arm(a: Arm) -> Arm:
        d = rng.uniform(-1, 1, 5)
        bend, across = max(a.bend + 5 * d[2], 0), a.across + 6 * d[3]
        return replace(a, out=a.out + 3 * d[0], forward=a.forward + 4 * d[1], bend=bend, across=across)

    def leg(a: Leg) -> Leg:
        d = rng.uniform(-1, 1, 3)
        return Leg(max(a.out + 1.5 * d[0], 0.5), a.forward + 2 * d[1], max(a.bend + 3 * d[2], 0))

    d = rng.uniform(-1, 1, 5)
    return replace(
        pose,
        left=arm(pose.left), right=arm(pose.right), left_leg=leg(pose.left_leg), right_leg=leg(pose.right_leg),
        turn=float(np.clip(pose.turn + 5 * d[0], -40, 40)), twist=pose.twist + 3 * d[1], lean=pose.lean + 1.5 * d[2],
        head_turn=pose.head_turn + 8 * d[3], head_nod=pose.head_nod + 4 * d[4],
    )  # fmt: skip


def axis_angle(axis: Floats, degrees: float) -> Floats:
    """The rotation about a unit axis, ``float64 (3, 3)`` (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    t = np.radians(degrees)
    return np.asarray(np.eye(3) + np.sin(t) * cross + (1 - np.cos(t)) * cross @ cross)


def aligned(source: Floats, target: Floats) -> Floats:
    """The smallest rotation that turns one direction into another."""
    a, b = source / np.linalg.norm(source), target / np.linalg.norm(target)
    axis = np.cross(a, b)
    sine = float(np.linalg.norm(axis))
    if sine < 1e-9:
        return np.eye(3)
    return axis_angle(axis / sine, float(np.degrees(np.arctan2(sine, a @ b))))


def blend(pose: Pose, skeleton: Skeleton, rest: Floats, shares: Iterable[float]) -> list[Transforms]:
    """The way from the rest position (0) to a pose (1): every bone's own rotation is scaled."""
    local, heads = _locals(pose, skeleton, rest), skeleton.heads(rest)
    return [_chain(skeleton, heads, {bone: _scaled(r, share) for bone, r in local.items()}) for share in shares]


def transforms(pose: Pose, skeleton: Skeleton, rest: Floats) -> Transforms:
    """What a pose does to each bone.

    Args:
        rest: ``float64 (V, 3)``, the shaped base mesh in its rest position.
    """
    return _chain(skeleton, skeleton.heads(rest), _locals(pose, skeleton, rest))


def skin(vertices: Floats, weights: NDArray[np.floating[Any]], posed: Transforms) -> Floats:
    """Linear blend skinning of ``(V, 3)`` vertices with ``(V, B)`` weights."""
    rotations, shifts = posed
    shares = weights.astype(np.float64)
    moves = shares @ np.concatenate([rotations.reshape(-1, 9), shifts], axis=1)
    return np.asarray(np.einsum("vij,vj->vi", moves[:, :9].reshape(-1, 3, 3), vertices) + moves[:, 9:])


def _chain(skeleton: Skeleton, heads: Floats, local: dict[int, Floats]) -> Transforms:
    count = len(skeleton.names)
    rotations, shifts = np.tile(np.eye(3), (count, 1, 1)), np.zeros((count, 3))
    for bone, parent in enumerate(skeleton.parents):
        if parent >= 0:
            rotations[bone], shifts[bone] = rotations[parent], shifts[parent]
        if bone in local:
            head = rotations[bone] @ heads[bone] + shifts[bone]
            rotations[bone] = rotations[bone] @ local[bone]
            shifts[bone] = head - rotations[bone] @ heads[bone]
    return rotations, shifts


def _scaled(rotation: Floats, share: float) -> Floats:
    cosine = np.clip((np.trace(rotation) - 1) / 2, -1, 1)
    axis = np.array([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]])
    length = float(np.linalg.norm(axis))
    if length < 1e-9:
        return np.eye(3)
    return axis_angle(axis / length, share * float(np.degrees(np.arccos(cosine))))


def _locals(pose: Pose, skeleton: Skeleton, rest: Floats) -> dict[int, Floats]:
    heads, tails = skeleton.heads(rest), skeleton.tails(rest)
    up, front, left = np.array([0.0, 1, 0]), np.array([0.0, 0, 1]), np.array([1.0, 0, 0])
    index = skeleton.index
    local: dict[int, Floats] = {index("root"): axis_angle(up, pose.turn)}
    for name in ("spine05", "spine04", "spine03"):
        local[index(name)] = axis_angle(up, pose.twist / 3) @ axis_angle(front, -pose.lean / 3)
    for name in ("neck01", "neck02", "head"):
        local[index(name)] = axis_angle(up, pose.head_turn / 3) @ axis_angle(left, pose.head_nod / 3)
    for side, arm, leg, sign in (("L", pose.left, pose.left_leg, 1.0), ("R", pose.right, pose.right_leg, -1.0)):
        local |= _arm(arm, skeleton, heads, tails, side, sign)
        local |= _leg(leg, skeleton, heads, side, sign)
    return local


def _direction(out: float, forward: float, sign: float) -> Floats:
    o, f = np.radians(out), np.radians(forward)
    return np.array([sign * np.sin(o) * np.cos(f), -np.cos(o) * np.cos(f), np.sin(f)])


def _arm(arm: Arm, skeleton: Skeleton, heads: Floats, tails: Floats, side: str, sign: float) -> dict[int, Floats]:
    bone = {name: skeleton.index(f"{name}.{side}") for name in ("clavicle", "upperarm01", "lowerarm01", "wrist")}
    upper = heads[bone["lowerarm01"]] - heads[bone["upperarm01"]]
    fore = heads[bone["wrist"]] - heads[bone["lowerarm01"]]
    hand = heads[skeleton.index(f"finger3-1.{side}")] - heads[bone["wrist"]]
    aim = _direction(arm.out, arm.forward, sign)
    # The collar bone takes a part of what the arm goes down from its rest position.
    shoulder = axis_angle(np.array([0.0, 0, 1]), sign * -0.12 * max(40 - arm.out, 0))
    first = aligned(shoulder @ upper, aim) @ shoulder
    front = np.array([0.0, 0, 1]) - aim[2] * aim
    front /= np.linalg.norm(front)
    inward = sign * np.cross(front, aim)
    inward = inward if inward[0] * sign < 0 else -inward
    a, e = np.radians(arm.across), np.radians(arm.bend)
    reach = np.cos(e) * aim + np.sin(e) * (np.cos(a) * front + np.sin(a) * inward)
    second = axis_angle(reach, sign * arm.roll) @ aligned(first @ fore, reach) @ first
    flat = aligned(second @ hand, reach)
    local = {
        bone["clavicle"]: shoulder,
        bone["upperarm01"]: shoulder.T @ first,
        bone["lowerarm01"]: first.T @ second,
        bone["wrist"]: second.T @ flat @ second,
    }
    return local | _fingers(arm.curl, skeleton, heads, tails, side, sign)


def _fingers(
    curl: float, skeleton: Skeleton, heads: Floats, tails: Floats, side: str, sign: float
) -> dict[int, Floats]:
    point = {k: heads[skeleton.index(f"finger{k}-1.{side}")] for k in "1235"}
    wrist = heads[skeleton.index(f"wrist.{side}")]
    palm = np.cross(point["2"] - wrist, point["5"] - wrist)
    palm *= sign / np.linalg.norm(palm)
    local = {}
    for finger, angle in _CURL.items():
        for part in "123":
            bone = skeleton.index(f"finger{finger}-{part}.{side}")
            axis = np.cross(tails[bone] - heads[bone], palm)
            local[bone] = axis_angle(axis / np.linalg.norm(axis), curl * angle * (0.4 if part == "1" else 1.0))
    return local


def _leg(leg: Leg, skeleton: Skeleton, heads: Floats, side: str, sign: float) -> dict[int, Floats]:
    thigh, shin, foot = (skeleton.index(f"{name}.{side}") for name in ("upperleg01", "lowerleg01", "foot"))
    upper, lower = heads[shin] - heads[thigh], heads[foot] - heads[shin]
    first = aligned(upper, _direction(leg.out, leg.forward, sign))
    second = aligned(first @ lower, _direction(leg.out * 0.6, leg.forward - leg.bend, sign)) @ first
    level = aligned(second @ np.array([0.0, 0, 1]), np.array([sign * 0.2, 0.0, 1]))
    return {thigh: first, shin: first.T @ second, foot: second.T @ level @ second}
