"""The server speaks to this computer alone, keeps to itself what it was not asked to show, and takes no huge files."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from components.inputs import PROJECT_LIMIT_MB
from tests.e2e.conftest import ROOT, Server

Answer = tuple[int, bytes]


@pytest.fixture
def get(server: Server) -> Callable[[str], Answer]:
    """Fetch a path as it stands: a client that tidies paths up would hide what the server does with them."""

    def get(path: str) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    return get


def test_it_listens_on_the_loopback_address_alone(server: Server) -> None:
    port = f":{urlsplit(server.url).port:04X}"
    listening = [
        words[1]
        for table in ("tcp", "tcp6")
        for words in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
        if words[3] == "0A" and words[1].endswith(port)
    ]
    assert listening == [f"0100007F{port}"]


def test_files_that_were_not_shown_are_refused(server: Server, visit: Path, get: Callable[[str], Answer]) -> None:
    upload = next((visit / "uploads").iterdir())
    for file in (Path("/etc/passwd"), ROOT / "app.py", ROOT / "pyproject.toml", visit / "state.json", upload):
        for address in ("/gradio_api/file=", "/file=", "/gradio_api/file/", "/static/", "/assets/"):
            for path in (quote(str(file)), "..%2f" * 12 + quote(str(file).lstrip("/")), "../" * 12 + str(file)[1:]):
                status, content = get(f"{address}{path}")
                assert status >= 400 or content[:9].lower() == b"<!doctype", (address, path)
                assert file.read_bytes()[:60] not in content


def test_no_folder_is_listed_and_nothing_is_fetched_for_others(visit: Path, get: Callable[[str], Answer]) -> None:
    for path in (
        f"/gradio_api/file={visit}",
        "/gradio_api/file=.",
        "/gradio_api/file=/",
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/file=http://127.0.0.1:1/",
        "/monitoring",
        "/gradio_api/monitoring",
    ):
        assert get(path)[0] >= 400, path


def test_the_page_and_its_settings_ask_for_nothing_elsewhere(get: Callable[[str], Answer]) -> None:
    status, page = get("/")
    assert status == 200
    assert b'"analytics_enabled":false' in page.replace(b" ", b"").lower()
    status, config = get("/config")
    assert status == 200
    assert b'"is_space":true' not in config
    assert str(ROOT).encode() not in config


def test_a_file_beyond_the_limit_is_refused(server: Server) -> None:
    size = (PROJECT_LIMIT_MB + 1) << 20
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="large.png"\r\n\r\n'
    tail = b"\r\n--x--\r\n"
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.putrequest("POST", "/gradio_api/upload")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(len(head) + size + len(tail)))
    connection.endheaders()
    try:
        connection.send(head)
        for _ in range(size >> 20):
            connection.send(bytes(1 << 20))
        connection.send(tail)
        status = connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        status = 413  # it did not even listen to the end
    connection.close()
    assert status == 413
