"""A server of weight files on this machine, with the faults that servers have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Shelf:
    """One published file.

    Attributes:
        content: its bytes.
        ranges: parts of it can be asked for.
        tag: its ETag; none if empty.
        cuts: bytes after which the connection breaks: of the first request, the second …
        status: another answer than the file.
        kind: its content type.
        says_length: whether the answer says how long it is.
    """

    content: bytes
    ranges: bool = True
    tag: str = '"one"'
    cuts: list[int] = field(default_factory=list)
    status: int = 200
    kind: str = "application/octet-stream"
    says_length: bool = True


class Publisher:
    """Args:
    url: where it listens.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.shelves: dict[str, Shelf] = {}
        self.asked: list[tuple[str, str]] = []

    def offer(self, name: str, content: bytes, **faults: object) -> str:
        """Publish a file; its address."""
        self.shelves[f"/{name}"] = Shelf(content, **faults)  # type: ignore[arg-type]
        return f"{self.url}/{name}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        asked = request.headers.get("Range", "")
        self.asked.append((request.path, asked))
        shelf = self.shelves.get(request.path, Shelf(b"", status=404))
        first, status = 0, shelf.status
        if status == 200 and asked and shelf.ranges and request.headers.get("If-Range", shelf.tag) == shelf.tag:
            first = int(asked.removeprefix("bytes=").rstrip("-"))
            status = 206 if first < len(shelf.content) else 416
        body = shelf.content[first:] if status in (200, 206) else b""
        request.send_response(status)
        request.send_header("Content-Type", shelf.kind)
        if shelf.tag:
            request.send_header("ETag", shelf.tag)
        if status == 206:
            request.send_header("Content-Range", f"bytes {first}-{len(shelf.content) - 1}/{len(shelf.content)}")
        if shelf.says_length:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: shelf.cuts.pop(0)] if shelf.cuts else body)
        request.close_connection = True


@contextmanager
def publisher() -> Iterator[Publisher]:
    """A publisher that listens on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.answer(self)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Publisher(f"http://127.0.0.1:{server.server_address[1]}")
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
