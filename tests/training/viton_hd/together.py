"""Run by torchrun: trains as the arguments say, and writes what each process ends with into the training's folder."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from vton_core.training.cli import main
from vton_core.training.viton_hd import run
from vton_core.training.viton_hd.batches import Pairs
from vton_core.training.viton_hd.run import Job
from vton_core.training.viton_hd.trainer import Trainer

_fit = run._fit


def fit_and_tell(job: Job, trainer: Trainer, pairs: Pairs) -> None:
    """Train, then keep this process' own weights, and the losses that it alone saw."""
    seen: list[torch.Tensor] = []
    step = trainer.step

    def stepping(batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        found = step(batch)
        seen.append(found["adversarial"])
        return found

    trainer.step = stepping  # type: ignore[method-assign]
    _fit(job, trainer, pairs)
    assert trainer.task.critic is not None
    told = {"generator": trainer.task.network.state_dict(), "critic": trainer.task.critic.state_dict(), "seen": seen}
    torch.save(told, Path(job.folder) / f"rank{trainer.world.rank}.pt")


if __name__ == "__main__":
    torch.set_num_threads(1)
    run._fit = fit_and_tell
    main(sys.argv[1:])
