"""Training of the three networks, on five drawn pairs."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.training.viton_hd.conftest import arguments, log_of, write_config
from vton_core.errors import InputError
from vton_core.images import read_image
from vton_core.networks.viton_hd import GMM, SMALL, ALIASGenerator, SegGenerator, VitonHd
from vton_core.networks.viton_hd.chain import warp
from vton_core.networks.viton_hd.noise import speckle
from vton_core.training.cli import main
from vton_core.training.viton_hd.batches import BatchOrder, Pairs, read_batches
from vton_core.training.viton_hd.keep import load_weights
from vton_core.training.viton_hd.layout import DataFolder
from vton_core.training.viton_hd.settings import CONFIGS, NETWORKS, load, load_saved
from vton_core.training.viton_hd.tasks import as_floats
from vton_core.training.viton_hd.trainer import Trainer, rate_share
from vton_core.training.viton_hd.world import World

FALLING = {"seg": ("entropy",), "gmm": ("colour", "mask"), "alias": ("features", "plain")}
BATCHES = {"seg": 12, "gmm": 36, "alias": 12}


@pytest.fixture(scope="module")
def trained(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All three networks trained one after the other, the warped clothes written between, the same pairs dressed."""
    folder = tmp_path_factory.mktemp("all")
    shutil.copytree(drawn, folder / "data")
    for name in ("warped_cloth", "warped_cloth-mask"):
        shutil.rmtree(folder / "data" / "train" / name)
    (folder / "data" / "train").rename(folder / "data" / "test")
    (folder / "data" / "train").symlink_to(folder / "data" / "test")
    shutil.copy(folder / "data" / "train_pairs.txt", folder / "data" / "test_pairs.txt")
    config = write_config(folder, BATCHES["seg"], gmm=BATCHES["gmm"])
    for network in ("seg", "gmm", "warp", "alias", "test"):
        assert main(arguments(network, folder / "run", folder / "data", config)) == 0
    return folder


@pytest.mark.parametrize("network", NETWORKS)
def test_losses_fall(trained: Path, network: str) -> None:
    log = log_of(trained / "run", network)
    assert [entry["batch"] for entry in log] == list(range(1, BATCHES[network] + 1))
    for name in FALLING[network]:
        first, last = (np.mean([entry[name] for entry in part]) for part in (log[:3], log[-3:]))
        assert last < 0.75 * first, (name, first, last)


@pytest.mark.parametrize(("network", "kind"), [("seg", SegGenerator), ("gmm", GMM), ("alias", ALIASGenerator)])
def test_the_weights_fit_the_networks(trained: Path, network: str, kind: type[torch.nn.Module]) -> None:
    """Under the published names, in full and in half precision."""
    settings = load_saved(trained / "run")
    assert settings is not None
    net = kind(settings.network)
    state = torch.load(trained / "run" / f"{network}_final.pth", weights_only=True)
    net.load_state_dict(state)
    halves = load_file(trained / "run" / f"{network}.safetensors")
    assert halves.keys() == state.keys()
    for name, value in state.items():
        torch.testing.assert_close(halves[name].to(value.dtype), value, rtol=1e-3, atol=1e-3)


def test_grids_of_pictures_are_written(trained: Path) -> None:
    for network, columns in (("seg", 5), ("gmm", 5), ("alias", 4)):
        grid = read_image(trained / "run" / "pictures" / f"{network}_{BATCHES[network]:07d}.png")
        assert grid.shape == (2 * 128, columns * 64, 3)
        assert len(np.unique(grid)) > 20


def test_the_warped_clothes_are_the_matching_networks(trained: Path) -> None:
    """Of the size of the photo, and with the shirt's own colour inside their mask."""
    train = trained / "data" / "train"
    for number in range(5):
        cloth = read_image(train / "warped_cloth" / f"p{number}.jpg").astype(int)
        mask = read_image(train / "warped_cloth-mask" / f"p{number}.png")[..., 0]
        assert cloth.shape == (128, 64, 3)
        shop = read_image(train / "cloth" / f"c{number}.jpg").astype(int)[64, 32]
        assert (mask == 255).sum() > 200
        assert np.median(np.abs(cloth[mask == 255] - shop)) < 12


