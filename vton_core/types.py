"""The values that pass between the steps: frozen dataclasses that check their own shapes.

Conventions: images are RGB ``uint8 (H, W, 3)``, masks ``bool (H, W)``, alpha ``float32 (H, W)`` in [0, 1], parse maps
``uint8 (H, W)`` of :class:`vton_core.labels.Label`; points are ``(x, y)`` pixels, origin top-left, pixel centres at
integers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import InputError, PlacementError

__all__ = [
    "Alpha",
    "Canvas",
    "Cutout",
    "Finish",
    "Garment",
    "GarmentKind",
    "Image",
    "Joint",
    "Mask",
    "ParseMap",
    "Picture",
    "Placement",
    "Point",
    "Pose",
    "TryOn",
    "Tuck",
    "Wearing",
]

Image: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Alpha: TypeAlias = NDArray[np.float32]
ParseMap: TypeAlias = NDArray[np.uint8]
Tuck: TypeAlias = Literal["auto", "in", "out"]
GarmentKind: TypeAlias = Literal["auto", "upper", "lower", "dress"]
Point: TypeAlias = tuple[float, float]


class Joint(IntEnum):
    """The joints of OpenPose's BODY_25 model, in its order; left and right are the person's own."""

    NOSE = 0
    NECK = 1
    RIGHT_SHOULDER = 2
    RIGHT_ELBOW = 3
    RIGHT_WRIST = 4
    LEFT_SHOULDER = 5
    LEFT_ELBOW = 6
    LEFT_WRIST = 7
    MID_HIP = 8
    RIGHT_HIP = 9
    RIGHT_KNEE = 10
    RIGHT_ANKLE = 11
    LEFT_HIP = 12
    LEFT_KNEE = 13
    LEFT_ANKLE = 14
    RIGHT_EYE = 15
    LEFT_EYE = 16
    RIGHT_EAR = 17
    LEFT_EAR = 18
    LEFT_BIG_TOE = 19
    LEFT_SMALL_TOE = 20
    LEFT_HEEL = 21
    RIGHT_BIG_TOE = 22
    RIGHT_SMALL_TOE = 23
    RIGHT_HEEL = 24


def _expect(array: NDArray[Any], dtype: type, shape: tuple[int | None, ...], name: str) -> None:
    fits = array.ndim == len(shape) and all(w is None or w == h for w, h in zip(shape, array.shape, strict=True))
    if array.dtype != dtype or not fits:
        raise ValueError(f"{name} must be {np.dtype(dtype).name} {shape}, not {array.dtype.name} {array.shape}")


@dataclass(frozen=True)
class Pose:
    """A person's joints.

    Attributes:
        keypoints: ``float32 (25, 3)`` of x, y (pixels) and confidence in [0, 1], in BODY_25 order; an undetected joint
            is all zero.
    """

    keypoints: NDArray[np.float32]

    def __post_init__(self) -> None:
        _expect(self.keypoints, np.float32, (25, 3), "keypoints")

    def point(self, joint: Joint) -> Point | None:
        """The joint's ``(x, y)``, or ``None`` where it was not detected."""
        x, y, confidence = self.keypoints[joint]
        return (float(x), float(y)) if confidence > 0 else None

    def mapped(self, scale: float, offset: Point) -> Pose:
        """The pose under ``p -> scale * p + offset``; undetected joints stay zero."""
        keypoints = self.keypoints.copy()
        seen = keypoints[:, 2] > 0
        keypoints[seen, :2] = keypoints[seen, :2] * np.float32(scale) + np.asarray(offset, np.float32)
        return Pose(keypoints)


@dataclass(frozen=True)
class Cutout:
    """A figure without its background.

    Attributes:
        rgb: ``uint8 (H, W, 3)`` foreground colour: the photo's own pixels where ``alpha`` is 1, the estimated colour of
            the figure (free of the old background) where it is between 0 and 1.
        alpha: ``float32 (H, W)`` in [0, 1], not premultiplied into ``rgb``.
        people: how many people were found in the photo; the figure is the largest.
    """

    rgb: Image
    alpha: Alpha
    people: int = 1

    def __post_init__(self) -> None:
        _expect(self.rgb, np.uint8, (None, None, 3), "rgb")
        _expect(self.alpha, np.float32, self.rgb.shape[:2], "alpha")

    @property
    def size(self) -> tuple[int, int]:
        """``(width, height)`` in pixels."""
        return self.rgb.shape[1], self.rgb.shape[0]


@dataclass(frozen=True)
class Picture:
    """A picture with what belongs to its pixels.

    Attributes:
        pixels: ``uint8`` or ``uint16``, ``(H, W, 3)``, or ``(H, W, 4)`` with an alpha that is not premultiplied.
        profile: the ICC profile of the colours; ``None`` means sRGB.
        dpi: resolution in dots an inch, across and down.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    profile: bytes | None = None
    dpi: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        depth, shape = self.pixels.dtype, self.pixels.shape
        if depth not in (np.uint8, np.uint16) or len(shape) != 3 or shape[2] not in (3, 4):
            raise ValueError(f"pixels must be uint8 or uint16 (H, W, 3 or 4), not {depth} {shape}")

    @property
    def size(self) -> tuple[int, int]:
        """``(width, height)`` in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True)
