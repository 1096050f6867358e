"""The OpenPose engine: its file of weights, its way from photo to people, and the user's own OpenPose."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.data
import torch
from numpy.typing import NDArray

from tests.engines.pose_maps import STANDING, draw
from tests.formats.writing import caffemodel
from vton_core import weights
from vton_core.engines.offers import offers
from vton_core.engines.pose import openpose
from vton_core.engines.pose.openpose import OpenPose, largest, load_network
from vton_core.engines.pose.pyopenpose import VARIABLE, PyOpenPose
from vton_core.errors import EngineError, MissingWeightsError, NoPersonError
from vton_core.networks.openpose_body25 import OpenPoseBody25
from vton_core.types import Joint


class _Drawn(torch.nn.Module):
    """Gives the maps of known people, and keeps the photo that it was shown."""

    def __init__(self, people: list[NDArray[np.float32]]) -> None:
        super().__init__()
        self.people = people
        self.shown = torch.empty(0)

    def forward(self, photo: torch.Tensor) -> torch.Tensor:
        self.shown = photo
        height, width = photo.shape[2:]
        maps = draw(self.people, (width, height), sigma=9.0)
        small = [cv2.resize(plane, (width // 8, height // 8), interpolation=cv2.INTER_AREA) for plane in maps]
        return torch.from_numpy(np.stack(small))[None]


def _engine(*people: NDArray[np.float32]) -> OpenPose:
    return OpenPose(_Drawn(list(people)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(400, 600, 239 / 399), (1000, 500, 655 / 999), (96, 150, 367 / 149)]
)
def test_joints_come_back_to_the_photos_pixels(width: int, height: int, scale: float) -> None:
    """Larger, smaller, wide and tall photos; half a pixel is added, as OpenPose adds it."""
    seen = STANDING * 2.2 + np.array([10, 8], np.float32)
    pose = _engine(seen).estimate(np.zeros((height, width, 3), np.uint8))
    np.testing.assert_allclose(pose.keypoints[:, :2], seen / scale + 0.5, atol=3.5 / scale)
    assert (pose.keypoints[:, 2] > 0.5).all()
    error = (pose.keypoints[:, :2] - seen / scale - 0.5).mean(axis=0)
    assert np.abs(error).max() < 1.5 / scale


def test_the_network_is_shown_bgr_enlarged_about_the_first_pixel() -> None:
    image = np.ascontiguousarray(skimage.data.astronaut()[:480])
    engine = _engine(STANDING * 2.4)
    engine.maps(image)
    shown = np.ascontiguousarray(engine._net.shown[0].numpy())  # type: ignore[union-attr]
    assert shown.shape == (3, 368, 400)
    y, x = np.mgrid[0:360:24, 0:384:24]
    smooth = cv2.GaussianBlur(image, (0, 0), 3)
    source = smooth[np.round(y * 479 / 367).astype(int), np.round(x * 479 / 367).astype(int)]
    blurred = np.dstack([cv2.GaussianBlur(plane, (0, 0), 2.3) for plane in shown])[y, x]
    assert np.abs((blurred[..., ::-1] + 0.5) * 256 - source).mean() < 2
    assert (shown[:, :, 394:] == -0.5).all()


def test_wide_photos_stay_within_sixteen_to_nine() -> None:
    engine = _engine(STANDING * 2.4)
    assert engine.maps(np.zeros((100, 900, 3), np.uint8)).shape == (78, 368, 656)
    assert engine.maps(np.zeros((900, 3, 3), np.uint8)).shape == (78, 368, 16)


def test_of_two_people_the_largest_is_taken() -> None:
    small, large = STANDING * 1.6 + np.array([250, 20], np.float32), STANDING * 2.4
    pose = _engine(small, large).estimate(np.zeros((368, 480, 3), np.uint8))
    np.testing.assert_allclose(pose.keypoints[Joint.NOSE, :2], large[Joint.NOSE], atol=3)
    assert len(_engine(small, large).people(np.zeros((368, 480, 3), np.uint8))) == 2


def test_nobody_is_one_sentence() -> None:
    with pytest.raises(NoPersonError, match="No person was found"):
        _engine().estimate(np.zeros((80, 60, 3), np.uint8))


def test_joints_beyond_the_photo_are_zero() -> None:
    people = np.dstack([STANDING[None], np.full((1, 25, 1), 1.2)]).astype(np.float32)
    keypoints = largest(people, np.zeros((100, 100, 3), np.uint8)).keypoints
    assert not keypoints[STANDING[:, 1] > 100].any()
    assert (keypoints[STANDING[:, 1] < 99, 2] == 1).all()


@pytest.fixture(scope="module")
def published() -> dict[str, tuple[NDArray[np.float32], ...]]:
    """The layers of a file as OpenPose's, but for the numbers."""
    with torch.device("meta"):
        net = OpenPoseBody25()
    shapes = {key: tuple(value.shape) for key, value in net.state_dict().items()}
    arrays = {key: np.full(shape, number, np.float32) for number, (key, shape) in enumerate(shapes.items())}
    return {name: tuple(arrays[key] for key in keys) for name, keys in net.published_layers().items()}


