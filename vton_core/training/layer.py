"""One layer on the garment network's features, fitted to all examples at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vton_core.networks.sleeves import SleevesNet
from vton_core.networks.upright import UprightNet

__all__ = ["fitted"]

_Net = TypeVar("_Net", SleevesNet, UprightNet)


def fitted(
    make: Callable[[], _Net],
    features: NDArray[np.float32],
    entropy: Callable[[Tensor], Tensor],
    *,
    decay: float,
    steps: int,
    seed: int,
) -> _Net:
    """The layer that tells the examples best.

    Args:
        make: makes the network.
        features: ``float32 (N, 512)``; their normalisation becomes part of the layer.
        entropy: of the network's logits: what is to be small.
        decay: of the weights, squared.
        steps: of the optimiser at most.
        seed: of all randomness.

    Returns:
        The network, in evaluation mode.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    known = torch.from_numpy((features - mean) / spread)
    torch.manual_seed(seed)
    net = make()
    optimiser = torch.optim.LBFGS(list(net.parameters()), max_iter=steps, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        total = entropy(net(known)) + decay * net.layer.weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        net.layer.weight.div_(torch.from_numpy(spread))
        net.layer.bias.sub_(net.layer.weight @ torch.from_numpy(mean))
    return net.eval()
