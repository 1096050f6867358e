"""Which licences allow commercial use."""

from __future__ import annotations

from typing import Final

__all__ = ["commercial"]

_COMMERCIAL: Final = frozenset(
    ("Apache-2.0", "MIT", "MIT-CMU", "ISC", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0", "Unlicense")
)


def commercial(licence: str) -> bool:
    """The licence is known to allow commercial use.

    Args:
        licence: an SPDX name; anything else, and any name that is not on the list, counts as not known to.
    """
    return licence in _COMMERCIAL
