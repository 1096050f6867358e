"""The places on a body at rest that a garment is cut by, and what a pattern's vertices tell of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthesis.meshes import Floats, Mesh, compact
from synthesis.people import Figure

__all__ = [
    "ARM_LEFT",
    "ARM_RIGHT",
    "COLLAR",
    "COLLAR_U",
    "COLLAR_V",
    "LEG_LEFT",
    "LEG_RIGHT",
    "Frame",
    "frame_of",
    "tights_of",
]

ARM_LEFT, ARM_RIGHT, LEG_LEFT, LEG_RIGHT, COLLAR_U, COLLAR_V, COLLAR = range(7)
"""The values at a pattern's vertices: shares of the limbs, then place on the collar in metres and whether it is one."""


@dataclass(frozen=True)
class Frame:
    """Places on the body at rest that a garment is cut by."""

    waist: float
    hip: float
    crotch: float
    knee: float
    ankle: float
    armpit: float
    neck: Floats
    shoulder: dict[str, Floats]
    elbow: dict[str, Floats]
    wrist: dict[str, Floats]


def frame_of(figure: Figure) -> Frame:
    """The places on a figure at rest."""
    heads = dict(zip(figure.skeleton.names, figure.skeleton.heads(figure.rest), strict=True))
    tights = tights_of(figure)
    x, y, z = tights.vertices.T
    hip = float(heads["upperleg01.L"][1])
    middle = (np.abs(x) < 0.012) & (y > hip - 0.25) & (y < hip + 0.05) & (np.abs(z - heads["upperleg01.L"][2]) < 0.06)
    arms = tights.values[:, :2].max(axis=1)
    torso = (arms < 0.3) & (np.abs(x) > 0.08)
    joint = {side: heads[f"upperarm01.{side}"] for side in "LR"}
    under = tights.vertices[(arms > 0.4) & (arms < 0.6) & (y < joint["L"][1])]
    armpit = float(np.percentile(under[:, 1], 10)) if len(under) else float(y[torso].max() - 0.15)
    return Frame(
        waist=float(heads["spine03"][1]),
        hip=hip,
        crotch=float(y[middle].min()),
        knee=float(heads["lowerleg01.L"][1]),
        ankle=float(heads["foot.L"][1]),
        armpit=armpit,
        neck=heads["neck01"],
        shoulder=joint,
        elbow={side: heads[f"lowerarm01.{side}"] for side in "LR"},
        wrist={side: heads[f"wrist.{side}"] for side in "LR"},
    )


def tights_of(figure: Figure) -> Mesh:
    """MakeHuman's tights on a figure at rest; the values at their vertices tell of arms and legs."""
    skeleton = figure.skeleton
    bones = [skeleton.below(f"{name}.{side}") for name in ("upperarm01", "upperleg01") for side in "LR"]
    shares = np.stack([skeleton.weights[:, b].sum(axis=1) for b in bones], axis=1).astype(np.float64)
    values = np.concatenate([shares, np.zeros((len(shares), 3))], axis=1)
    return compact(Mesh(figure.rest, figure.assets.triangles("helper-tights"), values))[0]
