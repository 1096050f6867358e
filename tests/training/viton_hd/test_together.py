"""Two processes that train one network, over gloo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch

from tests.training.viton_hd.conftest import arguments, log_of, write_config

SCRIPT = Path(__file__).with_name("together.py")


def test_two_processes_train_one_network(drawn: Path, tmp_path: Path) -> None:
    """Each sees other pairs and draws other noise; both end with the same weights, and the log has their mean.

    The ALIAS generator has it all: discriminator, spectral normalisation's buffers, random noise.
    """
    words = arguments("alias", tmp_path / "run", drawn, write_config(tmp_path, 3))
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    environment = os.environ | {
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(SCRIPT.parents[3]),
        "GLOO_SOCKET_IFNAME": "lo",
    }
    done = subprocess.run([*command, str(SCRIPT), *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (torch.load(tmp_path / "run" / f"rank{rank}.pt", weights_only=True) for rank in (0, 1))
    for part in ("generator", "critic"):
        torch.testing.assert_close(first[part], second[part], rtol=0, atol=0)
    assert not any(torch.equal(a, b) for a, b in zip(first["seen"], second["seen"], strict=True))
    log = log_of(tmp_path / "run", "alias")
    assert [entry["batch"] for entry in log] == [1, 2, 3]
    for entry, a, b in zip(log, first["seen"], second["seen"], strict=True):
        torch.testing.assert_close(torch.tensor(entry["adversarial"]), (a + b) / 2, rtol=1e-3, atol=1e-4)
    state = torch.load(tmp_path / "run" / "alias_checkpoint.pt", weights_only=True)
    assert len(state["random"]) == 2
    torch.testing.assert_close(state["generator"], first["generator"], rtol=0, atol=0)
