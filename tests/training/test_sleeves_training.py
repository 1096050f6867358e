"""The training of what tells sleeves, on a data set of the example garments."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from vton_core.errors import InputError, WorkspaceError
from vton_core.garment.mask import garment_from_image
from vton_core.images import read_image
from vton_core.networks.cloth import FEATURES
from vton_core.networks.sleeves import SLEEVES, SleevesNet
from vton_core.training import cli, sleeves
from vton_core.training.sleeves import Examples, SleevesSettings, confusion, train_sleeves

_EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
_GARMENTS = {"longsleeve": "long", "tee_green": "short", "tee_striped": "short"}
_SETTINGS = SleevesSettings(drawn=1, steps=40)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set's layout: three garments, three times, of which two have masks."""
    folder = tmp_path_factory.mktemp("clothing")
    (folder / "images").mkdir()
    lines, seen = ["image,sender_id,label,kids"], ["photo,sleeves"]
    with zipfile.ZipFile(folder / "labels.zip", "w") as archive:
        for number, (garment, kind) in enumerate(3 * list(_GARMENTS.items())):
            picture = read_image(_EXAMPLES / f"garment_{garment}.png")
            photo = cv2.resize(picture, (150 + 5 * number, 200), interpolation=cv2.INTER_AREA)
            cv2.imwrite(str(folder / "images" / f"p{number}.jpg"), photo[..., ::-1])
            lines.append(f"p{number},1,T-Shirt,False")
            seen.append(f"p{number},{kind}")
            if number in (1, 3):
                mask = (255 * (garment_from_image(photo).alpha > 0.5)).astype(np.uint8)
                archive.writestr(f"train/p{number}.png", cv2.imencode(".png", mask)[1].tobytes())
    (folder / "images.csv").write_text("\n".join(lines) + "\n")
    (folder / "seen.csv").write_text("\n".join(seen) + "\n")
    return folder


def test_what_it_learned_from_it_tells(data: Path, tmp_path: Path) -> None:
    told: list[str] = []
    given = {"seen": data / "seen.csv", "labels": data / "labels.zip", "told": told.append}
    weights = train_sleeves(data, tmp_path / "a", _SETTINGS, **given)  # type: ignore[arg-type]
    again = train_sleeves(data, tmp_path / "b", _SETTINGS, **given)  # type: ignore[arg-type]
    assert weights.read_bytes() == again.read_bytes()
    said = json.loads(told[0])
    # Of nine photos the first and the last are to measure on; others show the same garments.
    assert said["counts"] == [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert said["right"] == 1
    tensors = load_file(weights)
    assert {value.dtype for value in tensors.values()} == {torch.float16}
    SleevesNet().load_state_dict(tensors)


def test_what_is_mistaken_is_counted() -> None:
    net = SleevesNet()
    with torch.no_grad():
        net.layer.weight.zero_()
        net.layer.weight[:, 0] = torch.tensor([0.0, 1.0, 0.0, -1.0])
        net.layer.bias.zero_()
    features = np.zeros((3, FEATURES), np.float32)
    features[:, 0] = (1, 1, -1)
    counts = confusion(net, Examples(features, np.array([0, 1, 3])))
    assert counts.tolist() == [[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]


def test_the_kinds_are_those_that_are_looked_at() -> None:
    lines = sleeves.SLEEVES_SEEN.read_text().splitlines()
    assert lines[0] == "photo,sleeves"
    assert {line.split(",")[1] for line in lines[1:]} == set(SLEEVES)
    held = Path(__file__).parents[2] / "benchmarks" / "cloth_held_out.txt"
    assert not {line.split(",")[0] for line in lines[1:]} & set(held.read_text().split())


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="holds no photos of clothing-dataset"):
        cli.main(["sleeves", "--data", str(tmp_path), "--out", str(tmp_path)])
    with pytest.raises(InputError, match="'drawn' must be at least 0, not -1"):
        cli.main(["sleeves", "--data", str(tmp_path), "--out", str(tmp_path), "--drawn", "-1"])
