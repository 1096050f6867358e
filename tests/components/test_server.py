"""What stands between the server and its answers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.processing_utils import async_move_files_to_cache

from components import server
from components.guard import keep_local
from components.page import build
from components.studio import Studio
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


def test_no_file_is_fetched_that_a_visitor_names_by_an_address(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []

    async def fetch(address: str, **_: object) -> str:
        fetched.append(address)
        return address

    monkeypatch.setattr("gradio.processing_utils.async_ssrf_protected_download", fetch)
    named = {"path": "https://example.org/model.png", "meta": {"_type": "gradio.FileData"}}

    async def name_it_everywhere() -> None:
        blocks = build(studio)
        keep_local(blocks)
        for block in blocks.blocks.values():
            if isinstance(block, gr.components.Component):
                with pytest.raises(gr.Error, match="sent itself"):
                    await async_move_files_to_cache(named, block, check_in_upload_folder=True)

    awaited(name_it_everywhere())
    assert not fetched
