"""Pairs, backgrounds and what to parse: what a line may look like, and what is said of one that cannot be used."""

from __future__ import annotations

import codecs
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vton_core.errors import InputError, PlacementError, WorkspaceError
from vton_core.images import write_png
from vton_core.storage import write_text
from vton_core.types import Placement
from vton_core.workspace import Pair, Workspace


def _add(workspace: Workspace, folder: str, *names: str) -> None:
    picture = (workspace.inputs / "bg_images" / "yard.png").read_bytes()
    for name in names:
        path = workspace.inputs / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)


@pytest.mark.parametrize(
    "text",
    [
        "ann shirt\n",
        "ann.jpg   shirt.png",
        "# every pair\n\nann\tshirt # the blue one\r\n",
        "\ufeffann shirt\nann shirt\n",
    ],
)
def test_ways_to_write_a_pair(done: Workspace, text: str) -> None:
    (done.inputs / "test_pairs.txt").write_bytes(text.encode())
    assert done.pairs() == [Pair("ann", "shirt")]


def test_a_file_in_utf_16_is_read(done: Workspace) -> None:
    _add(done, "image", "안나.png")
    (done.inputs / "test_pairs.txt").write_bytes(codecs.BOM_UTF16_LE + "안나 shirt\r\n".encode("utf-16-le"))
    assert done.pairs() == [Pair("안나", "shirt")]


@pytest.mark.parametrize("model", ["two words", "a.b", "photo.png", "№ 1 #2", " led", "안나", "x  y"])
@pytest.mark.parametrize("cloth", ["blue shirt", "#3"])
def test_pairs_of_any_names_are_written_and_read(done: Workspace, model: str, cloth: str) -> None:
    done.image_file("ann").unlink()
    _add(done, "image", f"{model}.png")
    _add(done, "cloth", f"{cloth}.png")
    assert set(done.pairs()) == {Pair(model, cloth), Pair(model, "shirt")}
    assert [picture.model for picture in done.to_parse()] == [model]


def test_names_in_an_old_encoding_are_written_and_read(done: Workspace) -> None:
    name = os.fsdecode("안나".encode("cp949"))
    _add(done, "image", f"{name}.png")
    assert done.pairs() == [Pair("ann", "shirt"), Pair(name, "shirt")]
    assert name in [picture.model for picture in done.to_parse()]


def test_backgrounds_with_blanks_in_their_names(done: Workspace) -> None:
    _add(done, "bg_images", "back yard #2.png")
    (done.inputs / "bg_images" / "where to stand.txt").write_text("1 2\n3 4\n5 60")
    (done.inputs / "backgrounds.txt").write_text("bg_images/back yard #2.png bg_images/where to stand.txt")
    scene = done.scenes()[0]
    assert (scene.name, scene.placement) == ("back yard #2", Placement((1, 2), (3, 4), (5, 60)))


