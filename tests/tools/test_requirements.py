"""The requirements: exact, closed, and just what the code imports."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import cv2
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.shell import ROOT

RUNTIME = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"
# MediaPipe asks for the build of OpenCV that needs a screen's libraries; the headless one has the same modules.
INSTEAD = {"opencv-contrib-python": "opencv-contrib-python-headless"}


def sections(path: Path) -> list[dict[str, str]]:
    """What the file pins, name to version, one dictionary a section."""
    found = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        assert lines == sorted(lines), f"{path.name} is not in order"
        found.append(dict(line.split("==") for line in lines))
    return found


def pins(path: Path) -> dict[str, str]:
    """Everything that the file pins."""
    return {name: version for section in sections(path) for name, version in section.items()}


def closure(roots: set[str]) -> dict[str, list[Requirement]]:
    """All that the installed ``roots`` need on this machine, each with what others ask of it."""
    asked: dict[str, list[Requirement]] = {name: [] for name in roots}
    todo = [(name, "") for name in roots]
    seen = set(todo)
    while todo:
        name, extra = todo.pop()
        for text in distribution(name).requires or []:
            need = Requirement(text)
            if need.marker is not None and not need.marker.evaluate({"extra": extra}):
                continue
            plain = canonicalize_name(need.name)
            target = INSTEAD.get(plain, plain)
            asked.setdefault(target, []).append(need)
            fresh = {(target, wanted) for wanted in ("", *need.extras)} - seen
            seen |= fresh
            todo.extend(fresh)
    return asked


def imports(paths: list[Path]) -> set[str]:
    """The distributions that the files import."""
    modules = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules.add(node.module.partition(".")[0])
    providers = packages_distributions()
    own = {"app", "benchmarks", "components", "synthesis", "tests", "tools", "vton_core"}
    foreign = modules - own - set(sys.stdlib_module_names)
    return {canonicalize_name(providers.get(module, [module])[0]) for module in foreign}


@pytest.mark.parametrize("path", [RUNTIME, DEV], ids=lambda path: path.name)
def test_every_line_is_one_exact_pin(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line) for line in lines)
    assert len(pins(path)) == len(lines)


def test_nothing_is_pinned_twice() -> None:
    assert not pins(RUNTIME).keys() & pins(DEV).keys()


def test_what_is_installed_is_what_is_pinned() -> None:
    for name, version in {**pins(RUNTIME), **pins(DEV)}.items():
        assert distribution(name).version.partition("+")[0] == version, name


@pytest.mark.parametrize("dev", [False, True])
def test_the_list_is_closed_consistent_and_holds_nothing_else(dev: bool) -> None:
    listed = {**pins(RUNTIME), **(pins(DEV) if dev else {})}
    roots = {*sections(RUNTIME)[0], *(sections(DEV)[0] if dev else ())}
    asked = closure(roots)
    # Builds of PyTorch for a GPU bring libraries of their own, which only they need and pin themselves.
    needed = {name for name in asked if not name.startswith(("nvidia-", "cuda-", "triton"))}
    assert needed == set(listed)
    for name, version in listed.items():
        for need in asked[name]:
            assert need.specifier.contains(version, prereleases=True), f"{need} against {version}"


def test_the_first_section_is_what_the_program_imports() -> None:
    files = [ROOT / "app.py", *(ROOT / "vton_core").rglob("*.py"), *(ROOT / "components").rglob("*.py")]
    assert imports(files) == set(sections(RUNTIME)[0])


def test_tests_and_benchmarks_import_nothing_that_is_not_pinned() -> None:
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    assert imports(files) <= {*pins(RUNTIME), *pins(DEV)}


def test_opencv_needs_no_screen() -> None:
    assert "opencv-contrib-python" not in {name for names in packages_distributions().values() for name in names}
    assert re.search(r"GUI:\s+NONE", cv2.getBuildInformation())
