"""``python -m vton_core train``: which network, from which data, into which folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

__all__ = ["main"]

_Networks: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_Train = Callable[[argparse.Namespace], Path]


def _stages(text: str) -> tuple[tuple[int, int], ...]:
    """``1300x192,900x256`` as pairs of batches and side."""
    try:
        pairs = [part.split("x") for part in text.split(",")]
        return tuple((int(count), int(side)) for count, side in pairs)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of BATCHESxSIDE, as in 1300x192,900x256") from None


def main(argv: Sequence[str] | None = None) -> int:
    """Train as the arguments say; an interrupted run goes on from its last checkpoint.

    Args:
        argv: the arguments after ``train``.

    Returns:
        The exit code.

    Raises:
        VtonError: the data cannot be used.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if any(word.startswith("--train_model") for word in arguments):
        from vton_core.training.viton_hd.cli import main as train_viton_hd

        return train_viton_hd(arguments)
    args = _parser().parse_args(arguments)
    print(args.train(args))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vton_core train",
        description="Train a network. VITON-HD's are trained by --train_model (see train --train_model seg --help).",
    )
    networks = parser.add_subparsers(required=True, metavar="NETWORK")
    for add in (_add_parser, _add_kind, _add_collar, _add_landmarks, _add_cloth, _add_sleeves, _add_upright):
        add(networks)
    return parser


def _network(networks: _Networks, name: str, purpose: str, train: _Train, **numbers: str) -> argparse.ArgumentParser:
    """A network's command.

    Args:
        networks: what it is added to.
        name: of the network.
        purpose: what it does, on what it is trained.
        train: called with the arguments; returns the weights' file.
        numbers: options that are whole numbers and have defaults of their own, by name, with what they tell.
    """
    own = networks.add_parser(name, help=purpose)
    own.add_argument("--out", type=Path, default=Path("checkpoints") / name, help="default: %(default)s")
    numbers["seed"] = "of all randomness"
    for number, told in numbers.items():
        own.add_argument(f"--{number}", type=int, help=told)
    own.set_defaults(train=train, settings=list(numbers))
    return own


def _takes_data(own: argparse.ArgumentParser, told: str) -> None:
    own.add_argument("--data", type=Path, required=True, help=told)


def _goes_on(own: argparse.ArgumentParser) -> None:
    own.add_argument("--fresh", action="store_true", help="start anew instead of going on from the last checkpoint")


def _starts_shipped(own: argparse.ArgumentParser) -> None:
    own.add_argument("--onward", action="store_true", help="start from the shipped weights, for fewer batches")


def _given(args: argparse.Namespace) -> dict[str, Any]:
    """Those of the settings that are not left to their defaults."""
    return {name: getattr(args, name) for name in args.settings if getattr(args, name) is not None}


def _add_parser(networks: _Networks) -> None:
    own = _network(
        networks, "parser", "the human parser, on Clothing Co-Parsing", _train_parser, batch="pictures a batch"
    )
    _takes_data(own, "folder with 'photos', 'annotations', 'label_list.mat'")
    own.add_argument("--rendered", type=Path, help="folder of rendered photos to learn from too (synthesis.parsing)")
    own.add_argument(
        "--plan", choices=("processor", "graphics"), default="processor", help="for which machine (%(default)s)"
    )
    own.add_argument("--stages", type=_stages, help="BATCHESxSIDE, one after the other, e.g. 1300x192,900x256")
    own.set_defaults(settings=["stages", "batch", "seed"])
    _goes_on(own)


def _train_parser(args: argparse.Namespace) -> Path:
    from vton_core.training.parser import PLANS, train_parser

    settings = replace(PLANS[args.plan], **_given(args))
    return train_parser(args.data, args.out, settings, rendered=args.rendered, resume=not args.fresh)


def _add_kind(networks: _Networks) -> None:
    own = _network(
        networks,
        "kind",
        "what tells tops, lower garments and dresses, on drawn and worn garments",
        _train_kind,
        drawn="how many silhouettes are drawn",
        worn="how many worn garments come to them",
        epochs="how often all are seen",
        batch="silhouettes a batch",
    )
    _takes_data(own, "the folder of Clothing Co-Parsing, as above")


def _train_kind(args: argparse.Namespace) -> Path:
    from vton_core.training.kind import KindSettings, train_kind

    return train_kind(args.data, args.out, replace(KindSettings(), **_given(args)))


def _add_collar(networks: _Networks) -> None:
    own = _network(
        networks,
        "collar",
        "what finds the inner side of a garment's back, on drawn collars",
        _train_collar,
        batches="how many",
        batch="collars a batch",
        held="how many further collars are drawn to measure on",
    )
    own.add_argument("--data", type=Path, help="the folder of clothing-dataset, to learn from its collars as well")
    _starts_shipped(own)


def _train_collar(args: argparse.Namespace) -> Path:
    from vton_core.training.collar import CollarSettings, train_collar

    settings = CollarSettings.going_on() if args.onward else CollarSettings()
    settings = replace(settings, **_given(args))
    return train_collar(args.out, settings, args.data)


def _add_landmarks(networks: _Networks) -> None:
    own = _network(
        networks,
        "landmarks",
        "what points at a top's landmarks, on drawn tops",
        _train_landmarks,
        batches="how many",
        batch="tops a batch",
        held="how many further tops are drawn to measure on",
    )
    _goes_on(own)


def _train_landmarks(args: argparse.Namespace) -> Path:
    from vton_core.training.landmarks import LandmarkSettings, train_landmarks

    settings = replace(LandmarkSettings(), **_given(args))
    return train_landmarks(args.out, settings, resume=not args.fresh)


def _add_cloth(networks: _Networks) -> None:
    own = _network(
        networks,
        "cloth",
        "what finds garments on any background, on photos of them",
        _train_cloth,
        batches="how many",
        batch="photos a batch",
    )
    _takes_data(own, "folder of clothing-dataset, with 'images.csv'")
    _starts_shipped(own)
    _goes_on(own)


def _train_cloth(args: argparse.Namespace) -> Path:
    from vton_core.training.cloth import ClothSettings, train_cloth

    settings = ClothSettings.going_on() if args.onward else ClothSettings()
    settings = replace(settings, **_given(args))
    return train_cloth(args.data, args.out, settings, resume=not args.fresh)


def _add_sleeves(networks: _Networks) -> None:
    own = _network(
        networks,
        "sleeves",
        "what tells a top's sleeves, on photos of them",
        _train_sleeves,
        drawn="how many varied pictures of each garment come to its photo",
    )
    _takes_data(own, "the folder of clothing-dataset, as above")


def _train_sleeves(args: argparse.Namespace) -> Path:
    from vton_core.training.sleeves import SleevesSettings, train_sleeves

    return train_sleeves(args.data, args.out, replace(SleevesSettings(), **_given(args)))


def _add_upright(networks: _Networks) -> None:
    own = _network(
        networks,
        "upright",
        "what tells which way up a garment is, on photos of them",
        _train_upright,
        photos="how many are looked at, turned all four ways",
    )
    _takes_data(own, "the folder of clothing-dataset, as above")


def _train_upright(args: argparse.Namespace) -> Path:
    from vton_core.training.upright import UprightSettings, train_upright

    return train_upright(args.data, args.out, replace(UprightSettings(), **_given(args)))