_PAIRS, _SCENES, _IDS = "test_pairs.txt", "backgrounds.txt", "val_id.txt"


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        (_PAIRS, "", r"inputs/test_pairs\.txt names no pair"),
        (_PAIRS, "# nothing\n\n", r"inputs/test_pairs\.txt names no pair"),
        (_PAIRS, "ann\n", r"inputs/test_pairs\.txt, line 1: a line names a model and a cloth"),
        (_PAIRS, "ann shirt\n\nann shirt hat\n", "line 3: a line names a model and a cloth"),
        (_PAIRS, "ann shirt\nbob shirt", "line 2: there is no 'bob' in inputs/image"),
        (_PAIRS, "ann shirt+coat", "line 1: there is no 'coat' in inputs/cloth"),
        (_PAIRS, "ann coat", "line 1: there is no 'coat' in inputs/cloth"),
        (_PAIRS, "../../etc/passwd shirt", "line 1: there is no 'passwd' in inputs/image"),
        (_SCENES, "", r"inputs/backgrounds\.txt is empty"),
        (_SCENES, "bg_images/yard.png", "line 1: a line names a background, a position file"),
        (_SCENES, "a b c d", "line 1: a line names a background, a position file"),
        (_SCENES, "#\nbg_images/lost.png bg_images/yard.txt", "line 2: 'bg_images/lost.png' does not exist"),
        (_SCENES, "bg_images/yard.png bg_images", "line 1: 'bg_images' does not exist"),
        (_SCENES, "../../../etc/hostname bg_images/yard.txt", "line 1: '../../../etc/hostname' lies outside"),
        (_SCENES, "bg_images/yard.png /etc/hostname", "line 1: '/etc/hostname' lies outside"),
        (_SCENES, "bg_images/yard.png link.txt", "line 1: 'link.txt' lies outside"),
        (_SCENES, "bg_images/yard.png loop", "line 1: 'loop' lies outside"),
        (_SCENES, f"{'a' * 300}.png bg_images/yard.txt", "line 1: 'a+.png' (does not exist|lies outside)"),
        (_SCENES, "a\0b.png bg_images/yard.txt", "line 1: 'a\0b.png' lies outside"),
        (_IDS, "", r"inputs/val_id\.txt names no model"),
        (_IDS, "ann\nbob\n", r"inputs/val_id\.txt, line 2: step2 has drawn no 'bob'"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(done: Workspace, file: str, text: str, sentence: str) -> None:
    (done.inputs / "link.txt").symlink_to("/etc/hostname")
    (done.inputs / "loop").symlink_to("loop")
    (done.inputs / file).write_text(text)
    read = {_PAIRS: done.pairs, _SCENES: done.scenes, _IDS: done.to_parse}[file]
    with pytest.raises(WorkspaceError, match=sentence) as caught:
        read()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "yard.txt holds 0 numbers"),
        ("1 2\n3 four\n5 6", "yard.txt, line 2: 'four'"),
        ("1 2\n3 4\n3 4", "yard.txt: the second and third points lie on the same spot"),
        ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "yard.txt, line 1"),
    ],
)
def test_a_position_file_is_named_with_its_line(done: Workspace, text: str, sentence: str) -> None:
    (done.inputs / "bg_images" / "yard.txt").write_bytes(text.encode("latin-1"))
    with pytest.raises(PlacementError, match=f"inputs/bg_images/{sentence}"):
        done.scenes()


def test_several_cloths_are_worn_in_order(done: Workspace) -> None:
    _add(done, "cloth", "jeans.png")
    (done.inputs / "test_pairs.txt").write_text("ann shirt.png+jeans.png\nann jeans+shirt\n")
    pairs = done.pairs()
    assert pairs == [Pair("ann", "shirt+jeans"), Pair("ann", "jeans+shirt")]
    assert [done.worn(pair) for pair in pairs] == [["shirt", "jeans"], ["jeans", "shirt"]]
    assert done.figure_file(pairs[0]).name == "ann_shirt+jeans.png"


def test_a_cloth_may_have_a_plus_in_its_name(done: Workspace) -> None:
    _add(done, "cloth", "a+b.png")
    (done.inputs / "test_pairs.txt").write_text("ann a+b")
    assert done.worn(done.pairs()[0]) == ["a+b"]


def test_two_results_of_one_name_are_refused(done: Workspace) -> None:
    _add(done, "image", "a.png", "a_b.png")
    _add(done, "cloth", "c.png", "b_c.png")
    (done.inputs / "test_pairs.txt").write_text("a b_c\na_b c\n")
    with pytest.raises(WorkspaceError, match="line 2: the result would be called 'a_b_c'"):
        done.pairs()
    _add(done, "bg_images", "other/yard.png")
    with (done.inputs / "backgrounds.txt").open("a") as file:
        file.write("bg_images/other/yard.png bg_images/yard.txt\n")
    with pytest.raises(WorkspaceError, match="line 2: another line has a background called 'yard'"):
        done.scenes()


