"""Trains one of VITON-HD's networks from beginning to end, or from where it was stopped."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vton_core.errors import InputError
from vton_core.storage import make_folder
from vton_core.training.viton_hd import checks
from vton_core.training.viton_hd import settings as kept
from vton_core.training.viton_hd.batches import BatchOrder, Pairs, read_batches
from vton_core.training.viton_hd.journal import Journal
from vton_core.training.viton_hd.keep import checkpoint_of, export, misfit_told, save_checkpoint
from vton_core.training.viton_hd.layout import DataFolder, Pair
from vton_core.training.viton_hd.settings import Settings
from vton_core.training.viton_hd.trainer import Trainer
from vton_core.training.viton_hd.trial import write_results
from vton_core.training.viton_hd.warp import write_warped
from vton_core.training.viton_hd.world import World, join

__all__ = ["Job", "checked_pairs", "settings_of", "train"]

DEFAULT = "viton-hd"


@dataclass(frozen=True)
class Job:
    """What is to be trained.

    Attributes:
        network: ``seg``, ``gmm``, ``alias``; ``warp`` for the clothes that the third one learns from, ``test`` for
            the test pairs' results.
        folder: where everything that comes of it goes.
        data: the data set's folder.
        pairs: the list of pairs; the data set's own if ``None``.
        layout: a name of :data:`vton_core.training.viton_hd.layout.LAYOUTS`.
        config: name of the settings; those of an earlier training in the folder, or the published ones, if ``None``.
        go_on: from the last checkpoint.
        skip_bad: leave pairs out that something is wrong with.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        minutes: stop after so many, with a checkpoint.
    """

    network: str
    folder: Path
    data: Path
    pairs: Path | None = None
    layout: str = "viton-hd"
    config: str | None = None
    go_on: bool = False
    skip_bad: bool = False
    device: str = "auto"
    minutes: float | None = None


def settings_of(job: Job) -> Settings:
    """The settings that the job names, or those that its folder was begun with.

    Raises:
        InputError: they cannot be read.
    """
    if job.config is not None:
        return kept.load(job.config)
    return kept.load_saved(job.folder) or kept.load(DEFAULT)


def checked_pairs(job: Job, settings: Settings, world: World) -> tuple[DataFolder, list[Pair]]:
    """The pairs of the data set, after a look at every file; what was found well before is not looked at again.

    Raises:
        InputError: something is wrong and may not be skipped.
        WorkspaceError: there is no data.
    """
    data = DataFolder(job.data, job.layout, "test" if job.network == "test" else "train")
    pairs, wrong = data.read_pairs(by_name=settings.pairs == "name", listed=job.pairs)
    parts, size = checks.parts_of(data, job.network, draw_poses=settings.draw_poses), settings.network.size
    mark, memory = checks.fingerprint(data, pairs, parts, size), job.folder / f"{job.network}_data.json"
    known = world.gather(checks.recall(memory, mark))
    faults = known[0] if known[0] is not None else _look_together(data, pairs, parts, size, world)
    if world.first:
        checks.remember(memory, mark, faults)
        checks.report(faults, wrong, job.folder)
    if not job.skip_bad:
        checks.refuse(faults, wrong, job.folder)
    bad = {fault.pair for fault in faults}
    left = [pair for pair in pairs if pair not in bad]
    if world.first and bad:
        print(f"{len(bad)} of {len(pairs)} pairs are left out; {job.folder / checks.REPORT} says why.", flush=True)
    if not left:
        raise InputError("Something is wrong with every pair; {report} says what.", report=job.folder / checks.REPORT)
    return data, left


def _look_together(
    data: DataFolder, pairs: Sequence[Pair], parts: Sequence[str], size: tuple[int, int], world: World
) -> list[checks.Fault]:
    from tqdm import tqdm

    share = pairs[world.rank :: world.size]
    with tqdm(total=len(share), desc="data", unit="pair", disable=not world.first) as bar:
        found = checks.check(data, share, parts, size, bar.update)
    order = {pair: number for number, pair in enumerate(pairs)}
    return sorted((fault for each in world.gather(found) for fault in each), key=lambda fault: order[fault.pair])


def train(job: Job) -> Path:
    """Train as the job says.

    Returns:
        The folder that everything is in.

    Raises:
        InputError: settings or data cannot be used; or the folder holds such a training and ``go_on`` is not set.
        StorageError: the disk is full, or the folder may not be written.
    """
    settings = settings_of(job)
    with join(job.device) as world:
        make_folder(job.folder)
        data, pairs = checked_pairs(job, settings, world)
        if job.network in ("warp", "test"):
            write = write_warped if job.network == "warp" else write_results
            write(job.folder, data, pairs, settings, world)
            return job.folder
        checkpoint = checkpoint_of(job.folder, job.network)
        there = all(world.gather(checkpoint.is_file()))
        if there and not job.go_on:
            raise InputError(
                "{file} is there already. Go on with it by --continue_train, or choose another --name.", file=checkpoint
            )
        trainer = Trainer(job.network, settings, world)
        if there:
            with misfit_told(checkpoint):
                trainer.restore(checkpoint)
        if world.first:
            kept.save(settings, job.folder)
            _say_what_is_missing(job.network, settings)
        _fit(job, trainer, Pairs(data, pairs, job.network, settings))
    return job.folder


def _say_what_is_missing(network: str, settings: Settings) -> None:
    if network == "alias" and settings.perceptual and not settings.vgg:
        print("No VGG-19 weights are named in the settings: training goes on without the perceptual loss.", flush=True)


def _fit(job: Job, trainer: Trainer, pairs: Pairs) -> None:
    from tqdm import tqdm

    world, stage, settings = trainer.world, trainer.stage, trainer.settings
    order = BatchOrder(
        len(pairs), stage.batch, world.rank, world.size, trainer.done, stage.batches, trainer.settings.seed
    )
    journal = Journal(job.folder, job.network, trainer.done) if world.first else None
    recent: list[dict[str, Tensor]] = []
    deadline = None if job.minutes is None else time.monotonic() + 60 * job.minutes
    bar = tqdm(initial=trainer.done, total=stage.batches, desc=job.network, unit="batch", disable=not world.first)
    with bar:
        for batch in read_batches(pairs, order, settings.workers, pin=world.device.type == "cuda"):
            recent.append(trainer.step(batch))
            bar.update()
            if trainer.done % settings.log_every == 0 or trainer.done == stage.batches:
                numbers = _log(trainer, journal, recent)
                bar.set_postfix(numbers, refresh=False)
            if journal and (trainer.done % settings.show_every == 0 or trainer.done == stage.batches):
                _show(trainer, journal, batch)
            late = trainer.done % settings.log_every == 0 and _late(world, deadline)
            if trainer.done % settings.save_every == 0 or trainer.done == stage.batches or late:
                _keep(job, trainer)
            if late:
                break


def _late(world: World, deadline: float | None) -> bool:
    """The first process' clock decides for all."""
    return world.gather(deadline is not None and time.monotonic() > deadline)[0]


def _log(trainer: Trainer, journal: Journal | None, recent: list[dict[str, Tensor]]) -> dict[str, float]:
    numbers = {name: float(torch.stack([entry[name] for entry in recent]).mean()) for name in recent[0]}
    numbers = trainer.world.average(numbers)
    recent.clear()
    if journal is not None:
        journal.numbers(numbers, trainer.done)
    return {name: round(value, 4) for name, value in numbers.items()}


def _show(trainer: Trainer, journal: Journal, batch: dict[str, Any]) -> None:
    """What the averaged network makes of a batch."""
    from vton_core.training.viton_hd.tasks import as_floats

    few = {name: value[:4] for name, value in batch.items()}
    devices = [trainer.world.device] if trainer.world.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices), trainer.averaged():
        given = trainer.task.prepare(as_floats(few, trainer.world.device))
        made = trainer.task.generate(trainer.task.generator, given)
        journal.pictures(trainer.task.pictures(given, made), trainer.done)


def _keep(job: Job, trainer: Trainer) -> None:
    state = trainer.state()
    if trainer.world.first:
        save_checkpoint(state, checkpoint_of(job.folder, job.network))
        export(trainer.average, job.folder, job.network)