def test_results_of_the_test_pairs_are_the_chains(trained: Path) -> None:
    """After twelve batches they are no try-on yet, but each is its own person's, not another's."""
    results = [read_image(trained / "run" / "test" / f"p{n}_c{n}.png").astype(int) for n in range(5)]
    assert {result.shape for result in results} == {(128, 64, 3)}
    assert len({result.tobytes() for result in results}) == 5
    settings = load_saved(trained / "run")
    assert settings is not None
    chain = VitonHd(settings.network).eval()
    for network in NETWORKS:
        load_weights(chain.get_submodule(network), trained / "run", network)
    data = DataFolder(trained / "data")
    pairs = Pairs(data, data.read_pairs(by_name=False)[0], "test", settings)
    batch = as_floats({name: value[None] for name, value in pairs[3].items()}, torch.device("cpu"))
    random = torch.Generator().manual_seed(settings.seed)
    noise = speckle((1, 1, *settings.network.coarse_size), random)
    inputs = (batch[name] for name in ("person", "agnostic", "pose", "cloth", "mask"))
    with torch.inference_mode():
        picture = chain(*inputs, noise, random).picture[0].permute(1, 2, 0).numpy()
    assert np.abs((picture + 1) * 127.5 - results[3]).max() < 1


@pytest.mark.parametrize("network", ["gmm", "alias"])
def test_an_interrupted_training_ends_with_the_same_weights(drawn: Path, tmp_path: Path, network: str) -> None:
    config = write_config(tmp_path, 5)
    main(arguments(network, tmp_path / "whole", drawn, config))
    broken = arguments(network, tmp_path / "broken", drawn, config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "step", stops_before(4))
        with pytest.raises(KeyboardInterrupt):
            main(broken)
    assert main([*broken, "--continue_train"]) == 0
    assert_same(tmp_path / "whole", tmp_path / "broken", network)


def stops_before(batch: int):  # type: ignore[no-untyped-def]
    step = Trainer.step

    def stepping(self, given):  # type: ignore[no-untyped-def]
        if self.done == batch - 1:
            raise KeyboardInterrupt
        return step(self, given)

    return stepping


def assert_same(whole: Path, broken: Path, network: str) -> None:
    """Every tensor of the checkpoints is the same bit for bit, and so is the log."""
    a, b = (torch.load(path / f"{network}_checkpoint.pt", weights_only=True) for path in (whole, broken))
    torch.testing.assert_close(a, b, rtol=0, atol=0)
    assert log_of(whole, network) == log_of(broken, network)


def test_a_killed_process_is_continued_bit_for_bit(drawn: Path, tmp_path: Path) -> None:
    """SIGKILL in the middle of a training that reads with two processes; nothing of it gets time to tidy up."""
    config = write_config(tmp_path, 400, workers=2)
    command = arguments("seg", tmp_path / "broken", drawn, config)
    script = "import torch, sys; torch.set_num_threads(1); from vton_core.training.cli import main; main(sys.argv[1:])"
    with subprocess.Popen([sys.executable, "-c", script, *command], stderr=subprocess.DEVNULL) as process:
        log = tmp_path / "broken" / "seg_log.jsonl"
        while process.poll() is None and not (log.is_file() and len(log.read_text().splitlines()) >= 3):
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    done = torch.load(tmp_path / "broken" / "seg_checkpoint.pt", weights_only=True)["done"]
    assert 2 <= done < 400
    # The rates do not fall before half of the batches, so that a shorter training begins alike.
    shorter = write_config(tmp_path, 2 * done + 2)
    text = Path(shorter).read_text().replace("rate = 5e-3", "rate = 5e-3\nconstant = 1.0")
    Path(shorter).write_text(text)
    for name, more in (("broken", ["--continue_train"]), ("whole", [])):
        assert main([*arguments("seg", tmp_path / name, drawn, shorter), *more]) == 0
    assert_same(tmp_path / "whole", tmp_path / "broken", "seg")


def test_a_training_is_not_begun_over_another(drawn: Path, trained: Path, tmp_path: Path) -> None:
    before = (trained / "run" / "seg_final.pth").read_bytes()
    words = arguments("seg", trained / "run", drawn, write_config(tmp_path, BATCHES["seg"]))
    with pytest.raises(InputError, match="--continue_train"):
        main(words)
    wider = Path(write_config(tmp_path, BATCHES["seg"]))
    wider.write_text(wider.read_text().replace("seg_width = 4", "seg_width = 6"))
    with pytest.raises(InputError, match="does not fit these settings"):
        main([*words, "--continue_train"])
    assert (trained / "run" / "seg_final.pth").read_bytes() == before


def test_the_clock_stops_a_training_with_a_checkpoint(drawn: Path, tmp_path: Path) -> None:
    words = arguments("gmm", tmp_path / "run", drawn, write_config(tmp_path, 300))
    assert main([*words, "--minutes", "0"]) == 0
    assert torch.load(tmp_path / "run" / "gmm_checkpoint.pt", weights_only=True)["done"] == 1


