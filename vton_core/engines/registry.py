"""Finds engines by step and name, and keeps those that were loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final, Literal, TypeAlias, cast

from vton_core.engines.base import BackgroundEngine, Engine, ParsingEngine, PoseEngine, TryOnEngine
from vton_core.engines.pose.pyopenpose import VARIABLE as OPENPOSE_MODELS
from vton_core.errors import UnknownEngineError

__all__ = [
    "ENGINES",
    "EngineSpec",
    "Step",
    "default",
    "load_background",
    "load_parsing",
    "load_pose",
    "load_tryon",
    "names",
    "spec",
]

Step: TypeAlias = Literal["background", "pose", "parsing", "tryon"]


@dataclass(frozen=True)
class EngineSpec:
    """One engine.

    Attributes:
        step: the step it serves.
        name: what the user types.
        factory: ``module:callable`` that loads it; imported only when the engine is asked for.
        weights: names in the weight manifest that it needs beyond what its package carries.
        licence: SPDX name of the licence under which it may be used.
        summary: one line for lists and menus.
        own: the environment variable that names the user's own build, which needs none of the weights; none if empty.
    """

    step: Step
    name: str
    factory: str
    weights: tuple[str, ...]
    licence: str
    summary: str
    own: str = ""


_ADELAIDET: Final = "AdelaiDet"

ENGINES: Final[tuple[EngineSpec, ...]] = (
    EngineSpec(
        "background",
        "mediapipe",
        "vton_core.engines.background.mediapipe:MediaPipeBackground",
        ("parser", "parser_wardrobe"),
        "Apache-2.0",
        "MediaPipe's person mask joined with our parser's, closed-form matting, foreground colour",
    ),
    EngineSpec(
        "background",
        "condinst",
        "vton_core.engines.background.condinst:largest",
        ("condinst", "parser", "parser_wardrobe"),
        _ADELAIDET,
        "CondInst (ResNet-101): the largest person's mask, closed-form matting, foreground colour",
    ),
    EngineSpec(
        "background",
        "condinst-everyone",
        "vton_core.engines.background.condinst:everyone",
        ("condinst", "parser", "parser_wardrobe"),
        _ADELAIDET,
        "CondInst (ResNet-101), keeping all the people",
    ),
    EngineSpec(
        "background",
        "condinst-sem",
        "vton_core.engines.background.condinst:sem",
        ("condinst_sem", "parser", "parser_wardrobe"),
        _ADELAIDET,
        "CondInst (ResNet-101), trained with a semantic segmentation besides",
    ),
    EngineSpec(
        "background",
        "condinst-r50",
        "vton_core.engines.background.condinst:r50",
        ("condinst_r50", "parser", "parser_wardrobe"),
        _ADELAIDET,
        "CondInst with the smaller ResNet-50",
    ),
    EngineSpec(
        "background",
        "condinst-r50-sem",
        "vton_core.engines.background.condinst:r50_sem",
        ("condinst_r50_sem", "parser", "parser_wardrobe"),
        _ADELAIDET,
        "CondInst with ResNet-50, trained with a semantic segmentation besides",
    ),
    EngineSpec(
        "background",
        "blendmask",
        "vton_core.engines.background.blendmask:largest",
        ("blendmask", "parser", "parser_wardrobe"),
        _ADELAIDET,
        "BlendMask (ResNet-101): the largest person's mask, closed-form matting, foreground colour",
    ),
    EngineSpec(
        "background",
        "blendmask-everyone",
        "vton_core.engines.background.blendmask:everyone",
        ("blendmask", "parser", "parser_wardrobe"),
        _ADELAIDET,
        "BlendMask (ResNet-101), keeping all the people",
    ),
    EngineSpec(
        "background",
        "blendmask-r50",
        "vton_core.engines.background.blendmask:r50",
        ("blendmask_r50", "parser", "parser_wardrobe"),
        _ADELAIDET,
        "BlendMask with the smaller ResNet-50",
    ),
    EngineSpec(
        "pose",
        "mediapipe",
        "vton_core.engines.pose.mediapipe:MediaPipePose",
        (),
        "Apache-2.0",
        "MediaPipe Pose, mapped to BODY_25",
    ),
    EngineSpec(
        "pose",
        "openpose",
        "vton_core.engines.pose.openpose:load",
        ("openpose-body25",),
        "CMU, non-commercial research only",
        "OpenPose BODY_25; your own OpenPose where pyopenpose is built",
        own=OPENPOSE_MODELS,
    ),
    EngineSpec(
        "parsing",
        "parser",
        "vton_core.engines.parsing.parser:Parser",
        ("parser", "parser_wardrobe"),
        "Apache-2.0",
        "two networks of our own, trained on Clothing Co-Parsing and on rendered people",
    ),
    EngineSpec(
        "parsing",
        "cihp-pgn",
        "vton_core.engines.parsing.cihp_pgn:load",
        ("cihp-pgn",),
        "MIT code, weights without a licence",
        "CIHP_PGN as published: six sizes, each mirrored too",
    ),
    EngineSpec(
        "parsing",
        "cihp-pgn-fast",
        "vton_core.engines.parsing.cihp_pgn:load_fast",
        ("cihp-pgn",),
        "MIT code, weights without a licence",
        "CIHP_PGN with one look at the photo",
    ),
    EngineSpec(
        "tryon",
        "garment",
        "vton_core.engines.tryon.garment:GarmentTryOn",
        ("kind", "collar", "landmarks"),
        "Apache-2.0",
        "landmarks, piecewise warp, layers, skin and shading",
    ),
    EngineSpec(
        "tryon",
        "viton-hd",
        "vton_core.engines.tryon.viton_hd:published",
        ("viton-hd-seg", "viton-hd-gmm", "viton-hd-alias"),
        "CC-BY-NC-4.0",
        "VITON-HD's own networks and checkpoints, tops at 1024×768",
    ),
    EngineSpec(
        "tryon",
        "viton-hd-lower",
        "vton_core.engines.tryon.viton_hd:published_lower",
        ("viton-hd-seg", "viton-hd-gmm", "viton-hd-alias"),
        "CC-BY-NC-4.0",
        "the same for trousers and skirts, which its checkpoints were not trained on",
    ),
    EngineSpec(
        "tryon",
        "viton-hd-small",
        "vton_core.engines.tryon.viton_small:load",
        ("viton-hd-small-seg", "viton-hd-small-gmm"),
        "VITON data, research only",
        "VITON-HD's segmentation and matching, small, trained here; layers of our own; tops",
    ),
)


def names(step: Step) -> tuple[str, ...]:
    """The names of a step's engines; the first is the default."""
    return tuple(engine.name for engine in ENGINES if engine.step == step)


