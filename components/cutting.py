"""Garments cut out as soon as their photos are chosen: a fit finds them so, and what is no garment is told at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from components import fits, jobs
from components.i18n import Message
from components.records import PAIR, Cloth
from components.visit import Visit
from vton_core.errors import NoGarmentError
from vton_core.progress import Settings
from vton_core.workers.protocol import JobRunner
from vton_core.workspace import Workspace

__all__ = ["begin"]

_LOG: Final = logging.getLogger(__name__)


def begin(
    runner: JobRunner, settings: Settings, visit: Visit, slot: Cloth, upright: Callable[[int], None] | None = None
) -> None:
    """Begin to cut out the garment of a slot; where it is done already, the job ends at once.

    Args:
        runner: does it.
        settings: for that.
        visit: whose.
        slot: which.
        upright: gets the number of quarters by which the photo is to be turned, if it lies on its side.
    """
    with visit.lock:
        upload = visit.uploads[slot]
        root = visit.cut_root(upload.digest)
        fits.put(visit.upload_file(slot), Workspace(root).inputs / "cloth", PAIR.cloth)
        job = runner.submit(root, ("garments",), settings)
        visit.cutting.add(job)

    def ended() -> None:
        visit.cutting.discard(job)

    def work() -> None:
        jobs.wait(runner, job)
        turns = Workspace(root).turns(PAIR.cloth)
        # A fit that is under way has begun with the photo as it is.
        if upright and turns and not visit.running:
            jobs.afterwards(partial(upright, turns))
        ended()

    def failed(kind: str, said: Message) -> None:
        with visit.lock:
            # The fit says whatever else went wrong, when it meets it.
            if kind != NoGarmentError.__name__:
                _LOG.info("a garment was not cut out: %s: %s", kind, said["template"])
            elif slot in visit.uploads and visit.uploads[slot].digest == upload.digest and not visit.running:
                visit.fail(slot, said)
        ended()

    jobs.follow(f"cut-{job}", work, failed)
