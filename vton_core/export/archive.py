"""Zip archives whose bytes depend on nothing but their content."""

from __future__ import annotations

import zipfile
from typing import Final

__all__ = ["entry"]

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644 << 16


def entry(name: str, packed: bool = False) -> zipfile.ZipInfo:
    """What an archive says of a file: the same at any time, on any system.

    Args:
        name: its path in the archive, with forward slashes.
        packed: deflate it; pictures are packed already.
    """
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system = _UNIX
    info.external_attr = _PLAIN_FILE
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    return info
