"""The arrays of a .caffemodel, against files that the test writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.formats.writing import bytes_field, caffemodel
from vton_core.errors import EngineError
from vton_core.formats.caffe import read_caffemodel

_LAYERS = {
    "conv": (np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2), np.array([0.5, -1], np.float32)),
    "pool": (),
    "prelu": (np.array([0.25, -3e-5, 7], np.float32),),
}


def test_arrays_survive(tmp_path: Path) -> None:
    file = tmp_path / "net.caffemodel"
    file.write_bytes(caffemodel(_LAYERS))
    layers = read_caffemodel(file)
    assert list(layers) == ["conv", "prelu"]
    for name, arrays in layers.items():
        assert len(arrays) == len(_LAYERS[name])
        for read, written in zip(arrays, _LAYERS[name], strict=True):
            assert read.dtype == np.float32
            np.testing.assert_array_equal(read, written, strict=True)


def test_the_first_format_has_four_sides(tmp_path: Path) -> None:
    file = tmp_path / "net.caffemodel"
    file.write_bytes(caffemodel(_LAYERS, old=True))
    layers = read_caffemodel(file)
    assert [array.shape for arrays in layers.values() for array in arrays] == [(2, 3, 2, 2), (1, 1, 1, 2), (1, 1, 1, 3)]
    np.testing.assert_array_equal(layers["prelu"][0].ravel(), _LAYERS["prelu"][0])


def test_double_precision_is_read(tmp_path: Path) -> None:
    file = tmp_path / "net.caffemodel"
    values = np.array([1.5, 2.25])
    blob = bytes_field(8, values.astype("<f8").tobytes())
    file.write_bytes(bytes_field(100, bytes_field(1, b"scale") + bytes_field(7, blob)))
    np.testing.assert_array_equal(read_caffemodel(file)["scale"][0], values.astype(np.float32), strict=True)


@pytest.mark.parametrize("cut", [1, 30, 150])
def test_a_file_that_ends_early_is_one_sentence(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "net.caffemodel"
    file.write_bytes(caffemodel(_LAYERS)[:-cut])
    with pytest.raises(EngineError, match=r"net\.caffemodel is not a whole \.caffemodel file"):
        read_caffemodel(file)


def test_values_that_do_not_fill_their_shape_are_damage(tmp_path: Path) -> None:
    file = tmp_path / "net.caffemodel"
    blob = bytes_field(7, bytes_field(1, b"\x03")) + bytes_field(5, bytes(8))
    file.write_bytes(bytes_field(100, bytes_field(1, b"conv") + bytes_field(7, blob)))
    with pytest.raises(EngineError, match="not a whole"):
        read_caffemodel(file)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="not a whole"):
        read_caffemodel(tmp_path / "nowhere.caffemodel")
