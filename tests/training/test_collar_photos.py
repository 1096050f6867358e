"""Collars of photos, dyed and lit anew, and the training on them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from vton_core.errors import WorkspaceError
from vton_core.garment.collar import SIDE
from vton_core.garment.landmarks import find_landmarks
from vton_core.images import read_image, read_rgba
from vton_core.steps.garments import cut_garment
from vton_core.training.collar import CollarSettings, train_collar
from vton_core.training.collars import RealCollar, real_collars, vary

_EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
_GARMENTS = ("longsleeve", "tee_green", "tee_striped")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set's layout, and what is known of its collars."""
    folder = tmp_path_factory.mktemp("clothing")
    (folder / "images").mkdir()
    lines = ["photo,chest,left_x,left_y,right_x,right_y,depth,power", "gone,1,1,1,1,1,1,2"]
    for name in _GARMENTS:
        photo = cv2.resize(read_image(_EXAMPLES / f"garment_{name}.png"), (300, 400), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(folder / "images" / f"{name}.jpg"), photo[..., ::-1])
        found = find_landmarks(cut_garment(read_rgba(folder / "images" / f"{name}.jpg")))
        curve = found.neckline.curve
        depth = float(curve[20, 1] - (curve[0, 1] + curve[-1, 1]) / 2)
        numbers = np.array([found.chest_width, *curve[0], *curve[-1], depth]) * 1000 / 400
        lines.append(",".join([name, *(f"{number:.1f}" for number in numbers), "2"]))
    (folder / "edges.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def collars(data: Path) -> list[RealCollar]:
    return real_collars(data, data / "edges.csv")


def test_a_collar_is_cut_out_with_what_is_behind_its_edge(collars: list[RealCollar]) -> None:
    assert len(collars) == len(_GARMENTS)
    for collar in collars:
        assert (collar.inner <= collar.alpha).all()
        rows, columns = np.nonzero(collar.inner > 127)
        # Behind the edge, above the middle of what is kept, and in its middle.
        assert 0.003 < len(rows) / collar.inner.size < 0.2
        assert rows.max() < 0.6 * collar.inner.shape[0]
        assert columns.mean() == pytest.approx(collar.inner.shape[1] / 2, abs=8)


def test_it_is_varied_by_number(collars: list[RealCollar]) -> None:
    first, again, other = (vary(collars[0], np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.seen, again.seen)
    np.testing.assert_array_equal(first.inner, again.inner)
    assert (first.seen != other.seen).any()
    assert first.seen.shape == (SIDE, SIDE, 4)
    assert first.inner.shape == (SIDE, SIDE)


def test_it_is_dyed_black_and_white_and_stays_where_it_is(collars: list[RealCollar]) -> None:
    varied = [vary(collars[1], np.random.default_rng(seed)) for seed in range(60)]
    light = [float(np.median(one.seen[..., 0][one.seen[..., 3] > 250])) / 2.55 for one in varied]
    assert min(light) < 15
    assert max(light) > 85
    backed = [one for one in varied if one.inner.any()]
    # Of some the back is cut away.
    assert 40 < len(backed) < 60
    for one in backed:
        rows, columns = np.nonzero(one.inner > 127)
        assert len(rows) > 50
        assert abs(columns.mean() - SIDE / 2) < 0.25 * SIDE
        assert rows.mean() < 0.55 * SIDE


def test_a_collar_without_a_front_to_tell_its_tone_is_varied_too(collars: list[RealCollar]) -> None:
    bare = replace(collars[0], alpha=np.zeros_like(collars[0].alpha), inner=np.zeros_like(collars[0].inner))
    assert not vary(bare, np.random.default_rng(0)).inner.any()


def test_training_on_photos_measures_on_others(data: Path, tmp_path: Path) -> None:
    settings = CollarSettings(batches=2, batch=2, held=4, workers=0, onward=True)
    train_collar(tmp_path, settings, data, data / "edges.csv")
    figures = json.loads((tmp_path / "collar.json").read_text("utf-8"))
    assert figures["iou_photos"] > 0.3
    assert figures["iou"] > 0.3


def test_photos_that_are_not_there_are_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError):
        real_collars(tmp_path)
