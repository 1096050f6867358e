"""A script that the browser runs before Gradio's: it stands at the beginning of the document itself."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.theme import asset

__all__ = ["Opening"]

_HEAD = b"<head>"


class Opening:
    """ASGI middleware: puts ``assets/first.js`` into the page's document."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._script = f"<script>{asset('first.js')}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or (scope["method"], scope["path"]) != ("GET", "/"):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def send_opened(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(parts).replace(_HEAD, _HEAD + self._script, 1)
            headers = MutableHeaders(raw=list(start["headers"]))
            if "content-length" in headers:
                headers["content-length"] = str(len(body))
            await send({**start, "headers": headers.raw})
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, send_opened)
