"""The garment, how it is to be worn, and the figure that wears it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import InputError
from vton_core.types.arrays import Alpha, Image, Mask, Point, expect
from vton_core.types.figure import Cutout

__all__ = ["Garment", "GarmentKind", "TryOn", "Tuck", "Wearing"]

Tuck: TypeAlias = Literal["auto", "in", "out"]
GarmentKind: TypeAlias = Literal["auto", "upper", "lower", "dress"]


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
        sleeves: how likely that has ``none``, ``short``, ``half`` or ``long`` sleeves, if it is a top; empty as above.
        home: whether the photo is plainly no shop's: what is photographed at home lies or hangs, and nobody wears it.
        turns: by how many quarters the photo is to be turned clockwise for the garment to stand upright.
    """

    rgb: Image
    alpha: Alpha
    corrections: Mapping[str, Point] = field(default_factory=dict)
    lace: NDArray[np.uint8] | None = None
    drawn: Image | None = None
    sorts: Mapping[str, float] = field(default_factory=dict)
    sleeves: Mapping[str, float] = field(default_factory=dict)
    home: bool = False
    turns: int = 0

    def __post_init__(self) -> None:
        expect(self.rgb, np.uint8, (None, None, 3), "rgb")
        expect(self.alpha, np.float32, self.rgb.shape[:2], "alpha")
        if self.lace is not None:
            expect(self.lace, np.uint8, (*self.rgb.shape[:2], 4), "lace")
        if self.drawn is not None:
            expect(self.drawn, np.uint8, self.rgb.shape, "drawn")

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
        expect(self.changed, np.bool_, self.figure.alpha.shape, "changed")
        expect(self.warped, np.uint8, (*self.figure.alpha.shape, 4), "warped")
