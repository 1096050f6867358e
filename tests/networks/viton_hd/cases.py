"""The inputs of the parity tests, all from seeds; the published code was run on the same."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from tests.networks.viton_hd.filling import label_maps, pictures
from vton_core.networks.viton_hd import VitonHdConfig

SIZE: Final = (256, 256)
COARSE: Final = (64, 64)
CONFIG: Final = VitonHdConfig(height=256, width=256, coarse_height=64, coarse_width=64, alias_width=4)
"""Published widths, but for the ALIAS generator, whose width the published code leaves open."""
SEEDS: Final = {"seg": 0, "gmm": 1, "alias": 2}


def seg_input() -> Tensor:
    """For the segmentation generator."""
    return torch.cat([pictures(1, 8, COARSE, 20), label_maps(1, 13, COARSE, 21)], dim=1)


def gmm_inputs() -> tuple[Tensor, Tensor]:
    """For the matching network."""
    return pictures(1, 7, COARSE, 22), pictures(1, 3, COARSE, 23)


def alias_inputs() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """For the ALIAS generator: the misaligned part has soft edges."""
    regions = label_maps(1, 7, SIZE, 25)
    upper = regions[:, 2:3]
    misaligned = (upper - pictures(1, 1, SIZE, 26).abs()).clamp(min=0)
    divided = torch.cat([regions[:, :2], upper - misaligned, regions[:, 3:], misaligned], dim=1)
    return pictures(1, 9, SIZE, 24), regions, divided, misaligned


def chain_inputs(seed: int = 10) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """For the three in a row: person, agnostic, pose, cloth, mask, noise."""
    return (
        pictures(1, 3, SIZE, seed),
        label_maps(1, 13, SIZE, seed + 1),
        pictures(1, 3, SIZE, seed + 2),
        pictures(1, 3, SIZE, seed + 3),
        (pictures(1, 1, SIZE, seed + 4) > -0.3).float(),
        (pictures(1, 1, COARSE, seed + 5) > 0.5).float(),
    )


def probes(values: Tensor) -> list[float]:
    """Mean, deviation and seven values of a tensor."""
    flat = values.detach().flatten().double()
    return [float(flat.mean()), float(flat.std()), *flat[:: len(flat) // 7][:7].tolist()]
