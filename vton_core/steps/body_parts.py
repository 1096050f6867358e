"""Body parts that were painted by hand, laid over the parse map that was found.

The layer is ``by-hand/parse.png``, a picture of the photo's proportions: CIHP's colours where something was painted,
transparent where the parts are as they were found. What was found is kept in ``found/``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import InputError
from vton_core.images import read_rgba
from vton_core.labels import PALETTE, Label
from vton_core.planes import from_segment
from vton_core.resampling import warp_affine, warp_labels
from vton_core.storage import share
from vton_core.types import Canvas, Joint, Mask, ParseMap, Pose
from vton_core.workspace import Workspace

__all__ = ["PAINTS", "labels_of", "on_canvas", "on_photo", "repaint", "repainted"]

PAINTS: Final[tuple[Label, ...]] = (
    *(Label.UPPER_CLOTHES, Label.DRESS, Label.PANTS, Label.SKIRT),
    *(Label.TORSO_SKIN, Label.LEFT_ARM, Label.LEFT_LEG, Label.HAIR, Label.FACE, Label.BACKGROUND),
)
"""What is painted with; the pose tells whose arm or leg it is, and what has no label is carried before the body."""

# How far a colour may be from CIHP's, as a browser that guards against fingerprinting changes it, and from which alpha
# on it counts.
_NEAR, _OPAQUE = 12, 128
_ARM: Final = (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST)
_OTHER_ARM: Final = (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST)
_LEG: Final = (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
_OTHER_LEG: Final = (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)
_SIDES: Final = (
    (Label.LEFT_ARM, Label.RIGHT_ARM, _ARM, _OTHER_ARM),
    (Label.LEFT_LEG, Label.RIGHT_LEG, _LEG, _OTHER_LEG),
)


def labels_of(layer: NDArray[np.uint8]) -> NDArray[np.int16]:
    """The labels that a layer shows.

    Args:
        layer: ``uint8 (H, W, 4)`` in CIHP's colours.

    Returns:
        ``int16 (H, W)``; -1 where nothing was painted.

    Raises:
        InputError: something is painted in another colour.
    """
    painted = layer[..., 3] >= _OPAQUE
    labels = np.full(painted.shape, -1, np.int16)
    red, green, blue, _ = layer[painted].astype(np.uint32).T
    codes, index = np.unique(red << 16 | green << 8 | blue, return_inverse=True)
    if len(codes):
        colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.int16)
        away = np.abs(colours[:, None] - PALETTE).max(axis=2)
        if away.min(axis=1).max() > _NEAR:
            raise InputError("The picture of body parts may hold CIHP's colours only. Leave the rest transparent.")
        labels[painted] = away.argmin(axis=1)[index.ravel()]
    return labels


def on_canvas(painted: NDArray[np.int16], canvas: Canvas) -> NDArray[np.int16]:
    """What was painted on a picture of the photo's proportions, on the canvas.

    Args:
        painted: ``int16 (h, w)``, as :func:`labels_of` gives it.
        canvas: the map from the photo to the canvas.

    Returns:
        ``int16 (canvas H, canvas W)``, -1 where nothing was painted.
    """
    matrix = _on_canvas(canvas) @ _resized(painted.shape[::-1], canvas.source_size)
    return _moved((painted + 1).astype(np.uint8), matrix, canvas.size).astype(np.int16) - 1


def on_photo(labels: ParseMap, canvas: Canvas, size: tuple[int, int]) -> ParseMap:
    """Labels on the canvas as they lie on a picture of the photo's proportions.

    Args:
        labels: ``uint8 (canvas H, canvas W)``.
        canvas: the map from the photo to the canvas.
        size: of the picture, ``(width, height)``.

    Returns:
        ``uint8`` of ``size``; background off the canvas.
    """
    return _moved(labels, _resized(canvas.source_size, size) @ np.linalg.inv(_on_canvas(canvas)), size)


def _on_canvas(canvas: Canvas) -> NDArray[np.float64]:
    return np.vstack([canvas.matrix(), [0.0, 0.0, 1.0]])


def _resized(before: tuple[int, ...], after: tuple[int, ...]) -> NDArray[np.float64]:
    """The map from a picture's pixels to those of a larger or smaller one, pixel centres at integers."""
    wide, tall = (new / old for old, new in zip(before, after, strict=True))
    return np.array([[wide, 0, (wide - 1) / 2], [0, tall, (tall - 1) / 2], [0, 0, 1]])


def _moved(labels: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    return warp_labels(labels, size, lambda share: warp_affine(share, matrix[:2], size))


def repainted(parse: ParseMap, painted: NDArray[np.int16], pose: Pose, figure: Mask | None = None) -> ParseMap:
    """A parse map with what was painted.

    Args:
        parse: ``uint8 (H, W)`` of CIHP labels, as it was found.
        painted: ``int16 (H, W)``, -1 where nothing was.
        pose: the person's joints in the same pixels.
        figure: ``bool (H, W)``, outside of which there is nothing; not known if ``None``.

    Returns:
        ``uint8 (H, W)``.
    """
    labels = np.where(painted >= 0, painted, 0).astype(np.uint8)
    for left, right, joints, others in _SIDES:
        rows, columns = np.nonzero((labels == left) | (labels == right))
        places = np.stack([columns, rows], axis=1).astype(np.float64)
        near, far = (_distance(places, pose, limb) for limb in (joints, others))
        if near is not None and far is not None:
            labels[rows, columns] = np.where(near <= far, left, right)
    chosen = painted >= 0 if figure is None else (painted >= 0) & figure
    return np.where(chosen, labels, parse)


def _distance(places: NDArray[np.float64], pose: Pose, joints: tuple[Joint, ...]) -> NDArray[np.float32] | None:
    """How far ``(N, 2)`` places are from a limb; ``None`` where nothing is known of it."""
    known = [np.asarray(point, np.float64) for joint in joints if (point := pose.point(joint)) is not None]
    if not known:
        return None
    bones = zip(known, known[1:] or known, strict=False)
    return np.asarray(np.min([from_segment(places, start, end) for start, end in bones], axis=0), np.float32)


def repaint(workspace: Workspace, model: str, figure: Mask | None) -> None:
    """Lay ``by-hand/parse.png``, if it is there, over the parse map that was found for a model."""
    layer = workspace.by_hand("parse.png")
    if not layer.is_file():
        return
    canvas, pose = workspace.read_canvas(model), workspace.read_pose(model)
    parse = workspace.read_parse(model, canvas.size)
    share(workspace.parse_file(model), workspace.found("parse.png"))
    share(workspace.parse_picture_file(model), workspace.found("parse_vis.png"))
    painted = on_canvas(labels_of(read_rgba(layer)), canvas)
    workspace.write_parse(model, repainted(parse, painted, pose, figure))
