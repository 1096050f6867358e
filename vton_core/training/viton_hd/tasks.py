"""What each of the three networks is given, what it shall give, and how far off it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, l1_loss, one_hot

from vton_core.networks.viton_hd import GMM, GROUPS, REGIONS, ALIASGenerator, SegGenerator
from vton_core.networks.viton_hd.chain import divide, regions_of, warp
from vton_core.networks.viton_hd.noise import speckle
from vton_core.networks.viton_hd.seg import SEG_CHANNELS
from vton_core.training.viton_hd import losses
from vton_core.training.viton_hd.critic import Critic
from vton_core.training.viton_hd.settings import Settings
from vton_core.training.viton_hd.vgg import Perceptual, load_perceptual

__all__ = ["Batch", "Task", "as_floats", "make_task", "matching_inputs"]

Batch = dict[str, Tensor]
_UPPER: Final = 2
_COLOURS: Final = (
    *((0, 0, 0), (128, 0, 0), (0, 0, 255), (255, 85, 0), (0, 85, 85), (51, 170, 221), (0, 255, 255)),
    *((85, 255, 170), (170, 255, 85), (255, 255, 0), (255, 170, 0), (85, 85, 0), (52, 86, 128)),
)


def as_floats(batch: Batch, device: torch.device) -> Batch:
    """A batch of :func:`vton_core.training.viton_hd.sample.load_sample` as the networks take it.

    Args:
        batch: ``uint8``, pictures ``(B, H, W, 3)`` and maps ``(B, H, W)``.
        device: where to.

    Returns:
        image, person, pose, cloth: ``float (B, 3, H, W)`` in [-1, 1]; mask: ``float (B, 1, H, W)``; agnostic:
        ``float (B, 13, H, W)``, one-hot; groups: ``int64 (B, H, W)``.
    """
    moved = {name: value.to(device, non_blocking=True) for name, value in batch.items()}
    pictures = {
        name: moved[name].permute(0, 3, 1, 2).float().div(127.5).sub(1) for name in ("image", "person", "pose", "cloth")
    }
    return pictures | {
        "mask": moved["mask"][:, None].float(),
        "agnostic": _planes(moved["agnostic"].long()),
        "groups": moved["groups"].long(),
    }


def _planes(groups: Tensor) -> Tensor:
    return one_hot(groups, GROUPS).permute(0, 3, 1, 2).float()


class Task(ABC):
    """The training of one network: its modules, inputs and losses."""

    name: str
    generator: nn.Module
    critic: Critic | None = None

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    @abstractmethod
    def network(self) -> nn.Module:
        """The network itself, whose weights are kept."""

    @abstractmethod
    def prepare(self, batch: Batch) -> Batch:
        """What the generator is given and what it shall give, from :func:`as_floats`."""

    @abstractmethod
    def generate(self, generator: nn.Module, given: Batch) -> Any:
        """Run the generator, or what wraps it."""

    @abstractmethod
    def generator_losses(self, given: Batch, made: Any) -> dict[str, Tensor]:
        """The generator's losses, already weighted; the sum of those is what it learns from."""

    def critic_losses(self, given: Batch, made: Any, critic: nn.Module) -> dict[str, Tensor]:
        """The discriminator's losses."""
        raise NotImplementedError(self.name)

    @abstractmethod
    def pictures(self, given: Batch, made: Any) -> list[Tensor]:
        """Pictures ``float (B, 3, h, w)`` in [-1, 1] for the grid, a column each."""

    def to(self, device: torch.device) -> None:
        """Move the modules."""
        self.generator.to(device)
        if self.critic is not None:
            self.critic.to(device)

    def _judged(self, critic: nn.Module, condition: Tensor, made: Tensor, real: Tensor) -> tuple[Any, Any]:
        """The critic's features of fakes and of reals, from one pass."""
        both = torch.cat([torch.cat([condition, made], dim=1), torch.cat([condition, real], dim=1)])
        said = critic(both)
        return tuple([[x.chunk(2)[half] for x in scale] for scale in said] for half in (0, 1))  # type: ignore[return-value]


