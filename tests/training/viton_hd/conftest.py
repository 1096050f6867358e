"""A drawn data set and tiny networks, for all tests of the training."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.training.viton_hd.drawing import draw_set

TINY = """
critic_width = 4
workers = {workers}
save_every = 2
log_every = 1
show_every = 3
plain = 10
ema = 0.9

[network]
height = 128
width = 64
coarse_height = 128
coarse_width = 64
seg_width = 4
gmm_width = 8
alias_width = 2
alias_hidden = 8
alias_side = 4
upsamplings = 6

[seg]
batches = {batches}
batch = 2
rate = 5e-3

[gmm]
batches = {gmm}
batch = 2
rate = 1e-3

[alias]
batches = {batches}
batch = 2
rate = 2e-3
"""


def write_config(folder: Path, batches: int, workers: int = 0, gmm: int | None = None) -> str:
    """A file of tiny settings; its path. ``gmm`` is the matching network's own number of batches."""
    path = folder / f"tiny{batches}.toml"
    path.write_text(TINY.format(batches=batches, workers=workers, gmm=gmm or batches))
    return str(path)


def arguments(network: str, folder: Path, data: Path, config: str) -> list[str]:
    """What follows ``train`` on the command line; everything goes into ``folder``."""
    words = ["--train_model", network, "--name", folder.name, "--checkpoints", str(folder.parent)]
    return [*words, "--data", str(data), "--config", config, "--device", "cpu"]


def log_of(folder: Path, network: str) -> list[dict[str, float]]:
    """The lines of a training's log."""
    return [json.loads(line) for line in (folder / f"{network}_log.jsonl").read_text().splitlines()]


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five drawn pairs, with the warped shirts; nothing may write into it."""
    return draw_set(tmp_path_factory.mktemp("drawn"))


@pytest.fixture(scope="package", autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
