"""The training of what tells which way up a garment is, on a data set of the example garments."""

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
from vton_core.images import read_image
from vton_core.networks.upright import UprightNet
from vton_core.training import cli
from vton_core.training.upright import UprightSettings, train_upright

_EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
_GARMENTS = ("longsleeve", "tee_green", "tee_striped")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set's layout: three garments, three times; the last photo lies on its side."""
    folder = tmp_path_factory.mktemp("clothing")
    (folder / "images").mkdir()
    lines = ["image,sender_id,label,kids"]
    mask = cv2.imencode(".png", np.full((9, 9), 255, np.uint8))[1].tobytes()
    with zipfile.ZipFile(folder / "labels.zip", "w") as archive:
        for number, garment in enumerate(3 * _GARMENTS):
            picture = read_image(_EXAMPLES / f"garment_{garment}.png")
            photo = cv2.resize(picture, (150 + 5 * number, 200), interpolation=cv2.INTER_AREA)
            photo = np.rot90(photo) if number == 8 else photo
            cv2.imwrite(str(folder / "images" / f"p{number}.jpg"), photo[..., ::-1])
            lines.append(f"p{number},1,T-Shirt,False")
            archive.writestr(f"train/p{number}.png", mask)
    (folder / "images.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_what_it_learned_from_it_tells(data: Path, tmp_path: Path) -> None:
    told: list[str] = []
    settings = UprightSettings(photos=9, steps=60)
    weights, again = (
        train_upright(data, tmp_path / name, settings, labels=data / "labels.zip", told=told.append) for name in "ab"
    )
    assert weights.read_bytes() == again.read_bytes()
    said = json.loads(told[0])
    assert said["photos"] == 9
    assert said["stay"] == 1
    assert said["turned back"] > 0.6
    tensors = load_file(weights)
    assert {value.dtype for value in tensors.values()} == {torch.float16}
    UprightNet().load_state_dict(tensors)


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="holds no photos of clothing-dataset"):
        cli.main(["upright", "--data", str(tmp_path), "--out", str(tmp_path)])
    with pytest.raises(InputError, match="'photos' must be at least 8, not 1"):
        cli.main(["upright", "--data", str(tmp_path), "--out", str(tmp_path), "--photos", "1"])
