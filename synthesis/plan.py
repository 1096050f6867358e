"""What to make: from a seed, a list of people, poses, garments and cameras. The same seed gives the same list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from synthesis.cameras import FRAMINGS
from synthesis.garments.design import DRESSES, LOWER, TOPS, Design, varied
from synthesis.people import HAIR, SHOES, Person
from synthesis.poses import POSES, Pose
from synthesis.poses import varied as varied_pose

__all__ = ["Look", "Task", "plan", "task"]

_HAIR_ODDS: Final = {"female": (1, 3, 1, 1, 3, 4, 4, 0), "male": (4, 3, 3, 1, 0, 0.5, 0, 1)}
_MOST_TURNED: Final = 45.0


@dataclass(frozen=True)
class Look:
    """A camera: how much of the person, from where. Degrees and metres; ``aside`` as in ``cameras.framed``."""

    framing: str
    yaw: float
    pitch: float
    distance: float
    margin: float
    aside: float


@dataclass(frozen=True)
class Task:
    """One simulation.

    Attributes:
        seed: ``(seed, number)``.
        person: who.
        pose_name: which of ``POSES`` the pose varies.
        pose: how they stand.
        garments: what they wear, the outer garment first.
        styles: how the shop photo of each shows it, ``worn`` or ``flat``.
        looks: the cameras.
    """

    seed: tuple[int, int]
    person: Person
    pose_name: str
    pose: Pose
    garments: tuple[Design, ...]
    styles: tuple[str, ...]
    looks: tuple[Look, ...]

    @property
    def name(self) -> str:
        """The name of its file, without the suffix."""
        return f"{self.seed[0]:04d}-{self.seed[1]:06d}"


def plan(count: int, views: int, seed: int) -> list[Task]:
    """The first ``count`` simulations of a seed; a longer plan begins with a shorter one's."""
    return [task(seed, number, views) for number in range(count)]


def task(seed: int, number: int, views: int) -> Task:
    """One simulation of a plan, whatever comes before it."""
    rng = np.random.default_rng((seed, number))
    dress = number % 7 == 6
    person = _person(rng, "female" if dress or rng.random() < 0.5 else "male")
    # Every kind and every pose comes as often as the others.
    pose_name = list(POSES)[(number * 7 + seed) % len(POSES)]
    pose = varied_pose(POSES[pose_name], int(rng.integers(2**31)))
    garments = (_dress(rng),) if dress else _top_and_low(rng, number, person.sex)
    styles = tuple("flat" if rng.random() < 0.4 else "worn" for _ in garments)
    looks = tuple(_look(rng, k, pose.turn) for k in range(views))
    return Task((seed, number), person, pose_name, pose, garments, styles, looks)


def _person(rng: np.random.Generator, sex: str) -> Person:
    ancestry = rng.dirichlet([0.5, 0.5, 0.5])
    odds = np.asarray(_HAIR_ODDS[sex], float)

    def spread(scale: float, limit: float) -> float:
        return float(np.clip(scale * rng.standard_normal(), -limit, limit))

    return Person(
        sex=sex,
        age=float(np.clip(abs(0.3 * rng.standard_normal()), 0, 0.75)),
        muscle=spread(0.3, 0.7),
        weight=spread(0.45, 0.9),
        height=spread(0.35, 0.8),
        proportions=float(rng.uniform(0, 0.8)),
        cup=spread(0.35, 0.7),
        ancestry=(float(ancestry[0]), float(ancestry[1]), float(1 - ancestry[0] - ancestry[1])),
        hair=HAIR[rng.choice(len(HAIR), p=odds / odds.sum())],
        shoes=SHOES[rng.integers(len(SHOES))],
        brows=int(rng.integers(1, 13)),
    )


def _dress(rng: np.random.Generator) -> Design:
    return varied(list(DRESSES.values())[rng.integers(len(DRESSES))], rng)


def _top_and_low(rng: np.random.Generator, number: int, sex: str) -> tuple[Design, ...]:
    top = varied(list(TOPS.values())[(number - number // 7) % len(TOPS)], rng)
    lows = [design for design in LOWER.values() if sex == "female" or design.region == "trousers"]
    low = varied(lows[rng.integers(len(lows))], rng)
    if top.kind not in ("cropped", "oversized") and rng.random() < 0.2:
        top = replace(top, tucked=True)
    return (top, low)


def _look(rng: np.random.Generator, number: int, turn: float) -> Look:
    framing = FRAMINGS[number % len(FRAMINGS)]
    # How far the person is seen from the side; the first camera stands nearly in front.
    seen = float(np.clip(turn + rng.normal(0, 16), -_MOST_TURNED, _MOST_TURNED)) if number else float(rng.normal(0, 4))
    return Look(
        framing=framing,
        yaw=turn - seen,
        pitch=float(rng.uniform(-4, 12)),
        distance=float(rng.uniform(2.6, 5.5)),
        margin=float(rng.uniform(0.03, 0.12)),
        aside=float(rng.uniform(-0.4, 0.4)),
    )
