"""What a user of the command can get wrong."""

from __future__ import annotations

from pathlib import Path

__all__ = ["AssetsMissingError", "SettingsError", "StoreError", "SynthesisError"]


class SynthesisError(Exception):
    """The command cannot go on; the text says why and what to do."""


class AssetsMissingError(SynthesisError):
    """A file of MakeHuman's core assets is not where the option says."""

    def __init__(self, path: Path, sources: str) -> None:
        super().__init__(f"The file {path} is missing. Get MakeHuman's core assets, then name their folder: {sources}")


class StoreError(SynthesisError):
    """A stored simulation cannot be read."""


class SettingsError(SynthesisError):
    """What is asked for does not go with what is there."""
