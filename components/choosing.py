"""Choosing the pictures of a visit: uploads, samples, and taking one away again; the studio calls these."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import cast

from components import cutting, edits, placing, state, uploads
from components.inputs import EXAMPLE, examples
from components.records import CLOTHS, SLOTS, Slot
from components.visit import Visit
from vton_core.errors import InputError
from vton_core.progress import Settings
from vton_core.storage import write_bytes
from vton_core.workers.protocol import JobRunner

__all__ = ["choose", "clear", "example", "turn"]


def choose(
    runner: JobRunner,
    settings: Settings,
    visit: Visit,
    slot: str,
    file: Path,
    name: str,
    sample: str | None = None,
    *,
    as_it_is: bool = False,
) -> None:
    """Take ``file`` as the picture of ``slot``, once it was seen to be a picture, and begin what follows from it.

    A garment that lies on its side is turned once it is cut out.

    Args:
        runner: cuts garments out, and renders what stands on a background.
        settings: for that.
        visit: whose.
        slot: for what.
        file: where it lies.
        name: its own name.
        sample: the sample's name, if it is one.
        as_it_is: it was turned already, and is not turned again.

    Raises:
        ImageError: it is none, or lies outside the limits.
        InputError: ``slot`` is unknown.
        StorageError: the disk is full.
    """
    slot = _known(slot)
    upload, picture = uploads.read(slot, file, name, sample)
    with visit.lock:
        uploads.keep(visit, slot, upload, picture, file)
        if slot not in visit.uploads or visit.uploads[slot].digest != upload.digest:
            edits.forget(visit, slot)
        visit.put(slot, upload)
        visit.settle(slot)
        visit.stamps[slot] += 1
        state.save(visit)
        visit.changed()
    if slot == "background":
        placing.show(runner, settings, visit)
    elif slot in CLOTHS:
        upright = None if as_it_is else partial(_turn, runner, settings, visit, slot, upload.digest)
        cutting.begin(runner, settings, visit, slot, upright)


def example(runner: JobRunner, settings: Settings, visit: Visit, slot: str | None, name: str | None) -> None:
    """Choose a sample for one slot, or, without a slot, the whole example.

    Raises:
        InputError: there is no such sample of that slot.
    """
    known = {entry.id: entry for entry in examples()}
    if slot is None and "second" in visit.uploads:
        clear(visit, "second")
    wanted = EXAMPLE if slot is None else {cast(Slot, slot): name or ""}
    for at, wish in wanted.items():
        entry = known.get(wish)
        if entry is None or entry.slot not in (at, "garment" if at == "second" else at):
            raise InputError("There is no sample called {name}. Choose one of those shown.", name=wish)
        choose(runner, settings, visit, at, entry.file, entry.file.name, entry.id)


def turn(runner: JobRunner, settings: Settings, visit: Visit, slot: str) -> None:
    """Turn the picture of a slot clockwise by a quarter; nothing happens where there is none.

    Raises:
        InputError: there is no such slot.
        StorageError: the disk is full.
    """
    slot = _known(slot)
    with visit.lock:
        upload = visit.uploads.get(slot)
    if upload is not None:
        _turn(runner, settings, visit, slot, upload.digest, 1)


def _turn(runner: JobRunner, settings: Settings, visit: Visit, slot: Slot, digest: str, quarters: int) -> None:
    """Turn the picture of a slot clockwise by so many quarters if it still is the one with that digest."""
    with visit.lock:
        upload = visit.uploads.get(slot)
        if upload is None or upload.digest != digest:
            return
        file = visit.upload_file(slot)
        content = file.read_bytes()
    content = uploads.turned(content, file.suffix, quarters)
    with tempfile.TemporaryDirectory(dir=visit.root) as folder:
        turned = Path(folder) / "turned"
        write_bytes(turned, content)
        choose(runner, settings, visit, slot, turned, upload.name, as_it_is=True)


def clear(visit: Visit, slot: str) -> None:
    """Take the picture of a slot away again.

    Raises:
        InputError: there is no such slot.
    """
    slot = _known(slot)
    with visit.lock:
        visit.uploads.pop(slot, None)
        edits.forget(visit, slot)
        visit.settle(slot)
        visit.stamps[slot] += 1
        state.save(visit)
        visit.changed()


def _known(slot: str) -> Slot:
    if slot not in SLOTS:
        raise InputError("There is no picture called {slot}. Choose model, garment, second or background.", slot=slot)
    return slot
