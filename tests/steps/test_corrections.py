"""What was corrected by hand, laid over what was found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.workspace.conftest import done, photos
from vton_core.images import write_png
from vton_core.pipeline import run_steps
from vton_core.steps.corrections import painted
from vton_core.types import Garment
from vton_core.workspace import Workspace

__all__ = ["done", "photos"]  # fixtures


def test_a_layer_reaches_as_far_as_it_covers() -> None:
    alpha = np.full((4, 4), 0.5, np.float32)
    layer = np.zeros((4, 4, 4), np.uint8)
    layer[0] = 255
    layer[1, :, 3] = 255
    layer[2] = (255, 255, 255, 51)
    mask, added = painted(alpha, layer)
    np.testing.assert_allclose(mask[:, 0], [1, 0, 0.6, 0.5], atol=1 / 255)
    np.testing.assert_allclose(added[:, 0], [1, 0, 0.2, 0], atol=1e-6)
    large, _ = painted(np.zeros((8, 8), np.float32), layer)
    assert large[0, 0] == 1
    assert large[7, 7] == 0


def test_a_corrected_mask_still_says_what_the_garments_photo_does(done: Workspace) -> None:
    plain = Garment(np.zeros((50, 60, 3), np.uint8), np.ones((50, 60), np.float32))
    garment = replace(plain, sorts={"top": 1.0}, sleeves={"long": 1.0}, home=True)
    done.write_cloth_mask("shirt", garment)
    done.found("shirt-mask.png").parent.mkdir(parents=True, exist_ok=True)
    done.cloth_mask_file("shirt").rename(done.found("shirt-mask.png"))
    layer = np.zeros((50, 60, 4), np.uint8)
    layer[:10, :, 3] = 255
    done.by_hand("").mkdir(parents=True, exist_ok=True)
    write_png(done.by_hand("shirt-mask.png"), layer)
    run_steps(done, ("corrections",))
    mask = done.read_cloth_mask("shirt", (50, 60))
    assert mask is not None
    assert mask[:10].max() == 0
    assert mask[10:].min() == 1
    assert done.with_look("shirt", plain) == garment
