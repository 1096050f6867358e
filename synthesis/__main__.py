"""Make the wardrobe: ``python -m synthesis --count 300 --views 4 --seed 0 --assets DIR --out DIR``.

What is there is skipped, so the command can be stopped at any time and given again; with other settings it is refused.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from synthesis.errors import StoreError, SynthesisError
from synthesis.options import at_least, size
from synthesis.plan import Task, plan
from synthesis.settings import Settings, claim
from synthesis.store import SUFFIX, load, save

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    tasks = plan(options.count, options.views, options.seed)
    width, height = options.size
    settings = Settings(width, height, options.views)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        claim(options.out, settings)
        _clear(options.out)
        _make([task for task in tasks if not _done(options.out, task)], options.assets, options.out, options.size)
    except (SynthesisError, OSError) as error:
        print(f"[wardrobe] {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n[wardrobe] Stopped. The same command goes on from here.", file=sys.stderr)
        return 130
    print(f"[wardrobe] {len(tasks)} simulations are in {options.out}: {settings}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="synthesis", description="Make people and garments with exact truth.")
    parser.add_argument("--count", type=at_least(1), default=300, help="simulations (default 300)")
    parser.add_argument("--views", type=at_least(1), default=4, help="cameras a simulation (default 4)")
    parser.add_argument("--seed", type=at_least(0), default=0, help="of the whole set (default 0)")
    parser.add_argument("--size", type=size, default=(384, 512), help="of the pictures (default 384x512)")
    parser.add_argument("--assets", type=Path, default=Path("datasets/makehuman"), help="MakeHuman's core assets")
    parser.add_argument("--out", type=Path, default=Path("datasets/wardrobe"), help="where the files go")
    return parser


def _done(out: Path, task: Task) -> bool:
    """Whether a task's file is there and whole; one that is not is made again."""
    path = out / (task.name + SUFFIX)
    try:
        load(path)
    except (FileNotFoundError, StoreError):
        return False
    return True


def _clear(out: Path) -> None:
    """Take away what a killed run left half written."""
    for path in out.glob(f".*{SUFFIX}.*"):
        path.unlink()


def _make(tasks: list[Task], assets: Path, out: Path, size: tuple[int, int]) -> None:
    # Numba is loaded only where something is left to do.
    from synthesis.makehuman import Assets
    from synthesis.scene import simulate

    source = Assets(assets)
    start = time.monotonic()
    for number, task in enumerate(tasks, start=1):
        save(out / (task.name + SUFFIX), simulate(source, task, size))
        spent = (time.monotonic() - start) / number
        left = spent * (len(tasks) - number) / 60
        worn = ", ".join(design.kind for design in task.garments)
        print(
            f"[wardrobe] {task.name}: {worn}; {number}/{len(tasks)}, {spent:.0f} s each, {left:.0f} min left",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
