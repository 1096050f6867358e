"""What stands before every answer of the server: nothing is fetched from elsewhere, by the server or by the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import gradio as gr
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "keep_local"]

_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; "
    "base-uri 'self'; form-action 'self'"
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


def _reaches_out(path: str) -> bool:
    """The two addresses at which Gradio would fetch something from another machine on a visitor's behalf."""
    rest = unquote(path).removeprefix("/gradio_api")
    return rest.startswith("/proxy=") or (rest.startswith(("/file=", "/file/")) and "://" in rest)


def keep_local(blocks: gr.Blocks) -> None:
    """See to it that no part of the page fetches a file that a visitor names by its address on another machine."""
    for block in blocks.blocks.values():
        if isinstance(block, gr.components.Component):
            moving = partial(_move, block.async_move_resource_to_block_cache)
            block.async_move_resource_to_block_cache = moving  # type: ignore[method-assign]


async def _move(move: Callable[[Any], Awaitable[str | None]], file: str | Path | None) -> str | None:
    if "://" in str(file):
        raise gr.Error("A file must be sent itself, not by its address. Upload it.", print_exception=False)
    return await move(file)


class Guard:
    """ASGI middleware: refuses to fetch for others, and tells the browser to load from this server alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _reaches_out(scope["path"]):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)
