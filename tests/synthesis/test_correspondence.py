"""Points of the cloth in both photos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from synthesis.correspondence import correspondence
from synthesis.export import main
from synthesis.shade import shade
from synthesis.store import save
from synthesis.surfaces import Surface
from synthesis.views import Simulation
from tests.synthesis.conftest import HEIGHT, WIDTH


def test_the_same_cloth_in_the_same_place_corresponds_to_itself(simulation: Simulation) -> None:
    example = shade(simulation, 0, 0)
    places = correspondence(example.worn, example.shops[0])
    here = simulation.views[0].surface == Surface.GARMENT
    y, x = np.nonzero(here)
    np.testing.assert_allclose(places[here], np.stack([x, y], axis=1), atol=0.6)
    assert np.isnan(places[~here]).all()


def test_what_the_shop_photo_does_not_show_has_no_place(simulation: Simulation) -> None:
    example = shade(simulation, 0, 0)
    example.shops[0].garment[50:] = 0
    places = correspondence(example.worn, example.shops[0])
    assert np.isfinite(places[40, 30]).all()
    assert np.isnan(places[60, 30]).all()


def test_an_example_is_written_as_files(simulation: Simulation, tmp_path: Path) -> None:
    save(tmp_path / "a.wardrobe", simulation)
    assert main([str(tmp_path / "a.wardrobe"), "--seed", "3", "--out", str(tmp_path / "out")]) == 0
    names = {
        "photo.jpg",
        "shop.jpg",
        "worn.jpg",
        "alpha.png",
        "labels.png",
        "garment.png",
        "joints.json",
        "points.json",
    }
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    with Pillow.open(tmp_path / "out" / "labels.png") as labels:
        assert labels.size == (WIDTH, HEIGHT)
        np.testing.assert_array_equal(np.array(labels), simulation.views[0].label)


def test_a_missing_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    assert main([str(tmp_path / "none.wardrobe"), "--out", str(tmp_path)]) == 1


def test_a_view_that_is_not_there_is_an_error_of_one_line(
    simulation: Simulation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "a.wardrobe", simulation)
    assert main([str(tmp_path / "a.wardrobe"), "--view", "1", "--out", str(tmp_path / "out")]) == 1
    assert "has 1 views, counted from 0; there is no view 1" in capsys.readouterr().err
