"""What there is to choose from: every engine with its licence, and what it lacks on this computer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from vton_core import weights
from vton_core.engines import registry
from vton_core.licences import commercial

__all__ = ["Offer", "offers"]

_FETCH: Final = "python -m vton_core weights fetch "


@dataclass(frozen=True)
class Offer:
    """An engine as it is offered to a user.

    Attributes:
        step: the step it serves.
        name: what the user chooses.
        summary: one line, in English.
        licence: the engine's, and its weights' where that is another one that may not allow commercial use.
        commercial: all of these are known to allow commercial use.
        default: it is used where nothing else is chosen.
        command: what gets the weights that it lacks, lines where there are several; empty if it lacks none.
    """

    step: registry.Step
    name: str
    summary: str
    licence: str
    commercial: bool
    default: bool
    command: str


def offers() -> tuple[Offer, ...]:
    """Every engine, the default of each step first."""
    return tuple(_offer(spec) for spec in registry.ENGINES)


def _offer(spec: registry.EngineSpec) -> Offer:
    files = [weights.entry(name) for name in spec.weights]
    # Whether the user's own build starts is seen where it runs, which may be under another interpreter.
    lacking = [] if os.environ.get(spec.own) else [file for file in files if not file.path.is_file()]
    stricter = (file.licence for file in files if not file.commercial)
    licences = tuple(dict.fromkeys((spec.licence, *stricter)))
    return Offer(
        step=spec.step,
        name=spec.name,
        summary=spec.summary,
        licence=", ".join(licences),
        commercial=all(map(commercial, licences)),
        default=spec.name == registry.default(spec.step),
        command=_together([file.command for file in lacking]),
    )


def _together(commands: list[str]) -> str:
    """The commands, one a line; those that fetch are one."""
    fetched = [command.removeprefix(_FETCH) for command in commands if command.startswith(_FETCH)]
    others = [command for command in commands if not command.startswith(_FETCH)]
    return "\n".join(dict.fromkeys([*([_FETCH + " ".join(fetched)] if fetched else []), *others]))
