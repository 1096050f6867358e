"""Rendered photos beside the data set's, for the parser's training."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from vton_core.errors import WorkspaceError
from vton_core.labels import Label
from vton_core.training.parser_data import load_photo
from vton_core.training.rendered import build_rendered, mixed
from vton_core.types import Joint


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """The rendered woman at half her size, and a wall without anybody."""
    folder = tmp_path_factory.mktemp("rendered")
    photo = cv2.imread(str(examples / "model_woman.png"))[::2, ::2]
    labels = cv2.imread(str(examples / "model_woman_parse.png"), cv2.IMREAD_UNCHANGED)[::2, ::2]
    for name, picture, truth in (("0-1", photo, labels), ("0-2", np.full_like(photo, 200), np.zeros_like(labels))):
        cv2.imwrite(str(folder / f"{name}.webp"), picture)
        cv2.imwrite(str(folder / f"{name}.labels.png"), truth)
    return folder


def test_rendered_photos_keep_their_labels_and_get_a_pose(rendered: Path, tmp_path: Path) -> None:
    assert build_rendered(rendered, tmp_path) == ["rendered-0-1"]
    photo = load_photo(tmp_path, "rendered-0-1")
    truth = cv2.imread(str(rendered / "0-1.labels.png"), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(photo.labels, truth)
    figure = truth != Label.BACKGROUND
    assert ((photo.mask > 127) & figure).sum() > 0.9 * figure.sum()
    x, y = photo.pose.keypoints[Joint.RIGHT_SHOULDER, :2].round().astype(int)
    assert figure[y, x]


def test_what_is_in_the_cache_is_not_posed_again(rendered: Path, tmp_path: Path) -> None:
    build_rendered(rendered, tmp_path)
    written = (tmp_path / "rendered-0-1.npy").stat().st_mtime_ns
    assert build_rendered(rendered, tmp_path) == ["rendered-0-1"]
    assert (tmp_path / "rendered-0-1.npy").stat().st_mtime_ns == written


def test_wrong_folders_are_told_apart(rendered: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no rendered photos"):
        build_rendered(tmp_path, tmp_path / "cache")
    (tmp_path / "3.webp").write_bytes((rendered / "0-1.webp").read_bytes())
    cv2.imwrite(str(tmp_path / "3.labels.png"), np.full((512, 384), 77, np.uint8))
    with pytest.raises(WorkspaceError, match="no picture of CIHP labels"):
        build_rendered(tmp_path, tmp_path / "cache")
    cv2.imwrite(str(tmp_path / "3.labels.png"), np.zeros((8, 8), np.uint8))
    with pytest.raises(WorkspaceError, match="not of its photo's size"):
        build_rendered(tmp_path, tmp_path / "cache")


@pytest.mark.parametrize(("photos", "rendered_count", "share"), [(800, 700, 0.25), (100, 10, 0.25), (30, 90, 0.5)])
def test_the_mixture_holds_everything_and_about_the_share(photos: int, rendered_count: int, share: float) -> None:
    ids, more = [f"p{n}" for n in range(photos)], [f"r{n}" for n in range(rendered_count)]
    drawn = mixed(ids, more, share)
    assert set(drawn) == {*ids, *more}
    assert drawn.count("r0") == 1
    most = rendered_count / (rendered_count + photos)
    assert abs(len(more) / len(drawn) - min(share, most)) < 0.08
