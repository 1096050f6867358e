"""The training of what tells garments apart, on a few silhouettes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from scipy.io import savemat

from tests.training.ccp_layout import lay_out
from vton_core.errors import InputError, WorkspaceError
from vton_core.garment.kind_net import LAYERS, SORTS, scores
from vton_core.networks.kind import KindNet
from vton_core.training import kind
from vton_core.training.cli import main
from vton_core.training.silhouettes import draw
from vton_core.training.worn import worn_garments

_TAGS = ["null", "t-shirt", "top", "jeans", "shorts", "skirt", "dress"]
_SORTS = ("sleeved", "sleeveless", "trousers", "shorts", "skirt", "dress")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clothing Co-Parsing's layout, with a drawn garment of one tag in each photo."""
    folder = lay_out(tmp_path_factory.mktemp("ccp"), _TAGS)
    for tag, sort in enumerate(_SORTS, start=1):
        mask = draw(sort, np.random.default_rng(tag))
        for photo in (f"00{tag}1", f"00{tag}5"):
            (folder / "photos" / f"{photo}.jpg").touch()
            savemat(folder / "annotations" / f"{photo}.mat", {"groundtruth": np.uint8(tag) * mask})
    return folder


@pytest.mark.parametrize("sort", SORTS)
def test_a_seed_says_what_is_drawn(sort: str) -> None:
    first, again, other = (draw(sort, np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_drawn_is_never_empty(sort: str) -> None:
    rng = np.random.default_rng(5)
    assert all(draw(sort, rng).mean() > 0.05 for _ in range(40))


def test_worn_garments_are_told_by_their_tags_and_never_mixed(data: Path) -> None:
    train, held = (list(worn_garments(data, validation=validation)) for validation in (False, True))
    assert [(garment.tag, garment.sort) for garment in train] == list(zip(_TAGS[1:], _SORTS, strict=True))
    assert {garment.photo[-1] for garment in train} == {"1"}
    assert {garment.photo[-1] for garment in held} == {"5"}
    with pytest.raises(WorkspaceError, match="Clothing Co-Parsing"):
        list(worn_garments(data / "photos", validation=True))


def test_what_is_used_computes_what_was_trained() -> None:
    torch.manual_seed(0)
    net = KindNet()
    pictures = torch.rand(6, 64, 64)
    for _ in range(3):
        net(pictures)  # its normalisation sees something
    net.eval()
    folded = {name: tensor.numpy() for name, tensor in net.folded().items()}
    with torch.inference_mode():
        np.testing.assert_allclose(scores(pictures.numpy(), folded), net(pictures).numpy(), atol=1e-5)


def test_training_learns_and_the_same_seed_gives_the_same(data: Path, tmp_path: Path) -> None:
    settings = kind.KindSettings(drawn=240, worn=24, held=60, epochs=4, batch=24, seed=2)
    lines: list[str] = []
    files = [kind.train_kind(data, tmp_path / name, settings, lines.append) for name in ("a", "b")]
    assert files[0].read_bytes() == files[1].read_bytes()
    losses = [json.loads(line)["loss"] for line in lines[:4]]
    assert losses[-1] < 0.9 * losses[0]
    assert json.loads(lines[3])["right"] > 0.4
    assert {name: array.shape for name, array in load_file(files[0]).items() if name in LAYERS} == LAYERS


def test_the_command_trains(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--drawn", "24", "--worn", "6", "--epochs", "1", "--batch", "6"]
    assert main(["kind", "--data", str(data), "--out", str(tmp_path), *sizes]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "kind.safetensors")


def test_a_batch_that_is_never_full_is_refused(data: Path, tmp_path: Path) -> None:
    sizes = ["--drawn", "24", "--worn", "6", "--epochs", "1", "--batch", "31"]
    with pytest.raises(InputError, match="A batch of 31 is more than the 30 silhouettes"):
        main(["kind", "--data", str(data), "--out", str(tmp_path), *sizes])
    for name in ("drawn", "worn", "epochs", "batch"):
        with pytest.raises(InputError, match=f"'{name}' must be at least 1, not 0"):
            main(["kind", "--data", str(data), "--out", str(tmp_path), f"--{name}", "0"])
