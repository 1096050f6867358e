"""``python -m vton_core project``: a workspace as one file, and back."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

__all__ = ["add_arguments", "run"]

_ACTIONS: Final = {
    "pack": "save a workspace, with the settings given here, as one file",
    "unpack": "read such a file into an empty workspace",
    "run": "the same, and run the steps that are left with the settings that it holds",
}


def add_arguments(parser: argparse.ArgumentParser, add_settings: Callable[[argparse.ArgumentParser], None]) -> None:
    """Describe the command's arguments; ``add_settings`` adds those of a run."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, summary in _ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument("file", type=Path, metavar="FILE", help="the project file, e.g. summer.zip")
        action.add_argument("--workspace", type=Path, required=True, help="the folder with 'inputs'")
        if name == "pack":
            add_settings(action)


def run(args: argparse.Namespace) -> int:
    """Do what the arguments say; returns the exit code.

    Raises:
        VtonError: the workspace or the file cannot be used, or a step cannot do its work.
    """
    from vton_core import commands
    from vton_core.export.project import pack, steps_left, unpack
    from vton_core.workers.routes import named_pythons
    from vton_core.workspace import Workspace

    workspace = Workspace(args.workspace)
    if args.action == "pack":
        pack(workspace, commands.settings(args), args.file)
        return 0
    settings = unpack(args.file, workspace)
    if args.action == "run":
        commands.run(workspace.root, steps_left(workspace), settings, named_pythons(os.environ))
    return 0
