"""The default parser with networks other than the shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from safetensors.torch import load_file

from vton_core.engines.registry import load_parsing
from vton_core.networks.parser import ParserNet

__all__ = ["use_networks"]


def use_networks(files: Sequence[Path]) -> None:
    """Give the default parser other networks, before any step has used it.

    Args:
        files: that of the network for the photo, and that of the one for its mirror image; one may be both.
    """
    nets = [_network(file) for file in (files[0], files[-1])]
    with patch("vton_core.engines.parsing.parser.load_shipped", side_effect=nets):
        load_parsing("parser")


def _network(file: Path) -> ParserNet:
    net = ParserNet()
    net.load_state_dict({name: value.float() for name, value in load_file(file).items()})
    return net
