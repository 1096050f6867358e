"""A data set in VITON-HD's layout, drawn: people with a torso, arms, a head and trousers, and their shirts."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from vton_core.images import write_png
from vton_core.labels import Label
from vton_core.openpose import pose_to_json, render_pose
from vton_core.training.viton_hd.poses import COCO_18
from vton_core.types import Joint, Pose

HEIGHT, WIDTH = 128, 64


def joints(rng: np.random.Generator) -> np.ndarray:
    """BODY_25 joints of a standing person, a little different each time."""
    points = np.zeros((25, 3), np.float32)
    x, y = WIDTH / 2 + rng.uniform(-4, 4), 40 + rng.uniform(-3, 3)
    for joint, dx, dy in (
        *((Joint.NOSE, 0, -14), (Joint.NECK, 0, 0), (Joint.MID_HIP, 0, 40)),
        *((Joint.RIGHT_SHOULDER, -13, 1), (Joint.RIGHT_ELBOW, -18, 20), (Joint.RIGHT_WRIST, -20, 38)),
        *((Joint.LEFT_SHOULDER, 13, 1), (Joint.LEFT_ELBOW, 18, 20), (Joint.LEFT_WRIST, 20, 38)),
        *((Joint.RIGHT_HIP, -8, 40), (Joint.LEFT_HIP, 8, 40), (Joint.RIGHT_KNEE, -8, 62), (Joint.LEFT_KNEE, 8, 62)),
    ):
        points[joint] = (x + dx, y + dy, 0.9)
    return points


def draw_person(points: np.ndarray, colour: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """RGB photo and CIHP labels."""
    rgb, parse = np.full((HEIGHT, WIDTH, 3), 225, np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    at = {joint: tuple(int(v) for v in points[joint, :2]) for joint in Joint}
    skin = (224, 172, 140)

    def shape(draw, label: Label, paint: tuple[int, ...]) -> None:  # type: ignore[no-untyped-def]
        draw(rgb, paint)
        draw(parse, (int(label),))

    for side, label in (("RIGHT", Label.RIGHT_ARM), ("LEFT", Label.LEFT_ARM)):
        chain = np.array([at[Joint[f"{side}_{part}"]] for part in ("SHOULDER", "ELBOW", "WRIST")])
        shape(lambda a, c, chain=chain: cv2.polylines(a, [chain], False, c, 6), label, skin)
    hips = [at[Joint.LEFT_HIP], at[Joint.RIGHT_HIP]]
    legs = np.array([*hips, (hips[1][0], HEIGHT - 1), (hips[0][0], HEIGHT - 1)])
    shape(lambda a, c: cv2.fillPoly(a, [legs], c), Label.PANTS, (40, 50, 90))
    torso = np.array([at[Joint.RIGHT_SHOULDER], at[Joint.LEFT_SHOULDER], *hips])
    shape(lambda a, c: cv2.fillPoly(a, [torso], c), Label.UPPER_CLOTHES, colour)
    shape(lambda a, c: cv2.circle(a, at[Joint.NOSE], 8, c, -1), Label.FACE, skin)
    return rgb, parse


def draw_shirt(colour: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """RGB shop photo and mask."""
    outline = np.array([(14, 30), (50, 30), (60, 50), (50, 56), (48, 104), (16, 104), (14, 56), (4, 50)])
    rgb, mask = np.full((HEIGHT, WIDTH, 3), 250, np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(rgb, [outline], colour)
    cv2.fillPoly(mask, [outline], (255,))
    return rgb, mask


def draw_set(root: Path, count: int = 5) -> Path:
    """Write ``count`` pairs, their perfect warps and their list, the poses by turns as BODY_25 and COCO-18."""
    rng = np.random.default_rng(5)
    folder = root / "train"
    parts = ("image", "image-parse", "cloth", "cloth-mask", "openpose-img", "openpose-json")
    for name in (*parts, "warped_cloth", "warped_cloth-mask"):
        (folder / name).mkdir(parents=True)
    lines = []
    for number in range(count):
        stem, garment = f"p{number}", f"c{number}"
        points, colour = joints(rng), tuple(int(v) for v in rng.integers(30, 220, 3))
        rgb, parse = draw_person(points, colour)
        shirt, mask = draw_shirt(colour)
        for part, name, picture in (
            ("image", f"{stem}.jpg", rgb[..., ::-1]),
            ("cloth", f"{garment}.jpg", shirt[..., ::-1]),
            ("cloth-mask", f"{garment}.jpg", mask),
        ):
            cv2.imwrite(str(folder / part / name), picture)
        write_png(folder / "image-parse" / f"{stem}.png", parse)
        worn = parse == Label.UPPER_CLOTHES
        write_png(folder / "warped_cloth" / f"{stem}.png", np.where(worn[..., None], rgb, 250).astype(np.uint8))
        write_png(folder / "warped_cloth-mask" / f"{stem}.png", worn.astype(np.uint8) * 255)
        pose = Pose(points)
        write_png(folder / "openpose-img" / f"{stem}_rendered.png", render_pose(pose, (WIDTH, HEIGHT)))
        text = pose_to_json(pose) if number % 2 else coco_json(points)
        (folder / "openpose-json" / f"{stem}_keypoints.json").write_text(text)
        lines.append(f"{stem}.jpg {garment}.jpg\n")
    (root / "train_pairs.txt").write_text("".join(lines))
    return root


def coco_json(points: np.ndarray) -> str:
    """The pose as OpenPose's version 1.0 writes the 18 joints of COCO."""
    numbers = points[list(COCO_18)].ravel().tolist()
    return json.dumps({"version": 1.0, "people": [{"pose_keypoints": numbers}]})
