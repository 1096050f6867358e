"""What a run is told, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias, get_args

from vton_core.errors import InputError

__all__ = ["STEPS", "Progress", "Report", "Settings", "StepName"]

StepName: TypeAlias = Literal["step1", "step2", "step3", "step4", "step5"]
STEPS: Final[tuple[StepName, ...]] = get_args(StepName)


@dataclass(frozen=True)
class Settings:
    """How the pipeline runs.

    Attributes:
        background: engine of step1; the default one if ``None``; likewise ``pose``, ``parsing`` and ``tryon``.
        canvas: side of the canvas in pixels.

    Raises:
        InputError: the canvas is too small or too large.
    """

    background: str | None = None
    pose: str | None = None
    parsing: str | None = None
    tryon: str | None = None
    canvas: int = 1024

    def __post_init__(self) -> None:
        if not 256 <= self.canvas <= 4096:
            raise InputError("A canvas of {size} pixels cannot be used. Choose 256 to 4096.", size=self.canvas)


@dataclass(frozen=True)
class Progress:
    """One report of a run.

    Attributes:
        step: the step that is running.
        fraction: how much of that step is done, in [0, 1].
        message: what it is doing.
        seconds: how long the step took; set in its last report alone.
        files: what was just written, relative to the workspace.
        notes: sentences for the user.
    """

    step: StepName
    fraction: float
    message: str
    seconds: float | None = None
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Report(Protocol):
    """How a step tells what it has done."""

    def __call__(
        self, fraction: float, message: str, files: tuple[Path, ...] = (), notes: tuple[str, ...] = (), /
    ) -> None: ...
