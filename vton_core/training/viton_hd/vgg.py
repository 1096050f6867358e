"""The perceptual loss on VGG-19's features (Johnson et al., ECCV 2016; Simonyan and Zisserman, 2015)."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from vton_core.errors import InputError

__all__ = ["Perceptual", "load_perceptual"]

# Channels of the convolutions between the poolings.
_BLOCKS: Final = ((64, 64), (128, 128), (256, 256, 256, 256), (512, 512, 512, 512), (512,))
# The loss compares after the first convolution of each block.
_WEIGHTS: Final = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1.0)
_MEAN: Final = (0.485, 0.456, 0.406)
_DEVIATION: Final = (0.229, 0.224, 0.225)


class Perceptual(nn.Module):
    """L1 between the features of two pictures after ``relu1_1`` to ``relu5_1``; its weights stay as they are."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        self.taps: list[int] = []
        inputs = 3
        for block in _BLOCKS:
            if layers:
                layers.append(nn.MaxPool2d(2))
            self.taps.append(len(layers) + 2)
            for outputs in block:
                layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
                inputs = outputs
        self.features = nn.Sequential(*layers)
        self.register_buffer("mean", torch.tensor(_MEAN)[:, None, None], persistent=False)
        self.register_buffer("deviation", torch.tensor(_DEVIATION)[:, None, None], persistent=False)
        self.requires_grad_(False)

    def forward(self, fake: Tensor, real: Tensor) -> Tensor:
        """The loss of ``float (B, 3, H, W)`` pictures in [-1, 1]."""
        fake, real = (((x + 1) / 2 - self.mean) / self.deviation for x in (fake, real))
        total = fake.new_zeros((), dtype=torch.float32)
        for weight, (start, end) in zip(_WEIGHTS, pairwise((0, *self.taps)), strict=True):
            fake, real = (self.features[start:end](x) for x in (fake, real))
            total = total + weight * l1_loss(fake.float(), real.detach().float())
        return total


def load_perceptual(path: Path) -> Perceptual:
    """The loss with the weights of a VGG-19 file, as torchvision's ``vgg19-dcbb9e9d.pth``.

    Raises:
        InputError: there is no such file, or it does not hold VGG-19's weights.
    """
    loss = Perceptual()
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        wanted = {name: state[name] for name in loss.state_dict()}
        loss.load_state_dict(wanted)
    except FileNotFoundError:
        raise InputError(
            "{file} is not there. Name VGG-19's weights in the settings, or leave them out.", file=path
        ) from None
    except (OSError, KeyError, TypeError, RuntimeError, EOFError, pickle.UnpicklingError):
        raise InputError(
            "{file} does not hold VGG-19's weights. Take torchvision's vgg19-dcbb9e9d.pth, or leave them out.",
            file=path,
        ) from None
    return loss
