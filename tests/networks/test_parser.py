"""The parser network and the encoder that it starts from."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vton_core.networks.efficientnet import CHANNELS, EfficientNetLite1
from vton_core.networks.folding import folded
from vton_core.networks.parser import CLASSES, PRIOR_CHANNELS, ParserNet
from vton_core.training.efficientnet import load_pretrained


def _inputs(height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    photo = torch.rand(2, 3, height, width, generator=generator)
    return photo, torch.rand(2, PRIOR_CHANNELS, height // 4, width // 4, generator=generator)


@pytest.mark.parametrize(("height", "width"), [(64, 64), (96, 160), (224, 96)])
def test_scores_have_the_photos_size(height: int, width: int) -> None:
    with torch.inference_mode():
        scores = ParserNet().eval()(*_inputs(height, width))
    assert scores.shape == (2, CLASSES, height, width)


def test_it_is_small() -> None:
    assert sum(p.numel() for p in ParserNet().parameters()) < 6e6


def test_each_picture_of_a_batch_is_judged_alone() -> None:
    net = ParserNet().eval()
    photo, prior = _inputs(64, 96)
    with torch.inference_mode():
        together = net(photo, prior)
        alone = torch.cat([net(photo[i : i + 1], prior[i : i + 1]) for i in range(2)])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


def test_the_published_encoder_gives_the_published_features() -> None:
    """Mean magnitudes of the published network's features, run by the code published with it on the same noise."""
    encoder = EfficientNetLite1().eval()
    load_pretrained(encoder)
    noise = np.random.default_rng(0).random((1, 256, 192, 3), dtype=np.float32)
    with torch.inference_mode():
        levels = encoder(torch.from_numpy(noise).permute(0, 3, 1, 2))
    assert [level.shape[1] for level in levels] == list(CHANNELS)
    # That code pads the deepest level for one input size only, so it is compared with the others.
    means = [float(level.abs().mean()) for level in levels[:4]]
    assert means == pytest.approx([9.056848, 9.266552, 6.111007, 3.140576], rel=1e-4)


def test_frozen_layers_learn_nothing() -> None:
    net = ParserNet()
    net.encoder.freeze_first(2)
    net(*_inputs(64, 64)).mean().backward()
    assert all(p.grad is None for p in net.encoder.stem.parameters())
    assert all(p.grad is not None for p in net.encoder.blocks[2].parameters())


def test_training_keeps_the_published_statistics() -> None:
    encoder = EfficientNetLite1().train()
    before = {name: value.clone() for name, value in encoder.named_buffers()}
    encoder(_inputs(64, 64)[0])
    assert before
    assert all(torch.equal(value, before[name]) for name, value in encoder.named_buffers())


def test_folded_norms_give_the_same_scores() -> None:
    net = ParserNet()
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.uniform_(-0.2, 0.2)
                module.running_var.uniform_(0.5, 2)
    net.eval()
    inputs = _inputs(64, 96)
    with torch.inference_mode():
        before = net(*inputs)
        after = folded(net)(*inputs)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in net.modules())
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-4)
