"""What VITON-HD's networks cost: ``python -m benchmarks.viton_hd [--small] [--half] [--threads N]``.

The whole chain on the example's woman and a garment, with random weights. Time and memory do not depend on them, save
that the predicted groups are replaced by the woman's own: random ones would have more edges than a person.
One table: wall time, processor time, and peak memory of the process (Linux) before and during the run.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from PIL import Image as Pillow
from torch import Tensor, nn

from vton_core.engines.tryon.conditions import Conditions, conditions
from vton_core.images import read_image
from vton_core.networks.viton_hd import GROUPS, PUBLISHED, SMALL, VitonHd, VitonHdConfig, fold_spectral_norm
from vton_core.networks.viton_hd.noise import speckle
from vton_core.openpose import pose_from_json
from vton_core.types import Image, Pose

_EXAMPLES: Final = Path(__file__).parents[1] / "assets" / "examples"
_SPREAD: Final = 20


class _Known(nn.Module):
    """Runs the segmentation generator, and gives known scores instead of its own."""

    def __init__(self, seg: nn.Module, scores: Tensor) -> None:
        super().__init__()
        self.seg = seg
        self.scores = scores

    def forward(self, x: Tensor) -> Tensor:
        self.seg(x)
        return self.scores


def _told(size: tuple[int, int]) -> Conditions:
    """The woman as the networks see her at a size (width, height)."""
    rgb = read_image(_EXAMPLES / "model_woman.png")
    with Pillow.open(_EXAMPLES / "model_woman_parse.png") as file:
        parse = np.array(file)
    name = "model_woman_keypoints.json"
    keypoints = pose_from_json((_EXAMPLES / name).read_text("utf-8"), name).keypoints.copy()
    keypoints[:, :2] *= np.array(size) / (parse.shape[1], parse.shape[0])
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    labels = np.asarray(cv2.resize(parse, size, interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)
    return conditions(small, labels, Pose(keypoints.astype(np.float32)))


def _picture(rgb: Image) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(rgb)).movedim(2, 0)[None].float() / 127.5 - 1


def _groups(groups: np.ndarray) -> Tensor:
    return nn.functional.one_hot(torch.from_numpy(groups).long(), GROUPS).movedim(2, 0)[None].float()


def _inputs(config: VitonHdConfig) -> tuple[tuple[Tensor, ...], Tensor]:
    """The chain's inputs, and the groups' scores that it shall find."""
    size = (config.width, config.height)
    told = _told(size)
    cloth = cv2.resize(read_image(_EXAMPLES / "garment_longsleeve.png"), size, interpolation=cv2.INTER_AREA)
    mask = np.abs(cloth.astype(int) - cloth[0, 0]).max(axis=2) > _SPREAD
    scores = nn.functional.interpolate(_groups(told.groups), config.coarse_size, mode="nearest")
    pictures = (_picture(told.person), _groups(told.agnostic), _picture(told.pose), _picture(cloth))
    noise = speckle((1, 1, *config.coarse_size), torch.Generator().manual_seed(0))
    return (*pictures, torch.from_numpy(mask).float()[None, None], noise), scores


def _memory(name: str) -> float:
    """A field of the process' status in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def main() -> None:
    """Measure one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="the small networks at 256×192")
    parser.add_argument("--half", action="store_true", help="bfloat16, but for the matching network")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    config = SMALL if options.small else PUBLISHED
    networks = VitonHd(config).eval()
    fold_spectral_norm(networks)
    for part in (networks.seg, networks.alias):
        part.to(memory_format=torch.channels_last)
        part.to(torch.bfloat16 if options.half else torch.float32)
    inputs, scores = _inputs(config)
    networks.seg = _Known(networks.seg, scores)  # type: ignore[assignment]
    before = _memory("VmRSS:")
    Path("/proc/self/clear_refs").write_text("5")
    wall, processor = time.perf_counter(), time.process_time()
    with torch.inference_mode():
        networks(*inputs, torch.Generator().manual_seed(0))
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{'size':>10} {'threads':>8} {'wall s':>8} {'processor s':>12} {'MiB before':>11} {'MiB peak':>9}")
    size = f"{config.height}×{config.width}"
    print(f"{size:>10} {options.threads:>8} {wall:8.1f} {processor:12.1f} {before:11.0f} {_memory('VmHWM:'):9.0f}")


if __name__ == "__main__":
    main()
