"""The wardrobe and the program stay apart: one is not shipped, the other does not need it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.shell import ROOT


def sources(name: str) -> list[Path]:
    """A Python file, or all those of a folder."""
    place = ROOT / name
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def imported(source: str) -> Iterator[str]:
    """The first part of the name of every module that a source imports, wherever it does so."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def users(name: str, module: str) -> list[str]:
    """The files that import a module."""
    files = sources(name)
    assert files
    return [str(file.relative_to(ROOT)) for file in files if module in imported(file.read_text("utf-8"))]


def test_imports_are_found_wherever_they_stand() -> None:
    source = "import os, synthesis.store\ndef f():\n    from synthesis import plan\nfrom . import synthesise"
    assert sorted(imported(source)) == ["os", "synthesis", "synthesis"]


@pytest.mark.parametrize("name", ["vton_core", "components", "tools", "app.py"])
def test_the_program_never_imports_the_wardrobe(name: str) -> None:
    assert users(name, "synthesis") == []


@pytest.mark.parametrize("module", ["components", "app", "gradio"])
def test_the_wardrobe_never_imports_the_page(module: str) -> None:
    assert users("synthesis", module) == []


def test_only_what_trains_the_programs_networks_imports_them() -> None:
    assert {Path(file).parent.name for file in users("synthesis", "vton_core")} == {"tryon"}


def test_one_module_needs_numba() -> None:
    assert users("synthesis", "numba") == ["synthesis/kernels.py"]
