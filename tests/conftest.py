"""Pictures that several tests use: the examples that ship with the app."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vton_core.images import read_image
from vton_core.types import Cutout, Image

EXAMPLES = Path(__file__).parents[1] / "assets" / "examples"


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of example pictures."""
    return EXAMPLES


@pytest.fixture(scope="session")
def woman() -> Image:
    """The rendered woman's studio photo."""
    return read_image(EXAMPLES / "model_woman.png")


@pytest.fixture(scope="session")
def woman_cutout(woman: Image) -> Cutout:
    """The rendered woman with her exact alpha."""
    alpha = read_image(EXAMPLES / "model_woman_alpha.png")[..., 0] / np.float32(255)
    return Cutout(woman, alpha.astype(np.float32))


@pytest.fixture(scope="session")
def terrace() -> Image:
    """The rendered terrace."""
    return read_image(EXAMPLES / "background_terrace.png")