def default(step: Step) -> str:
    """The name of a step's default engine."""
    return names(step)[0]


def spec(step: Step, name: str) -> EngineSpec:
    """Look an engine up.

    Raises:
        UnknownEngineError: no engine of that step has that name; the message lists those that exist.
    """
    for engine in ENGINES:
        if engine.step == step and engine.name == name:
            return engine
    raise UnknownEngineError(
        "There is no {step} engine called '{name}'. Choose one of: {known}.",
        step=step,
        name=name,
        known=", ".join(names(step)),
    )


@cache
def _load(step: Step, name: str) -> Engine:
    module, _, factory = spec(step, name).factory.partition(":")
    return cast(Callable[[], Engine], getattr(import_module(module), factory))()


def load_background(name: str | None = None) -> BackgroundEngine:
    """The background engine of that name (default: the default one), loaded once a process."""
    return cast(BackgroundEngine, _load("background", name or default("background")))


def load_pose(name: str | None = None) -> PoseEngine:
    """The pose engine of that name (default: the default one), loaded once a process."""
    return cast(PoseEngine, _load("pose", name or default("pose")))


def load_parsing(name: str | None = None) -> ParsingEngine:
    """The parsing engine of that name (default: the default one), loaded once a process."""
    return cast(ParsingEngine, _load("parsing", name or default("parsing")))


def load_tryon(name: str | None = None) -> TryOnEngine:
    """The try-on engine of that name (default: the default one), loaded once a process."""
    return cast(TryOnEngine, _load("tryon", name or default("tryon")))
