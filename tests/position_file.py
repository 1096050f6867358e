"""Position files as the page saves them."""

from __future__ import annotations

from vton_core.types import Placement, Point

__all__ = ["format_position"]


def format_position(placement: Placement) -> str:
    """The placement as a position file; :func:`vton_core.positions.parse_position` gives it back exactly."""

    def number(value: float) -> str:
        return str(int(value)) if float(value).is_integer() else repr(float(value))

    def line(point: Point) -> str:
        return " ".join(map(number, point))

    lines = [line(placement.position), line(placement.top), line(placement.bottom)]
    if placement.flip:
        lines.append("flip")
    if placement.rotate:
        lines.append(f"rotate {number(placement.rotate)}")
    return "\n".join(lines) + "\n"
