"""Backgrounds that the drawn figure stands on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.matting.figures import Figure, draw_figure
from vton_core.types import Image


@pytest.fixture(scope="session")
def drawn(terrace: Image) -> Figure:
    """The drawn figure, 384 pixels square, on the rendered terrace."""
    part = terrace[300:1100, 700:1500]
    return draw_figure(np.asarray(cv2.resize(part, (384, 384), interpolation=cv2.INTER_AREA), np.uint8))
