"""Training pictures for the parser: Clothing Co-Parsing, cached once; cropped, warped and coloured anew each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from vton_core.engines.background.people import MaskingPoseEngine
from vton_core.engines.parsing.prior import prior_maps
from vton_core.errors import InputError, NoPersonError
from vton_core.labels import Label, swap_sides
from vton_core.networks.parser import PRIOR_STRIDE, STRIDE
from vton_core.training.augment import cast_shadow, degrade, recolour, replace_background, stand_behind
from vton_core.training.ccp import photo_ids, read_tags, to_cihp
from vton_core.types import Image, Joint, ParseMap, Pose

__all__ = [
    "Batch",
    "Photo",
    "RandomBatches",
    "build_cache",
    "cache_photo",
    "crop",
    "full_frame",
    "load_photo",
    "save_photo",
]

_MIRRORED: Final = np.array(
    [0, 1, 5, 6, 7, 2, 3, 4, 8, 12, 13, 14, 9, 10, 11, 16, 15, 18, 17, 22, 23, 24, 19, 20, 21], np.int64
)
Framing = Literal["full", "half", "part"]


@dataclass(frozen=True)
class Photo:
    """One cached photo: ``rgb``, ``labels`` (with :data:`CARRIED` and :data:`IGNORED`), MediaPipe's mask, the pose."""

    rgb: Image
    labels: ParseMap
    mask: NDArray[np.uint8]
    pose: Pose

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the person, in pixels."""
        figure = self.labels != Label.BACKGROUND
        rows, columns = np.flatnonzero(figure.any(axis=1)), np.flatnonzero(figure.any(axis=0))
        return float(columns[0]), float(rows[0]), float(columns[-1]), float(rows[-1])


@dataclass(frozen=True)
class Batch:
    """``rgb uint8 (N, H, W, 3)``, ``prior float32 (N, 11, H/4, W/4)``, ``labels uint8 (N, H, W)``."""

    rgb: Tensor
    prior: Tensor
    labels: Tensor


def build_cache(data: Path, cache: Path) -> list[str]:
    """Read, label and pose every photo once; photos already in the cache are kept.

    Args:
        data: the Clothing Co-Parsing folder.
        cache: where the arrays go.

    Returns:
        The ids of all photos in which a person was found and labelled, sorted.
    """
    from tqdm import tqdm

    from vton_core.engines.pose.face_mesh import FaceMesh
    from vton_core.engines.pose.mediapipe import MediaPipePose
    from vton_core.images import read_image

    cache.mkdir(parents=True, exist_ok=True)
    ids = photo_ids(data)
    missing = [i for i in ids if not (cache / f"{i}.json").exists()]
    if missing:
        poses, faces = MediaPipePose(), FaceMesh()
        for photo_id in tqdm(missing, desc="labels and poses", unit="photo"):
            rgb, tags = read_image(data / "photos" / f"{photo_id}.jpg"), read_tags(data, photo_id)

            def labels(pose: Pose, rgb: Image = rgb, tags: NDArray[np.uint8] = tags) -> ParseMap:
                return to_cihp(tags, pose, faces.outline(rgb, pose))

            cache_photo(cache, photo_id, rgb, labels, poses)
    return [i for i in ids if (cache / f"{i}.npy").exists()]


def cache_photo(
    cache: Path, photo_id: str, rgb: Image, labels: Callable[[Pose], ParseMap], poses: MaskingPoseEngine
) -> None:
    """Pose, label and save a photo; one that shows nobody, or nothing with a label, gets a file that says so."""
    try:
        pose, mask = poses.estimate_with_mask(rgb)
    except NoPersonError:
        pose = None
    if pose is None or not (found := labels(pose)).any():
        (cache / f"{photo_id}.json").write_text("null")
    else:
        save_photo(cache, photo_id, Photo(rgb, found, np.round(mask * 255).astype(np.uint8), pose))


def save_photo(cache: Path, photo_id: str, photo: Photo) -> None:
    """Put a photo into the cache."""
    # One below the other, so that each is contiguous in the file.
    colours = photo.rgb.reshape(-1, photo.rgb.shape[1])
    np.save(cache / f"{photo_id}.npy", np.concatenate([colours, photo.labels, photo.mask]))
    (cache / f"{photo_id}.json").write_text(json.dumps(photo.pose.keypoints.tolist()))


def load_photo(cache: Path, photo_id: str) -> Photo:
    """A cached photo; its arrays stay on disk until they are used."""
    planes = np.load(cache / f"{photo_id}.npy", mmap_mode="r")
    height, width = len(planes) // 5, planes.shape[1]
    rgb, labels, mask = planes[: 3 * height], planes[3 * height : 4 * height], planes[4 * height :]
    keypoints = np.array(json.loads((cache / f"{photo_id}.json").read_text()), np.float32)
    return Photo(rgb.reshape(height, width, 3), labels, mask, Pose(keypoints))


def full_frame(photo: Photo, side: int, margin: float = 0.06) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The affine map and ``(height, width)`` that show the whole person in about ``side`` × ``side`` pixels."""
    x0, y0, x1, y1 = photo.box
    pad = margin * (y1 - y0)
    box_w, box_h = x1 - x0 + 2 * pad, y1 - y0 + 2 * pad
    aspect = float(np.sqrt(box_h / box_w))
    height, width = (STRIDE * max(1, round(side * v / STRIDE)) for v in (aspect, 1 / aspect))
    scale = min(height / box_h, width / box_w)
    return _similarity(((x0 + x1) / 2, (y0 + y1) / 2), scale, 0.0, (1.0, 1.0), (height, width)), (height, width)


