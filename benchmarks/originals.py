"""What the original system's networks cost: ``python -m benchmarks.originals [ENGINE ...] [--threads N] [--photos N]``.

Every engine gets a file of random weights of the published size and format, made once into ``--weights`` (a temporary
folder by default), and runs in a process of its own on the example's woman: time and memory depend on weights little.
What is timed is the network with all that stands round it on the way from photo to masks, maps or scores; a cutout's
contour, and the grouping of joints, which would find hundreds of people in random maps, are not.

One table: megabytes of the file, seconds to load it, seconds of the first and the last photo (wall and, for the last,
over all threads, processor), and the process' peak memory (Linux).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from tests.formats.writing import caffemodel
from tests.networks.random_weights import seeded
from tests.networks.seeded import tensors
from vton_core import weights
from vton_core.engines.background import blendmask, condinst
from vton_core.engines.parsing import cihp_pgn
from vton_core.engines.pose.openpose import OpenPose, load_network
from vton_core.images import read_image
from vton_core.networks.adelaidet.blendmask import BlendMask
from vton_core.networks.adelaidet.condinst import CondInst
from vton_core.networks.cihp_pgn import CihpPgn
from vton_core.networks.openpose_body25 import OpenPoseBody25
from vton_core.steps.pose import canvas_of, draw_on_canvas
from vton_core.types import Cutout, Image

_EXAMPLES: Final = Path(__file__).parents[1] / "assets" / "examples"
_CANVAS: Final = 512


def _arrays(net: torch.nn.Module) -> dict[str, NDArray[np.float32]]:
    shapes = {key: tuple(value.shape) for key, value in net.state_dict().items() if value.is_floating_point()}
    return seeded(shapes)


def _write_adelaidet(net: torch.nn.Module, file: Path) -> None:
    torch.save({"model": tensors(net)}, file)


def _write_openpose(file: Path) -> None:
    net = OpenPoseBody25()
    arrays = _arrays(net)
    layers = {name: tuple(arrays[key] for key in keys) for name, keys in net.published_layers().items()}
    file.write_bytes(caffemodel(layers))


def _write_pgn(file: Path) -> None:
    save_file({key: torch.from_numpy(array) for key, array in _arrays(CihpPgn()).items()}, file)


_WRITERS: Final[Mapping[str, Callable[[Path], None]]] = {
    "condinst": lambda file: _write_adelaidet(CondInst(101), file),
    "condinst_r50": lambda file: _write_adelaidet(CondInst(50), file),
    "blendmask": lambda file: _write_adelaidet(BlendMask(101), file),
    "blendmask_r50": lambda file: _write_adelaidet(BlendMask(50), file),
    "openpose-body25": _write_openpose,
    "cihp-pgn": _write_pgn,
}


def _photo(step: str) -> Image:
    """The woman: the photo itself for step 1, on a canvas of the original's size for the others."""
    rgb = read_image(_EXAMPLES / "model_woman.png")
    if step == "background":
        return rgb
    alpha = read_image(_EXAMPLES / "model_woman_alpha.png")[..., 0] / np.float32(255)
    cutout = Cutout(rgb, alpha)
    return draw_on_canvas(cutout, canvas_of(cutout, _CANVAS))


def _openpose() -> OpenPose:
    # Not by its name: random weights have not the digest that OpenPose publishes.
    return OpenPose(load_network(weights.entry("openpose-body25").path))


# The weights that an engine takes, what loads it, and what is timed.
_ENGINES: Final[Mapping[str, tuple[str, Callable[[], Any], str]]] = {
    "condinst": ("condinst", condinst.largest, "find_people"),
    "condinst-r50": ("condinst_r50", condinst.r50, "find_people"),
    "blendmask": ("blendmask", blendmask.largest, "find_people"),
    "blendmask-r50": ("blendmask_r50", blendmask.r50, "find_people"),
    "openpose": ("openpose-body25", _openpose, "maps"),
    "cihp-pgn": ("cihp-pgn", cihp_pgn.load, "scores"),
    "cihp-pgn-fast": ("cihp-pgn", cihp_pgn.load_fast, "scores"),
}


def _timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - processor


def _measure(name: str, photos: int) -> dict[str, Any]:
    """One engine, in this process."""
    file, load, method = _ENGINES[name]
    weights.verify(weights.entry(file))  # once a computer, not once a start
    photo = _photo(weights.entry(file).step)
    engine, loading, _ = _timed(load)
    calls = [_timed(lambda: getattr(engine, method)(photo))[1:] for _ in range(photos)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = weights.entry(file).path.stat().st_size / 1e6
    return {"size": size, "load": loading, "calls": calls, "peak": peak, "pixels": photo.shape[1::-1]}


def _prepare(folder: Path, names: list[str]) -> None:
    for name in dict.fromkeys(_ENGINES[engine][0] for engine in names):
        file = folder / weights.entry(name).file
        if not file.is_file():
            _WRITERS[name](file)


_HEAD: Final = (
    f"{'engine':14} {'photo':>9} {'file MB':>8} {'load s':>7} {'first s':>8} {'last s':>8} {'processor s':>12}"
    f" {'peak MiB':>9}"
)


def _line(name: str, found: dict[str, Any]) -> str:
    first, (last, processor) = found["calls"][0][0], found["calls"][-1]
    pixels = "×".join(map(str, found["pixels"]))
    return (
        f"{name:14} {pixels:>9} {found['size']:8.0f} {found['load']:7.1f} {first:8.1f} {last:8.1f} {processor:12.1f}"
        f" {found['peak']:9.0f}"
    )


def main() -> None:
    """Measure each engine in a process of its own, or one in this."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="*", metavar="ENGINE", help=f"of {', '.join(_ENGINES)}; all by default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--photos", type=int, default=2, help="how many photos each engine sees")
    parser.add_argument("--weights", type=Path, help="a folder that keeps the files of random weights")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.here:
        print(json.dumps(_measure(options.engines[0], options.photos)))
        return
    names = options.engines or list(_ENGINES)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.weights or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ[weights.VARIABLE] = str(folder)
        _prepare(folder, names)
        print(_HEAD)
        for name in names:
            command = [sys.executable, "-m", "benchmarks.originals", name, "--here"]
            command += ["--threads", str(options.threads), "--photos", str(options.photos)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            print(_line(name, json.loads(done.stdout.splitlines()[-1])), flush=True)


if __name__ == "__main__":
    main()
