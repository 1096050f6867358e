"""A made-up simulation: a person of boxes, a square shirt, and its shop photo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthesis.surfaces import Label, Surface
from synthesis.views import Sheet, Simulation, View, encode_normals

HEIGHT, WIDTH = 96, 64


def flat_view(*, person: bool) -> View:
    """A shirt of 32 by 40 pixels that faces the camera; with a face above and arms beside it, for a person."""
    surface, label = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    if person:
        surface[10:30, 24:40], label[10:30, 24:40] = Surface.SKIN, Label.FACE
        surface[6:12, 24:40], label[6:12, 24:40] = Surface.HAIR, Label.HAIR
        surface[32:60, 8:56], label[32:60, 8:32] = Surface.SKIN, Label.RIGHT_ARM
        label[32:60, 32:56] = Label.LEFT_ARM
        surface[70:96, 20:44], label[70:96, 20:44] = Surface.OTHER, Label.PANTS
    surface[30:70, 16:48], label[30:70, 16:48] = Surface.GARMENT, Label.UPPER_CLOTHES
    seen = surface > 0
    cloth = surface >= Surface.GARMENT
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    uv = np.stack([(x - 16) * 120, (y - 30) * 50], axis=2)
    joints = np.zeros((25, 3), np.float32)
    if person:
        joints[1] = (32, 31, 1)
    normal = encode_normals(np.broadcast_to([0.0, 0.0, -1.0], (HEIGHT, WIDTH, 3)))
    light = np.broadcast_to(np.array([16, 16, 16, 4], np.uint8), (HEIGHT, WIDTH, 4))
    return View(
        surface=surface,
        label=label,
        alpha=np.where(seen, 255, 0).astype(np.uint8),
        uv=np.where(cloth[..., None], np.clip(uv, 0, 4095), 0).astype(np.uint16),
        normal=np.where(seen[..., None], normal, 0).astype(np.uint8),
        light=np.where(seen[..., None], light, 0).astype(np.uint8),
        depth=np.where(seen, 1 + x, 0).astype(np.uint16),
        edge=np.where(cloth & (y < 36), 1, 0).astype(np.uint8),
        trim=np.where(cloth, np.clip(y - 30, 0, 255), 0).astype(np.uint8),
        joints=joints,
        nearest=2.5,
        focal=500.0,
    )


def sheet(**changes: object) -> Sheet:
    """The sheet of the square shirt: one panel, 0.5 m wide."""
    panel = ("front", (0.45, 1.4), (0.0, 0.0, 0.9, 0.5))
    plain = Sheet("T-shirt", int(Label.UPPER_CLOTHES), 1.0, (panel,), "none", 1.35, "worn")
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture
def simulation() -> Simulation:
    """One camera, two garments."""
    trousers = sheet(kind="trousers", label=int(Label.PANTS), neck=0.0)
    shop = flat_view(person=False)
    return Simulation((3, 7), {"pose": "arms down"}, (sheet(), trousers), (flat_view(person=True),), (shop, shop))
