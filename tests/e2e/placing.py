"""What the tests of work by hand share: the hand's movements, and what came of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.e2e.tab import Tab
from vton_core.images import read_image
from vton_core.workspace import SceneFile, Workspace

SIZE = (600, 400)
"""Width and height of the small background."""


def composed(visit: Path) -> Path:
    """The newest composite."""
    return max((visit / "history").iterdir())


def middle(placing: Tab, part: str) -> tuple[float, float]:
    """Where something of the canvas is on the screen."""
    placing.wait_for_frame()
    box = placing.page.locator(part).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(tab: Tab, start: tuple[float, float], by: tuple[float, float]) -> None:
    """Press, move in steps, let go."""
    mouse = tab.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move(start[0] + by[0], start[1] + by[1], steps=5)
    tab.wait_for_frame()
    mouse.up()
    tab.wait_for_frame()


def measure(placing: Tab, name: str) -> float:
    """The height or the turn that the panel shows."""
    placing.wait_for_frame()
    return float(placing.page.locator(f"[data-measure={name}]").input_value())


def described(visit: Path) -> SceneFile:
    """What the newest picture was made of."""
    (found,) = Workspace(visit / "scenes" / "picture").given_scenes()
    return found


def changed(before: Path, after: Path) -> Any:
    """Where two pictures differ clearly, ``bool (H, W)``."""
    return np.abs(read_image(before).astype(int) - read_image(after)).max(axis=2) > 8


def picture(visit: Path) -> Any:
    return read_image(composed(visit)).astype(int)
