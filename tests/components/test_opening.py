"""The script ahead of Gradio's."""

from __future__ import annotations

import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from components.opening import Opening

_PAGE = "<!doctype html><html><head><title>é</title></head><body><head></body></html>"


def _whole(_: Request) -> Response:
    return HTMLResponse(_PAGE)


def _pieces(_: Request) -> Response:
    return StreamingResponse(iter([_PAGE[:20].encode(), _PAGE[20:].encode()]), media_type="text/html")


@pytest.fixture(params=[_whole, _pieces])
def client(request: pytest.FixtureRequest) -> TestClient:
    routes = [Route("/", request.param), Route("/other", _whole)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Opening)]))


def test_it_is_the_first_script_of_the_document_and_the_rest_is_as_it_was(client: TestClient) -> None:
    body = client.get("/").text
    begin, rest = body.split("<script>", 1)
    script, end = rest.split("</script>", 1)
    assert begin + end == _PAGE
    assert begin.endswith("<head>")
    assert "requestAnimationFrame" in script


def test_other_addresses_are_left_alone(client: TestClient) -> None:
    assert client.get("/other").text == _PAGE


def test_only_the_document_itself_is_changed(client: TestClient) -> None:
    head = client.head("/")
    assert head.text == ""
    assert int(head.headers.get("content-length", len(_PAGE.encode()))) == len(_PAGE.encode())


def test_what_is_compressed_afterwards_is_whole() -> None:
    layers = [Middleware(GZipMiddleware, minimum_size=1), Middleware(Opening)]
    client = TestClient(Starlette(routes=[Route("/", _whole)], middleware=layers))
    with client.stream("GET", "/", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert int(answer.headers["content-length"]) == len(raw)
    assert b"requestAnimationFrame" in gzip.decompress(raw)
