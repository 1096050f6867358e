"""Projects: a workspace as one file comes back whole, and nobody's file can do harm."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.test_command_line import refused
from tests.workspace.conftest import done, photos
from vton_core.__main__ import main
from vton_core.errors import InputError, ProjectError, StorageError, VtonError
from vton_core.export import project
from vton_core.export.project import pack, steps_left, unpack
from vton_core.pipeline import run_steps
from vton_core.progress import STEPS, Settings
from vton_core.workspace import Workspace

__all__ = ["done", "photos"]

Capture = pytest.CaptureFixture[str]
_SETTINGS = Settings(tryon="garment", canvas=512, tuck="out", sleeves=0.25, garment="upper", format="webp", quality=80)


def _snapshot(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_everything_but_the_result_comes_back(done: Workspace, tmp_path: Path) -> None:
    (done.inputs / "cloth-landmarks").mkdir()
    (done.inputs / "cloth-landmarks" / "shirt.json").write_text('{"left_neck": [12, 7]}')
    (done.inputs / "bg_images" / "사진 하나.png").write_bytes(b"whatever")
    run_steps(done, ("step5",))
    kept = {name: data for name, data in _snapshot(done.root).items() if not name.startswith("output/final/")}
    (done.inputs / ".hidden").write_text("not kept")
    pack(done, _SETTINGS, tmp_path / "summer.zip")
    again = Workspace(tmp_path / "again")
    assert unpack(tmp_path / "summer.zip", again) == _SETTINGS
    assert _snapshot(again.root) == kept


def test_the_composite_is_the_same_to_the_byte(done: Workspace, tmp_path: Path) -> None:
    run_steps(done, ("step5",))
    pack(done, Settings(), tmp_path / "summer.zip")
    again = Workspace(tmp_path / "again")
    unpack(tmp_path / "summer.zip", again)
    assert steps_left(again) == ("step5",)
    run_steps(again, steps_left(again), Settings())
    assert _snapshot(again.output) == _snapshot(done.output)


def test_packing_twice_gives_the_same_bytes(done: Workspace, tmp_path: Path) -> None:
    pack(done, _SETTINGS, tmp_path / "first.zip")
    for path in done.inputs.rglob("*.png"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    pack(done, _SETTINGS, tmp_path / "second.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    again = Workspace(tmp_path / "again")
    pack(again, unpack(tmp_path / "first.zip", again), tmp_path / "third.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "third.zip").read_bytes()


def test_a_project_inside_its_workspace_does_not_hold_itself(done: Workspace) -> None:
    for _ in range(2):
        pack(done, Settings(), done.inputs / "me.zip")
    with zipfile.ZipFile(done.inputs / "me.zip") as archive:
        assert "inputs/me.zip" not in archive.namelist()


@pytest.mark.parametrize(
    ("missing", "first"),
    [
        ("output/background_step1/ann.png", "step1"),
        ("inputs/image/ann.png", "step2"),
        ("inputs/image/ann_canvas.json", "step2"),
        ("inputs/openpose-json/ann_keypoints.json", "step2"),
        ("output/cihp_parsing/ann.png", "step3"),
        ("output/figure/ann_shirt.png", "step4"),
    ],
)
def test_the_steps_that_are_left(done: Workspace, missing: str, first: str) -> None:
    assert steps_left(done) == ("step5",)
    (done.root / missing).unlink()
    assert steps_left(done) == STEPS[STEPS.index(first) :]


def test_photos_alone_need_every_step(photos: Workspace) -> None:
    assert steps_left(photos) == STEPS


def test_the_command_line_packs_unpacks_and_runs(done: Workspace, tmp_path: Path, capsys: Capture) -> None:
    file, first, second = (str(tmp_path / name) for name in ("a.zip", "first", "second"))
    assert main(["project", "pack", file, "--workspace", str(done.root), "--sleeves", "0.1", "--canvas", "700"]) == 0
    assert main(["project", "unpack", file, "--workspace", first]) == 0
    assert main(["project", "run", file, "--workspace", second]) == 0
    assert capsys.readouterr().out.startswith("step5 ")
    run_steps(Workspace(first), ("step5",))
    assert _snapshot(Path(first) / "output") == _snapshot(Path(second) / "output")
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("project.json"))["settings"]["sleeves"] == 0.1
    assert "holds pictures already. Choose an empty folder." in refused(
        capsys, "project", "unpack", file, "--workspace", first
    )


def _archive(path: Path, files: dict[str | zipfile.ZipInfo, bytes], about: object = None) -> Path:
    told = {"kind": "VirtualTryOn project", "version": 1, "settings": {}} if about is None else about
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", told if isinstance(told, bytes) else json.dumps(told))
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("inputs/cloth/shirt.png")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "inputs/../../evil.txt",
        "/tmp/evil.txt",
        "inputs//evil.txt",
        "inputs/./evil.txt",
        "inputs\\..\\evil.txt",
        "C:/evil.txt",
        "inputs",
        "inputs/.hidden",
        "inputs/.ssh/key",
        "inputs/e\x1bvil.txt",
        "output/final/old.png",
        "page/state.json",
        "evil.py",
        "inputs/folder/",
        _link(),
    ],
)
def test_a_file_in_a_strange_place_is_refused_whole(tmp_path: Path, name: str | zipfile.ZipInfo) -> None:
    file = _archive(tmp_path / "evil.zip", {"inputs/cloth/fine.png": b"fine", name: b"evil"})
    target = Workspace(tmp_path / "target")
    with pytest.raises(ProjectError, match=r"evil\.zip holds '.*', which no project has"):
        unpack(file, target)
    assert _snapshot(tmp_path) == {"evil.zip": file.read_bytes()}
    assert list(target.root.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(_archive(tmp_path / "evil.zip", {"inputs/a": b"1"}), "a") as archive:
        archive.writestr("inputs/a", b"2")
    with pytest.raises(ProjectError, match="holds 'inputs/a'"):
        unpack(tmp_path / "evil.zip", Workspace(tmp_path / "target"))
    _archive(tmp_path / "evil.zip", {"inputs/a": b"1", "inputs/a/b": b"2"})
    with pytest.raises(ProjectError, match="holds 'inputs/a/b'"):
        unpack(tmp_path / "evil.zip", Workspace(tmp_path / "target"))


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "_MOST_BYTES", 1 << 20)
    file = _archive(tmp_path / "bomb.zip", {f"inputs/{number}": bytes(1 << 18) for number in range(5)})
    with pytest.raises(ProjectError, match="would hold more than"):
        unpack(file, Workspace(tmp_path / "target"))
    monkeypatch.setattr(project, "_MOST_FILES", 3)
    file = _archive(tmp_path / "many.zip", {f"inputs/{number}": b"" for number in range(5)})
    with pytest.raises(ProjectError, match="would hold more than"):
        unpack(file, Workspace(tmp_path / "target"))


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    data = _archive(tmp_path / "bomb.zip", {"inputs/a": bytes(1 << 22)}).read_bytes()
    for place in (data.rindex(b"PK\x01\x02") + 24, data.rindex(b"PK\x03\x04") + 22):
        data = data[:place] + (100).to_bytes(4, "little") + data[place + 4 :]
    (tmp_path / "bomb.zip").write_bytes(data)
    with pytest.raises(ProjectError, match="is not a project of this program, or it is damaged"):
        unpack(tmp_path / "bomb.zip", Workspace(tmp_path / "target"))
    assert list((tmp_path / "target").iterdir()) == []


def _about(**changed: object) -> dict[str, object]:
    return {"kind": "VirtualTryOn project", "version": 1, "settings": {}} | changed


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        (b"not json", "is not a project of this program"),
        (b"[" * 100_000, "is not a project of this program"),
        ([], "is not a project of this program"),
        (_about(kind="something else"), "is not a project of this program"),
        (_about(version=2), r"saved by another version of this program \(2 instead of 1\)"),
        (_about(version=None), "saved by another version"),
        (_about(settings=None), "has settings that this version of the program does not know"),
        (_about(settings={"wings": 2}), "has settings that this version"),
        (_about(settings={"canvas": "large"}), "has settings that this version"),
        (_about(settings={"canvas": True}), "has settings that this version"),
        (_about(settings={"sleeves": None}), "has settings that this version"),
        (_about(settings={"tryon": 7}), "has settings that this version"),
        (_about(settings={"quality": "best"}), "has settings that this version"),
        (_about(settings={"canvas": 7}), "A canvas of 7 pixels cannot be used"),
        (_about(settings={"sleeves": 9}), "must be from -0.5 to 0.5"),
        (_about(settings={"format": "exe"}), "'exe' is no format of pictures"),
    ],
)
def test_what_a_project_says_of_itself_is_checked(tmp_path: Path, about: object, sentence: str) -> None:
    file = _archive(tmp_path / "odd.zip", {"inputs/a.txt": b"fine"}, about)
    with pytest.raises(InputError, match=sentence):
        unpack(file, Workspace(tmp_path / "target"))


def test_what_is_no_project(tmp_path: Path, capsys: Capture) -> None:
    target = Workspace(tmp_path / "target")
    with pytest.raises(ProjectError, match=r"lost\.zip does not exist"):
        unpack(tmp_path / "lost.zip", target)
    (tmp_path / "photo.zip").write_bytes(b"\xff\xd8\xff" * 100)
    with pytest.raises(ProjectError, match="is not a project of this program"):
        unpack(tmp_path / "photo.zip", target)
    with zipfile.ZipFile(tmp_path / "photo.zip", "w") as archive:
        archive.writestr("inputs/a.txt", b"")
    sentence = refused(capsys, "project", "unpack", tmp_path / "photo.zip", "--workspace", tmp_path / "target")
    assert sentence.startswith("photo.zip is not a project of this program")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 700), st.binary(min_size=1, max_size=30))
def test_damage_is_one_sentence_or_harmless(tmp_path: Path, at: int, noise: bytes) -> None:
    files = {"inputs/a.txt": b"text" * 50, "inputs/b/c.png": b"x" * 90}
    data = bytearray(_archive(tmp_path / "a.zip", files).read_bytes())
    data[at : at + len(noise)] = noise
    (tmp_path / "a.zip").write_bytes(data)
    target = Workspace(tmp_path / "target" / str(np.random.default_rng().integers(1 << 60)))
    try:
        unpack(tmp_path / "a.zip", target)
    except VtonError:
        assert list(target.root.iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "target"}


def test_a_folder_is_no_project(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ProjectError, match=r"^folder cannot be read"):
        unpack(tmp_path / "folder", Workspace(tmp_path / "w"))


def test_nothing_to_pack(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"There is nothing in .*inputs to keep"):
        pack(Workspace(tmp_path / "empty"), Settings(), tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_names_that_no_project_can_hold(done: Workspace, tmp_path: Path) -> None:
    (done.inputs / os.fsdecode(b"caf\xe9.txt")).write_text("")
    with pytest.raises(ProjectError, match="has a name that a project cannot hold"):
        pack(done, Settings(), tmp_path / "a.zip")


def test_a_link_out_of_the_workspace_is_not_followed(done: Workspace, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (done.inputs / "cloth" / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(VtonError, match="is a link to a place outside the workspace"):
        pack(done, Settings(), tmp_path / "a.zip")


class _Full(io.FileIO):
    def write(self, data: object) -> int:
        super().write(memoryview(data)[:100])  # type: ignore[arg-type]
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_keeps_the_old_project(done: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.zip").write_bytes(b"old")
    monkeypatch.setattr("vton_core.storage.os.fdopen", _Full)
    with pytest.raises(StorageError, match=r"The disk is full: .*a\.zip"):
        pack(done, Settings(), tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.zip"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written(done: Workspace, tmp_path: Path) -> None:
    pack(done, Settings(), tmp_path / "a.zip")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    with pytest.raises(StorageError, match="may not be written"):
        unpack(tmp_path / "a.zip", Workspace(closed))
    with pytest.raises(StorageError, match="may not be written"):
        pack(done, Settings(), closed / "a.zip")
