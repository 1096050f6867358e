"""A plan carried out on a mannequin: what is worn over what, and what a camera is given. Nothing is draped here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from synthesis.plan import Task, plan
from synthesis.surfaces import Label, Surface
from synthesis.views import Simulation
from tests.synthesis.compiled import kernels
from tests.synthesis.conftest import flat_view
from tests.synthesis.mannequin import assets


class Seen:
    """What was draped, in this order, and the layers of every picture."""

    def __init__(self) -> None:
        self.draped: list[tuple[str, int]] = []
        self.layers: list[list[Any]] = []


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Cloth stays where it was cut, and every picture is the same one."""
    assert kernels.__name__ == "synthesis.kernels"
    from synthesis import scene

    found = Seen()

    def drape(figure: Any, pose: Any, pattern: Any, below: list[Any], *, flat: bool) -> Any:
        found.draped.append((pattern.design.region, len(below)))
        cloth = pattern.mesh.vertices
        return scene.Draped(pattern, cloth, cloth, None)  # type: ignore[arg-type]

    def view(layers: list[Any], lights: list[Any], camera: Any, joints: Any) -> Any:
        found.layers.append(layers)
        return flat_view(person=joints is not None)

    monkeypatch.setattr(scene, "drape", drape)
    monkeypatch.setattr(scene, "openness", lambda layers: [np.zeros((len(layer.vertices), 4)) for layer in layers])
    monkeypatch.setattr(scene, "view", view)
    return found


def made(*, tucked: bool) -> Simulation:
    from synthesis import scene

    task = _task()
    top, low = task.garments
    top = replace(top, tucked=tucked)
    return scene.simulate(assets(), replace(task, garments=(top, low)), (64, 96))


def _task() -> Task:
    """Somebody barefoot and bald in a T-shirt and trousers, from two cameras."""
    task = next(task for task in plan(40, 2, 0) if [d.region for d in task.garments] == ["top", "trousers"])
    return replace(task, person=replace(task.person, hair="none", shoes="none"))


def test_the_outer_garment_is_draped_over_the_inner_one(seen: Seen) -> None:
    made(tucked=False)
    assert seen.draped == [("trousers", 0), ("top", 1)]
    seen.draped.clear()
    made(tucked=True)
    assert seen.draped == [("top", 0), ("trousers", 1)]


def test_a_simulation_is_what_was_planned(seen: Seen) -> None:
    task = _task()
    simulation = made(tucked=False)
    assert simulation.seed == task.seed
    assert len(simulation.views) == 2
    assert len(simulation.shops) == len(simulation.sheets) == 2
    assert [sheet.label for sheet in simulation.sheets] == [Label.UPPER_CLOTHES, Label.PANTS]
    assert [sheet.kind for sheet in simulation.sheets] == [design.kind for design in task.garments]
    assert simulation.sheets[0].neck > 1.2
    assert simulation.sheets[1].neck == 0


def test_cloth_hides_the_body_and_the_outer_the_inner(seen: Seen) -> None:
    made(tucked=True)
    person = next(layers for layers in seen.layers if any((layer.surface == Surface.SKIN).any() for layer in layers))
    body = next(layer for layer in person if (layer.label == Label.LEFT_ARM).any())
    middles = body.vertices[body.triangles].mean(axis=1)
    # No skin of the chest or the thighs is left to shine through.
    for low, high in ((1.15, 1.25), (0.6, 0.75)):
        assert not ((middles[:, 1] > low) & (middles[:, 1] < high) & (np.abs(middles[:, 0]) < 0.1)).any()
    lifts = {int(layer.surface[0]): layer.lift for layer in person if layer.surface[0] >= Surface.GARMENT}
    assert lifts[Surface.OTHER] > lifts[Surface.GARMENT] > 0
    top = min(layer.vertices[:, 1].min() for layer in person if layer.surface[0] == Surface.GARMENT)
    waist = max(layer.vertices[:, 1].max() for layer in person if layer.surface[0] == Surface.OTHER)
    assert waist - 0.08 < top < waist


def test_shop_photos_show_the_garment_alone(seen: Seen) -> None:
    made(tucked=False)
    shops = [layers for layers in seen.layers if all((layer.surface == Surface.GARMENT).all() for layer in layers)]
    assert [int(layers[0].label[0]) for layers in shops] == [Label.UPPER_CLOTHES, Label.PANTS]
