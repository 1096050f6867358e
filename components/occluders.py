"""What stands in front of a visit's figures: masks painted by hand, kept beside its previews."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from components.visit import Visit
from vton_core.errors import InputError
from vton_core.images import write_png
from vton_core.storage import write_bytes

__all__ = ["forget", "keep", "lay", "sent"]

_LARGEST: Final = 16 << 20
_LONGEST_SIDE: Final = 4096


def sent(visit: Visit, arranged: Mapping[str, Any], ground: str) -> str | None:
    """The file of the mask in ``arranged["occluder"]``, a data address of a PNG, white where something stands in front.

    Without that key, the one of the arrangement on that ``ground`` (:attr:`Visit.ground`); ``None``: nothing stands in
    front.

    Raises:
        InputError: it is no such picture.
    """
    if "occluder" not in arranged:
        there = visit.arrangement if visit.placed_on == ground else None
        return there["occluder"] if there else None
    address = arranged["occluder"]
    if address is None:
        return None
    try:
        head, _, body = str(address).partition(",")
        if head != "data:image/png;base64" or len(body) > _LARGEST:
            raise ValueError
        content = base64.b64decode(body, validate=True)
        with Pillow.open(io.BytesIO(content), formats=["PNG"]) as opened:
            if max(opened.size) > _LONGEST_SIDE:
                raise ValueError
            mask = opened.convert("L")
    except (ValueError, OSError, binascii.Error, SyntaxError, Pillow.DecompressionBombError):
        raise InputError("What was painted in front could not be read. Paint it again.") from None
    return keep(visit, np.asarray(mask))


def keep(visit: Visit, mask: NDArray[np.uint8]) -> str | None:
    """Keep a mask, ``uint8 (H, W)``, white where something stands in front, beside the visit's previews; its name, or
    ``None`` where nothing does."""
    if not mask.any():
        return None
    stream = io.BytesIO()
    Pillow.fromarray(mask).save(stream, "PNG")
    name = f"occluder-{hashlib.sha256(stream.getvalue()).hexdigest()[:16]}.png"
    write_bytes(visit.preview_file(name), stream.getvalue())
    return name


def forget(visit: Visit) -> None:
    """Remove the masks that were painted before the one of the arrangement that is there."""
    used = visit.arrangement and visit.arrangement["occluder"]
    for file in (visit.root / "previews").glob("occluder-*.png"):
        if file.name != used:
            file.unlink(missing_ok=True)


def lay(visit: Visit, name: str, folder: Path) -> str:
    """Lay a kept mask, at the background's size, into a folder; its name below ``inputs``. It is made once."""
    size = visit.uploads["background"].size
    target = folder / f"{Path(name).stem}-{size[0]}x{size[1]}.png"
    if not target.is_file():
        for old in folder.glob("occluder-*.png"):
            old.unlink()
        with Pillow.open(visit.preview_file(name)) as opened:
            mask = opened.convert("L").resize(size, Pillow.Resampling.BICUBIC)
        write_png(target, np.asarray(mask))
    return f"bg_images/{target.name}"