class _Logits(nn.Module):
    """The segmentation generator up to its sigmoid, which the cross-entropy does without."""

    def __init__(self, seg: SegGenerator) -> None:
        super().__init__()
        self.seg = seg

    def forward(self, x: Tensor) -> Tensor:
        return self.seg.logits(x)


class _SegTask(Task):
    name = "seg"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.generator = _Logits(SegGenerator(settings.network))
        if settings.seg.critic_rate:
            self.critic = Critic(SEG_CHANNELS + GROUPS, settings.critic_width)

    @property
    def network(self) -> nn.Module:
        seg = self.generator.seg
        assert isinstance(seg, nn.Module)
        return seg

    def prepare(self, batch: Batch) -> Batch:
        size = self.settings.network.coarse_size
        seen = torch.cat([batch["mask"], batch["cloth"] * batch["mask"], batch["agnostic"], batch["pose"]], dim=1)
        seen = interpolate(seen, size, mode="bilinear", align_corners=False)
        noise = speckle((len(seen), 1, *size), torch.default_generator).to(seen.device)
        truth = interpolate(batch["groups"][:, None].float(), size, mode="nearest")[:, 0].long()
        small = interpolate(batch["image"], size, mode="bilinear", align_corners=False)
        return {"seen": torch.cat([seen, noise], dim=1), "truth": _planes(truth), "image": small}

    def generate(self, generator: nn.Module, given: Batch) -> Tensor:
        made: Tensor = generator(given["seen"])
        return made

    def generator_losses(self, given: Batch, made: Tensor) -> dict[str, Tensor]:
        found = {"entropy": self.settings.cross_entropy * losses.group_entropy(made, given["truth"])}
        if self.critic is not None:
            fake = self.critic(torch.cat([given["seen"], made.sigmoid()], dim=1))
            found["adversarial"] = losses.generator_squares(fake)
        return found

    def critic_losses(self, given: Batch, made: Tensor, critic: nn.Module) -> dict[str, Tensor]:
        fake, real = self._judged(critic, given["seen"], made.sigmoid(), given["truth"])
        return {"critic": losses.critic_squares(fake, real)}

    def pictures(self, given: Batch, made: Tensor) -> list[Tensor]:
        seen = given["seen"]
        return [given["image"], seen[:, 1:4], _painted(seen[:, 4:17]), _painted(made), _painted(given["truth"])]


def _painted(scores: Tensor) -> Tensor:
    """The colour of the largest of ``(B, 13, h, w)``."""
    palette = torch.tensor(_COLOURS, device=scores.device).float().div(127.5).sub(1)
    return palette[scores.argmax(dim=1)].permute(0, 3, 1, 2)


