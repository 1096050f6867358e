"""Photos for the parser: every view in several appearances, and the labels that an annotator would draw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from synthesis.parsing import IGNORED, labels_of, main, photos_of
from synthesis.store import SUFFIX, save
from synthesis.surfaces import Label, Surface
from synthesis.views import Simulation, View
from tests.synthesis.conftest import HEIGHT, WIDTH
from vton_core import labels as product
from vton_core.training import ccp


def changed(view: View, rows: slice, columns: slice, **values: int) -> View:
    """The view with other values in a box."""
    planes = {name: getattr(view, name).copy() for name in values}
    for name, value in values.items():
        planes[name][rows, columns] = value
    return replace(view, **planes)


def test_labels_are_the_products() -> None:
    assert all(product.Label[label.name] == label for label in Label)
    assert IGNORED == ccp.IGNORED


def test_a_clean_view_keeps_its_labels(simulation: Simulation) -> None:
    view = simulation.views[0]
    np.testing.assert_array_equal(labels_of(view), view.label)


def test_what_covers_less_than_half_of_a_pixel_is_background(simulation: Simulation) -> None:
    view = simulation.views[0]
    edge = (slice(40, 50), slice(8, 9))
    assert (labels_of(changed(view, *edge, alpha=120))[edge] == Label.BACKGROUND).all()
    assert (labels_of(changed(view, *edge, alpha=136))[edge] == Label.RIGHT_ARM).all()


def test_frayed_hair_and_specks_are_ignored(simulation: Simulation) -> None:
    view = simulation.views[0]
    fray, speck = (slice(6, 7), slice(24, 40)), (slice(50, 53), slice(30, 33))
    assert (labels_of(changed(view, *fray, alpha=120))[fray] == IGNORED).all()
    found = labels_of(changed(view, *speck, label=Label.TORSO_SKIN))
    assert (found[speck] == IGNORED).all()
    assert (found == IGNORED).sum() == 9


@pytest.mark.parametrize(("arm", "shoulder", "left"), [(Label.RIGHT_ARM, 2, 13), (Label.LEFT_ARM, 5, 48)])
def test_skin_at_the_armhole_is_the_arms(simulation: Simulation, arm: Label, shoulder: int, left: int) -> None:
    # Beside a strap; what hangs on the face is the neck, wherever the shoulder is.
    view = simulation.views[0]
    strip, neck = (slice(32, 44), slice(left, left + 3)), (slice(28, 40), slice(28, 36))
    view = changed(changed(view, *strip, label=Label.TORSO_SKIN), *neck, label=Label.TORSO_SKIN)
    joints = view.joints.copy()
    joints[[8, shoulder]] = (32, 71, 1), (left + 1, 36, 1)
    found = labels_of(replace(view, joints=joints))
    assert (found[strip] == arm).all()
    assert (found[neck] == Label.TORSO_SKIN).all()
    far = joints.copy()
    far[shoulder, 1] = 80
    assert (labels_of(replace(view, joints=far))[strip] == Label.TORSO_SKIN).all()


def test_above_the_ankle_a_shoe_may_be_a_sock(simulation: Simulation) -> None:
    shaft, shoe = (slice(74, 84), slice(24, 30)), (slice(84, 94), slice(24, 30))
    view = changed(simulation.views[0], slice(74, 94), shoe[1], label=Label.RIGHT_SHOE)
    joints = view.joints.copy()
    joints[[10, 11]] = (27, 60, 1), (27, 84, 1)
    found = labels_of(replace(view, joints=joints))
    assert (found[shaft] == IGNORED).all()
    assert (found[shoe] == Label.RIGHT_SHOE).all()


def test_what_shows_inside_a_garment_is_ignored(simulation: Simulation) -> None:
    hollow, arm = (slice(32, 44), slice(28, 36)), (slice(44, 50), slice(28, 36))
    view = changed(simulation.views[0], *hollow, surface=Surface.GARMENT_INSIDE)
    found = labels_of(changed(view, *arm, surface=Surface.SKIN, label=Label.LEFT_ARM))
    assert (found[hollow] == IGNORED).all()
    assert (found[arm] == IGNORED).all()
    assert (found[32:60, 50:56] == Label.LEFT_ARM).all()


def test_every_view_in_several_appearances(simulation: Simulation) -> None:
    photos = list(photos_of(replace(simulation, views=simulation.views * 2), 2))
    assert [name for name, _, _ in photos] == ["0-0", "0-1", "1-0", "1-1"]
    assert all(image.shape == (HEIGHT, WIDTH, 3) and image.dtype == np.uint8 for _, image, _ in photos)
    assert len({image.tobytes() for _, image, _ in photos}) == 4
    np.testing.assert_array_equal(photos[0][2], photos[1][2])


def test_the_command_writes_pictures_and_labels(simulation: Simulation, tmp_path: Path) -> None:
    save(tmp_path / f"a{SUFFIX}", simulation)
    assert main(["--set", str(tmp_path), "--out", str(tmp_path / "out"), "--appearances", "1"]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["a-0-0.labels.png", "a-0-0.webp"]
    with Pillow.open(tmp_path / "out" / names[0]) as labels, Pillow.open(tmp_path / "out" / names[1]) as picture:
        np.testing.assert_array_equal(np.asarray(labels), labels_of(simulation.views[0]))
        assert picture.size == (WIDTH, HEIGHT)


def test_a_damaged_simulation_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f"a{SUFFIX}").write_bytes(b"half")
    assert main(["--set", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "is not a simulation" in capsys.readouterr().err


def test_a_folder_without_simulations_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--set", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    assert "holds no simulations" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
