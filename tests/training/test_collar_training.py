"""Training on a handful of drawn collars."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from vton_core.errors import InputError
from vton_core.networks.collar import CollarNet
from vton_core.training import cli


def test_a_few_batches_already_help(tmp_path: Path) -> None:
    words = ["collar", "--out", str(tmp_path), "--batches", "24", "--batch", "4", "--held", "8", "--seed", "3"]
    assert cli.main(words) == 0
    figures = json.loads((tmp_path / "collar.json").read_text("utf-8"))
    assert figures["loss"][-1] < 0.7 * figures["loss"][0]
    assert 0 <= figures["iou"] <= 1
    weights = load_file(tmp_path / "collar.safetensors")
    assert {value.dtype for value in weights.values()} == {torch.float16}
    network = CollarNet().eval()
    network.load_state_dict({name: value.float() for name, value in weights.items()}, strict=False)
    assert set(weights) == {name for name in network.state_dict() if not name.endswith("num_batches_tracked")}
    assert network(torch.zeros(2, 4, 32, 32)).shape == (2, 32, 32)


def test_it_goes_on_from_what_the_shipped_weights_have_learned(tmp_path: Path) -> None:
    words = ["collar", "--out", str(tmp_path), "--onward", "--batches", "2", "--batch", "2", "--held", "24"]
    assert cli.main(words) == 0
    assert json.loads((tmp_path / "collar.json").read_text("utf-8"))["iou"] > 0.6


@pytest.mark.parametrize(("name", "least"), [("batches", 1), ("batch", 1), ("held", 1), ("seed", 0)])
def test_numbers_that_are_too_small_are_said_to_be(tmp_path: Path, name: str, least: int) -> None:
    with pytest.raises(InputError, match=f"'{name}' must be at least {least}, not {least - 1}"):
        cli.main(["collar", "--out", str(tmp_path), f"--{name}", str(least - 1)])


@pytest.mark.parametrize("batches", [1, 20])
def test_any_number_of_batches_will_do(tmp_path: Path, batches: int) -> None:
    words = ["collar", "--out", str(tmp_path), "--batches", str(batches), "--batch", "1", "--held", "1"]
    assert cli.main(words) == 0
