"""Published checkpoints: whatever wrapping they come in is read, nothing in them is run, and every tensor must fit."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from vton_core.checkpoints import check_fit, load_strictly, read_checkpoint, unfilled
from vton_core.errors import EngineError

TENSORS = {"weight": torch.arange(6.0).reshape(2, 3), "bias": torch.ones(2)}


@pytest.mark.parametrize(
    "content",
    [
        TENSORS,
        OrderedDict(TENSORS),
        {"model": TENSORS, "iteration": 9, "optimizer": {"state": {}}},
        {"state_dict": {f"module.{name}": tensor for name, tensor in TENSORS.items()}, "epoch": 3},
    ],
)
@pytest.mark.parametrize("old", [False, True])
def test_any_wrapping_is_read(tmp_path: Path, content: dict[str, Any], old: bool) -> None:
    file = tmp_path / "net.pth"
    torch.save(content, file, _use_new_zipfile_serialization=not old)
    net = nn.Linear(3, 2)
    load_strictly(net, read_checkpoint(file), file)
    assert torch.equal(net.weight, TENSORS["weight"])
    assert torch.equal(net.bias, TENSORS["bias"])


def test_safetensors_are_read_too(tmp_path: Path) -> None:
    save_file(TENSORS, tmp_path / "net.safetensors")
    assert torch.equal(read_checkpoint(tmp_path / "net.safetensors")["weight"], TENSORS["weight"])


class Bomb:
    def __reduce__(self) -> Any:
        return Path.touch, (Path("exploded"),)


@pytest.mark.parametrize("name", ["net.pth", "net.safetensors"])
@pytest.mark.parametrize("content", [b"", b"abc", b"<html>gone</html>", pickle.dumps(Bomb()), pickle.dumps([1])])
def test_what_is_no_checkpoint_is_one_sentence_and_nothing_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EngineError, match=rf"{name} cannot be read as a checkpoint"):
        read_checkpoint(tmp_path / name)
    assert not (tmp_path / "exploded").exists()


def test_a_truncated_checkpoint_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "net.pth"
    torch.save(TENSORS, file)
    for old in (True, False):
        torch.save(TENSORS, file, _use_new_zipfile_serialization=not old)
        file.write_bytes(file.read_bytes()[:-200])
        with pytest.raises(EngineError, match="cannot be read as a checkpoint"):
            read_checkpoint(file)


def test_what_does_not_fit_is_listed_and_nothing_is_loaded() -> None:
    net = nn.Linear(3, 2)
    before = net.bias.clone()
    wrong = {"weight": torch.zeros(3, 2), "bias": torch.ones(2), "gain": torch.ones(1)}
    with pytest.raises(EngineError) as caught:
        load_strictly(net, wrong, Path("a.pth"))
    assert "a.pth does not fit" in str(caught.value)
    assert "(not known: gain; of another shape: weight is 3×2 instead of 2×3)" in str(caught.value)
    assert torch.equal(net.bias, before)
    with pytest.raises(EngineError, match=r"\(missing: bias\)"):
        load_strictly(net, {"weight": TENSORS["weight"]}, Path("a.pth"))


def test_a_network_is_made_without_drawing_numbers_and_then_filled() -> None:
    before = torch.random.get_rng_state()
    net = unfilled(lambda: nn.Sequential(nn.Linear(3, 2), nn.Dropout()))
    load_strictly(net, {f"0.{name}": tensor for name, tensor in TENSORS.items()}, Path("a.pth"))
    torch.testing.assert_close(net(torch.ones(1, 3)), torch.tensor([[4.0, 13.0]]))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not any(parameter.requires_grad for parameter in net.parameters())


def test_whether_tensors_fit_can_be_told_without_a_place_for_them() -> None:
    with torch.device("meta"):
        net = nn.Linear(3, 2)
    assert check_fit(net, TENSORS, Path("a.pth")).keys() == TENSORS.keys()
    with pytest.raises(EngineError, match=r"\(missing: bias\)"):
        check_fit(net, {"weight": TENSORS["weight"]}, Path("a.pth"))


def test_a_long_list_is_shortened() -> None:
    net = nn.Sequential(*(nn.Linear(1, 1) for _ in range(6)))
    with pytest.raises(EngineError, match=r"missing: 0\.weight, 0\.bias, .* and 6 more\)"):
        load_strictly(net, {}, Path("a.pth"))


def test_what_is_not_used_may_stand_there_or_not() -> None:
    net = nn.BatchNorm1d(2)
    full = {name: tensor + 1 for name, tensor in net.state_dict().items()}
    extra = full | {"anchors": torch.ones(3)}
    load_strictly(net, extra, Path("a.pth"), unused=("anchors",))
    assert torch.equal(net.running_mean, torch.ones(2))
    del full["num_batches_tracked"]
    load_strictly(net, full, Path("a.pth"), unused=("num_batches_tracked",))
    with pytest.raises(EngineError, match="missing: num_batches_tracked"):
        load_strictly(net, full, Path("a.pth"))
