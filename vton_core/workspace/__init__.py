"""The folder contract: the only package that knows file names.

A workspace is a folder with ``inputs`` and ``output``. Every step reads the files of the steps before it, so each can
be run alone, its files edited by hand, and the next run on them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.cloth_landmarks import (
    ClothLandmarks,
    format_corrections,
    format_landmarks,
    parse_corrections,
    parse_landmarks,
)
from vton_core.errors import WorkspaceError
from vton_core.images import image_size, read_image, read_labels, read_rgba, read_texts, write_png
from vton_core.labels import COUNT, PALETTE
from vton_core.openpose import pose_from_json, pose_to_json
from vton_core.progress import CANVAS_SIDES
from vton_core.storage import write_text
from vton_core.types import Alpha, Canvas, Cutout, Garment, Image, ParseMap, Point, Pose
from vton_core.workspace.lists import Scene, SceneFile
from vton_core.workspace.paths import Pair
from vton_core.workspace.val import ToParse, Val

__all__ = ["Pair", "Scene", "SceneFile", "ToParse", "Workspace"]

# Under which keyword a mask's file tells what the garment's photo says about it.
_LOOK: Final = "Garment"


class Workspace(Val):
    """The files of one workspace.

    Args:
        root: the folder; it need not exist yet.
    """

    def read_cutout(self, model: str) -> Cutout:
        """The cutout that step1 wrote."""
        return _cutout(read_rgba(self.need(self.cutout_file(model), "step1")))

    def write_cutout(self, path: Path, cutout: Cutout) -> None:
        """Write a figure as RGBA."""
        alpha = np.round(cutout.alpha * 255).astype(np.uint8)
        write_png(path, np.dstack([cutout.rgb, alpha]))

    def read_canvas(self, model: str) -> Canvas:
        """The map from source to canvas that step2 wrote.

        Raises:
            WorkspaceError: missing, not what step2 writes, or for a cutout of another size.
        """
        path = self.need(self.canvas_file(model), "step2")
        text = self.text(path)
        try:
            entry = json.loads(text)
            (ox, oy), (w, h), (sw, sh) = entry["offset"], entry["size"], entry["source_size"]
            canvas = Canvas(float(entry["scale"]), (float(ox), float(oy)), (int(w), int(h)), (int(sw), int(sh)))
            if not (np.isfinite([canvas.scale, *canvas.offset]).all() and canvas.scale > 0 and min(w, h, sw, sh) > 0):
                raise ValueError
            if max(canvas.size) > CANVAS_SIDES[1]:
                raise ValueError
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            raise WorkspaceError(
                "{file} does not say scale, offset, size and source_size. Delete it and run step2 again.",
                file=self.relative(path),
            ) from None
        cutout = self.cutout_file(model)
        if cutout.is_file() and image_size(cutout) != canvas.source_size:
            raise WorkspaceError(
                "{file} has another size than when step2 drew it. Run step2 again.", file=self.relative(cutout)
            )
        return canvas

    def write_canvas(self, model: str, canvas: Canvas) -> None:
        """Write the map from source to canvas."""
        write_text(self.canvas_file(model), json.dumps(canvas.to_json()))

    def read_pose(self, model: str) -> Pose:
        """The pose that step2 wrote."""
        path = self.need(self.pose_file(model), "step2")
        return pose_from_json(self.text(path), self.relative(path))

    def write_pose(self, model: str, pose: Pose) -> None:
        """Write the pose in OpenPose's format."""
        write_text(self.pose_file(model), pose_to_json(pose))

    def read_canvas_image(self, model: str) -> Image:
        """The person on the canvas, as step2 wrote it."""
        return read_image(self.need(self.image_file(model), "step2"))

    def read_parse(self, model: str, size: tuple[int, int]) -> ParseMap:
        """The parse map that step3 wrote, for a canvas of ``size`` (width, height).

        An editor may have saved it in full colour, or with its palette in another order: colours count, if all are the
        palette's.

        Raises:
            WorkspaceError: missing, of another size, or with values that are no labels.
        """
        path = self.need(self.parse_file(model), "step3")
        labels = read_labels(path, PALETTE)
        if labels.shape != (size[1], size[0]) or labels.max() >= COUNT:
            raise WorkspaceError(
                "{file} is not a map of labels 0 to 19 of the canvas' size. Run step3 again.", file=self.relative(path)
            )
        return labels

    def write_parse(self, model: str, labels: ParseMap) -> None:
        """Write the labels as a palette PNG, and as a coloured picture."""
        write_png(self.parse_file(model), labels, PALETTE)
        write_png(self.parse_picture_file(model), PALETTE[labels])

    def write_canvas_image(self, model: str, image: Image) -> None:
        """Write the person on the canvas."""
        write_png(self.image_file(model), image)

    def write_rendered_pose(self, model: str, image: Image) -> None:
        """Write the pose as OpenPose draws it."""
        write_png(self.rendered_pose_file(model), image)

    def read_cloth(self, cloth: str) -> NDArray[np.uint8]:
        """The garment photo, ``uint8 (H, W, 4)``."""
        return read_rgba(self.cloths()[cloth])

    def read_cloth_mask(self, cloth: str, size: tuple[int, int]) -> Alpha | None:
        """The garment's mask for a photo of ``size`` (height, width), or ``None`` where there is none.

        Raises:
            WorkspaceError: it has another size, or is black throughout.
        """
        path = self.cloth_mask_file(cloth)
        if not path.is_file():
            return None
        mask = read_image(path)[..., 0]
        if mask.shape != size or mask.max() < 128:
            raise WorkspaceError(
                "{file} is not a white-on-black mask of its garment photo's size. Correct it, or delete it.",
                file=self.relative(path),
            )
        return (mask / np.float32(255)).astype(np.float32)

    def write_cloth_mask(self, cloth: str, garment: Garment) -> None:
        """Write a garment's mask, white where it is, and in the same file what its photo says about it."""
        shares = {"sorts": dict(garment.sorts), "sleeves": dict(garment.sleeves)}
        said = {**shares, "home": garment.home, "turns": garment.turns}
        texts = {_LOOK: json.dumps(said)} if garment.sorts else {}
        write_png(self.cloth_mask_file(cloth), np.round(garment.alpha * 255).astype(np.uint8), texts=texts)

    def with_look(self, cloth: str, garment: Garment) -> Garment:
        """A garment with what its photo says about it, as its mask's file tells; as it is where that was made
        elsewhere."""
        try:
            said = self._said(cloth)
            # What an earlier version wrote says nothing about sleeves, nor about turns.
            sorts, sleeves = _shares(said["sorts"]), _shares(said.get("sleeves", {}))
            return replace(garment, sorts=sorts, sleeves=sleeves, home=bool(said["home"]), turns=_quarters(said))
        except (ValueError, AttributeError, TypeError, KeyError):
            return garment

    def turns(self, cloth: str) -> int:
        """By how many quarters a garment's photo is to be turned clockwise, as its mask's file tells."""
        try:
            return _quarters(self._said(cloth))
        except (OSError, ValueError, AttributeError, TypeError, KeyError):
            return 0

    def _said(self, cloth: str) -> dict[str, Any]:
        """What a mask's file says about its garment's photo, as it stands there."""
        said: dict[str, Any] = json.loads(read_texts(self.cloth_mask_file(cloth))[_LOOK])
        return said

    def read_corrections(self, cloth: str) -> dict[str, Point]:
        """The landmarks of a garment that the user has moved; none where there is no file.

        Raises:
            WorkspaceError: not that format.
        """
        path = self.corrections_file(cloth)
        return parse_corrections(self.text(path), self.relative(path)) if path.is_file() else {}

    def write_corrections(self, cloth: str, moved: Mapping[str, Point]) -> None:
        """Write the landmarks that the user has moved."""
        write_text(self.corrections_file(cloth), format_corrections(moved))

    def read_landmarks(self, cloth: str) -> ClothLandmarks | None:
        """The landmarks as step4 used them, or ``None`` where its engine knows none.

        Raises:
            WorkspaceError: not that format.
        """
        path = self.landmarks_file(cloth)
        return parse_landmarks(self.text(path), self.relative(path)) if path.is_file() else None

    def write_landmarks(self, cloth: str, landmarks: ClothLandmarks) -> None:
        """Write the landmarks as step4 used them."""
        write_text(self.landmarks_file(cloth), format_landmarks(landmarks))

    def write_tryon(self, pair: Pair, image: Image) -> None:
        """Write the dressed person on the canvas."""
        write_png(self.tryon_file(pair), image)

    def read_figure(self, pair: Pair | str) -> Cutout:
        """The dressed figure that step4 wrote, of a pair or by its name among :meth:`figures`."""
        path = self.figures()[pair] if isinstance(pair, str) else self.need(self.figure_file(pair), "step4")
        return _cutout(read_rgba(path))

    def read_occluder(self, scene: SceneFile) -> Alpha | None:
        """How much of a pixel stands in front of the scene's figures: ``float32 (H, W)``; ``None``: nothing does."""
        if scene.occluder is None:
            return None
        return (read_image(scene.occluder)[..., 0] / np.float32(255)).astype(np.float32)


def _quarters(said: dict[str, Any]) -> int:
    return int(said.get("turns", 0)) % 4


def _shares(said: Any) -> dict[str, float]:
    return {str(name): float(share) for name, share in said.items()}


def _cutout(rgba: NDArray[np.uint8]) -> Cutout:
    return Cutout(np.ascontiguousarray(rgba[..., :3]), (rgba[..., 3] / np.float32(255)).astype(np.float32))