class Canvas:
    """Where the source photo lies on the canvas: ``canvas = scale * source + offset`` for pixel coordinates.

    Attributes:
        scale: canvas pixels a source pixel.
        offset: ``(x, y)`` of the source's pixel (0, 0) on the canvas.
        size: ``(width, height)`` of the canvas.
        source_size: ``(width, height)`` of the source photo.
    """

    scale: float
    offset: Point
    size: tuple[int, int]
    source_size: tuple[int, int]

    def to_canvas(self, points: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Map ``(..., 2)`` source points to the canvas."""
        return np.asarray(points, np.float64) * self.scale + np.asarray(self.offset, np.float64)

    def to_source(self, points: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Map ``(..., 2)`` canvas points to the source."""
        return (np.asarray(points, np.float64) - np.asarray(self.offset, np.float64)) / self.scale

    def pose_in_source(self, pose: Pose) -> Pose:
        """A pose on the canvas in the source's pixels."""
        return pose.mapped(1 / self.scale, (-self.offset[0] / self.scale, -self.offset[1] / self.scale))

    def matrix(self) -> NDArray[np.float64]:
        """``float64 (2, 3)``: the affine map from source to canvas, as ``cv2.warpAffine`` takes it."""
        return np.array([[self.scale, 0.0, self.offset[0]], [0.0, self.scale, self.offset[1]]])

    def to_json(self) -> dict[str, Any]:
        """The map as the folder contract writes it."""
        return {
            "scale": self.scale,
            "offset": list(self.offset),
            "size": list(self.size),
            "source_size": list(self.source_size),
        }


@dataclass(frozen=True)
class Garment:
    """A garment's shop photo.

    Attributes:
        rgb: ``uint8 (H, W, 3)``.
        alpha: ``float32 (H, W)`` in [0, 1]: how much of the pixel is garment.
        corrections: landmarks that the user has moved, by name, in the photo's pixels.
        lace: ``uint8 (H, W, 4)``: the colour of the threads, and how solid they are for who wears the garment; ``None``
            where nothing is seen through.
        drawn: ``uint8 (H, W, 3)``: the colours as they are drawn, without what a mask that reaches too far out takes in
            of the background's; ``None`` where they are ``rgb``.
        sorts: how likely its photo shows a ``top``, ``dress``, ``trousers``, ``shorts`` or ``skirt``; empty where only
            the mask is known.
        sleeves: how likely that has ``none``, ``short`` or ``long`` sleeves, if it is a top; empty as above.
        home: whether the photo is plainly no shop's: what is photographed at home lies or hangs, and nobody wears it.
    """

    rgb: Image
    alpha: Alpha
    corrections: Mapping[str, Point] = field(default_factory=dict)
    lace: NDArray[np.uint8] | None = None
    drawn: Image | None = None
    sorts: Mapping[str, float] = field(default_factory=dict)
    sleeves: Mapping[str, float] = field(default_factory=dict)
    home: bool = False

    def __post_init__(self) -> None:
        _expect(self.rgb, np.uint8, (None, None, 3), "rgb")
        _expect(self.alpha, np.float32, self.rgb.shape[:2], "alpha")
        if self.lace is not None:
            _expect(self.lace, np.uint8, (*self.rgb.shape[:2], 4), "lace")
        if self.drawn is not None:
            _expect(self.drawn, np.uint8, self.rgb.shape, "drawn")

    @property
    def shown(self) -> Image:
        """The colours that are drawn, ``uint8 (H, W, 3)``."""
        return self.rgb if self.drawn is None else self.drawn

    @property
    def on_white(self) -> Image:
        """The garment before white, ``uint8 (H, W, 3)``."""
        alpha = self.alpha[..., None]
        return np.asarray(np.round(self.rgb * alpha + 255 * (1 - alpha)), np.uint8)


@dataclass(frozen=True)
class Wearing:
    """How a garment is to be worn, where the person wants it otherwise than it comes out.

    Attributes:
        tuck: into the lower garment, or over it; ``auto``: as the old top was worn.
        sleeves: how much longer or shorter the sleeves are, in lengths of the arm.
        length: how much longer or shorter the garment hangs, as a share of its length.
        width: how much wider or narrower it is, as a share of its width.
        neck: how much deeper or higher the neckline hangs, as a share of its depth.
        garment: what the garment is worn as; ``auto``: as its shape tells.

    Raises:
        InputError: a share outside [-0.5, 0.5], or another word for ``tuck`` or ``garment``.
    """

    tuck: Tuck = "auto"
    sleeves: float = 0.0
    length: float = 0.0
    width: float = 0.0
    neck: float = 0.0
    garment: GarmentKind = "auto"

    LARGEST: ClassVar[float] = 0.5

    def __post_init__(self) -> None:
        if self.tuck not in get_args(Tuck):
            raise InputError("'{word}' is no way to tuck a garment. Choose auto, in or out.", word=self.tuck)
        if self.garment not in get_args(GarmentKind):
            raise InputError("'{word}' is no kind of garment. Choose auto, upper, lower or dress.", word=self.garment)
        for name in ("sleeves", "length", "width", "neck"):
            if not abs(getattr(self, name)) <= self.LARGEST:
                value = getattr(self, name)
                raise InputError(
                    "The change of '{name}' must be from -0.5 to 0.5, not {value}.", name=name, value=value
                )


@dataclass(frozen=True)
class TryOn:
    """The figure in its new garment.

    Attributes:
        figure: the cutout at the source's resolution. Outside ``changed`` it equals the given cutout bit for bit.
        changed: ``bool (H, W)``: where the try-on may differ from the given cutout.
        warped: ``uint8 (H, W, 4)``: the garment alone, warped to the figure (RGBA, not premultiplied), for previews.
        landmarks: the garment's landmarks as used, by name, in its photo's pixels; none where the engine knows none.
        garment: what the garment was worn as.
    """

    figure: Cutout
    changed: Mask
    warped: Image
    landmarks: Mapping[str, Point] = field(default_factory=dict)
    garment: GarmentKind = "upper"

    def __post_init__(self) -> None:
        _expect(self.changed, np.bool_, self.figure.alpha.shape, "changed")
        _expect(self.warped, np.uint8, (*self.figure.alpha.shape, 4), "warped")


@dataclass(frozen=True)
class Placement:
    """Where and how large the figure stands, in background pixels.

    Attributes:
        position: where the middle of the figure's lowest edge stands.
        top: with ``bottom``, two points whose distance is the figure's height.
        bottom: see ``top``.
        flip: mirror the figure left to right.
        rotate: turn it about ``position``, in degrees from -180 to 180, clockwise as seen; after ``flip``.

    Raises:
        PlacementError: a number is not finite, ``top`` and ``bottom`` are less than a pixel apart, or ``rotate`` is out
            of range.
    """

    position: Point
    top: Point
    bottom: Point
    flip: bool = False
    rotate: float = 0.0
    height: float = field(init=False)

    def __post_init__(self) -> None:
        if not all(math.isfinite(v) for point in (self.position, self.top, self.bottom) for v in point):
            raise PlacementError("A placement coordinate is not a number. Give three lines of two numbers each.")
        if not abs(self.rotate) <= 180:
            raise PlacementError("A figure is turned by -180 to 180 degrees, not {value}.", value=self.rotate)
        height = math.dist(self.top, self.bottom)
        if height < 1:
            raise PlacementError(
                "The second and third placement points lie on the same spot, so the figure would have no height. "
                "Choose two points as far apart as the figure should be tall."
            )
        object.__setattr__(self, "height", height)


@dataclass(frozen=True)
class Finish:
    """How the figure is made to belong to the background. Every strength lies in [0, 1]; 0 leaves it out.

    Attributes:
        light: colour and contrast brought towards the background's at the figure's place.
        contact: shadow where the figure touches the ground.
        shadow: cast shadow on the ground.
        shadow_angle: where the cast shadow falls, in degrees clockwise as seen: 0 right, 90 towards the viewer (down);
            ``None``: estimated from the background.
        shadow_length: of the cast shadow, in heights of the figure, up to 5; ``None``: estimated.
        shadow_softness: 0 a hard edge, 1 an overcast sky's; ``None``: estimated.
        sharpness: of the figure, brought to the background's.
        grain: the background's noise on the figure.
        wrap: light of the background that spills over the figure's edge.

    Raises:
        InputError: a value out of its range.
    """

    light: float = 0.0
    contact: float = 0.0
    shadow: float = 0.0
    shadow_angle: float | None = None
    shadow_length: float | None = None
    shadow_softness: float | None = None
    sharpness: float = 0.0
    grain: float = 0.0
    wrap: float = 0.0

    LIMITS: ClassVar[Mapping[str, tuple[float, float]]] = {
        "light": (0, 1),
        "contact": (0, 1),
        "shadow": (0, 1),
        "shadow_angle": (-360, 360),
        "shadow_length": (0, 5),
        "shadow_softness": (0, 1),
        "sharpness": (0, 1),
        "grain": (0, 1),
        "wrap": (0, 1),
    }

    def __post_init__(self) -> None:
        for name, (low, high) in self.LIMITS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise InputError(
                    "'{name}' must be from {low} to {high}, not {value}.", name=name, low=low, high=high, value=value
                )

    @classmethod
    def natural(cls) -> Finish:
        """A moderate finish that suits most pictures, as *Natural* on the page."""
        return cls(light=0.6, contact=0.7, shadow=0.5, sharpness=0.8, grain=0.8, wrap=0.4)