def test_warping_needs_the_matching_network(drawn: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Train gmm"):
        main(arguments("warp", tmp_path / "run", drawn, write_config(tmp_path, 1)))


def test_mixed_precision_learns_and_is_kept(drawn: Path, tmp_path: Path) -> None:
    """Half precision needs the loss scaled; the scale is part of the checkpoint."""
    config = Path(write_config(tmp_path, 2))
    config.write_text('precision = "float16"\n' + config.read_text())
    main(arguments("gmm", tmp_path / "run", drawn, str(config)))
    state = torch.load(tmp_path / "run" / "gmm_checkpoint.pt", weights_only=True)
    assert state["scaler"]["scale"] > 1
    assert all(torch.isfinite(value).all() for value in state["generator"].values())


def test_the_warp_is_worked_out_in_full_precision(drawn: Path, tmp_path: Path) -> None:
    """The spline's system is steep: in bfloat16 its grid would be off by many pixels."""
    data = DataFolder(drawn)
    settings = load(write_config(tmp_path, 1))
    pairs = Pairs(data, data.read_pairs(by_name=False)[0], "gmm", settings)
    trainer = Trainer("gmm", settings, World(0, 1, torch.device("cpu")))
    given = trainer.task.prepare(as_floats(next(iter(read_batches(pairs, [[0, 1]], 0))), torch.device("cpu")))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        theta, laid = trainer.task.generate(trainer.generator, given)
    exact = warp(given["laid"], trainer.task.network.gridGen(theta.float(), settings.network.coarse_size))
    torch.testing.assert_close(laid, exact, rtol=0, atol=1e-4)


def test_averaged_weights_trail_the_learned_ones(trained: Path) -> None:
    state = torch.load(trained / "run" / "gmm_checkpoint.pt", weights_only=True)
    name = "regression.linear.weight"
    assert not torch.equal(state["average"][name], state["generator"][f"gmm.{name}"])
    final = torch.load(trained / "run" / "gmm_final.pth", weights_only=True)
    torch.testing.assert_close(final, dict(state["average"]), rtol=0, atol=0)


def test_every_pair_comes_once_a_round_whatever_the_processes() -> None:
    def numbers(size: int, batch: int) -> list[int]:
        parts = [list(BatchOrder(7, batch, rank, size, 0, 7 // batch, 3)) for rank in range(size)]
        return [index for part in zip(*parts, strict=True) for chosen in part for index in chosen]

    assert sorted(numbers(1, 1)) == list(range(7))
    assert numbers(1, 1) != sorted(numbers(1, 1))
    whole = list(BatchOrder(7, 3, 0, 1, 0, 9, 3))
    assert list(BatchOrder(7, 3, 0, 1, 4, 9, 3)) == whole[4:]
    halves = [list(BatchOrder(7, 3, rank, 2, 0, 4, 3)) for rank in (0, 1)]
    assert [a + b for a, b in zip(*halves, strict=True)] == [
        a + b for a, b in zip(whole[:8:2], whole[1:8:2], strict=True)
    ]


def test_rates_stay_and_then_fall_to_nothing() -> None:
    stage = load("viton-hd").seg
    shares = [rate_share(done, stage) for done in (0, 99_999, 150_000, 200_000)]
    assert shares == pytest.approx([1, 1, 0.5, 0])


def test_the_small_networks_take_less_than_60_mb() -> None:
    settings = load("viton-hd-small")
    assert settings.network == SMALL, "the engine reads what these settings make"
    with torch.device("meta"):
        nets = [SegGenerator(settings.network), ALIASGenerator(settings.network)]
    states = [net.state_dict() for net in (*nets, GMM(settings.network))]
    assert sum(value.numel() for state in states for value in state.values()) * 2 < 60e6


@pytest.mark.parametrize("name", sorted(path.stem for path in CONFIGS.glob("*.toml")))
def test_the_settings_that_come_along_can_be_used(name: str) -> None:
    settings = load(name)
    assert settings.network.size[0] in (1024, 512, 256)
    assert World(0, 1, torch.device("cpu")).first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "'colour' that is not known"),
        ("[seg]\nbatch = -1", "cannot be the value of 'batch'"),
        ('[seg]\nbatch = "8"', "cannot be the value of 'batch'"),
        ('precision = "int8"', "auto or float32 or bfloat16 or float16"),
        ("[network]\nheight = 100", "height must be a multiple"),
        ("seg = 3", "cannot be the value"),
        ("[seg\n", "not a TOML file"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(InputError, match=said):
        load(str(tmp_path / "x.toml"))


def test_unknown_settings_list_the_known() -> None:
    with pytest.raises(InputError, match="viton-hd, viton-hd-512, viton-hd-small"):
        load("nothing")
