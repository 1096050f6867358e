"""Small networks' weights as they are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

__all__ = ["export_half"]


def export_half(weights: Mapping[str, Tensor], path: Path) -> Path:
    """Write the floating-point tensors as 16-bit floats into a safetensors file, whole or not at all.

    Returns:
        ``path``.
    """
    from safetensors.torch import save_file

    part = path.with_suffix(".part")
    halves = {name: value.half().contiguous() for name, value in weights.items() if value.dtype.is_floating_point}
    save_file(halves, part)
    part.replace(path)
    return path
