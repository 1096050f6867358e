"""Panel 3: the placement canvas, which lives in the browser (``assets/placement*.js``), and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from components.arrangement import Arrangement, Placed
from components.previews import Figure
from components.records import Fit
from components.visit import Visit
from vton_core.errors import PlacementError
from vton_core.scenes import finish_to_json
from vton_core.types import Finish, Placement

__all__ = ["NATURAL", "as_entry", "as_placement", "standard", "view"]

NATURAL: Final = finish_to_json(Finish.natural())
"""The finish that the page offers at one click."""

_HEIGHT: Final = 0.85
_FLOOR: Final = 0.96
_FARTHEST: Final = 1e9


def as_placement(entry: Mapping[str, Any]) -> Placement:
    """The placement that a browser or an API client sent as ``{"position", "top", "bottom", "flip", "rotate"}``.

    Raises:
        PlacementError: it is not three points of two numbers, they lie far outside of any picture, or they cannot be
            used.
    """
    try:
        position, top, bottom = (
            (float(entry[name][0]), float(entry[name][1])) for name in ("position", "top", "bottom")
        )
        rotate = float(entry.get("rotate") or 0)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise PlacementError("A placement coordinate is not a number. Give three lines of two numbers each.") from error
    placed = Placement(position, top, bottom, bool(entry.get("flip", False)), rotate)
    if any(abs(v) > _FARTHEST for point in (position, top, bottom) for v in point):
        raise PlacementError(
            "A placement coordinate lies far outside of any picture. Choose points near the background."
        )
    return placed


def as_entry(placement: Placement) -> Placed:
    """A placement as the browser takes it; whole numbers as integers, ``rotate`` only where the figure is turned."""

    def point(pair: tuple[float, float]) -> list[float]:
        return [int(v) if v == int(v) else v for v in pair]

    placed: Placed = {
        "position": point(placement.position),
        "top": point(placement.top),
        "bottom": point(placement.bottom),
        "flip": placement.flip,
    }
    return {**placed, "rotate": placement.rotate} if placement.rotate else placed


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


def view(visit: Visit, url: Callable[[str], str], arrangement: Arrangement | None) -> dict[str, Any]:
    """What the panel shows.

    Args:
        visit: whose page it is.
        url: the address of a preview, by its name.
        arrangement: the figures on the background, see :mod:`components.scene`; ``None`` without a fit or a background.
    """
    background = visit.uploads.get("background")
    shown: dict[str, Any] = {
        "id": visit.scene,
        "fit": visit.fit.number if visit.fit else 0,
        "dressings": [[dressing.before, dressing.now] for dressing in visit.dressings if dressing.same],
        "stamp": visit.stamp,
        "answered": visit.answered,
        "figures": None,
        "background": None,
        "scene": None,
        "fresh": visit.here is None,
        "people": visit.people.get(visit.ground),
        "rendered": None,
        "finish": {"natural": NATURAL, "limits": Finish.LIMITS},
        "busy": visit.composing is not None,
        "errors": visit.errors.get("placement", []),
    }
    if background:
        name = f"background-{background.digest[:16]}"
        detail = f"{name}-detail.jpg"
        near = url(detail) if visit.preview_file(detail).is_file() else None
        shown["background"] = {"url": url(f"{name}.webp"), "detail": near, "size": background.size}
    if visit.fit:
        size = background.size if background else (1, 1)
        known = visit.known_fits.values()
        shown["figures"] = {str(fit.number): _figure(visit, fit, url, size) for fit in known}
    if arrangement:
        occluder = arrangement["occluder"]
        shown["scene"] = {**arrangement, "occluder": occluder and url(occluder)}
    if arrangement and visit.rendered and visit.rendered["stamp"] == visit.stamp:
        shown["rendered"] = {"url": url(visit.rendered["name"]), "stamp": visit.stamp}
    return shown


def _figure(visit: Visit, fit: Fit, url: Callable[[str], str], size: tuple[int, int]) -> dict[str, Any]:
    figure = fit.figure
    return {
        "url": url(figure.preview),
        "origin": figure.origin,
        "size": figure.size,
        "anchor": figure.anchor,
        "height": figure.height,
        "cropped": figure.cropped,
        "standard": as_entry(standard(figure, size)),
        "stood": visit.stood.get(f"{fit.number}-{visit.ground}"),
    }
