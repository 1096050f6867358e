"""The parameters of a garment, and the kinds that there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

__all__ = ["DRESSES", "KINDS", "LOWER", "TOPS", "Design", "varied"]


@dataclass(frozen=True)
class Design:
    """A garment. Lengths are metres unless said otherwise.

    Attributes:
        kind: its name in ``KINDS``.
        region: ``top``, ``skirt``, ``trousers`` or ``dress``.
        ease: how far the cloth stands off the body.
        straight: 0 follows the waist, 1 hangs straight down from the chest (or the thigh, for trousers).
        sleeve: where it ends: 0 none, 1 the elbow, 2 the wrist.
        sleeve_ease: what a sleeve is wider than the arm.
        neck: ``round``, ``v``, ``square``.
        neck_width: half of it.
        neck_front, neck_back: how deep it is, from the shoulder down.
        shoulder: how far the cloth reaches from the middle where there is no sleeve.
        collar: ``none``, ``turtle`` or ``shirt``.
        hem: a share of the way: of a top, from the waist (0) to the crotch (1) and the knee (2); of a skirt or a dress,
            the same; of trousers, from the crotch (1) to the knee (2) and the ankle (3).
        flare: how much wider the hem is than the hip, a share.
        rise: of trousers and skirts, from the hip joints up.
        stiffness: 0 flows, 1 stands.
        tucked: whether a top is worn inside the lower garment.
    """

    kind: str
    region: str = "top"
    ease: float = 0.02
    straight: float = 0.6
    sleeve: float = 0.5
    sleeve_ease: float = 0.02
    neck: str = "round"
    neck_width: float = 0.085
    neck_front: float = 0.08
    neck_back: float = 0.018
    shoulder: float = 0.14
    collar: str = "none"
    hem: float = 0.9
    flare: float = 0.02
    rise: float = 0.09
    stiffness: float = 0.3
    tucked: bool = False


_TEE = Design("T-shirt")
_VARIANTS: Final[dict[str, dict[str, float | str]]] = {
    "T-shirt": {},
    "long sleeve": {"sleeve": 1.95, "ease": 0.016, "sleeve_ease": 0.014},
    "tank": {"sleeve": 0, "shoulder": 0.125, "neck_front": 0.13, "neck_back": 0.06, "ease": 0.01},
    "sleeveless": {"sleeve": 0, "shoulder": 0.155, "neck_front": 0.09},
    "straps": {
        "sleeve": 0, "shoulder": 0.108, "neck_width": 0.082, "neck_front": 0.17, "neck_back": 0.14, "ease": 0.008,
        "straight": 0.3,
    },
    "polo": {"collar": "shirt", "neck_width": 0.073, "neck_front": 0.066, "stiffness": 0.45},
    "shirt": {
        "collar": "shirt", "neck_width": 0.073, "neck_front": 0.066, "sleeve": 1.95, "sleeve_ease": 0.022, "hem": 1.05,
        "stiffness": 0.6,
    },
    "turtle-neck": {
        "collar": "turtle", "neck_width": 0.075, "neck_front": 0.045, "neck_back": 0.01, "sleeve": 1.95, "ease": 0.012,
        "sleeve_ease": 0.012,
    },
    "V-neck": {"neck": "v", "neck_front": 0.16},
    "square neck": {"neck": "square", "neck_width": 0.095, "neck_front": 0.11},
    "cropped": {"hem": -0.05, "ease": 0.014, "straight": 0.8},
    "oversized": {
        "ease": 0.045, "straight": 1.0, "sleeve": 0.85, "sleeve_ease": 0.05, "hem": 1.15, "neck_width": 0.09,
        "stiffness": 0.4,
    },
}  # fmt: skip
TOPS: Final = {kind: replace(_TEE, kind=kind, **measures) for kind, measures in _VARIANTS.items()}  # type: ignore[arg-type]
LOWER: Final[dict[str, Design]] = {
    "trousers": Design("trousers", "trousers", ease=0.012, straight=0.6, hem=2.95, stiffness=0.6),
    "slim trousers": Design("slim trousers", "trousers", ease=0.006, straight=0.15, hem=2.9, stiffness=0.5),
    "shorts": Design("shorts", "trousers", ease=0.016, straight=0.8, hem=1.75, stiffness=0.6),
    "skirt": Design("skirt", "skirt", ease=0.01, straight=0.5, hem=1.7, flare=0.3, stiffness=0.4),
    "long skirt": Design("long skirt", "skirt", ease=0.01, straight=0.4, hem=2.6, flare=0.45, stiffness=0.3),
}
_DRESS = Design("dress", "dress", ease=0.014, straight=0.25, sleeve=0.4, hem=1.9, flare=0.25, stiffness=0.35)
DRESSES: Final[dict[str, Design]] = {
    "dress": _DRESS,
    "sleeveless dress": replace(_DRESS, kind="sleeveless dress", sleeve=0, shoulder=0.13, neck_front=0.12),
    "long-sleeved dress": replace(_DRESS, kind="long-sleeved dress", sleeve=1.95, sleeve_ease=0.014),
}
KINDS: Final[dict[str, Design]] = {**TOPS, **LOWER, **DRESSES}
"""Every garment by its name."""
_LONG: Final = 1.5
_THREE_QUARTER: Final = (1.2, 1.8)
_SHORTENED: Final = 0.3
_NECKS: Final = {
    "long sleeve": ("round", "round", "v"),
    "sleeveless": ("round", "round", "v", "square"),
    **dict.fromkeys(DRESSES, ("round", "round", "v", "square")),
}
"""The necks that a kind comes with; the others keep to one."""
_DEEP: Final = {"v": 0.16, "square": 0.11}


def varied(design: Design, rng: np.random.Generator) -> Design:
    """A garment of the same kind with other measures."""

    def about(value: float, spread: float) -> float:
        return float(value + spread * rng.uniform(-1, 1))

    neck = str(rng.choice(_NECKS.get(design.kind, (design.neck,))))
    deep = design.neck_front if neck == design.neck else max(design.neck_front, _DEEP[neck])
    return replace(
        design,
        ease=design.ease * about(1, 0.35),
        straight=float(np.clip(about(design.straight, 0.3), 0, 1)),
        sleeve=_sleeve(design.sleeve, rng),
        sleeve_ease=design.sleeve_ease * about(1, 0.35),
        neck=neck,
        neck_width=about(design.neck_width, 0.004),
        neck_front=about(deep, 0.012),
        hem=about(design.hem, 0.12) if design.hem < 2.8 else design.hem,
        flare=design.flare * about(1, 0.5),
        stiffness=float(np.clip(about(design.stiffness, 0.25), 0, 1)),
    )


def _sleeve(length: float, rng: np.random.Generator) -> float:
    """Short ones vary, long ones end at the wrist or, in some cases, between it and the elbow."""
    if length > _LONG:
        return float(rng.uniform(*_THREE_QUARTER) if rng.random() < _SHORTENED else rng.uniform(1.88, 1.98))
    return float(length + 0.12 * rng.uniform(-1, 1)) if length else 0.0
