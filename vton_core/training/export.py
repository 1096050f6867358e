"""Networks' weights as they are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from vton_core.storage import write_bytes

__all__ = ["export_half"]


def export_half(weights: Mapping[str, Tensor], path: Path, *, counts: bool = False) -> Path:
    """Write the floating-point tensors as 16-bit floats into a safetensors file, whole or not at all.

    Args:
        weights: by name, on any device.
        path: the file.
        counts: write the other tensors too, as they are.

    Returns:
        ``path``.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    from safetensors.torch import save

    kept = {name: value for name, value in weights.items() if counts or value.is_floating_point()}
    halves = {name: value.half() if value.is_floating_point() else value for name, value in kept.items()}
    write_bytes(path, save({name: value.detach().cpu().contiguous() for name, value in halves.items()}))
    return path
