"""``python -m vton_core train``: which network, from which data, into which folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

__all__ = ["main"]


def _stages(text: str) -> tuple[tuple[int, int], ...]:
    """``1300x192,900x256`` as pairs of batches and side."""
    try:
        pairs = [part.split("x") for part in text.split(",")]
        return tuple((int(count), int(side)) for count, side in pairs)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of BATCHESxSIDE, as in 1300x192,900x256") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vton_core train",
        description="Train a network. VITON-HD's are trained by --train_model (see train --train_model seg --help).",
    )
    networks = parser.add_subparsers(dest="network", required=True, metavar="NETWORK")
    human = networks.add_parser("parser", help="the human parser, on Clothing Co-Parsing")
    human.add_argument("--data", type=Path, required=True, help="folder with 'photos', 'annotations', 'label_list.mat'")
    human.add_argument("--out", type=Path, default=Path("checkpoints/parser"), help="default: %(default)s")
    human.add_argument("--rendered", type=Path, help="folder of rendered photos to learn from too (synthesis.parsing)")
    human.add_argument(
        "--plan", choices=("processor", "graphics"), default="processor", help="for which machine (%(default)s)"
    )
    human.add_argument("--stages", type=_stages, help="BATCHESxSIDE, one after the other, e.g. 1300x192,900x256")
    human.add_argument("--batch", type=int, help="pictures a batch")
    human.add_argument("--seed", type=int, help="of all randomness")
    human.add_argument("--fresh", action="store_true", help="start anew instead of going on from the last checkpoint")
    kind = networks.add_parser("kind", help="what tells tops, lower garments and dresses, on drawn and worn garments")
    kind.add_argument("--data", type=Path, required=True, help="the folder of Clothing Co-Parsing, as above")
    kind.add_argument("--out", type=Path, default=Path("checkpoints/kind"), help="default: %(default)s")
    kind.add_argument("--drawn", type=int, help="how many silhouettes are drawn")
    kind.add_argument("--worn", type=int, help="how many worn garments come to them")
    kind.add_argument("--epochs", type=int, help="how often all are seen")
    kind.add_argument("--batch", type=int, help="silhouettes a batch")
    kind.add_argument("--seed", type=int, help="of all randomness")
    collar = networks.add_parser("collar", help="what finds the inner side of a garment's back, on drawn collars")
    collar.add_argument("--data", type=Path, help="the folder of clothing-dataset, to learn from its collars as well")
    collar.add_argument("--out", type=Path, default=Path("checkpoints/collar"), help="default: %(default)s")
    collar.add_argument("--batches", type=int, help="how many")
    collar.add_argument("--batch", type=int, help="collars a batch")
    collar.add_argument("--held", type=int, help="how many further collars are drawn to measure on")
    collar.add_argument("--seed", type=int, help="of all randomness")
    collar.add_argument("--onward", action="store_true", help="start from the shipped weights, for fewer batches")
    marks = networks.add_parser("landmarks", help="what points at a top's landmarks, on drawn tops")
    marks.add_argument("--out", type=Path, default=Path("checkpoints/landmarks"), help="default: %(default)s")
    marks.add_argument("--batches", type=int, help="how many")
    marks.add_argument("--batch", type=int, help="tops a batch")
    marks.add_argument("--held", type=int, help="how many further tops are drawn to measure on")
    marks.add_argument("--seed", type=int, help="of all randomness")
    marks.add_argument("--fresh", action="store_true", help="start anew instead of going on from the last checkpoint")
    cloth = networks.add_parser("cloth", help="what finds garments on any background, on photos of them")
    cloth.add_argument("--data", type=Path, required=True, help="folder of clothing-dataset, with 'images.csv'")
    cloth.add_argument("--out", type=Path, default=Path("checkpoints/cloth"), help="default: %(default)s")
    cloth.add_argument("--batches", type=int, help="how many")
    cloth.add_argument("--batch", type=int, help="photos a batch")
    cloth.add_argument("--seed", type=int, help="of all randomness")
    cloth.add_argument("--onward", action="store_true", help="start from the shipped weights, for fewer batches")
    cloth.add_argument("--fresh", action="store_true", help="start anew instead of going on from the last checkpoint")
    sleeves = networks.add_parser("sleeves", help="what tells a top's sleeves, on photos of them")
    sleeves.add_argument("--data", type=Path, required=True, help="the folder of clothing-dataset, as above")
    sleeves.add_argument("--out", type=Path, default=Path("checkpoints/sleeves"), help="default: %(default)s")
    sleeves.add_argument("--drawn", type=int, help="how many varied pictures of each garment come to its photo")
    sleeves.add_argument("--seed", type=int, help="of all randomness")
    upright = networks.add_parser("upright", help="what tells which way up a garment is, on photos of them")
    upright.add_argument("--data", type=Path, required=True, help="the folder of clothing-dataset, as above")
    upright.add_argument("--out", type=Path, default=Path("checkpoints/upright"), help="default: %(default)s")
    upright.add_argument("--photos", type=int, help="how many are looked at, turned all four ways")
    upright.add_argument("--seed", type=int, help="of all randomness")
    return parser


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
    train = {
        "parser": _train_human_parser,
        "kind": _train_kind,
        "collar": _train_collar,
        "landmarks": _train_landmarks,
        "cloth": _train_cloth,
        "sleeves": _train_sleeves,
        "upright": _train_upright,
    }
    print(train[args.network](args))
    return 0


def _train_human_parser(args: argparse.Namespace) -> Path:
    from vton_core.training.parser import PLANS, train_parser

    settings = replace(PLANS[args.plan], **_given(args, "stages", "batch", "seed"))
    return train_parser(args.data, args.out, settings, rendered=args.rendered, resume=not args.fresh)


def _train_kind(args: argparse.Namespace) -> Path:
    from vton_core.training.kind import KindSettings, train_kind

    given = _given(args, "drawn", "worn", "epochs", "batch", "seed")
    return train_kind(args.data, args.out, replace(KindSettings(), **given))


def _train_collar(args: argparse.Namespace) -> Path:
    from vton_core.training.collar import CollarSettings, train_collar

    settings = CollarSettings.going_on() if args.onward else CollarSettings()
    settings = replace(settings, **_given(args, "batches", "batch", "held", "seed"))
    return train_collar(args.out, settings, args.data)


def _train_landmarks(args: argparse.Namespace) -> Path:
    from vton_core.training.landmarks import LandmarkSettings, train_landmarks

    settings = replace(LandmarkSettings(), **_given(args, "batches", "batch", "held", "seed"))
    return train_landmarks(args.out, settings, resume=not args.fresh)


def _train_cloth(args: argparse.Namespace) -> Path:
    from vton_core.training.cloth import ClothSettings, train_cloth

    settings = ClothSettings.going_on() if args.onward else ClothSettings()
    settings = replace(settings, **_given(args, "batches", "batch", "seed"))
    return train_cloth(args.data, args.out, settings, resume=not args.fresh)


def _train_sleeves(args: argparse.Namespace) -> Path:
    from vton_core.training.sleeves import SleevesSettings, train_sleeves

    return train_sleeves(args.data, args.out, replace(SleevesSettings(), **_given(args, "drawn", "seed")))


def _given(args: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Those of the settings that are not left to their defaults."""
    return {name: getattr(args, name) for name in names if getattr(args, name) is not None}


def _train_upright(args: argparse.Namespace) -> Path:
    from vton_core.training.upright import UprightSettings, train_upright

    return train_upright(args.data, args.out, replace(UprightSettings(), **_given(args, "photos", "seed")))
