"""Pinhole cameras.

Pixel centres are at integers, the origin is the centre of the top-left pixel; depth is the distance along the view.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from synthesis.meshes import Floats

__all__ = ["FRAMINGS", "Camera", "centred", "framed"]

FRAMINGS: Final = ("full", "three-quarter", "half")
_LOWEST: Final = {"full": 0.0, "three-quarter": 0.40, "half": 0.50}
"""Where the picture ends, as a share of the person's height."""


@dataclass(frozen=True)
class Camera:
    """A camera.

    Attributes:
        position: metres.
        rotation: ``float64 (3, 3)``, its rows the picture's x (to the right), y (down) and the view.
        focal: pixels.
        centre: the pixel that the view meets, ``(x, y)``.
        size: of the picture, ``(width, height)``.
    """

    position: Floats
    rotation: Floats
    focal: float
    centre: tuple[float, float]
    size: tuple[int, int]

    @classmethod
    def towards(cls, position: Floats, target: Floats, focal: float, size: tuple[int, int]) -> Camera:
        """An upright camera that has a target in the middle of the picture."""
        view = (target - position) / np.linalg.norm(target - position)
        right = np.cross(view, np.array([0.0, 1.0, 0.0]))
        right /= np.linalg.norm(right)
        rotation = np.stack([right, np.cross(view, right), view])
        return cls(position, rotation, focal, ((size[0] - 1) / 2, (size[1] - 1) / 2), size)

    def raised(self, by: float) -> Camera:
        """The same camera, higher by so many metres."""
        return replace(self, position=self.position + np.array([0.0, by, 0.0]))

    def seen(self, points: Floats) -> Floats:
        """Points in the camera's axes, metres, ``float64 (N, 3)``."""
        return np.asarray((points - self.position) @ self.rotation.T)

    def project(self, points: Floats) -> Floats:
        """Where points are seen, ``float64 (N, 3)``: x and y in pixels, depth in metres."""
        seen = self.seen(points)
        scale = self.focal / seen[:, 2]
        return np.stack([seen[:, 0] * scale + self.centre[0], seen[:, 1] * scale + self.centre[1], seen[:, 2]], axis=1)


def framed(
    points: Floats,
    *,
    size: tuple[int, int],
    framing: str = "full",
    yaw: float = 0.0,
    pitch: float = 4.0,
    distance: float = 4.0,
    margin: float = 0.08,
    aside: float = 0.0,
) -> Camera:
    """A camera that has a figure in the picture.

    Args:
        points: ``(N, 3)``, of the figure, which stands on y = 0.
        size: of the picture, ``(width, height)``.
        framing: one of ``FRAMINGS``.
        yaw: degrees, from the front to the person's left.
        pitch: degrees, from level upwards.
        distance: metres.
        margin: the free share of the picture above the head, and for the full figure below the feet.
        aside: how far the figure stands from the middle, as a share of the free width.
    """
    top, low = points[:, 1].max(), points[:, 1].max() * _LOWEST[framing]
    trunk = points[np.abs(points[:, 1] - top * 0.6) < 0.1 * top].mean(axis=0)
    middle = np.array([trunk[0], (top + low) / 2, trunk[2]])
    a, b = np.radians(yaw), np.radians(pitch)
    away = np.array([np.sin(a) * np.cos(b), np.sin(b), np.cos(a) * np.cos(b)])
    start = Camera.towards(middle + distance * away, middle, 1.0, size)
    seen = start.project(points[points[:, 1] >= low])[:, :2] - np.asarray(start.centre)
    (left, upper), (right, lower) = seen.min(axis=0), seen.max(axis=0)
    width, height = size
    below = margin if framing == "full" else 0.0
    focal = min(height * (1 - margin - below) / (lower - upper), width * 0.96 / (right - left))
    free = width - focal * (right - left)
    x = (width - 1) / 2 - focal * (left + right) / 2 + aside * free / 2
    y = height * (1 - below) - 0.5 - focal * lower
    return Camera(start.position, start.rotation, focal, (x, y), size)


def centred(points: Floats, *, size: tuple[int, int], distance: float = 3.5, margin: float = 0.08) -> Camera:
    """A camera straight in front that has a thing in the middle of the picture.

    Args:
        points: ``(N, 3)``, of the thing.
        size: of the picture, ``(width, height)``.
        distance: metres.
        margin: the least free share at each side.
    """
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    start = Camera.towards(middle + np.array([0.0, 0.0, distance]), middle, 1.0, size)
    extent = np.abs(start.project(points)[:, :2] - np.asarray(start.centre)).max(axis=0) * 2
    focal = float((np.asarray(size) * (1 - 2 * margin) / extent).min())
    return replace(start, focal=focal)
