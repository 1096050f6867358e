"""TensorFlow's checkpoints: one that TensorFlow wrote, and many that the test writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.formats.writing import bundle
from vton_core.errors import EngineError
from vton_core.formats.tensorflow import find_checkpoint, read_checkpoint

_WRITTEN = Path(__file__).parent / "data"
_VARIABLES = {
    "a/w": np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2),
    "a/w2": np.array([2.5, -1e300]),
    "b": np.array(7, np.int64),
    "c/halves": np.array([[1.5], [-0.25]], np.float16),
}


def _write(folder: Path, compress: bool = False, step: int = 1) -> Path:
    beginning = folder / f"model.ckpt-{step}"
    index, data = bundle(_VARIABLES, compress)
    Path(f"{beginning}.index").write_bytes(index)
    Path(f"{beginning}.data-00000-of-00001").write_bytes(data)
    return beginning


def test_what_tensorflow_wrote_is_read() -> None:
    """Written by TensorFlow 2.21's ``compat.v1.train.Saver``; a variable of text is among them."""
    read = dict(read_checkpoint(_WRITTEN))
    assert sorted(read) == ["a/doubles", "a/longs", "b/halves", "b/scalar", "conv/weights"]
    np.testing.assert_array_equal(read["a/doubles"], np.arange(6).reshape(2, 3) / 7, strict=True)
    np.testing.assert_array_equal(read["a/longs"], np.arange(-2, 3), strict=True)
    np.testing.assert_array_equal(read["b/halves"], np.float16([1.5, -2]), strict=True)
    assert read["b/scalar"].shape == ()
    assert float(read["b/scalar"]) == 3.25
    np.testing.assert_array_equal(
        read["conv/weights"], np.linspace(0, 1, 24, dtype=np.float32).reshape(2, 3, 2, 2), strict=True
    )


@pytest.mark.parametrize("compress", [False, True])
def test_variables_survive(tmp_path: Path, compress: bool) -> None:
    read = dict(read_checkpoint(_write(tmp_path, compress)))
    assert list(read) == sorted(_VARIABLES)
    for name, values in read.items():
        np.testing.assert_array_equal(values, _VARIABLES[name], strict=True)


def test_every_way_to_name_it(tmp_path: Path) -> None:
    first = _write(tmp_path)
    for place in (first, tmp_path, Path(f"{first}.index"), Path(f"{first}.data-00000-of-00001")):
        assert find_checkpoint(place) == first
    second = _write(tmp_path, step=20)
    with pytest.raises(EngineError, match="no TensorFlow checkpoint at"):
        find_checkpoint(tmp_path)
    (tmp_path / "checkpoint").write_text(
        'model_checkpoint_path: "C:\\\\train\\\\model.ckpt-20"\nall_model_checkpoint_paths: "model.ckpt-1"\n'
    )
    assert find_checkpoint(tmp_path) == second


def test_damage_is_one_sentence(tmp_path: Path) -> None:
    beginning = _write(tmp_path)
    index, data = Path(f"{beginning}.index"), Path(f"{beginning}.data-00000-of-00001")
    whole = index.read_bytes(), data.read_bytes()
    for part, content in ((index, whole[0][:-30]), (index, b""), (data, whole[1][:-4]), (data, b"")):
        part.write_bytes(content)
        with pytest.raises(EngineError, match=r"model\.ckpt-1 is damaged, or some of its files are missing"):
            list(read_checkpoint(tmp_path))
        index.write_bytes(whole[0])
        data.write_bytes(whole[1])
    data.unlink()
    with pytest.raises(EngineError, match="is damaged, or some"):
        list(read_checkpoint(tmp_path))
