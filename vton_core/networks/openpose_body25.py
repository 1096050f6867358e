"""OpenPose's BODY_25 network: VGG-19's first layers, then four stages that see limbs and two that see joints.

Architecture after Cao et al., "OpenPose: Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields" (TPAMI
2019), as published with the BODY_25 model; each module bears the name of its published layer.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

__all__ = ["JOINT_MAPS", "LIMB_MAPS", "STRIDE", "OpenPoseBody25"]

JOINT_MAPS: Final = 26
"""One map a joint of BODY_25, and one of the background."""
LIMB_MAPS: Final = 52
"""x and y of the affinity field of each of the 26 limbs."""
STRIDE: Final = 8
"""Pixels of the photo, across, that one value of a map stands for."""

_FEATURES: Final = 128
# Name and outputs of each convolution, with a pooling after some.
_VGG: Final = (
    *(("1_1", 64), ("1_2", 64), None, ("2_1", 128), ("2_2", 128), None),
    *(("3_1", 256), ("3_2", 256), ("3_3", 256), ("3_4", 256), None, ("4_1", 512), ("4_2", 512)),
    *(("4_3_CPM", 256), ("4_4_CPM", _FEATURES)),
)
# From here on the published network learns the slope of each channel's negative side.
_LEARNT_SLOPES: Final = ("4_2", "4_3_CPM", "4_4_CPM")


def _backbone() -> nn.Sequential:
    layers, inputs = nn.Sequential(), 3
    for layer in _VGG:
        if layer is None:
            layers.append(nn.MaxPool2d(2, ceil_mode=True))
            continue
        name, outputs = layer
        layers.add_module(f"conv{name}", nn.Conv2d(inputs, outputs, 3, padding=1))
        if name in _LEARNT_SLOPES:
            layers.add_module(f"prelu{name}", nn.PReLU(outputs))
        else:
            layers.add_module(f"relu{name}", nn.ReLU(inplace=True))
        inputs = outputs
    return layers


class _Stage(nn.Module):
    """Five blocks of three convolutions whose outputs are all kept, then two convolutions that mix channels."""

    def __init__(self, name: str, inputs: int, width: int, mixed: int, outputs: int) -> None:
        super().__init__()
        self.blocks: list[tuple[nn.Sequential, ...]] = []
        for block in range(1, 6):
            parts = []
            for index in range(3):
                part = nn.Sequential()
                part.add_module(f"Mconv{block}_{name}_{index}", nn.Conv2d(inputs, width, 3, padding=1))
                part.add_module(f"Mprelu{block}_{name}_{index}", nn.PReLU(width))
                self.add_module(f"block{block}_{index}", part)
                parts.append(part)
                inputs = width
            self.blocks.append(tuple(parts))
            inputs = 3 * width
        self.mix = nn.Sequential()
        self.mix.add_module(f"Mconv6_{name}", nn.Conv2d(inputs, mixed, 1))
        self.mix.add_module(f"Mprelu6_{name}", nn.PReLU(mixed))
        self.mix.add_module(f"Mconv7_{name}", nn.Conv2d(mixed, outputs, 1))

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            kept = []
            for part in block:
                x = part(x)
                kept.append(x)
            x = torch.cat(kept, dim=1)
        result: Tensor = self.mix(x)
        return result


class OpenPoseBody25(nn.Module):
    """Maps of a photo that say where joints lie and which way limbs run."""

    def __init__(self) -> None:
        super().__init__()
        self.features = _backbone()
        limbs, inputs = [], _FEATURES
        for stage in range(4):
            limbs.append(_Stage(f"stage{stage}_L2", inputs, *((96, 256) if stage == 0 else (128, 512)), LIMB_MAPS))
            inputs = _FEATURES + LIMB_MAPS
        self.limbs = nn.ModuleList(limbs)
        self.joints = nn.ModuleList(
            [
                _Stage("stage0_L1", inputs, 96, 256, JOINT_MAPS),
                _Stage("stage1_L1", inputs + JOINT_MAPS, 128, 512, JOINT_MAPS),
            ]
        )

    def published_layers(self) -> dict[str, tuple[str, ...]]:
        """The published name of each layer that has parameters, and their keys in the state dict, in order."""
        layers: dict[str, list[str]] = {}
        for key in self.state_dict():
            layers.setdefault(key.split(".")[-2], []).append(key)
        return {name: tuple(keys) for name, keys in layers.items()}

    def forward(self, photo: Tensor) -> Tensor:
        """Joint maps, then limb maps.

        Args:
            photo: ``float (N, 3, H, W)``, BGR in [-0.5, 0.5): ``byte / 256 - 0.5``.

        Returns:
            ``float (N, 78, H / 8, W / 8)``, rounded up: 26 joint maps (about [0, 1] at training), then 52 limb maps, x
            and y (about [-1, 1]).
        """
        features = self.features(photo)
        limbs = self.limbs[0](features)
        for stage in self.limbs[1:]:
            limbs = stage(torch.cat([features, limbs], dim=1))
        joints = self.joints[0](torch.cat([features, limbs], dim=1))
        joints = self.joints[1](torch.cat([features, joints, limbs], dim=1))
        return torch.cat([joints, limbs], dim=1)
