"""Makes ``.venv`` ready: ``python3 -m tools.setup [--dev] [--browser]``; with ``--wardrobe``, that of ``synthesis``.

A virtual environment counts as ready only by the record that is written into it last. Without that record, or with one
made from other requirements, in another place or by another Python, it is made from scratch: an interrupted or stale
install is never built upon. When the record fits, nothing is installed and nothing is asked of the network.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.browser import ensure_browser
from tools.interpreter import check_platform, choose
from tools.packages import Environment, install_torch
from tools.shell import ROOT, SetupError, call, tell

__all__ = ["key", "main", "prepare", "prepare_wardrobe"]

VENV = ROOT / ".venv"
RUNTIME = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"
WARDROBE_VENV = ROOT / ".wardrobe" / "venv"
WARDROBE = ROOT / "synthesis" / "requirements.txt"
_CHECK = "import cv2, gradio, mediapipe, torch"


def key(requirements: Path, environment: Environment) -> str:
    """What an install depends on, as one string: the pinned list and the folder it went into."""
    content = requirements.read_bytes() + str(environment.path).encode()
    return hashlib.sha256(content).hexdigest()


def prepare(environment: Environment, dev: bool) -> None:
    """Install what is not installed yet.

    Raises:
        SetupError: it could not be done; the text says why and what to do.
    """
    wanted = {"runtime": key(RUNTIME, environment)}
    if dev:
        wanted["dev"] = key(DEV, environment)
    record = environment.path / "setup.json"
    done = _read(record)
    if wanted.items() <= done.items() and environment.works():
        return
    check_platform()
    if done.get("runtime") != wanted["runtime"] or not environment.works():
        _install_runtime(environment)
        done = {"runtime": wanted["runtime"]}
    record.unlink(missing_ok=True)
    if dev:
        tell("Installing what the tests need.")
        environment.install(["--no-deps", "--requirement", str(DEV)])
    _write(record, {**done, **wanted})
    tell("Ready.")


def prepare_wardrobe(environment: Environment) -> None:
    """Install what ``synthesis`` needs, into an environment of its own.

    Raises:
        SetupError: it could not be done; the text says why and what to do.
    """
    wanted = {"wardrobe": key(WARDROBE, environment)}
    record = environment.path / "setup.json"
    if _read(record) == wanted and environment.works():
        return
    check_platform()
    tell(f"Making {environment.path.parent.name}/{environment.path.name} and installing Numba into it.")
    environment.path.parent.mkdir(exist_ok=True)
    environment.create(choose().path)
    environment.install(["--no-deps", "--requirement", str(WARDROBE)])
    _write(record, wanted)
    tell("Ready.")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.setup", description="Make .venv ready.")
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    parser.add_argument("--browser", action="store_true", help="also a browser for the tests")
    parser.add_argument("--wardrobe", action="store_true", help="only what makes the wardrobe, apart from .venv")
    options = parser.parse_args(arguments)
    environment = Environment(VENV)
    try:
        with _alone():
            if options.wardrobe:
                prepare_wardrobe(Environment(WARDROBE_VENV))
                return 0
            prepare(environment, dev=options.dev)
            if options.browser:
                ensure_browser(environment)
    except SetupError as error:
        print(f"[setup] {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"[setup] {error}. Make sure that {ROOT} can be written and has free space.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n[setup] Stopped. The same command takes it up again.", file=sys.stderr)
        return 130
    return 0


def _install_runtime(environment: Environment) -> None:
    base = choose()
    version = ".".join(map(str, base.version))
    tell(f"Making {environment.path.name} with Python {version} and installing PyTorch, MediaPipe and Gradio into it.")
    environment.create(base.path)
    install_torch(environment)
    # The list is closed, so pip need not look for more; looking, it would find MediaPipe's wish for the OpenCV build
    # that needs a screen's libraries, where the list has the one that does not.
    environment.install(["--no-deps", "--requirement", str(RUNTIME)])
    if not call([environment.python, "-W", "ignore", "-c", _CHECK]):
        raise SetupError(
            "The packages are installed but do not start; the reason stands just above. Linux must have glibc 2.28 or "
            "newer (Debian 10, Ubuntu 20.04)."
        )


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other set-up works on this folder."""
    with Path(__file__).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Another set-up is at work in this folder; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(record: Path) -> dict[str, str]:
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(record: Path, content: dict[str, str]) -> None:
    draft = record.with_suffix(".part")
    draft.write_text(json.dumps(content), encoding="utf-8")
    draft.replace(record)


if __name__ == "__main__":
    sys.exit(main())