def test_a_folder_in_the_place_of_a_list(done: Workspace) -> None:
    (done.inputs / "test_pairs.txt").mkdir()
    with pytest.raises(WorkspaceError, match=r"test_pairs\.txt cannot be read"):
        done.pairs()


def test_a_picture_in_the_place_of_a_list(done: Workspace) -> None:
    (done.inputs / "test_pairs.txt").write_bytes(os.urandom(1 << 12).replace(b"\n", b" ") * 300)
    with pytest.raises(WorkspaceError, match=r"test_pairs\.txt cannot be read \(too long\)"):
        done.pairs()


def test_a_missing_list_of_backgrounds(done: Workspace) -> None:
    (done.inputs / "backgrounds.txt").unlink()
    with pytest.raises(WorkspaceError, match=r"backgrounds\.txt is missing\. Write a line for each"):
        done.scenes()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80))
def test_whatever_stands_there_is_read_or_refused(done: Workspace, data: bytes) -> None:
    for file, read in ((_PAIRS, done.pairs), (_SCENES, done.scenes), (_IDS, done.to_parse)):
        (done.inputs / file).write_bytes(data)
        with pytest.raises(InputError):
            read()


def test_pictures_that_cannot_be_told_apart(photos: Workspace) -> None:
    _add(photos, "org_img", "ann.jpg")
    with pytest.raises(WorkspaceError, match=r"org_img/ann\.jpg and inputs/org_img/ann\.png have the same name"):
        photos.photos()


def _add_scene(workspace: Workspace, background: str) -> None:
    figure = {"figure": "ann_shirt", "position": [20, 80], "top": [20, 20], "bottom": [20, 80]}
    write_text(workspace.scene_file("street"), json.dumps({"background": background, "figures": [figure]}))


def test_backgrounds_that_cannot_be_told_apart(photos: Workspace) -> None:
    first = photos.backgrounds()[0]
    (photos.inputs / "other").mkdir()
    for folder in ("bg_images", "other"):
        twin = photos.inputs / folder / f"{first.stem}.webp"
        twin.write_bytes(first.read_bytes())
        _add_scene(photos, twin.relative_to(photos.inputs).as_posix())
        with pytest.raises(WorkspaceError, match=rf"{first.stem}\..* and .*/{first.stem}\..* have the same name"):
            photos.all_backgrounds()
        twin.unlink()
    _add_scene(photos, f"other/../bg_images/{first.name}")
    assert photos.all_backgrounds() == [first]


def test_a_picture_that_is_a_link_to_elsewhere(photos: Workspace, tmp_path: Path) -> None:
    write_png(tmp_path / "secret.png", photos.read_cloth("shirt"))
    (photos.inputs / "cloth" / "secret.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(WorkspaceError, match=r"cloth/secret\.png is a link to a place outside"):
        photos.cloths()


def test_what_is_hidden_is_no_picture(photos: Workspace) -> None:
    _add(photos, "cloth", "._shirt.png", ".coat.png.part")
    assert list(photos.cloths()) == ["shirt"]
    (photos.inputs / "cloth" / "shirt.png").unlink()
    assert not photos.has_cloths()


@pytest.mark.parametrize(
    ("listing", "sentence"),
    [
        ("photos", r"no model photo in inputs/org_img\. Put at least one"),
        ("cloths", r"no garment photo in inputs/cloth\. Put at least one"),
        ("cutouts", r"no cutout in output/background_step1\. Run step1 first"),
        ("canvas_images", r"no canvas picture in inputs/image\. Run step2 first"),
        ("figures", r"no dressed figure in output/figure\. Run step4 first"),
    ],
)
def test_an_empty_workspace_says_what_to_do(tmp_path: Path, listing: str, sentence: str) -> None:
    with pytest.raises(WorkspaceError, match=sentence):
        getattr(Workspace(tmp_path), listing)()
