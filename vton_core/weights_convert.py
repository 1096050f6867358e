"""Weights that were published in a format that is not read here: which converter makes which file of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias, cast

from vton_core.errors import EngineError, InputError
from vton_core.weights import WeightFile, entry, record, user_folder

__all__ = ["CONVERTERS", "Convert", "Converter", "convert", "converter"]

Convert: TypeAlias = Callable[[Path, Path], None]
"""``(source, target)``: read what was published at ``source`` and write the weights to ``target``, atomically.

Whatever goes wrong is a :class:`vton_core.errors.VtonError`.
"""


@dataclass(frozen=True)
class Converter:
    """One converter.

    Attributes:
        name: what the user types.
        weights: the manifest's name of what it makes.
        function: ``module:function``, a :data:`Convert`; imported only when it is asked for.
        summary: what ``source`` has to be, in a few words.
    """

    name: str
    weights: str
    function: str
    summary: str


CONVERTERS: Final[tuple[Converter, ...]] = (
    Converter("pgn", "cihp-pgn", "vton_core.convert_pgn:convert", "CIHP_PGN's TensorFlow checkpoint (folder CIHP_pgn)"),
)


def converter(name: str) -> Converter:
    """Look a converter up.

    Raises:
        EngineError: there is none of that name; the message lists those that exist.
    """
    for one in CONVERTERS:
        if one.name == name:
            return one
    raise EngineError(
        "There is no converter called '{name}'. Choose one of: {known}.",
        name=name,
        known=", ".join(one.name for one in CONVERTERS) or "-",
    )


def _beginning(source: Path) -> bool:
    """There are files whose names begin with it, as those of a TensorFlow checkpoint do."""
    return source.parent.is_dir() and any(file.name.startswith(f"{source.name}.") for file in source.parent.iterdir())


def convert(name: str, source: Path) -> WeightFile:
    """Make a weight file of what was published, and take it as the right one from now on.

    Args:
        name: of the converter.
        source: what was published: a file, a folder, or the common beginning of several files' names.

    Returns:
        The weight file; its ``path`` is there.

    Raises:
        EngineError: there is no such converter, or it cannot read the source.
        InputError: there is nothing at ``source``.
        StorageError: the disk is full, or the folder of weights may not be written.
    """
    chosen = converter(name)
    if not source.exists() and not _beginning(source):
        raise InputError("{source} does not exist. Name what {summary} lies in.", source=source, summary=chosen.summary)
    module, _, function = chosen.function.partition(":")
    made = entry(chosen.weights)
    cast(Convert, getattr(import_module(module), function))(source, user_folder() / made.file)
    record(made.name)
    return made
