"""The examples' people with their exact alpha, joints and labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from vton_core.engines.base import TryOnEngine
from vton_core.engines.tryon.garment import GarmentTryOn
from vton_core.images import read_image
from vton_core.labels import Label
from vton_core.openpose import pose_from_json
from vton_core.steps.garments import cut_garment
from vton_core.types import Canvas, Cutout, Garment, Joint, Mask, ParseMap, Pose, TryOn, Wearing

ARMS = (Label.LEFT_ARM, Label.RIGHT_ARM)
ENGINE = GarmentTryOn()


@dataclass(frozen=True)
class Model:
    """A person with exact alpha, joints and labels, on a canvas that is the photo."""

    cutout: Cutout
    canvas: Canvas
    pose: Pose
    parse: ParseMap

    def wears(self, garment: Garment, wearing: Wearing | None = None, engine: TryOnEngine | None = None) -> TryOn:
        """The try-on's result, by the default engine, which has seen the person before, unless another one is given."""
        used = engine or ENGINE
        return used.dress(self.cutout, self.canvas, self.pose, self.parse, garment, wearing or Wearing())

    def without(self, *joints: Joint) -> Model:
        """The person with joints that were not found."""
        keypoints = self.pose.keypoints.copy()
        keypoints[list(joints)] = 0
        return replace(self, pose=Pose(keypoints))

    def joint(self, joint: Joint) -> NDArray[np.float64]:
        """A joint's place in the photo."""
        point = self.pose.point(joint)
        assert point is not None
        return np.array(point)

    @property
    def unit(self) -> float:
        """Distance of the shoulders."""
        return float(np.linalg.norm(self.joint(Joint.LEFT_SHOULDER) - self.joint(Joint.RIGHT_SHOULDER)))

    def near(self, points: NDArray[np.float64], radius: float) -> Mask:
        """Pixels so many shoulder distances around points."""
        shape = self.parse.shape
        area = np.zeros(shape, np.uint8)
        for x, y in np.atleast_2d(points):
            cv2.circle(area, (round(float(x)), round(float(y))), round(radius * self.unit), 1, -1)
        return area > 0

    def down(self, share: float) -> NDArray[np.float64]:
        """The point at a share of the way from the neck to the hips."""
        neck = (self.joint(Joint.LEFT_SHOULDER) + self.joint(Joint.RIGHT_SHOULDER)) / 2
        return neck + share * (self.joint(Joint.MID_HIP) - neck)

    def hands(self) -> Mask:
        """Labelled arm around and below the wrists."""
        elbows = [self.joint(Joint.LEFT_ELBOW), self.joint(Joint.RIGHT_ELBOW)]
        wrists = [self.joint(Joint.LEFT_WRIST), self.joint(Joint.RIGHT_WRIST)]
        beyond = [w + 0.15 * (w - e) for w, e in zip(wrists, elbows, strict=True)]
        return self.near(np.array(beyond), 0.2) & np.isin(self.parse, ARMS)


def assert_the_rest_is_kept(before: Cutout, worn: TryOn) -> None:
    """Nothing has changed where nothing is marked as changed."""
    kept = ~worn.changed
    np.testing.assert_array_equal(worn.figure.rgb[kept], before.rgb[kept])
    np.testing.assert_array_equal(worn.figure.alpha[kept], before.alpha[kept])


@cache
def read_model(examples: Path, name: str) -> Model:
    """The example's woman or man."""
    rgb = read_image(examples / f"model_{name}.png")
    alpha = read_image(examples / f"model_{name}_alpha.png")[..., 0] / np.float32(255)
    pose = pose_from_json((examples / f"model_{name}_keypoints.json").read_text("utf-8"), name)
    with Pillow.open(examples / f"model_{name}_parse.png") as file:
        parse = np.array(file)
    size = (rgb.shape[1], rgb.shape[0])
    return Model(Cutout(rgb, alpha.astype(np.float32)), Canvas(1.0, (0.0, 0.0), size, size), pose, parse)


@cache
def read_garment(examples: Path, name: str) -> Garment:
    """One of the examples' garments, cut out."""
    return cut_garment(read_image(examples / f"garment_{name}.png"))
