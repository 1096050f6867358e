"""``python -m vton_core evaluate``: results beside the photos that they should be."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from vton_core.errors import InputError
from vton_core.evaluation.features import FeatureMetrics
from vton_core.evaluation.ssim import SMALLEST, ms_ssim, ssim
from vton_core.images import read_image
from vton_core.types import Image

__all__ = ["evaluate", "main", "matched"]

_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp"})


def _pictures(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise InputError("{folder} is not a folder. Name one that holds pictures.", folder=folder)
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in _ENDINGS}


def matched(results: Path, truths: Path) -> list[tuple[Path, Path]]:
    """Which result is to be compared with which photo: the one of its name, else of the person's, ``PERSON_GARMENT``.

    Raises:
        InputError: not a folder, or no result has a photo.
    """
    known = _pictures(truths)
    pairs = []
    for stem, path in _pictures(results).items():
        ends = [index for index, sign in enumerate(stem) if sign == "_"]
        name = next((part for part in (stem, *(stem[:end] for end in reversed(ends))) if part in known), None)
        if name is not None:
            pairs.append((path, known[name]))
    if not pairs:
        raise InputError(
            "No picture in {results} has one of its name, or of its person's, in {truths}.",
            results=results,
            truths=truths,
        )
    return pairs


def _same_size(result: Image, truth: Image) -> Image:
    """The result at the truth's size."""
    if result.shape == truth.shape:
        return result
    smooth = cv2.INTER_AREA if result.shape[0] > truth.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(result, (truth.shape[1], truth.shape[0]), interpolation=smooth), np.uint8)


def evaluate(results: Path, truths: Path) -> list[str]:
    """Compare, and say what was found, a line each.

    Args:
        results: folder of results.
        truths: folder of photos of the same people in the same garments.

    Raises:
        InputError: see :func:`matched`.
        ImageError: a picture cannot be read.
    """
    from tqdm import tqdm

    pairs = matched(results, truths)
    features = FeatureMetrics(len(pairs))
    single: list[float] = []
    several: list[float] = []
    resized = 0
    for made, real in tqdm(pairs, desc="evaluate", unit="pair"):
        truth, result = read_image(real), read_image(made)
        resized += result.shape != truth.shape
        result = _same_size(result, truth)
        single.append(ssim(result, truth))
        if min(truth.shape[:2]) >= SMALLEST:
            several.append(ms_ssim(result, truth))
        features.add(result, truth)
    lines = [f"{'pairs':8} {len(pairs)}", f"{'SSIM':8} {np.mean(single):.4f}"]
    if several:
        lines.append(f"{'MS-SSIM':8} {np.mean(several):.4f}")
    lines += [f"{name:8} {value:.4f}" for name, value in features.values()]
    return lines + _remarks(len(pairs), resized, len(several), features.missing)


def _remarks(pairs: int, resized: int, several: int, missing: dict[str, str]) -> list[str]:
    said = []
    if resized:
        said.append(f"{resized} results were brought to the size of their photos.")
    if several < pairs:
        said.append(f"MS-SSIM needs {SMALLEST} pixels a side: {pairs - several} pairs are smaller.")
    if missing:
        reason = next(iter(missing.values()))
        said.append(
            f"{', '.join(missing)} not measured ({reason}): they need torchmetrics and its feature networks, "
            "pip install torchmetrics[image]."
        )
    return said


def main(argv: Sequence[str]) -> int:
    """Compare as the arguments say.

    Args:
        argv: the arguments after ``evaluate``.

    Returns:
        The exit code.

    Raises:
        VtonError: the folders or pictures cannot be used.
    """
    parser = argparse.ArgumentParser(
        prog="python -m vton_core evaluate", description="Compare results with the photos that they should be."
    )
    parser.add_argument("--result", type=Path, required=True, metavar="DIR", help="PERSON.png or PERSON_GARMENT.png …")
    parser.add_argument("--truth", type=Path, required=True, metavar="DIR", help="PERSON.jpg in the same garment")
    args = parser.parse_args(argv)
    print("\n".join(evaluate(args.result, args.truth)))
    return 0
