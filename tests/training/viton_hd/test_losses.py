"""The losses and discriminators."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from vton_core.errors import InputError
from vton_core.training.viton_hd import losses
from vton_core.training.viton_hd.critic import Critic
from vton_core.training.viton_hd.vgg import Perceptual, load_perceptual


def even_grid(side: int = 5) -> torch.Tensor:
    steps = torch.linspace(-0.9, 0.9, side)
    return torch.stack(torch.meshgrid(steps, steps, indexing="ij"), dim=-1)[None]


def test_an_affine_grid_costs_nothing_and_a_bent_one_does() -> None:
    turned = even_grid() @ torch.tensor([[0.8, -0.3], [0.5, 0.9]]) + 0.1
    assert losses.second_difference(turned).item() == pytest.approx(0, abs=1e-6)
    bent = even_grid().clone()
    bent[0, 2, 2] += 0.2
    further = even_grid().clone()
    further[0, 2, 2] += 0.4
    assert 0.01 < losses.second_difference(bent) < losses.second_difference(further)


def test_points_on_one_spot_have_finite_gradients() -> None:
    grid = torch.zeros(1, 5, 5, 2, requires_grad=True)
    losses.second_difference(grid).backward()
    assert grid.grad is not None
    assert torch.isfinite(grid.grad).all()


def test_the_entropy_is_that_of_the_sigmoids() -> None:
    truth = torch.nn.functional.one_hot(torch.tensor([[[0, 2], [1, 1]]]), 3).permute(0, 3, 1, 2).float()
    logits = torch.randn(1, 3, 2, 2, generator=torch.Generator().manual_seed(1))
    chance = logits.sigmoid()
    expected = -(truth * chance.log() + (1 - truth) * (1 - chance).log()).sum(dim=1).mean()
    torch.testing.assert_close(losses.group_entropy(logits, truth), expected)
    assert losses.group_entropy(60 * truth - 30, truth) < 1e-9


def test_adversarial_losses_pull_the_right_way() -> None:
    high, low = [[torch.full((1, 1, 2, 2), 2.0)]], [[torch.full((1, 1, 2, 2), -2.0)]]
    assert losses.generator_hinge(high) == -2
    assert losses.generator_hinge(low) == 2
    assert losses.critic_hinge(low, high) == 0
    assert losses.critic_hinge(high, low) == 6
    ones, zeros = [[torch.ones(1)]], [[torch.zeros(1)]]
    assert losses.generator_squares(ones) == 0
    assert losses.critic_squares(zeros, ones) == 0
    assert losses.critic_squares(ones, zeros) == 1


def test_feature_matching_leaves_the_verdict_out_and_the_truth_alone() -> None:
    real = [[torch.ones(1, 2, requires_grad=True), torch.ones(1, 2), torch.zeros(1)]]
    fake = [[torch.zeros(1, 2, requires_grad=True), torch.ones(1, 2), torch.full((1,), 9.0)]]
    loss = losses.feature_matching(fake, real)
    assert loss.item() == 1
    loss.backward()
    assert real[0][0].grad is None
    assert fake[0][0].grad is not None


def test_the_critic_judges_patches_at_two_sizes() -> None:
    critic = Critic(5, 4)
    said = critic(torch.randn(2, 5, 64, 48))
    assert [len(scale) for scale in said] == [5, 5]
    assert [tuple(scale[-1].shape) for scale in said] == [(2, 1, 11, 9), (2, 1, 7, 6)]
    normalised = [name for name, _ in critic.named_parameters() if name.endswith("weight_orig")]
    assert len(normalised) == 6


def test_the_perceptual_loss_takes_vgg_19s_weights(tmp_path: Path) -> None:
    torch.manual_seed(1)
    vgg = Perceptual()
    # The names and shapes of torchvision's file: 13 convolutions up to conv5_1, and others that are not needed.
    names = {f"features.{n}.weight" for n in (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28)}
    assert {name for name in vgg.state_dict() if name.endswith("weight")} == names
    torch.save({**vgg.state_dict(), "classifier.0.bias": torch.zeros(3)}, tmp_path / "vgg.pth")
    loaded = load_perceptual(tmp_path / "vgg.pth")
    fake, real = torch.rand(1, 3, 32, 32, requires_grad=True), torch.rand(1, 3, 32, 32)
    assert loaded(real, real).item() == 0
    torch.testing.assert_close(loaded(fake, real), vgg(fake, real))
    loaded(fake, real).backward()
    assert fake.grad is not None
    assert not any(weight.requires_grad for weight in loaded.parameters())


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        load_perceptual(tmp_path / "none.pth")
    (tmp_path / "text.pth").write_text("hello")
    with pytest.raises(InputError, match="does not hold"):
        load_perceptual(tmp_path / "text.pth")
    torch.save({"a": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(InputError, match="does not hold"):
        load_perceptual(tmp_path / "other.pth")
