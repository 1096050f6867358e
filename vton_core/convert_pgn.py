"""CIHP_PGN's published TensorFlow checkpoint becomes a safetensors file for the network here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.checkpoints import check_fit
from vton_core.errors import EngineError
from vton_core.formats.tensorflow import find_checkpoint, read_checkpoint
from vton_core.storage import write_bytes

__all__ = ["convert"]

_COUNTERS: Final = "*.num_batches_tracked"
"""What a batch norm counts in training; no published weights."""

_PARTS: Final = {
    "weights": "weight",
    "biases": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
# What training alone needs: the optimiser's memory, the step, and the edges that were supervised on the way.
_TRAINING: Final = re.compile(
    r"(.*/)?(Momentum|Adam|RMSProp)(_\d+)?$|.*/ExponentialMovingAverage$|global_step$|fc1_edge_"
)
# TensorFlow keeps a kernel as rows, columns, inputs, outputs.
_KERNEL: Final = (3, 2, 0, 1)


def convert(source: Path, target: Path) -> None:
    """Read the checkpoint, see that it fits the network, and write it, atomically. TensorFlow is not needed.

    Args:
        source: the checkpoint's folder, one of its files, or what their names begin with.
        target: the safetensors file: ``float32``, under the network's names.

    Raises:
        EngineError: there is no checkpoint, it is damaged, or it is not this network's: the message lists what is
            missing, not known or misshapen.
        StorageError: the disk is full, or the folder may not be written.
    """
    import torch
    from safetensors.torch import save

    from vton_core.networks.cihp_pgn import CihpPgn

    tensors = {}
    for name, values in read_checkpoint(source):
        if not _TRAINING.match(name):
            tensors[_key(name)] = torch.from_numpy(_converted(name, values, source))
    with torch.device("meta"):
        net = CihpPgn()
    check_fit(net, tensors, find_checkpoint(source), unused=(_COUNTERS,))
    write_bytes(target, save(tensors))


def _key(name: str) -> str:
    layer, _, part = name.rpartition("/")
    return f"layers.{layer}.{_PARTS[part]}" if part in _PARTS else name


def _converted(name: str, values: NDArray[Any], source: Path) -> NDArray[np.float32]:
    kernel = values.transpose(_KERNEL) if values.ndim == len(_KERNEL) else values
    array = np.array(kernel, np.float32, order="C")
    if not np.isfinite(array).all():
        raise EngineError(
            "The TensorFlow checkpoint {place} is damaged: {name} holds values that are no numbers. Get it again from "
            "its publisher.",
            place=source,
            name=name,
        )
    return array
