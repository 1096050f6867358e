"""What all simulations of a folder have in common, kept beside them: a set is of one kind or it is not one."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from synthesis.errors import SettingsError
from synthesis.store import SUFFIX, VERSION

__all__ = ["SETTINGS", "Settings", "claim"]

SETTINGS: Final = "set.json"


@dataclass(frozen=True)
class Settings:
    """Of a set of simulations.

    Attributes:
        width, height: of the pictures.
        views: cameras a simulation.
        version: of what ``synthesis`` makes.
    """

    width: int
    height: int
    views: int
    version: int = VERSION

    def __str__(self) -> str:
        return f"{self.views} views of {self.width}x{self.height}, version {self.version}"


def claim(folder: Path, settings: Settings) -> None:
    """Note the settings of the simulations that are to be made in a folder.

    Raises:
        SettingsError: there are some that were made with others.
    """
    if any(folder.glob(f"*{SUFFIX}")):
        there = _read(folder)
        if there != settings:
            raise SettingsError(f"{folder} holds {there}; asked for: {settings}. Name another folder (--out).")
        return
    temporary = folder / f".{SETTINGS}.{os.getpid()}"
    temporary.write_text(json.dumps(asdict(settings)) + "\n", encoding="utf-8")
    temporary.replace(folder / SETTINGS)


def _read(folder: Path) -> Settings:
    path = folder / SETTINGS
    try:
        return Settings(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        found = f"{folder} holds simulations of version 1, which had no {SETTINGS}"
    except (ValueError, TypeError):
        found = f"{path} is damaged"
    raise SettingsError(f"{found}. Name another folder (--out).")
