"""Fills the BlazePose encoder with the weights that MediaPipe's package carries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch

from vton_core.errors import EngineError, MissingWeightsError
from vton_core.networks.blazepose import BlazePoseEncoder
from vton_core.training.tflite import read_convolutions

__all__ = ["load_pretrained"]


def load_pretrained(encoder: BlazePoseEncoder) -> None:
    """Copy MediaPipe's pose landmark weights into the encoder, in place.

    Raises:
        MissingWeightsError: MediaPipe is not installed, or its package does not carry the model.
        EngineError: the model's layers are not those of the encoder.
    """
    package = find_spec("mediapipe")
    folder = Path(package.origin).parent if package is not None and package.origin else Path()
    path = folder / "modules" / "pose_landmark" / "pose_landmark_full.tflite"
    if not path.is_file():
        raise MissingWeightsError("The parser starts from MediaPipe's pose network. Install mediapipe==0.10.21 first.")
    published = read_convolutions(path)
    with torch.no_grad():
        for layer in encoder.convolutions():
            # The published network's side branches lie between these layers; no shape of theirs fits the next layer.
            match = next(((w, b) for w, b in published if w.shape == tuple(layer.weight.shape)), None)
            if match is None or layer.bias is None:
                raise EngineError("{file} is not the pose network that the parser starts from.", file=path.name)
            layer.weight.copy_(torch.from_numpy(match[0].copy()))
            layer.bias.copy_(torch.from_numpy(match[1].copy()))
