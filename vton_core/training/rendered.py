"""Rendered photos for the parser, as ``python -m synthesis.parsing`` writes them, beside those of the data set."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from vton_core.errors import WorkspaceError
from vton_core.labels import COUNT
from vton_core.training.ccp import IGNORED
from vton_core.training.parser_data import cache_photo
from vton_core.types import ParseMap, Pose

__all__ = ["build_rendered", "mixed"]

_LABELS: Final = ".labels.png"
# So that no number of theirs can be one of the data set's.
_PREFIX: Final = "rendered-"


def build_rendered(folder: Path, cache: Path) -> list[str]:
    """Pose every rendered photo once; photos already in the cache are kept.

    Args:
        folder: of ``<id>.webp`` and ``<id>.labels.png`` (grey, CIHP's labels and :data:`IGNORED`).
        cache: as :func:`vton_core.training.parser_data.build_cache` fills it.

    Returns:
        Their ids in the cache, sorted; photos in which MediaPipe finds nobody are left out.

    Raises:
        WorkspaceError: there are none, or a picture of labels is not one of its photo's labels.
    """
    from tqdm import tqdm

    from vton_core.engines.pose.mediapipe import MediaPipePose
    from vton_core.images import read_image

    names = sorted(path.name.removesuffix(_LABELS) for path in folder.glob(f"*{_LABELS}"))
    if not names:
        raise WorkspaceError("{folder} holds no rendered photos. Make them with synthesis.parsing.", folder=folder)
    cache.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not (cache / f"{_PREFIX}{name}.json").exists()]
    poses = MediaPipePose() if missing else None
    for name in tqdm(missing, desc="rendered photos", unit="photo"):
        assert poses is not None
        rgb, labels = read_image(folder / f"{name}.webp"), _labels(folder / f"{name}{_LABELS}")
        if labels.shape != rgb.shape[:2]:
            raise WorkspaceError("{file} is not of its photo's size. Make both anew.", file=f"{name}{_LABELS}")

        def as_rendered(_: Pose, labels: ParseMap = labels) -> ParseMap:
            return labels

        cache_photo(cache, _PREFIX + name, rgb, as_rendered, poses)
    return [_PREFIX + name for name in names if (cache / f"{_PREFIX}{name}.npy").exists()]


def _labels(path: Path) -> ParseMap:
    import cv2

    labels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if labels is None or labels.ndim != 2 or not np.isin(labels, (*range(COUNT), IGNORED)).all():
        raise WorkspaceError("{file} is no picture of CIHP labels. Make it anew.", file=path.name)
    return np.asarray(labels, np.uint8)


def mixed(photos: list[str], rendered: list[str], share: float) -> list[str]:
    """Ids to draw from: all rendered ones, and the others so often that ``share`` of the list is rendered."""
    return photos * max(1, round(len(rendered) * (1 - share) / share / len(photos))) + rendered
