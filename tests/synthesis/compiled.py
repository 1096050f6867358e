"""``synthesis.kernels`` where Numba is not installed: the same loops, run by Python, slow but true."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest import mock

__all__ = ["kernels"]


def _plain(**_: Any) -> Callable[[Any], Any]:
    return lambda function: function


_stub = ModuleType("numba")
_stub.njit = _plain  # type: ignore[attr-defined]
with mock.patch.dict(sys.modules, {"numba": _stub}):
    from synthesis import kernels
