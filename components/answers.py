"""What an API client is answered: how its visit stands, or what went wrong, in one sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

import gradio as gr

from components.jobs import LOST
from components.visit import Visit
from vton_core.errors import InputError, JobCancelledError, VtonError

__all__ = ["Asked", "begun", "lost", "sentences", "status"]

_LOG: Final = logging.getLogger(__name__)
_POLL_SECONDS: Final = 0.03
_P = ParamSpec("_P")
_T = TypeVar("_T")


def sentences(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call ``function``; what goes wrong reaches the client as one sentence."""
    try:
        return function(*args, **kwargs)
    except VtonError as error:
        raise gr.Error(str(error), print_exception=False) from None
    except Exception:
        _LOG.exception("an API call could not be answered")
        raise lost() from None


def lost() -> gr.Error:
    """What is said where there is no answer, and no reason that a client could mend."""
    return gr.Error(LOST["template"], print_exception=False)


def begun(begin: Callable[[], bool]) -> None:
    """What is under way already is another's wish: its end would be no answer to this one."""
    if not begin():
        raise InputError("Earlier work is still under way. Wait until it has ended, then ask again.")


class Asked:
    """A wish that is about to be told: what was wrong or cancelled before it is not its fault."""

    def __init__(self, visit: Visit) -> None:
        with visit.lock:
            self._visit, self._errors = visit, dict(visit.errors)
            self._run = None if visit.running else visit.run

    async def settled(self) -> None:
        """Wait until no job is under way; what went wrong since is raised as one sentence."""
        while self._visit.busy:
            await asyncio.sleep(_POLL_SECONDS)
        if said := await asyncio.to_thread(self._wrong):
            raise gr.Error(said, print_exception=False)

    def _wrong(self) -> str:
        visit = self._visit
        with visit.lock:
            if visit.run and visit.run is not self._run and visit.run.status == "cancelled":
                return str(JobCancelledError("The work was cancelled."))
            for place, messages in visit.errors.items():
                if messages is not self._errors.get(place):
                    said = messages[0]
                    return str(VtonError(said["template"], **said["values"]))
        return ""


def status(visit: Visit) -> dict[str, Any]:
    """A visit as an API client sees it."""
    with visit.lock:
        run, fit = visit.run, visit.fit
        stages = run.stages if run else fit.stages if fit else ()
        return {
            "state": run.status if run else "done" if fit else "empty",
            "fraction": run.fraction if run else float(fit is not None),
            "pictures": {slot: {"name": up.name, "size": list(up.size)} for slot, up in visit.uploads.items()},
            "figures": sorted(visit.known_fits),
            "stages": [{"stage": s.kind, "status": s.status, "seconds": s.seconds} for s in stages],
            "composites": [
                {"number": entry.number, "size": list(entry.size), "placement": entry.placement}
                for entry in visit.history
            ],
        }
