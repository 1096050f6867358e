"""What is stored comes back, and what is not whole is said to be so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synthesis.errors import StoreError
from synthesis.store import load, save
from synthesis.views import Simulation, View, decode_normals, encode_normals


def same(one: View, two: View) -> bool:
    planes = all(
        np.array_equal(getattr(one, name), getattr(two, name)) and getattr(one, name).dtype == getattr(two, name).dtype
        for name in View.planes()
    )
    numbers = (one.nearest, one.focal) == (two.nearest, two.focal)
    return planes and numbers and np.array_equal(one.joints, two.joints)


def test_every_plane_comes_back_as_it_was(simulation: Simulation, tmp_path: Path) -> None:
    save(tmp_path / "a.wardrobe", simulation)
    back = load(tmp_path / "a.wardrobe")
    assert (back.seed, back.about, back.sheets) == (simulation.seed, simulation.about, simulation.sheets)
    assert len(back.views) == 1
    assert len(back.shops) == 2
    assert all(same(*pair) for pair in zip(simulation.views + simulation.shops, back.views + back.shops, strict=True))


def test_noise_comes_back_too(simulation: Simulation, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    view = simulation.views[0]
    noisy = {
        name: rng.integers(0, np.iinfo(plane.dtype).max, plane.shape, plane.dtype, endpoint=True)
        for name in View.planes()
        for plane in [getattr(view, name)]
    }
    noisy["alpha"][:] = 1
    save(tmp_path / "a.wardrobe", replace(simulation, views=(replace(view, **noisy),)))
    assert same(load(tmp_path / "a.wardrobe").views[0], replace(view, **noisy))


def test_a_picture_of_nothing_can_be_stored(simulation: Simulation, tmp_path: Path) -> None:
    empty = {name: np.zeros_like(getattr(simulation.views[0], name)) for name in View.planes()}
    nothing = replace(simulation.views[0], **empty)
    save(tmp_path / "a.wardrobe", replace(simulation, views=(nothing,)))
    assert same(load(tmp_path / "a.wardrobe").views[0], nothing)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a simulation"),
        (b"something else entirely", "not a simulation"),
        (b"WARDROBE\x01\x00" + 9 * b"\0", "made by version 1 of the wardrobe, and this is version 2"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.wardrobe").write_bytes(content)
    with pytest.raises(StoreError, match=said):
        load(tmp_path / "a.wardrobe")


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_refused(simulation: Simulation, tmp_path: Path, left: float) -> None:
    path = tmp_path / "a.wardrobe"
    save(path, simulation)
    content = path.read_bytes()
    path.write_bytes(content[: int(left * len(content))])
    with pytest.raises(StoreError, match="damaged"):
        load(path)


def test_saving_leaves_one_file(simulation: Simulation, tmp_path: Path) -> None:
    save(tmp_path / "a.wardrobe", simulation)
    save(tmp_path / "a.wardrobe", simulation)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wardrobe"]


def test_normals_keep_their_direction() -> None:
    vectors = np.random.default_rng(1).standard_normal((2000, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = (decode_normals(encode_normals(vectors)) * vectors).sum(axis=1)
    assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 1.2
