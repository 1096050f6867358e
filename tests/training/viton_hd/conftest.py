"""A drawn data set and tiny networks, for all tests of the training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.training.viton_hd.drawing import draw_set

TINY = """
critic_width = 4
workers = 0
save_every = {save}
log_every = 1
show_every = 100
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
batches = {batches}
batch = 2
rate = 1e-3

[alias]
batches = {batches}
batch = 2
rate = 2e-3
"""


def write_config(folder: Path, batches: int, save: int = 100) -> str:
    """A file of tiny settings; its path."""
    path = folder / "tiny.toml"
    path.write_text(TINY.format(batches=batches, save=save))
    return str(path)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five drawn pairs; nothing may write into it."""
    return draw_set(tmp_path_factory.mktemp("drawn"))


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
