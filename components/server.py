"""Serving the page: at the one address that it is given, nothing shared, nothing exposed but what was shown."""

from __future__ import annotations

from typing import Final

import gradio as gr
from starlette.middleware import Middleware

from components import theme
from components.guard import Guard
from components.inputs import PROJECT_LIMIT_MB
from components.opening import Opening
from components.page import build
from components.studio import Studio

__all__ = ["launch"]

# Seconds between two looks at what is wanted.
_LOOKS: Final = 0.02


def launch(studio: Studio, host: str, port: int) -> gr.Blocks:
    """Serve the page of ``studio`` from a thread of its own; ``close()`` on what is returned ends it.

    Gradio's folders must have been named by ``GRADIO_TEMP_DIR`` and ``GRADIO_EXAMPLES_CACHE`` before.
    """
    blocks = build(studio)
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
        app_kwargs={"middleware": [Middleware(Guard), Middleware(Opening)]},
    )
    return blocks
