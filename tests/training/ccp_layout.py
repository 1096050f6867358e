"""Clothing Co-Parsing's layout, without a photo in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.io import savemat

__all__ = ["lay_out"]


def lay_out(folder: Path, tags: Sequence[str]) -> Path:
    """Make the folders and the list of tags, and return the folder."""
    for name in ("photos", "annotations"):
        (folder / name).mkdir()
    savemat(folder / "label_list.mat", {"label_list": np.array([tags], object)})
    return folder
