"""What an engine of each step offers: arrays in, arrays out, no files."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from vton_core.types import Alpha, Canvas, Cutout, Garment, Image, Mask, ParseMap, Pose, TryOn, Wearing

__all__ = ["BackgroundEngine", "EdgeEngine", "Engine", "ParsingEngine", "PoseEngine", "TryOnEngine"]


class BackgroundEngine(Protocol):
    """Step 1."""

    def cut_out(self, image: Image) -> Cutout:
        """Cut the largest person out of a photo.

        Args:
            image: ``uint8 (H, W, 3)``, any size.

        Returns:
            The figure at the photo's own resolution.

        Raises:
            NoPersonError: nobody was found.
        """


class PoseEngine(Protocol):
    """Step 2."""

    def estimate(self, image: Image) -> Pose:
        """Find the joints of the most prominent person.

        Args:
            image: ``uint8 (H, W, 3)``, any size.

        Returns:
            BODY_25 joints in the picture's pixels; joints outside the picture are zero. Where the engine tells it,
            also where they lie in space.

        Raises:
            NoPersonError: nobody was found.
        """


class ParsingEngine(Protocol):
    """Step 3."""

    def parse(self, image: Image, pose: Pose, mask: Mask | None = None) -> ParseMap:
        """Label every pixel of a person.

        Args:
            image: ``uint8 (H, W, 3)``.
            pose: the person's joints in the same pixels.
            mask: ``bool (H, W)`` of the figure where it is known.

        Returns:
            ``uint8 (H, W)`` of CIHP labels.
        """


@runtime_checkable
class EdgeEngine(Protocol):
    """A parsing engine that also finds the edges of people."""

    def edges(self, image: Image) -> Alpha:
        """How likely a pixel lies on an edge between people or against the background.

        Args:
            image: ``uint8 (H, W, 3)``.

        Returns:
            ``float32 (H, W)`` in [0, 1].
        """


class TryOnEngine(Protocol):
    """Step 4."""

    def dress(
        self, cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap, garment: Garment, wearing: Wearing
    ) -> TryOn:
        """Put a garment on a figure.

        Args:
            cutout: the figure at the source's resolution.
            canvas: the map from source to canvas.
            pose: joints on the canvas.
            parse: ``uint8 (canvas H, canvas W)`` of CIHP labels.
            garment: the shop photo and its mask.
            wearing: what the user wants otherwise; an engine that cannot do it leaves it out.

        Returns:
            The dressed figure at the source's resolution.

        Raises:
            NoPersonError: the pose has no shoulders to hang a garment on.
            NoGarmentError: the garment's shape cannot be used.
        """


Engine = BackgroundEngine | PoseEngine | ParsingEngine | TryOnEngine
