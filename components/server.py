"""Serving the page: at the one address that it is given, nothing shared, nothing exposed but what was shown."""

from __future__ import annotations

import asyncio

import gradio as gr
from gradio.queueing import Queue
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from components import theme
from components.guard import Guard, keep_local
from components.inputs import PROJECT_LIMIT_MB
from components.opening import Opening
from components.page import build
from components.studio import Studio

__all__ = ["launch"]

# Seconds between two looks at what is wanted; and while somebody is at work, which is for so long after they wanted
# something.
_LOOKS, _KEEN_LOOKS, _KEEN = 0.02, 0.002, 5.0


class _Keen:
    """ASGI middleware: makes a queue look more often for a while after something was wanted."""

    def __init__(self, app: ASGIApp, queue: Queue) -> None:
        self._app, self._queue = app, queue
        self._end: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].endswith("/queue/join"):
            if self._end:
                self._end.cancel()
            self._queue.sleep_when_free = _KEEN_LOOKS
            self._end = asyncio.get_running_loop().call_later(_KEEN, self._rest)
        await self._app(scope, receive, send)

    def _rest(self) -> None:
        self._queue.sleep_when_free = _LOOKS


def launch(studio: Studio, host: str, port: int) -> gr.Blocks:
    """Serve the page of ``studio`` from a thread of its own; ``close()`` on what is returned ends it.

    Gradio's folders must have been named by ``GRADIO_TEMP_DIR`` and ``GRADIO_EXAMPLES_CACHE`` before.
    """
    blocks = build(studio)
    keep_local(blocks)
    blocks.queue(default_concurrency_limit=None, max_size=256)
    # It looks for work a thousand times a second, which takes a fourteenth of a core.
    blocks._queue.sleep_when_free = _LOOKS
    blocks.launch(
        server_name=host,
        server_port=port,
        share=False,
        prevent_thread_lock=True,
        quiet=True,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=f"{PROJECT_LIMIT_MB}mb",
        allowed_paths=[],
        favicon_path=theme.ASSETS / "favicon.svg",
        footer_links=[],
        theme=theme.base_theme(),
        head=theme.head(),
        app_kwargs={"middleware": [Middleware(Guard), Middleware(Opening), Middleware(_Keen, blocks._queue)]},
    )
    return blocks
