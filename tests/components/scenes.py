"""Arrangements and masks as the browser sends them, and what the placement shows."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

from components import placement, scene
from components.visit import Visit

__all__ = ["PLACEMENT", "mask", "number", "shown", "two"]

PLACEMENT = {"position": [150, 190], "top": [150, 40], "bottom": [150, 190], "flip": False}
"""On a background of 300 × 200."""


def mask(value: int = 255, size: tuple[int, int] = (30, 20)) -> str:
    """A painted mask as the browser sends it, white in its left half."""
    picture = Image.new("L", size)
    picture.paste(value, (0, 0, size[0] // 2, size[1]))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def number(fitted: Visit) -> int:
    """The number of the last fit."""
    assert fitted.fit
    return fitted.fit.number


def two(fitted: Visit, **more: Any) -> dict[str, Any]:
    """Two figures, of which the second is turned and finished."""
    near = {**PLACEMENT, "figure": number(fitted), "rotate": 5.5, "finish": {"light": 0.5, "shadow_angle": 40}}
    return {"figures": [{**PLACEMENT, "figure": number(fitted), "position": [40, 170]}, near], "selected": 0, **more}


def shown(fitted: Visit) -> dict[str, Any]:
    """What the placement shows."""
    return placement.view(fitted, str, scene.current(fitted))
