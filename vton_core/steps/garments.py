"""Garments out of their shop photos: a step of its own, which the try-on does where nobody has done it yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.engines.registry import load_pose
from vton_core.errors import NoGarmentError, VtonError
from vton_core.kept import digest, keep_last
from vton_core.progress import Report, Settings, about
from vton_core.types import Alpha, Garment, Image, Joint
from vton_core.workspace import Workspace

__all__ = ["cut_garment", "read_garment", "run"]

_MOST_KEPT: Final = 6
_GARMENTS: Final[dict[bytes, Garment]] = {}

# How sure the pose must be of face and shoulders, and of a hand: empty clothes and printed portraits stay below.
_SEEN, _HANDS_SEEN = 0.94, 0.86
# And so sure of face and shoulders where no hand is seen.
_PLAINLY: Final = 0.998


def cut_garment(image: NDArray[np.uint8]) -> Garment:
    """Separate a garment from its photo's background, and turn it if it lies on its side.

    Args:
        image: ``uint8 (H, W, 3)`` or ``(H, W, 4)``.

    Returns:
        The garment, upright; its alpha is a multiple of 1/255, as a file keeps it.

    Raises:
        NoGarmentError: there is no garment, or only a part of one, or somebody wears it.
    """
    garment = _cut(image)
    if garment.turns == 0:
        return garment
    # What the photo says about it, it says more surely upright.
    return replace(_cut(np.ascontiguousarray(np.rot90(image, -garment.turns))), turns=0)


def _cut(image: NDArray[np.uint8]) -> Garment:
    """The garment as it lies in its photo."""
    from vton_core.garment.cutting import cut_out
    from vton_core.garment.matte import garment_from_mask
    from vton_core.garment.wearer import is_detail, shows_skin

    cut = cut_out(image)
    garment = cut.garment
    skin = shows_skin(garment)
    if skin and is_detail(garment):
        raise NoGarmentError(
            "The garment photo shows only a part of the garment. Use a photo that shows all of it, alone, on a plain "
            "background."
        )
    if (skin or cut.photo is not None) and _worn(garment, cut.photo, sure=cut.sure):
        raise NoGarmentError(
            "The garment photo shows a person who wears the garment. Use a photo of the garment alone, laid flat or "
            "hanging, on a plain background."
        )
    # From the mask as its file will say it, so that the next run, which reads that file, gives the same bytes.
    alpha = np.round(garment.alpha * 255).astype(np.float32) / np.float32(255)
    told = {name: getattr(garment, name) for name in ("sorts", "sleeves", "home", "turns")}
    return replace(garment_from_mask(image, alpha), **told)


def _worn(garment: Garment, photo: Image | None, *, sure: bool) -> bool:
    """Whether a person is seen in a garment photo who is no print, face and hand and all: empty clothes show less.
    Where it is not sure what the garment is, a face is enough."""
    from vton_core.garment.wearer import has_head, is_printed, shows_face

    view = garment.on_white if photo is None else photo
    try:
        pose = load_pose().estimate(view)
    except VtonError:
        return False
    joints = pose.keypoints[:, 2]
    seen = float(joints[[Joint.NOSE, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER]].min())
    hands = float(joints[[Joint.RIGHT_WRIST, Joint.LEFT_WRIST]].max())
    if seen <= (_PLAINLY if sure and hands <= _HANDS_SEEN else _SEEN) or not has_head(pose):
        return False
    return shows_face(view, pose) and not is_printed(garment, pose)


def read_garment(workspace: Workspace, cloth: str) -> Garment:
    """A garment with the mask that is there, or with one made and written now, and the landmarks moved by hand.

    Raises:
        WorkspaceError: the photo is not there, or the mask does not fit it.
        NoGarmentError: there is no mask, and none can be made.
    """
    return replace(_masked(workspace, cloth), corrections=workspace.read_corrections(cloth))


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Write the masks of all garments of ``inputs/cloth`` that have none."""
    del settings
    cloths = list(workspace.cloths())
    for done, cloth in enumerate(cloths):
        report(done / len(cloths), "Cutting out the garment.")
        with about(cloth):
            _masked(workspace, cloth)
        report((done + 1) / len(cloths), "Cutting out the garment.", (workspace.cloth_mask_file(cloth),))


def _masked(workspace: Workspace, cloth: str) -> Garment:
    picture = workspace.read_cloth(cloth)
    alpha = workspace.read_cloth_mask(cloth, (picture.shape[0], picture.shape[1]))
    if alpha is not None:
        return workspace.with_look(cloth, _from_mask(picture, alpha))
    garment = _kept(_cut, picture)
    workspace.write_cloth_mask(cloth, garment)
    keep_last(_GARMENTS, digest(picture, garment.alpha), garment, _MOST_KEPT)
    return garment


def _from_mask(picture: NDArray[np.uint8], alpha: Alpha) -> Garment:
    from vton_core.garment.matte import garment_from_mask

    return _kept(garment_from_mask, picture, alpha)


def _kept(make: Callable[..., Garment], *arrays: NDArray[Any]) -> Garment:
    """What ``make`` makes of the arrays; the last few are kept, as one garment is worn in several ways."""
    key = digest(*arrays)
    garment = _GARMENTS.get(key) or make(*arrays)
    keep_last(_GARMENTS, key, garment, _MOST_KEPT)
    return garment
