"""CIHP_PGN's TensorFlow checkpoint becomes a file for the network here."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.formats.writing import bundle
from tests.networks.random_weights import seeded
from vton_core.__main__ import main
from vton_core.convert_pgn import convert
from vton_core.engines.parsing import cihp_pgn
from vton_core.errors import EngineError
from vton_core.networks.cihp_pgn import CihpPgn

_THIN = 32
_TENSORFLOW = {"weight": "weights", "bias": "biases"}
_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def _state() -> dict[str, NDArray[np.float32]]:
    shapes = {key: tuple(value.shape) for key, value in CihpPgn(_THIN).state_dict().items()}
    return seeded({key: shape for key, shape in shapes.items() if not key.endswith("num_batches_tracked")})


def _variables(state: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.generic]]:
    """As TensorFlow names and turns them, with what training leaves behind."""
    variables: dict[str, NDArray[np.generic]] = {}
    for key, array in state.items():
        _, layer, part = key.split(".")
        name = (_NORM if layer.startswith("bn") else _TENSORFLOW)[part]
        variables[f"{layer}/{name}"] = np.ascontiguousarray(array.transpose(2, 3, 1, 0)) if array.ndim == 4 else array
    variables["conv1/weights/Momentum"] = variables["conv1/weights"] * np.float32(0)
    variables["bn_conv1/beta/Momentum"] = variables["bn_conv1/beta"] * np.float32(0)
    variables["fc1_edge_c0_res3/weights"] = np.zeros((3, 3, 8, 1), np.float32)
    variables["fc1_edge_c0_res3/biases"] = np.zeros(1, np.float32)
    variables["global_step"] = np.array(593292, np.int64)
    return variables


def _write(folder: Path, variables: dict[str, NDArray[np.generic]], step: int = 593292) -> Path:
    beginning = folder / f"model.ckpt-{step}"
    index, data = bundle(variables, compress=True)
    Path(f"{beginning}.index").write_bytes(index)
    Path(f"{beginning}.data-00000-of-00001").write_bytes(data)
    (folder / "checkpoint").write_text(f'model_checkpoint_path: "{beginning.name}"\n')
    return beginning


@pytest.fixture
def thin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is small enough for a test."""
    monkeypatch.setattr("vton_core.networks.cihp_pgn.CihpPgn", partial(CihpPgn, _THIN))
    monkeypatch.setattr(cihp_pgn, "CihpPgn", partial(CihpPgn, _THIN))


@pytest.mark.usefixtures("thin")
def test_the_engine_gets_every_number(tmp_path: Path) -> None:
    state = _state()
    target = tmp_path / "made" / "net.safetensors"
    convert(_write(tmp_path, _variables(state)), target)
    loaded = cihp_pgn.load_network(target).state_dict()
    for key, array in state.items():
        np.testing.assert_array_equal(loaded[key].numpy(), array, strict=True)


@pytest.mark.usefixtures("thin")
def test_the_command_line_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VTON_WEIGHTS", str(tmp_path / "mine"))
    _write(tmp_path, _variables(_state()))
    assert main(["weights", "convert", "pgn", str(tmp_path)]) == 0
    assert main(["weights", "verify", "cihp-pgn"]) == 0
    assert "whole" in capsys.readouterr().out
    engine = cihp_pgn.load_fast()
    assert engine.scores(np.zeros((40, 30, 3), np.uint8)).shape == (20, 40, 30)


@pytest.mark.usefixtures("thin")
def test_another_networks_checkpoint_is_one_error_that_lists_it(tmp_path: Path) -> None:
    variables = _variables(_state())
    variables["fc6/weights"] = variables.pop("edge_rf_fc/weights")
    variables["bn5c_branch2c/beta"] = np.zeros(3, np.float32)
    target = tmp_path / "net.safetensors"
    with pytest.raises(EngineError) as caught:
        convert(_write(tmp_path, variables), target)
    for part in ("layers.edge_rf_fc.weight", "layers.fc6.weight", "layers.bn5c_branch2c.bias is 3 instead of 64"):
        assert part in str(caught.value)
    assert not target.exists()


@pytest.mark.usefixtures("thin")
def test_values_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    variables = _variables(_state())
    variables["conv1/weights"] = np.full_like(variables["conv1/weights"], np.nan)
    with pytest.raises(EngineError, match="conv1/weights holds values that are no numbers"):
        convert(_write(tmp_path, variables), tmp_path / "net.safetensors")


def test_the_published_network_has_165_million_numbers() -> None:
    """As many as the published code declares, but for the edges that are supervised in training alone."""
    with torch.device("meta"):
        net = CihpPgn()
    state = {key: value for key, value in net.state_dict().items() if not key.endswith("num_batches_tracked")}
    assert len(state) == 596
    assert sum(value.numel() for value in state.values()) == 164_910_442
