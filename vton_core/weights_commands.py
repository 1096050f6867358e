"""``python -m vton_core weights``: list, fetch, check, find and convert weight files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from vton_core.weights import WeightFile, entry, manifest, path_of, record, verify

__all__ = ["add_arguments", "run"]

_NAMED: Final = {
    "list": ("every file: step, size, licence, whether it is there, source", "*"),
    "fetch": ("download files; an interrupted download goes on where it stopped", "+"),
    "verify": ("check size and SHA-256 of what is there", "*"),
    "where": ("the paths of the files that are there", "*"),
    "record": ("take files that are there as the right ones from now on", "+"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (summary, count) in _NAMED.items():
        named = actions.add_parser(name, help=summary, description=summary)
        named.add_argument("names", nargs=count, metavar="NAME", help="as 'weights list' says it")
    summary = "make weights of what was published in another format"
    convert = actions.add_parser("convert", help=summary, description=summary)
    convert.add_argument("converter", metavar="CONVERTER", help="which, e.g. pgn")
    convert.add_argument("source", type=Path, metavar="SOURCE", help="what was published: a file or folder")


def run(args: argparse.Namespace) -> int:
    """Do what the arguments say; returns the exit code.

    Raises:
        VtonError: a file is missing, wrong or cannot be got, or there is no such name.
    """
    if args.action == "convert":
        from vton_core.weights_convert import convert

        print(convert(args.converter, args.source).path)
        return 0
    files = tuple(entry(name) for name in args.names) or manifest()
    match args.action:
        case "list":
            for file in files:
                print(_line(file))
        case "fetch":
            for file in files:
                _fetch(file)
        case "where":
            for file in files:
                if args.names or file.path.is_file():
                    print(path_of(file.name))
        case "record":
            for file in files:
                print(record(file.name))
        case "verify":
            return _verify(files, bool(args.names))
    return 0


def _line(file: WeightFile) -> str:
    there = file.path.is_file()
    size = file.path.stat().st_size if there else file.size
    megabytes = "?" if size is None else f"{size / 1e6:.1f}"
    state = "there" if there else "missing"
    licence = file.licence if file.commercial else f"{file.licence} (not for commercial use)"
    return f"{file.name:20} {file.step:11} {megabytes:>7} MB  {state:8} {licence}; {file.source}"


def _fetch(file: WeightFile) -> None:
    from tqdm import tqdm

    from vton_core.weights_fetch import fetch

    if not file.commercial:
        print(f"{file.name}: licence {file.licence}, not for commercial use", file=sys.stderr)
    quiet = not sys.stderr.isatty()
    with tqdm(desc=file.name, unit="B", unit_scale=True, leave=False, disable=quiet) as bar:

        def report(have: int, total: int | None) -> None:
            bar.total = total
            bar.update(have - bar.n)

        fetched = fetch(file, report)
    print(f"{file.path}{'' if fetched else ' (was there)'}")


def _verify(files: Sequence[WeightFile], named: bool) -> int:
    code = 0
    for file in files:
        there = file.path.is_file()
        if not there and named:
            path_of(file.name)
        state = "missing" if not there else "whole" if verify(file) else "damaged"
        if state == "damaged" or (file.shipped and not there):
            code = 1
        print(f"{file.name:20} {state}")
    return code
