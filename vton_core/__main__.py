"""The command line: ``python -m vton_core``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from vton_core import project_commands, weights_commands
from vton_core.errors import VtonError
from vton_core.progress import ASIDE, OUTPUT_FORMATS, STEPS

__all__ = ["main"]


_WISHES: Final = {
    "sleeves": "longer or shorter sleeves, in lengths of the arm",
    "length": "a longer or shorter garment, as a share of its length",
    "width": "a wider or narrower garment, as a share of its width",
    "neck": "a deeper or higher neckline, as a share of its depth",
}


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m vton_core", description="Virtual try-on with manual placement.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run steps on a workspace folder")
    run.add_argument("--step", choices=(*STEPS, "all", *ASIDE), default="all", help="default: %(default)s")
    run.add_argument("--workspace", type=Path, required=True, help="folder with 'inputs'; 'output' goes beside it")
    _add_settings(run)
    demo = commands.add_parser("demo", help="run the whole pipeline on the examples and write the composite")
    demo.add_argument("--workspace", type=Path, default=Path("demo"), help="default: ./%(default)s")
    _add_settings(demo)
    commands.add_parser("engines", help="list the engines of each step")
    weights_commands.add_arguments(commands.add_parser("weights", help="list, fetch, check and convert weight files"))
    project = commands.add_parser("project", help="save a workspace as one file, and read it back")
    project_commands.add_arguments(project, _add_settings)
    commands.add_parser("train", help="train a network (train --help)", add_help=False)
    commands.add_parser("evaluate", help="compare results with true photos (evaluate --help)", add_help=False)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--canvas", type=int, default=1024, metavar="N", help="side of the canvas (default: %(default)s)"
    )
    for step in ("background", "pose", "parsing", "tryon"):
        parser.add_argument(f"--{step}", metavar="ENGINE", help=f"engine of the {step} step (see 'engines')")
    for name, which in (("garment", "the garment is"), ("second", "garments after the first are")):
        parser.add_argument(
            f"--{name}",
            choices=("auto", "upper", "lower", "dress"),
            default="auto",
            help=f"what {which} worn as (default: as the shape tells)",
        )
    parser.add_argument("--tuck", choices=("auto", "in", "out"), default="auto", help="worn in or over the rest")
    for name, what in _WISHES.items():
        parser.add_argument(f"--{name}", type=float, default=0.0, metavar="SHARE", help=f"{what}, from -0.5 to 0.5")
    parser.add_argument(
        "--format",
        choices=OUTPUT_FORMATS,
        default="png",
        help="of step5's pictures; ora has layers (default: %(default)s)",
    )
    parser.add_argument(
        "--quality", type=int, metavar="Q", help="1 to 100, of jpeg (default: 95) and webp (default: without loss)"
    )
    parser.add_argument(
        "--placed", action="store_true", help="write the figures alone too, transparent, where they stand"
    )
    parser.add_argument(
        "--python",
        metavar="STEP=PYTHON",
        type=_python,
        action="append",
        default=[],
        help="interpreter of that step, e.g. parsing=/path/to/python (or VTON_PYTHON_PARSING); may be given again",
    )


def _python(text: str) -> tuple[str, str]:
    """``parsing=/path/to/python`` as a pair."""
    step, _, python = text.partition("=")
    if not step or not python:
        raise argparse.ArgumentTypeError(f"'{text}' is not STEP=PYTHON, as in parsing=/path/to/python")
    return step, python


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: the arguments; the process' own if ``None``.

    Returns:
        0 when all went well, 1 after an error that is one sentence on standard error, 130 when interrupted; wrong usage
        exits with 2.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] == ["train"]:
            from vton_core.training.cli import main as train

            return train(arguments[1:])
        if arguments[:1] == ["evaluate"]:
            from vton_core.evaluation.cli import main as evaluate

            return evaluate(arguments[1:])
        # Threads that spin while they wait would keep OpenCV and NumPy from the cores.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        return _dispatch(_arguments().parse_args(arguments))
    except VtonError as error:
        return _failed(": ".join([*getattr(error, "__notes__", ()), str(error)]))
    except BrokenPipeError:
        # Whoever read the output has enough of it; Python would complain once more at its end.
        sys.stdout = None
        return 1
    except OSError as error:
        return _failed(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")
    except MemoryError:
        return _failed("There was not enough memory for this picture. Choose a smaller one.")
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


def _failed(sentence: str) -> int:
    """Say it on one line; the names of files may hold anything."""
    print("".join(sign if sign.isprintable() else "?" for sign in sentence), file=sys.stderr)
    return 1


def _dispatch(args: argparse.Namespace) -> int:
    from vton_core import commands

    match args.command:
        case "run":
            steps = STEPS if args.step == "all" else (args.step,)
            commands.run(args.workspace, steps, commands.settings(args), commands.pythons(args))
        case "demo":
            commands.demo(args.workspace, commands.settings(args), commands.pythons(args))
        case "engines":
            commands.engines()
        case "weights":
            return weights_commands.run(args)
        case "project":
            return project_commands.run(args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
