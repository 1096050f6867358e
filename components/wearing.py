"""The accordion of how the garment is worn: what the visitor wants otherwise than it comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, get_args

from components.visit import Visit
from vton_core.errors import InputError
from vton_core.progress import Settings
from vton_core.types import GarmentKind, Tuck, Wearing

__all__ = ["AS_IT_COMES", "checked", "chosen", "of", "view"]

AS_IT_COMES: Final[dict[str, Any]] = {**asdict(Wearing()), "second": "auto"}
"""Every wish by name, where nothing is wished."""

_STEP: Final = 0.05
_WORDS: Final = ("tuck", "garment", "second")


def of(settings: Settings) -> dict[str, Any]:
    """The wishes of settings, by name."""
    return {name: getattr(settings, name) for name in AS_IT_COMES}


def chosen(visit: Visit, settings: Settings) -> dict[str, Any]:
    """How the garment is to be worn: the visitor's wishes over those of the settings."""
    return {**of(settings), **visit.wearing}


def checked(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes among what a browser or an API client sent; what is unknown or ``None`` is no wish.

    Raises:
        InputError: the garment cannot be worn so.
    """
    found: dict[str, Any] = {}
    for name in AS_IT_COMES:
        value = wishes.get(name)
        if value is not None:
            found[name] = str(value) if name in _WORDS else _number(name, value)
    Settings(**found)
    return found


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise InputError(
            "The change of '{name}' must be from -0.5 to 0.5, not {value}.", name=name, value=value
        ) from None


def view(visit: Visit, now: Mapping[str, Any], behind: bool) -> dict[str, Any]:
    """What the panel shows.

    Args:
        visit: whose page it is.
        now: how the garment is to be worn.
        behind: the fit that is there differs from these wishes, and in nothing else.
    """
    return {
        "chosen": dict(now),
        "plain": AS_IT_COMES,
        "tucks": get_args(Tuck),
        "garments": get_args(GarmentKind),
        "two": "second" in visit.uploads,
        "kinds": dict(visit.fit.kinds) if visit.fit else {},
        "limit": Wearing.LARGEST,
        "step": _STEP,
        "running": visit.running,
        "behind": behind and visit.run is None,
        "errors": visit.errors.get("wearing", []),
    }
