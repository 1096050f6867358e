"""Clothing Co-Parsing as CIHP parse maps.

The data set (Yang, Luo, Lin, "Clothing Co-Parsing by Joint Image Segmentation and Labeling", CVPR 2014) gives each
pixel one of 59 tags. They become CIHP labels here; what CIHP separates and the tags do not (face, neck, arms,
legs; left and right; the two halves of a suit) is decided by the pose.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import WorkspaceError
from vton_core.labels import Label
from vton_core.types import Joint, ParseMap, Point, Pose

__all__ = ["CARRIED", "IGNORED", "photo_ids", "read_tags", "split", "to_cihp"]

CARRIED: Final = 20
"""Training label of what a person carries: part of the figure, background to CIHP."""
IGNORED: Final = 255
"""Training label of pixels that CIHP has no label for; they carry no loss."""

_SKIN, _SUIT, _SHOES, _BELT = 200, 201, 202, 203

_GROUPS: Final[dict[int, str]] = {
    Label.BACKGROUND: "null",
    Label.HAT: "hat",
    Label.HAIR: "hair",
    Label.GLOVE: "gloves",
    Label.SUNGLASSES: "glasses sunglasses",
    Label.UPPER_CLOTHES: (
        "blouse bodysuit bra hoodie intimate jumper shirt sweater sweatshirt swimwear t-shirt tie top vest"
    ),
    Label.DRESS: "dress romper",
    Label.COAT: "blazer cape cardigan coat jacket",
    Label.SOCKS: "socks stockings",
    Label.PANTS: "jeans leggings panties pants shorts tights",
    Label.SCARF: "scarf",
    Label.SKIRT: "skirt",
    CARRIED: "bag purse wallet",
    IGNORED: "accessories earrings necklace ring",
    _SKIN: "skin bracelet watch",
    _SUIT: "suit",
    _SHOES: "boots clogs flats heels loafers pumps sandals shoes sneakers wedges",
    _BELT: "belt",
}
_LOWER: Final = (Label.PANTS, Label.SKIRT, Label.DRESS)
_UPPER: Final = (Label.UPPER_CLOTHES, Label.COAT, Label.DRESS)

_ARMS: Final = (
    (Label.RIGHT_ARM, (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST)),
    (Label.LEFT_ARM, (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST)),
)
_LEGS: Final = (
    (Label.RIGHT_LEG, (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE, Joint.RIGHT_BIG_TOE)),
    (Label.LEFT_LEG, (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE, Joint.LEFT_BIG_TOE)),
)


def photo_ids(data: Path) -> list[str]:
    """The ids of the photos that have both a picture and an annotation, sorted.

    Raises:
        WorkspaceError: the folder is not laid out as the data set is.
    """
    photos = {path.stem for path in (data / "photos").glob("*.jpg")}
    ids = sorted(photos & {path.stem for path in (data / "annotations").glob("*.mat")})
    if not ids:
        raise WorkspaceError(
            "{folder} holds no Clothing Co-Parsing photos. Name the folder that has 'photos' and 'annotations' in it.",
            folder=data,
        )
    return ids


def split(ids: Iterable[str]) -> tuple[list[str], list[str]]:
    """Training and validation ids: numbers that end in 5 validate, those that end in 0 are kept for testing."""
    known = list(ids)
    return [i for i in known if not i.endswith(("0", "5"))], [i for i in known if i.endswith("5")]


def read_tags(data: Path, photo_id: str) -> NDArray[np.uint8]:
    """``uint8 (H, W)`` of coarse tags: CIHP labels, :data:`CARRIED`, :data:`IGNORED`, and groups yet to be divided."""
    from scipy.io import loadmat

    tags = [str(entry[0]) for entry in loadmat(data / "label_list.mat")["label_list"][0]]
    group_of = {tag: label for label, members in _GROUPS.items() for tag in members.split()}
    table = np.array([group_of[tag] for tag in tags], np.uint8)
    return np.asarray(table[loadmat(data / "annotations" / f"{photo_id}.mat")["groundtruth"]], np.uint8)


def to_cihp(tags: NDArray[np.uint8], pose: Pose, face: NDArray[np.float32] | None) -> ParseMap:
    """Divide skin, shoes and suits by the pose.

    Args:
        tags: ``uint8 (H, W)`` from :func:`read_tags`.
        pose: the person's joints in the same pixels.
        face: ``float32 (N, 2)``, the outline of the face where it is known.

    Returns:
        ``uint8 (H, W)`` of CIHP labels, :data:`CARRIED` and :data:`IGNORED`.
    """
    labels = tags.copy()
    _divide_suit(labels, pose)
    _dress_below_waist(labels, pose)
    _divide_skin(labels, pose, face)
    _divide_sides(labels, tags == _SHOES, ((Label.RIGHT_SHOE, _LEGS[0][1]), (Label.LEFT_SHOE, _LEGS[1][1])), pose)
    present = [label for label in _LOWER if (labels == label).any()]
    labels[labels == _BELT] = max(present, key=lambda label: (labels == label).sum(), default=Label.UPPER_CLOTHES)
    return labels


def _torso(pose: Pose) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    neck, hip = pose.point(Joint.NECK), pose.point(Joint.MID_HIP)
    if neck is None or hip is None:
        return None
    return np.asarray(neck), np.asarray(hip)


def _divide_suit(labels: ParseMap, pose: Pose) -> None:
    """A suit's trousers begin a little below the hips, unless a lower garment has a tag of its own."""
    suit = labels == _SUIT
    labels[suit] = Label.COAT
    torso = _torso(pose)
    if torso is None or not suit.any() or np.isin(labels, _LOWER).sum() > 0.15 * suit.sum():
        return
    rows = np.arange(labels.shape[0])[:, None]
    labels[suit & (rows > torso[1][1] + 0.2 * (torso[1][1] - torso[0][1]))] = Label.PANTS


