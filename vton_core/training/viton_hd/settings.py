"""How the networks of VITON-HD are trained: one tree of settings, read from a TOML file or by the name of one."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from vton_core.errors import InputError
from vton_core.networks.viton_hd.config import PUBLISHED, VitonHdConfig
from vton_core.storage import write_text

__all__ = ["CONFIGS", "NETWORKS", "Settings", "Stage", "load", "load_saved", "save"]

NETWORKS: Final = ("seg", "gmm", "alias")
"""The networks in the order in which they are trained."""
CONFIGS: Final = Path(__file__).parent / "configs"
_SAVED: Final = "settings.json"


@dataclass(frozen=True)
class Stage:
    """The training of one network.

    Attributes:
        batches: how many.
        batch: pairs in a batch, on each process.
        rate: Adam's learning rate of the network.
        critic_rate: that of its discriminator; 0 trains without one, in half the time.
        betas: Adam's.
        constant: share of the batches before the rates begin to fall, in a straight line, to nothing.
    """

    batches: int = 200_000
    batch: int = 4
    rate: float = 2e-4
    critic_rate: float = 4e-4
    betas: tuple[float, float] = (0.5, 0.999)
    constant: float = 0.5


@dataclass(frozen=True)
class Settings:
    """All that a training follows from, beside the data.

    Attributes:
        network: sizes and widths of the networks.
        critic_width: channels of the discriminators' first level.
        seg: training of the segmentation generator.
        gmm: training of the geometric matching network.
        alias: training of the ALIAS generator.
        cross_entropy: weight beside the adversarial loss of the segmentation (paper: 10).
        second_difference: weight of the constraint on the grid (paper: 0.04).
        mask: weight of the warped mask's L1 loss.
        feature_matching: weight beside the adversarial loss of the ALIAS generator (paper: 10).
        perceptual: likewise (paper: 10); 0 leaves it out.
        plain: weight of the ALIAS generator's L1 loss, which the paper does not have: a help where VGG-19
            or the discriminator is missing.
        vgg: file with VGG-19's weights for the perceptual loss; without it training goes on with the other losses.
        ema: decay of the averaged weights.
        clip: longest gradient.
        precision: ``float32``, ``bfloat16``, ``float16``, or ``auto``: the first on a CPU, else the best there is.
        seed: of all randomness.
        pairs: ``listed`` takes the garment that the list names, ``name`` the person's own, called alike.
        draw_poses: draw the pose from its joints instead of reading the pose picture.
        workers: processes that read.
        save_every: batches between checkpoints.
        log_every: batches between lines of the log.
        show_every: batches between grids of pictures.
    """

    network: VitonHdConfig = PUBLISHED
    critic_width: int = 64
    seg: Stage = field(default_factory=lambda: Stage(batch=8, rate=4e-4))
    gmm: Stage = field(default_factory=lambda: Stage(batches=100_000, batch=8))
    alias: Stage = field(default_factory=lambda: Stage(rate=1e-4, betas=(0.0, 0.9)))
    cross_entropy: float = 10.0
    second_difference: float = 0.04
    mask: float = 0.5
    feature_matching: float = 10.0
    perceptual: float = 10.0
    plain: float = 0.0
    vgg: str = ""
    ema: float = 0.999
    clip: float = 10.0
    precision: str = "auto"
    seed: int = 1
    pairs: str = "listed"
    draw_poses: bool = False
    workers: int = 4
    save_every: int = 500
    log_every: int = 20
    show_every: int = 500

    def stage(self, network: str) -> Stage:
        """The training of ``seg``, ``gmm`` or ``alias``."""
        stage: Stage = getattr(self, network)
        return stage


_CHOICES: Final = {"precision": ("auto", "float32", "bfloat16", "float16"), "pairs": ("listed", "name")}


def load(name: str) -> Settings:
    """Settings from a TOML file, or from one of those that come with the program.

    Args:
        name: a path, or the name of a file in :data:`CONFIGS` without its ending.

    Raises:
        InputError: no such file; not TOML; an entry that is not known, or has a value that cannot be.
    """
    path = CONFIGS / f"{name}.toml"
    path = path if path.is_file() else Path(name)
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError:
        raise InputError(
            "There are no settings called '{name}'. Name a TOML file, or one of: {known}.",
            name=name,
            known=", ".join(sorted(file.stem for file in CONFIGS.glob("*.toml"))),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("{name} is not a TOML file ({reason}).", name=path, reason=error) from None
    return _filled_settings(table, path.name)


def save(settings: Settings, folder: Path) -> None:
    """Write the settings beside what is trained with them."""
    write_text(folder / _SAVED, json.dumps(asdict(settings), indent=2) + "\n")


def load_saved(folder: Path) -> Settings | None:
    """What :func:`save` wrote into the folder; ``None`` if it did not.

    Raises:
        InputError: the file was changed and cannot be read.
    """
    path = folder / _SAVED
    if not path.is_file():
        return None
    try:
        table = dict(json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError):
        raise InputError("{name} is damaged. Name the settings again with --config.", name=path) from None
    return _filled_settings(table, path.name)


def _filled_settings(table: dict[str, Any], where: str) -> Settings:
    try:
        settings: Settings = _filled(Settings(), table, where)
    except ValueError as error:
        raise InputError("{where}: {reason}. Change it.", where=where, reason=error) from None
    return settings


def _filled(base: Any, table: dict[str, Any], where: str) -> Any:
    """A dataclass with the table's values in the place of its own."""
    known = {entry.name: getattr(base, entry.name) for entry in fields(base)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in known:
            raise InputError(
                "{where} has an entry '{name}' that is not known. Known are: {known}.",
                where=where,
                name=name,
                known=", ".join(known),
            )
        old = known[name]
        values[name] = (
            _filled(old, value, where)
            if is_dataclass(old) and isinstance(value, dict)
            else _like(old, value, where, name)
        )
    return type(base)(**{**known, **values})


def _like(old: Any, value: Any, where: str, name: str) -> Any:
    """The value as the type of what it replaces."""
    if isinstance(old, tuple) and isinstance(value, list) and len(value) == len(old):
        return tuple(_like(a, b, where, name) for a, b in zip(old, value, strict=True))
    if isinstance(old, float) and type(value) is int:
        return float(value)
    fits = type(value) is type(old) and (isinstance(value, str | bool) or value >= 0)
    if not fits or (name in _CHOICES and value not in _CHOICES[name]):
        raise InputError(
            "{where}: '{value}' cannot be the value of '{name}'; it is something like {example}.",
            where=where,
            value=value,
            name=name,
            example=f"a table [{name}]" if is_dataclass(old) else " or ".join(_CHOICES.get(name, (str(old),))),
        )
    return value