def matching_inputs(batch: Batch, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """What the matching network is given of true pairs: person ``(B, 7, h, w)``, cloth ``(B, 3, h, w)``."""
    upper = regions_of(batch["groups"])[:, _UPPER : _UPPER + 1]
    person = torch.cat([upper, batch["pose"], batch["person"]], dim=1)
    return interpolate(person, size, mode="nearest"), interpolate(batch["cloth"], size, mode="nearest")


class _Displacements(nn.Module):
    """The matching network up to its control points; the grid is worked out apart, in full precision."""

    def __init__(self, gmm: GMM) -> None:
        super().__init__()
        self.gmm = gmm

    def forward(self, person: Tensor, cloth: Tensor) -> Tensor:
        return self.gmm.displacements(person, cloth)


class _GmmTask(Task):
    name = "gmm"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.matcher = GMM(settings.network)
        self.generator = _Displacements(self.matcher)

    @property
    def network(self) -> nn.Module:
        return self.matcher

    def prepare(self, batch: Batch) -> Batch:
        size = self.settings.network.coarse_size
        person, shop = matching_inputs(batch, size)
        smooth = torch.cat([batch["image"], batch["cloth"], batch["mask"]], dim=1)
        smooth = interpolate(smooth, size, mode="bilinear", align_corners=False)
        upper, image, cloth, mask = person[:, :1], smooth[:, :3], smooth[:, 3:6], smooth[:, 6:]
        return {
            "person": person,
            "cloth": shop,
            "laid": torch.cat([cloth * mask + (1 - mask), mask], dim=1),
            "truth": torch.cat([image * upper + (1 - upper), upper], dim=1),
            "image": image,
        }

    def generate(self, generator: nn.Module, given: Batch) -> tuple[Tensor, Tensor]:
        theta = generator(given["person"], given["cloth"])
        # The spline's system is too steep for half precision.
        with torch.autocast(theta.device.type, enabled=False):
            grid = self.matcher.gridGen(theta.float(), self.settings.network.coarse_size)
            return theta, warp(given["laid"], grid)

    def generator_losses(self, given: Batch, made: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        theta, laid = made
        side = self.settings.network.grid_size
        points = theta.float().reshape(len(theta), 2, -1).mT + self.matcher.gridGen.base
        bend = losses.second_difference(points.reshape(-1, side, side, 2))
        return {
            "colour": l1_loss(laid[:, :3], given["truth"][:, :3]),
            "mask": self.settings.mask * l1_loss(laid[:, 3:], given["truth"][:, 3:]),
            "bend": self.settings.second_difference * bend,
        }

    def pictures(self, given: Batch, made: tuple[Tensor, Tensor]) -> list[Tensor]:
        laid = made[1]
        over = torch.where(laid[:, 3:] > 0.5, laid[:, :3], given["image"])
        return [given["image"], given["cloth"], laid[:, :3], over, given["truth"][:, :3]]


class _AliasTask(Task):
    name = "alias"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.generator = ALIASGenerator(settings.network)
        if settings.alias.critic_rate:
            self.critic = Critic(REGIONS + 3, settings.critic_width)
        self.perceptual: Perceptual | None = None
        if settings.vgg and settings.perceptual:
            self.perceptual = load_perceptual(Path(settings.vgg))

    @property
    def network(self) -> nn.Module:
        return self.generator

    def to(self, device: torch.device) -> None:
        super().to(device)
        if self.perceptual is not None:
            self.perceptual.to(device)

    def prepare(self, batch: Batch) -> Batch:
        regions = regions_of(batch["groups"])
        divided, misaligned = divide(regions, batch["mask"])
        seen = torch.cat([batch["person"], batch["pose"], batch["cloth"]], dim=1)
        return {
            "seen": seen,
            "regions": regions,
            "divided": divided,
            "misaligned": misaligned,
            "image": batch["image"],
        }

    def generate(self, generator: nn.Module, given: Batch) -> Tensor:
        made: Tensor = generator(given["seen"], given["regions"], given["divided"], given["misaligned"])
        return made

    def generator_losses(self, given: Batch, made: Tensor) -> dict[str, Tensor]:
        found = {}
        if self.critic is not None:
            fake, real = self._judged(self.critic, given["regions"], made, given["image"])
            found["adversarial"] = losses.generator_hinge(fake)
            found["features"] = self.settings.feature_matching * losses.feature_matching(fake, real)
        if self.settings.plain:
            found["plain"] = self.settings.plain * l1_loss(made.float(), given["image"])
        if self.perceptual is not None:
            found["perceptual"] = self.settings.perceptual * self.perceptual(made, given["image"])
        return found

    def critic_losses(self, given: Batch, made: Tensor, critic: nn.Module) -> dict[str, Tensor]:
        fake, real = self._judged(critic, given["regions"], made, given["image"])
        return {"critic": losses.critic_hinge(fake, real)}

    def pictures(self, given: Batch, made: Tensor) -> list[Tensor]:
        seen = given["seen"]
        return [seen[:, :3], seen[:, 6:9], made, given["image"]]


def make_task(network: str, settings: Settings) -> Task:
    """The training of ``seg``, ``gmm`` or ``alias``, its weights drawn from PyTorch's random state."""
    tasks: dict[str, type[Task]] = {"seg": _SegTask, "gmm": _GmmTask, "alias": _AliasTask}
    return tasks[network](settings)
