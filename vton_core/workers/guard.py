"""Ends a worker's whole process group once nobody holds the other end of the worker's standard input.

A worker runs this file as a process of its own beside it: it answers to the kernel alone, so neither native code that
never returns to the interpreter nor a process that a step has started outlives the page, however the page ended.
"""

from __future__ import annotations

import os
import select
import signal

__all__: list[str] = []


def _main() -> None:
    watched = select.poll()
    watched.register(0, 0)
    watched.poll()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    _main()
