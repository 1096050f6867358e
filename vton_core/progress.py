"""What a run is told, and what it tells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias, get_args

from vton_core.errors import InputError, VtonError

if TYPE_CHECKING:
    from vton_core.types import GarmentKind, Tuck, Wearing

__all__ = [
    "ASIDE",
    "CANVAS_SIDES",
    "OUTPUT_FORMATS",
    "STEPS",
    "OutputFormat",
    "PictureFormat",
    "Progress",
    "Report",
    "Settings",
    "StepName",
    "about",
]

StepName: TypeAlias = Literal[
    "step1", "step2", "step3", "step4", "step5", "preview", "people", "garments", "corrections"
]
STEPS: Final[tuple[StepName, ...]] = ("step1", "step2", "step3", "step4", "step5")
"""What leads from the photos to the picture, in order."""
ASIDE: Final[tuple[StepName, ...]] = ("garments", "preview", "people")
"""What is not done unless it is asked for. ``corrections`` is for the page alone to ask for."""
PictureFormat: TypeAlias = Literal["png", "jpeg", "webp", "tiff"]
OutputFormat: TypeAlias = Literal[PictureFormat, "ora"]
OUTPUT_FORMATS: Final[tuple[OutputFormat, ...]] = get_args(OutputFormat)
CANVAS_SIDES: Final = (256, 4096)
"""Smallest and largest side of a canvas, in pixels."""


@dataclass(frozen=True)
class Settings:
    """How the pipeline runs.

    Attributes:
        background: engine of step1; the default one if ``None``; likewise ``pose``, ``parsing`` and ``tryon``.
        canvas: side of the canvas in pixels.
        tuck: how the garment is worn, see :class:`vton_core.types.Wearing`; likewise ``sleeves``, ``length``,
            ``width``, ``neck`` and ``garment``.
        second: what the garments after the first are worn as; ``auto``: as their shapes tell.
        format: of step5's pictures; ``ora`` is an OpenRaster file with layers.
        quality: from 1 to 100, of JPEG (95 if ``None``) and WebP (without loss if ``None``).
        placed: step5 writes the figures alone as well, on nothing, where they stand.

    Raises:
        InputError: the canvas is too small or too large, a garment cannot be worn so, or there is no such format or
            quality.
    """

    background: str | None = None
    pose: str | None = None
    parsing: str | None = None
    tryon: str | None = None
    canvas: int = 1024
    tuck: Tuck = "auto"
    sleeves: float = 0.0
    length: float = 0.0
    width: float = 0.0
    neck: float = 0.0
    garment: GarmentKind = "auto"
    second: GarmentKind = "auto"
    format: OutputFormat = "png"
    quality: int | None = None
    placed: bool = False

    @property
    def wearing(self) -> Wearing:
        """How the garment is worn."""
        # Not with the module, which the command line needs at its start: it brings NumPy along.
        from vton_core.types import Wearing

        return Wearing(self.tuck, self.sleeves, self.length, self.width, self.neck, self.garment)

    @property
    def worn_next(self) -> Wearing:
        """How the garments after the first are worn."""
        from vton_core.types import Wearing

        return Wearing(self.tuck, self.sleeves, self.length, self.width, self.neck, self.second)

    def __post_init__(self) -> None:
        low, high = CANVAS_SIDES
        if not low <= self.canvas <= high:
            raise InputError("A canvas of {size} pixels cannot be used. Choose 256 to 4096.", size=self.canvas)
        # A kind is checked as that of a garment.
        _ = self.wearing, self.worn_next
        if self.format not in OUTPUT_FORMATS:
            raise InputError(
                "'{word}' is no format of pictures. Choose png, jpeg, webp, tiff or ora.", word=self.format
            )
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise InputError("The quality must be from 1 to 100, not {value}.", value=self.quality)


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


@contextmanager
def about(name: str) -> Iterator[None]:
    """Note on an error which of several pictures it is about; the error's own sentence stays as it is."""
    try:
        yield
    except VtonError as error:
        error.add_note(name)
        raise