@pytest.mark.parametrize("old", [False, True])
def test_the_published_file_is_loaded(
    tmp_path: Path, published: dict[str, tuple[NDArray[np.float32], ...]], old: bool
) -> None:
    file = tmp_path / "pose.caffemodel"
    file.write_bytes(caffemodel(published, old))
    net = load_network(file)
    for name, keys in net.published_layers().items():
        for key, array in zip(keys, published[name], strict=True):
            np.testing.assert_array_equal(net.state_dict()[key].numpy(), array, strict=True)


def test_another_networks_file_is_one_error_that_lists_it(
    tmp_path: Path, published: dict[str, tuple[NDArray[np.float32], ...]]
) -> None:
    layers = dict(published)
    layers["ip1"] = layers.pop("conv1_2")
    layers["prelu4_2"] = (np.zeros(64, np.float32),)
    file = tmp_path / "pose.caffemodel"
    file.write_bytes(caffemodel(layers))
    with pytest.raises(EngineError) as caught:
        load_network(file)
    for part in ("features.conv1_2.weight", "ip1.0", "ip1.1", "features.prelu4_2.weight is 64 instead of 512"):
        assert part in str(caught.value)


def test_without_weights_the_error_says_where_they_come_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("VTON_WEIGHTS", str(tmp_path))
    with pytest.raises(MissingWeightsError, match=r"pose_iter_584000\.caffemodel.*non-commercial"):
        openpose.load()


class _Datum:
    cvInputData: NDArray[np.uint8]  # noqa: N815 - OpenPose's name
    poseKeypoints: NDArray[np.float32] | None  # noqa: N815


class _Wrapper:
    """OpenPose's wrapper, as far as it is used: finds someone wherever the picture is blue."""

    def configure(self, parameters: dict[str, Any]) -> None:
        self.folder = Path(parameters["model_folder"])

    def start(self) -> None:
        if not (self.folder / "pose").is_dir():
            raise RuntimeError("Prototxt file not found.")

    def emplaceAndPop(self, data: list[_Datum]) -> None:  # noqa: N802 - OpenPose's name
        for datum in data:
            blue = (datum.cvInputData[..., 0] > 200) & (datum.cvInputData[..., 2] < 50)
            found = np.dstack([STANDING[None], np.full((1, 25, 1), 0.5)]).astype(np.float32)
            datum.poseKeypoints = found if blue.all() else None


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A build of OpenPose, and its folder of models."""
    module = types.ModuleType("pyopenpose")
    module.WrapperPython, module.Datum = _Wrapper, _Datum  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyopenpose", module)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    (tmp_path / "pose").mkdir()
    return tmp_path


def test_the_users_own_openpose_is_used(built: Path) -> None:
    engine = openpose.load()
    assert isinstance(engine, PyOpenPose)
    blue = np.full((200, 200, 3), (0, 0, 255), np.uint8)
    np.testing.assert_allclose(engine.estimate(blue).keypoints[:, :2], STANDING)
    with pytest.raises(NoPersonError):
        engine.estimate(np.ascontiguousarray(blue[..., ::-1]))


def test_with_the_users_own_openpose_nothing_is_missing(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def command() -> str:
        return next(offer.command for offer in offers() if offer.name == "openpose")

    (built / "manifest.json").write_bytes((weights.FOLDER / "manifest.json").read_bytes())
    monkeypatch.setattr(weights, "FOLDER", built)
    monkeypatch.delenv(weights.VARIABLE, raising=False)
    weights.manifest.cache_clear()
    try:
        assert command() == ""
        monkeypatch.delenv(VARIABLE)
        assert "weights fetch openpose-body25" in command()
    finally:
        weights.manifest.cache_clear()


def test_an_openpose_that_does_not_start_is_one_sentence(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (built / "pose").rmdir()
    with pytest.raises(EngineError, match=r"did not start: Prototxt file not found\. Check that .* OPENPOSE_MODELS"):
        openpose.load()
    monkeypatch.setenv(VARIABLE, str(built / "nowhere"))
    with pytest.raises(EngineError, match=r"OPENPOSE_MODELS names .*nowhere, which is not a folder"):
        openpose.load()


def test_without_its_module_the_variable_alone_changes_nothing(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyopenpose", None)
    monkeypatch.setattr(openpose, "OpenPose", lambda: "ours")
    assert openpose.load() == "ours"