def _similarity(
    centre: tuple[float, float], scale: float, angle: float, stretch: tuple[float, float], size: tuple[int, int]
) -> NDArray[np.float64]:
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    linear = np.array([[cos, -sin], [sin, cos]]) * np.asarray(stretch)[:, None]
    middle = np.array([(size[1] - 1) / 2, (size[0] - 1) / 2])
    return np.column_stack([linear, middle - linear @ np.asarray(centre)])


def _random_frame(
    rng: np.random.Generator, photo: Photo, framing: Framing, size: tuple[int, int]
) -> NDArray[np.float64]:
    """Where the camera looks: the whole person, head to somewhere between waist and knees, or any part."""
    x0, y0, x1, y1 = photo.box
    tall = y1 - y0
    if framing == "full":
        view = tall * rng.uniform(0.95, 1.45)
        top = y0 - rng.uniform(0, view - 0.95 * tall)
    elif framing == "half":
        view = tall * rng.uniform(0.38, 0.75)
        top = y0 - view * rng.uniform(-0.12, 0.12)
    else:
        view = tall * rng.uniform(0.25, 0.8)
        top = rng.uniform(y0 - 0.1 * view, y1 - 0.8 * view)
    height, width = size
    slack = max((x1 - x0) - view * width / height, 0.3 * view * width / height) / 2
    centre = ((x0 + x1) / 2 + rng.uniform(-slack, slack), top + view / 2)
    stretch = np.exp(rng.normal(0, 0.05))
    angle = np.deg2rad(rng.normal(0, 6))
    matrix = _similarity(centre, height / view, angle, (stretch, 1 / stretch), size)
    if rng.random() < 0.5:
        mirror = np.array([[-1.0, 0, width - 1], [0, 1, 0]])
        matrix = np.column_stack([mirror[:, :2] @ matrix[:, :2], mirror[:, :2] @ matrix[:, 2] + mirror[:, 2]])
    return matrix


