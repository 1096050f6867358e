"""Why a job ended before its work was done."""

from __future__ import annotations

from typing import Final

from vton_core.errors import JobCancelledError, JobTimeoutError, WorkerCrashedError
from vton_core.workers.protocol import Failed

__all__ = ["CANCELLED", "CLOSED", "crashed", "late", "unfit"]

CANCELLED: Final = Failed.of(JobCancelledError("The work was cancelled."))
CLOSED: Final = Failed.of(JobCancelledError("The program was closed before the work was done."))


def late(seconds: float) -> Failed:
    """It took longer than a job may."""
    return Failed.of(
        JobTimeoutError(
            "The work took longer than {seconds} seconds and was stopped. Try a smaller picture.",
            seconds=f"{seconds:g}",
        )
    )


def crashed(cause: str) -> Failed:
    """Its process ended, or said what nobody understands."""
    return Failed.of(
        WorkerCrashedError(
            "The background process stopped before the work was done ({cause}). Try again, or try a smaller picture.",
            cause=cause,
        )
    )


def unfit(python: str, cause: str) -> Failed:
    """The interpreter of one of its steps cannot run that."""
    return Failed.of(
        WorkerCrashedError(
            "The Python {python} cannot run this step ({cause}). Install what is missing there, or choose another "
            "Python.",
            python=python,
            cause=cause,
        )
    )
