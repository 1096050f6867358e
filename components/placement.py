"""Panel 3: the placement canvas, which lives in the browser (``assets/placement.js``), and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from components.previews import Figure
from components.visit import Visit
from vton_core.errors import PlacementError
from vton_core.types import Placement

__all__ = ["as_entry", "as_placement", "standard", "view"]

_HEIGHT: Final = 0.85
_FLOOR: Final = 0.96


def as_placement(entry: Mapping[str, Any]) -> Placement:
    """The placement that a browser or an API client sent as ``{"position", "top", "bottom", "flip"}``.

    Raises:
        PlacementError: it is not three points of two numbers, or they cannot be used.
    """
    try:
        position, top, bottom = (
            (float(entry[name][0]), float(entry[name][1])) for name in ("position", "top", "bottom")
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise PlacementError("A placement coordinate is not a number. Give three lines of two numbers each.") from error
    return Placement(position, top, bottom, flip=bool(entry.get("flip", False)))


def as_entry(placement: Placement) -> dict[str, Any]:
    """A placement as the browser takes it; whole numbers as integers."""

    def point(pair: tuple[float, float]) -> list[float]:
        return [int(v) if v == int(v) else v for v in pair]

    return {
        "position": point(placement.position),
        "top": point(placement.top),
        "bottom": point(placement.bottom),
        "flip": placement.flip,
    }


def standard(figure: Figure, size: tuple[int, int]) -> Placement:
    """The placement offered at first: at the bottom centre, 85 % of the background's height, never wider than it.

    A figure that the photo's border cuts stands just below the background's last row, which it then covers whole; a
    figure that is whole stands a little above.

    Args:
        figure: the dressed figure.
        size: ``(width, height)`` of the background.
    """
    width, height = size
    tall = max(2, round(min(_HEIGHT * height, 0.95 * width * figure.height / figure.size[0])))
    x, y = (width - 1) // 2, height if figure.cropped else round(_FLOOR * (height - 1))
    return Placement((x, y), (x, y - tall), (x, y))


def view(visit: Visit, url: Callable[[str], str]) -> dict[str, Any]:
    """What the panel shows."""
    fit, background = visit.fit, visit.uploads.get("background")
    shown: dict[str, Any] = {
        "id": visit.scene,
        "figure": None,
        "background": None,
        "standard": None,
        "placement": None,
        "busy": visit.composing is not None,
        "errors": visit.errors.get("placement", []),
    }
    if fit:
        figure = fit.figure
        shown["figure"] = {
            "url": url(figure.preview),
            "origin": figure.origin,
            "size": figure.size,
            "anchor": figure.anchor,
            "height": figure.height,
        }
    if background:
        shown["background"] = {"url": url(f"background-{background.digest[:16]}.webp"), "size": background.size}
    if fit and background:
        shown["standard"] = as_entry(standard(fit.figure, background.size))
        kept = visit.placement if visit.placed_on == visit.scene else None
        shown["placement"] = kept or shown["standard"]
    return shown