def crop(
    photo: Photo, matrix: NDArray[np.float64], size: tuple[int, int]
) -> tuple[Image, ParseMap, NDArray[np.float32], Pose]:
    """One view of a photo: picture, labels, mask (MediaPipe's, in [0, 1]) and pose; a mirroring map swaps sides."""
    height, width = size
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    # Warping does not average, so what is shrunk much is blurred first.
    source: NDArray[Any] = np.ascontiguousarray(photo.rgb)
    if scale < 0.7:
        source = cv2.GaussianBlur(source, (0, 0), 0.4 / scale)
    rgb = cv2.warpAffine(source, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(127, 127, 127))
    nearest = cv2.INTER_NEAREST
    labels = cv2.warpAffine(np.ascontiguousarray(photo.labels), matrix, (width, height), flags=nearest)
    mask = cv2.warpAffine(np.ascontiguousarray(photo.mask), matrix, (width, height), flags=cv2.INTER_LINEAR)
    keypoints = photo.pose.keypoints.copy()
    keypoints[:, :2] = keypoints[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    inside = (keypoints[:, 0] >= 0) & (keypoints[:, 0] < width) & (keypoints[:, 1] >= 0) & (keypoints[:, 1] < height)
    keypoints[(photo.pose.keypoints[:, 2] == 0) | ~inside] = 0
    if np.linalg.det(matrix[:, :2]) < 0:
        keypoints, labels = keypoints[_MIRRORED], swap_sides(np.asarray(labels, np.uint8))
    return (
        np.asarray(rgb, np.uint8),
        np.asarray(labels, np.uint8),
        np.asarray(mask, np.float32) / 255,
        Pose(keypoints),
    )


class RandomBatches(IterableDataset[Batch]):
    """Random batches; the batch number and the seed decide all that is random.

    Args:
        cache: from :func:`build_cache`.
        ids: the photos to draw from.
        batch: pictures a batch.
        sides: how many batches at which root of a picture's area in pixels, one after the other.
        first: the number of the first batch.
        seed: of all randomness.
    """

    def __init__(
        self, cache: Path, ids: list[str], batch: int, sides: tuple[tuple[int, int], ...], first: int, seed: int
    ) -> None:
        self.cache, self.ids, self.batch = cache, ids, batch
        self.sides, self.first, self.seed = sides, first, seed
        if batch > len(ids):
            raise InputError(
                "A batch of {batch} is more than the {count} photos that there are. Choose a smaller batch.",
                batch=batch,
                count=len(ids),
            )

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        photos = [load_photo(self.cache, photo_id) for photo_id in self.ids]
        ends = np.cumsum([count for count, _ in self.sides])
        worker = get_worker_info()
        start, stride = (0, 1) if worker is None else (worker.id, worker.num_workers)
        for number in range(self.first + start, int(ends[-1]), stride):
            side = self.sides[int(np.searchsorted(ends, number, side="right"))][1]
            yield self._draw(np.random.default_rng((self.seed, number)), photos, side)

    def _draw(self, rng: np.random.Generator, photos: list[Photo], side: int) -> Batch:
        framing: Framing = rng.choice(["full", "half", "part"], p=[0.42, 0.43, 0.15])
        aspect = np.sqrt(rng.choice([1.5, 2.0, 2.25]) if framing == "full" else rng.choice([1.0, 1.33, 1.5]))
        height, width = (STRIDE * round(side * v / STRIDE) for v in (aspect, 1 / aspect))
        chosen = rng.choice(len(photos), self.batch, replace=False)
        views = [_view(rng, photos[i], photos, framing, (height, width)) for i in chosen]
        return Batch(*(torch.from_numpy(np.stack(parts)) for parts in zip(*views, strict=True)))


def _view(
    rng: np.random.Generator, photo: Photo, photos: list[Photo], framing: Framing, size: tuple[int, int]
) -> tuple[Any, ...]:
    rgb, labels, mask, pose = crop(photo, _random_frame(rng, photo, framing, size), size)
    figure = labels != Label.BACKGROUND
    rgb = recolour(rng, rgb, labels)
    if rng.random() < 0.55:
        rgb = replace_background(rng, rgb, figure, photos[rng.integers(len(photos))].rgb)
    if rng.random() < 0.2:
        rgb = cast_shadow(rng, rgb, figure)
    if rng.random() < 0.12:
        rgb, mask = _passed_by(rng, rgb, mask, figure, photos[rng.integers(len(photos))])
    rgb = degrade(rng, rgb)
    return rgb, prior_maps(_jitter(rng, pose), _known_mask(rng, mask, figure)), labels


def _passed_by(
    rng: np.random.Generator, rgb: Image, mask: NDArray[np.float32], figure: NDArray[np.bool_], photo: Photo
) -> tuple[Image, NDArray[np.float32]]:
    """The picture with someone behind the figure, mostly cut by the border, and the mask, which may take them in."""
    height, width = figure.shape
    matrix = _random_frame(rng, photo, "full", (height, width))
    matrix[:, 2] += rng.choice([-1, 1]) * rng.uniform(0.25, 0.6) * width, rng.uniform(-0.1, 0.2) * height
    other, labels, theirs, _ = crop(photo, matrix, (height, width))
    behind = (labels != Label.BACKGROUND) & ~figure
    taken_in = mask if rng.random() < 0.7 else np.maximum(mask, theirs * behind)
    return stand_behind(rgb, figure, other, behind), taken_in


def _known_mask(rng: np.random.Generator, mask: NDArray[np.float32], figure: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What the parser is told of the figure: MediaPipe's guess, a cut-out's alpha, or nothing; at a quarter size."""
    kind = rng.random()
    known: NDArray[Any] = mask
    if kind < 0.45:
        known = cv2.GaussianBlur(np.asarray(figure, np.float32), (0, 0), rng.uniform(0.5, 2.5))
    elif kind < 0.5:
        known = np.zeros_like(mask)
    size = (mask.shape[1] // PRIOR_STRIDE, mask.shape[0] // PRIOR_STRIDE)
    return np.asarray(cv2.resize(known, size, interpolation=cv2.INTER_AREA), np.float32)


def _jitter(rng: np.random.Generator, pose: Pose) -> Pose:
    """Joints a little off, and some lost, as an estimator's are."""
    keypoints = pose.keypoints.copy()
    spread = np.ptp(keypoints[keypoints[:, 2] > 0, 1]) if (keypoints[:, 2] > 0).any() else 0.0
    keypoints[:, :2] += rng.normal(0, 0.008 * spread + 0.5, (25, 2)).astype(np.float32)
    lost = rng.random(25) < 0.05
    lost[Joint.NECK] = False
    keypoints[lost | (pose.keypoints[:, 2] == 0)] = 0
    return Pose(keypoints)
