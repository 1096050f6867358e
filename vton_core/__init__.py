"""Virtual try-on with manual placement: cut out, pose, parse, dress, and compose.

The names below are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vton_core.errors import VtonError
    from vton_core.export.formats import write_image
    from vton_core.images import read_image, read_picture, read_rgba
    from vton_core.pipeline import Fit, Pipeline, Settings, run_steps
    from vton_core.steps.background import remove_background
    from vton_core.steps.compose import compose
    from vton_core.steps.garments import cut_garment
    from vton_core.steps.parsing import parse_body
    from vton_core.steps.pose import estimate_pose
    from vton_core.steps.tryon import try_on
    from vton_core.types import Canvas, Cutout, Finish, Garment, Placement, Pose, TryOn
    from vton_core.workspace import Workspace

__all__ = [
    "Canvas",
    "Cutout",
    "Finish",
    "Fit",
    "Garment",
    "Pipeline",
    "Placement",
    "Pose",
    "Settings",
    "TryOn",
    "VtonError",
    "Workspace",
    "compose",
    "cut_garment",
    "estimate_pose",
    "parse_body",
    "read_image",
    "read_picture",
    "read_rgba",
    "remove_background",
    "run_steps",
    "try_on",
    "write_image",
]

_HOMES: Final = {
    "errors": ("VtonError",),
    "export.formats": ("write_image",),
    "images": ("read_image", "read_picture", "read_rgba"),
    "pipeline": ("Fit", "Pipeline", "Settings", "run_steps"),
    "steps.background": ("remove_background",),
    "steps.compose": ("compose",),
    "steps.garments": ("cut_garment",),
    "steps.parsing": ("parse_body",),
    "steps.pose": ("estimate_pose",),
    "steps.tryon": ("try_on",),
    "types": ("Canvas", "Cutout", "Finish", "Garment", "Placement", "Pose", "TryOn"),
    "workspace": ("Workspace",),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"vton_core.{home}"), name)
    raise AttributeError(f"module 'vton_core' has no attribute '{name}'")
