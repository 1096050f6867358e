"""``python -m vton_core train --train_model …``: VITON-HD's networks."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from vton_core.errors import InputError
from vton_core.training.viton_hd.layout import LAYOUTS
from vton_core.training.viton_hd.run import Job, train
from vton_core.training.viton_hd.settings import NETWORKS

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vton_core train",
        description="Train one of VITON-HD's networks: seg, then gmm, then warp (writes the warped clothes), "
        "then alias; test writes what they make of the test pairs. "
        "On several GPUs: torchrun --nproc_per_node N -m vton_core train …",
    )
    parser.add_argument("--train_model", required=True, choices=(*NETWORKS, "warp", "test"))
    parser.add_argument("--name", required=True, help="everything goes into CHECKPOINTS/NAME")
    parser.add_argument("--continue_train", action="store_true", help="go on from the last checkpoint")
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="settings: a TOML file, or viton-hd, viton-hd-512, viton-hd-small (default: those of NAME)",
    )
    parser.add_argument(
        "--data", type=Path, default=Path("datasets"), help="folder with 'train' and 'train_pairs.txt' (%(default)s)"
    )
    parser.add_argument(
        "--layout",
        choices=sorted(LAYOUTS),
        default="viton-hd",
        help="how the data lie (%(default)s); viton: the first set",
    )
    parser.add_argument("--pairs", type=Path, metavar="FILE", help="pairs to use instead of the data set's own list")
    parser.add_argument("--checkpoints", type=Path, default=Path("checkpoints"), help="default: %(default)s")
    parser.add_argument("--skip_bad", action="store_true", help="leave out pairs that something is wrong with")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (%(default)s)")
    parser.add_argument("--minutes", type=float, help="stop after so many, with a checkpoint")
    return parser


def main(argv: Sequence[str]) -> int:
    """Train as the arguments say.

    Args:
        argv: the arguments after ``train``.

    Returns:
        The exit code.

    Raises:
        VtonError: settings or data cannot be used.
    """
    args = _parser().parse_args(argv)
    if not args.name.strip() or Path(args.name).name != args.name:
        raise InputError("'{name}' cannot be a training's name. Use letters, digits and hyphens.", name=args.name)
    job = Job(
        network=args.train_model,
        folder=args.checkpoints / args.name,
        data=args.data,
        pairs=args.pairs,
        layout=args.layout,
        config=args.config,
        go_on=args.continue_train,
        skip_bad=args.skip_bad,
        device=args.device,
        minutes=args.minutes,
    )
    print(train(job))
    return 0
