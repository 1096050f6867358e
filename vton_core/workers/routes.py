"""Which Python interpreter runs which steps of a job."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, cast, get_args

from vton_core.engines import registry
from vton_core.errors import EngineError
from vton_core.progress import STEPS, Settings, StepName
from vton_core.workers.job import Part
from vton_core.workers.protocol import WarmUp

__all__ = ["VARIABLE", "Routes", "named_pythons"]

VARIABLE: Final = "VTON_PYTHON_"
"""Beginning of the environment variables that name interpreters: ``VTON_PYTHON_PARSING=/path/to/python``."""

_KINDS: Final[dict[StepName, registry.Step]] = {
    "step1": "background",
    "step2": "pose",
    "step3": "parsing",
    "step4": "tryon",
}


class Routes:
    """Args:
    pythons: interpreters by what they run: ``{"parsing": "/path/to/python"}`` for whatever engine does that step,
        ``{"parsing:parser": …}`` for that engine alone; everything else runs on this process's own interpreter.

    Raises:
        EngineError: there is no such step, no such engine, or no such interpreter.
    """

    def __init__(self, pythons: Mapping[str, str]) -> None:
        self._pythons = {name: _interpreter(name, python) for name, python in pythons.items()}

    def parts(self, steps: Sequence[StepName], settings: Settings) -> list[Part]:
        """The steps in order, neighbours that share an interpreter together."""
        return [Part(python, tuple(some)) for python, some in groupby(steps, lambda step: self._of(step, settings))]

    def warm_ups(self, settings: Settings) -> dict[str, WarmUp]:
        """What each interpreter has to get ready for jobs with these settings."""
        steps: dict[str, tuple[StepName, ...]] = {}
        for part in self.parts(STEPS, settings):
            steps[part.python] = steps.get(part.python, ()) + part.steps
        return {python: WarmUp(some, settings) for python, some in steps.items()}

    def _of(self, step: StepName, settings: Settings) -> str:
        kind = _KINDS.get(step)
        if kind is None:
            return sys.executable
        engine = getattr(settings, kind) or registry.default(kind)
        return self._pythons.get(f"{kind}:{engine}") or self._pythons.get(kind) or sys.executable


def named_pythons(environment: Mapping[str, str]) -> dict[str, str]:
    """The interpreters that environment variables name, by step; empty ones name none."""
    found = {step: environment.get(VARIABLE + step.upper(), "") for step in get_args(registry.Step)}
    return {step: python for step, python in found.items() if python}


def _interpreter(name: str, python: str) -> str:
    kind, _, engine = name.partition(":")
    if kind not in get_args(registry.Step):
        raise EngineError(
            "There is no step called '{name}' that could have a Python of its own. Choose one of: {known}.",
            name=kind,
            known=", ".join(get_args(registry.Step)),
        )
    if engine:
        registry.spec(cast(registry.Step, kind), engine)
    found = shutil.which(python)
    if found is None:
        raise EngineError(
            "The Python interpreter for {name}, {python}, is not there or may not be started. Correct its path.",
            name=name,
            python=python,
        )
    # Not resolved: an environment's interpreter is a link, and knows its environment by its own path.
    return str(Path.cwd() / found)