def _dress_below_waist(labels: ParseMap, pose: Pose) -> None:
    """Tag 'dress' under a separate top is a skirt when nothing of it reaches the upper half of the torso."""
    torso = _torso(pose)
    dress = labels == Label.DRESS
    if torso is None or not dress.any():
        return
    middle = int(torso[0][1] + 0.6 * (torso[1][1] - torso[0][1]))
    above = labels[: max(middle, 0)]
    if (above == Label.DRESS).sum() < 0.03 * dress.sum() and np.isin(above, _UPPER).sum() > 0.05 * dress.sum():
        labels[dress] = Label.SKIRT


def _segment_distance(points: NDArray[np.float32], chain: list[Point]) -> NDArray[np.float32]:
    """Distance ``(N,)`` of ``(N, 2)`` points to a chain of segments."""
    nearest = np.full(len(points), np.inf, np.float32)
    for start, end in zip(chain, chain[1:] or chain, strict=False):
        a, b = np.asarray(start, np.float32), np.asarray(end, np.float32)
        along = ((points - a) @ (b - a)) / max(float((b - a) @ (b - a)), 1e-6)
        foot = a + along.clip(0, 1)[:, None] * (b - a)
        nearest = np.minimum(nearest, np.linalg.norm(points - foot, axis=1))
    return nearest


def _chain(pose: Pose, joints: tuple[Joint, ...]) -> list[Point]:
    chain = [point for point in map(pose.point, joints) if point is not None]
    if joints[-1] in (Joint.RIGHT_WRIST, Joint.LEFT_WRIST) and len(chain) == len(joints):
        (ex, ey), (wx, wy) = chain[-2:]
        chain.append((wx + 0.4 * (wx - ex), wy + 0.4 * (wy - ey)))
    return chain


def _divide_sides(
    labels: ParseMap, region: NDArray[np.bool_], sides: Iterable[tuple[Label, tuple[Joint, ...]]], pose: Pose
) -> None:
    """Give each pixel of a region the label whose chain of joints is nearest."""
    names, distances = [], []
    rows, columns = np.nonzero(region)
    points = np.stack([columns, rows], axis=1).astype(np.float32)
    for label, joints in sides:
        chain = _chain(pose, joints)
        if chain:
            names.append(label)
            distances.append(_segment_distance(points, chain))
    if not names:
        labels[region] = IGNORED
        return
    labels[rows, columns] = np.array(names, np.uint8)[np.argmin(distances, axis=0)]


def _divide_skin(labels: ParseMap, pose: Pose, face: NDArray[np.float32] | None) -> None:
    skin = labels == _SKIN
    torso = _torso(pose)
    _divide_sides(labels, skin, (*_ARMS, *_LEGS), pose)
    if torso is None:
        return
    neck, hip = torso
    length = float(np.linalg.norm(hip - neck))
    rows, columns = np.indices(labels.shape, sparse=True)
    head = _face_mask(labels.shape, pose, face, length)
    near_axis = np.abs(columns - neck[0]) < 0.42 * _shoulder_width(pose, length)
    trunk = skin & near_axis & (rows < hip[1] - 0.15 * length)
    labels[trunk] = Label.TORSO_SKIN
    labels[skin & (rows < neck[1] - 0.02 * length)] = Label.TORSO_SKIN
    _divide_sides(labels, skin & _near_forearm(labels.shape, pose, 0.1 * length) & ~head, _ARMS, pose)
    labels[skin & head] = Label.FACE


def _shoulder_width(pose: Pose, length: float) -> float:
    right, left = pose.point(Joint.RIGHT_SHOULDER), pose.point(Joint.LEFT_SHOULDER)
    if right is None or left is None:
        return 0.6 * length
    return max(float(np.hypot(right[0] - left[0], right[1] - left[1])), 0.4 * length)


def _near_forearm(shape: tuple[int, ...], pose: Pose, reach: float) -> NDArray[np.bool_]:
    """Within ``reach`` pixels of a forearm or hand: such skin belongs to the arm even in front of the chest."""
    near = np.zeros(shape, np.uint8)
    for _, joints in _ARMS:
        chain = _chain(pose, joints)
        for start, end in pairwise(chain[1:]):
            a, b = (round(start[0]), round(start[1])), (round(end[0]), round(end[1]))
            cv2.line(near, a, b, (1,), max(1, round(2 * reach)))
    return near.astype(bool)


def _face_mask(
    shape: tuple[int, ...], pose: Pose, face: NDArray[np.float32] | None, length: float
) -> NDArray[np.bool_]:
    """The head down to the jaw: inside the outline, or above its lower half (forehead and ears lie outside it)."""
    mask = np.zeros(shape, np.uint8)
    if face is None:
        eyes = [p for p in map(pose.point, (Joint.RIGHT_EYE, Joint.LEFT_EYE, Joint.NOSE)) if p is not None]
        if not eyes:
            return mask.astype(bool)
        centre = np.mean(eyes, axis=0)
        angle = np.linspace(0, 2 * np.pi, 36, endpoint=False)
        face = np.asarray(centre + 0.2 * length * np.stack([0.7 * np.sin(angle), -np.cos(angle)], axis=1), np.float32)
    cv2.fillPoly(mask, [np.round(face).astype(np.int32)], (1,))
    middle = round(float(face[:, 1].min() + 0.55 * np.ptp(face[:, 1])))
    reach = 0.35 * float(np.ptp(face[:, 0]))
    left, right = round(float(face[:, 0].min() - reach)), round(float(face[:, 0].max() + reach))
    mask[: max(middle, 0), max(left, 0) : max(right, 0)] = 1
    return mask.astype(bool)
