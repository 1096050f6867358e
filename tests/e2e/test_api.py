"""The same page by name, through ``gradio_client``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.e2e.conftest import Server
from vton_core.images import read_image

NAMES = {
    *("/session", "/choose", "/clear", "/turn", "/open", "/engine", "/fit", "/corrections", "/correct"),
    *("/place", "/arrange", "/cancel", "/status", "/download"),
}
FEET, HEAD = [300, 390], [300, 60]


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    connected = Client(server.url, download_files=str(tmp_path_factory.mktemp("downloads")), verbose=False)
    yield connected
    connected.close()


def test_every_endpoint_has_its_name_and_says_what_it_does(client: Client) -> None:
    found = client.view_api(return_format="dict", print_info=False)
    assert set(found["named_endpoints"]) == NAMES
    assert not found["unnamed_endpoints"]
    assert all(endpoint["description"] for endpoint in found["named_endpoints"].values())


def test_a_fit_a_composite_and_a_download(
    client: Client, visit: Path, server: Server, pictures: dict[str, Path]
) -> None:
    session = visit.parent.name
    status = client.predict(session, handle_file(pictures["model"]), handle_file(pictures["garment"]), api_name="/fit")
    assert status["state"] == "done"
    assert [stage["stage"] for stage in status["stages"]] == ["cutout", "pose", "parse", "tryon"]
    now = status["wearing"]
    assert client.predict(session, **now, api_name="/fit")["wearing"] == now
    background = handle_file(pictures["background"])
    placed = client.predict(session, FEET, HEAD, FEET, False, background, api_name="/place")
    made = client.predict(session, api_name="/status")["composites"][-1]
    assert made["placement"] == {"position": FEET, "top": HEAD, "bottom": FEET, "flip": False}
    assert read_image(placed).shape == read_image(pictures["background"]).shape
    again = client.predict(session, "composite", made["number"], api_name="/download")
    assert Path(again).read_bytes() == Path(placed).read_bytes()
    assert read_image(client.predict(session, "cutout", api_name="/download")).any()
    project, other = client.predict(session, "project", api_name="/download"), client.predict(api_name="/session")
    opened = client.predict(other, handle_file(project), api_name="/open")
    assert (opened["state"], opened["pictures"].keys()) == ("done", {"model", "garment", "background"})
    assert Path(client.predict(other, FEET, HEAD, FEET, api_name="/place")).read_bytes() == Path(placed).read_bytes()


def test_what_cannot_be_done_is_a_sentence(client: Client, visit: Path, tmp_path: Path) -> None:
    mine, notes = client.predict(api_name="/session"), tmp_path / "notes.png"
    notes.write_text("these are notes")
    for arguments, name, word in (
        (("nobody",), "/status", "Start a new one"),
        ((mine,), "/fit", "picture is missing"),
        ((mine, None, None, "up"), "/fit", "no way to tuck"),
        ((mine, None, None, "in", 0.0, 0.7), "/fit", "'length' must be from"),
        ((mine, FEET, HEAD, FEET), "/place", "nothing to place"),
        ((visit.parent.name, FEET, FEET, FEET), "/place", "no height"),
        ((mine, "model", handle_file(notes)), "/choose", "not a picture"),
        ((mine, "hat", handle_file(notes)), "/choose", "no picture called hat"),
        ((mine, handle_file(notes)), "/open", "not a project"),
        ((mine, "figure"), "/download", "nothing|no figure"),
    ):
        with pytest.raises(AppError, match=word):
            client.predict(*arguments, api_name=name)
    assert client.predict(mine, api_name="/status")["state"] == "empty"
    assert client.predict(mine, api_name="/cancel")["state"] == "empty"
