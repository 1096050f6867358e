"""What stands between the server and its answers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from components import server
from tests.components.awaited import awaited


def test_the_queue_looks_more_often_while_something_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_KEEN", 0.01)
    queue: Any = SimpleNamespace(sleep_when_free=server._LOOKS)

    async def nothing(*_: object) -> Any: ...

    async def ask() -> list[float]:
        keen, seen = server._Keen(nothing, queue), []
        for path in ("/", "/gradio_api/queue/join"):
            await keen({"type": "http", "path": path}, nothing, nothing)
            seen.append(queue.sleep_when_free)
        await asyncio.sleep(0.05)
        return [*seen, queue.sleep_when_free]

    assert awaited(ask()) == [server._LOOKS, server._KEEN_LOOKS, server._LOOKS]
