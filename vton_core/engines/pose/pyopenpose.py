"""OpenPose itself, where the user has built it with its Python module."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.engines.base import PoseEngine
from vton_core.errors import EngineError
from vton_core.types import Image, Pose

__all__ = ["VARIABLE", "PyOpenPose", "load_built"]

VARIABLE: Final = "OPENPOSE_MODELS"
"""The environment variable that names the folder ``models`` of the user's OpenPose."""

_MODULES: Final = ("pyopenpose", "openpose.pyopenpose")

Choose = Callable[[NDArray[np.float32], Image], Pose]


def load_built(choose: Choose) -> PoseEngine | None:
    """The user's own OpenPose, when :data:`VARIABLE` is set and its Python module is there.

    Args:
        choose: picks one of the people.

    Raises:
        EngineError: the variable names no folder, or OpenPose does not start.
    """
    folder = os.environ.get(VARIABLE)
    if not folder:
        return None
    for name in _MODULES:
        try:
            module = import_module(name)
        except ImportError:
            continue
        return PyOpenPose(module, Path(folder), choose)
    return None


class PyOpenPose:
    """See :class:`vton_core.engines.base.PoseEngine`. Safe to call from several threads: calls take turns.

    Args:
        module: OpenPose's Python module.
        models: its folder of models.
        choose: picks one of the people.

    Raises:
        EngineError: there is no such folder, or OpenPose does not start.
    """

    def __init__(self, module: Any, models: Path, choose: Choose) -> None:
        if not models.is_dir():
            raise EngineError(
                "{variable} names {folder}, which is not a folder. Set it to the folder 'models' of your OpenPose, "
                "or unset it to run OpenPose's network here.",
                variable=VARIABLE,
                folder=models,
            )
        self._module, self._choose, self._lock = module, choose, threading.Lock()
        try:
            self._wrapper = module.WrapperPython()
            self._wrapper.configure({"model_folder": f"{models}{os.sep}", "model_pose": "BODY_25"})
            self._wrapper.start()
        except Exception as error:
            raise EngineError(
                "Your OpenPose did not start: {reason}. Check that {folder} holds pose/body_25, or unset {variable} to "
                "run OpenPose's network here.",
                reason=str(error).strip().rstrip("."),
                folder=models,
                variable=VARIABLE,
            ) from error

    def estimate(self, image: Image) -> Pose:
        """See :class:`vton_core.engines.base.PoseEngine`; of several people, the largest."""
        datum = self._module.Datum()
        datum.cvInputData = np.ascontiguousarray(image[..., ::-1])
        # Newer builds take a vector of their own instead of a list.
        vector = getattr(self._module, "VectorDatum", list)
        with self._lock:
            self._wrapper.emplaceAndPop(vector([datum]))
        found = datum.poseKeypoints
        people = (
            np.zeros((0, 25, 3), np.float32) if found is None or np.ndim(found) != 3 else np.asarray(found, np.float32)
        )
        return self._choose(people, image)
