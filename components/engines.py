"""The accordion of engines: which does each step, under which licence, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, get_args

from components.visit import Visit
from vton_core.engines import registry
from vton_core.engines.offers import offers
from vton_core.errors import InputError, MissingWeightsError
from vton_core.progress import Settings

__all__ = ["STEPS", "checked", "chosen", "view"]

STEPS: Final[tuple[registry.Step, ...]] = get_args(registry.Step)
"""The steps that have engines, in their order: those of a fit."""


def chosen(visit: Visit, settings: Settings) -> dict[str, str]:
    """The engine of each step: the visitor's, else that of the settings, else the default.

    A choice that is not there any more is let go.
    """

    def one(step: registry.Step) -> str:
        wanted = visit.engines.get(step)
        return wanted if wanted in registry.names(step) else getattr(settings, step) or registry.default(step)

    return {step: one(step) for step in STEPS}


def checked(step: str, name: str) -> None:
    """See to it that an engine can be chosen.

    Raises:
        InputError: there is no such step.
        UnknownEngineError: there is no such engine.
        MissingWeightsError: its weights are not there.
    """
    if step not in STEPS:
        raise InputError("There is no step called {step}. Choose background, pose, parsing or tryon.", step=step)
    registry.spec(step, name)
    for offer in offers():
        if (offer.step, offer.name) == (step, name) and offer.command:
            raise MissingWeightsError(
                "The weights of {name} are missing. Get them in a terminal with: {command}",
                name=name,
                command=offer.command,
            )


def view(visit: Visit, now: Mapping[str, str]) -> dict[str, Any]:
    """What the panel shows.

    Args:
        visit: whose page it is.
        now: the engine of each step.
    """
    found = [asdict(offer) for offer in offers()]
    return {
        "steps": [{"step": step, "engines": [entry for entry in found if entry["step"] == step]} for step in STEPS],
        "chosen": dict(now),
        "errors": visit.errors.get("engines", []),
    }
