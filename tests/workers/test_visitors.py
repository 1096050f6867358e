from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vton_core.errors import StorageError, WorkspaceError
from vton_core.workers import VisitorStore
from vton_core.workers.leases import LEASE_FILE, lease
from vton_core.workers.visitors import default_root

DAY = 24 * 3600.0


def fill(store: VisitorStore, size: int, age: float) -> str:
    """A workspace of that many bytes, last used so many seconds ago."""
    name, workspace = store.create()
    (workspace.root / "picture.png").write_bytes(bytes(size))
    then = time.time() - age
    os.utime(workspace.root / LEASE_FILE, (then, then))
    return name


def there(store: VisitorStore, name: str) -> bool:
    try:
        store.open(name)
    except WorkspaceError:
        return False
    return True


def test_each_visitor_has_a_workspace_of_their_own(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors")
    made = dict(store.create() for _ in range(20))
    assert len({workspace.root for workspace in made.values()}) == 20
    assert all(len(name) * 6 >= 128 for name in made)
    for name, workspace in made.items():
        assert store.open(name).root == workspace.root
        assert VisitorStore(tmp_path / "visitors").open(name).root == workspace.root


def test_nobody_else_may_look_into_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = VisitorStore(tmp_path / "visitors")
        _, workspace = store.create()
    finally:
        os.umask(old)
    assert store.root.stat().st_mode & 0o777 == 0o700
    assert workspace.root.stat().st_mode & 0o777 == 0o700


def test_a_workspace_that_another_process_sweeps_meanwhile_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = VisitorStore(tmp_path / "visitors")
    names = [fill(store, 1, 0) for _ in range(2)]

    def sweeps_the_other(folder: Path) -> int:
        for name in names:
            if name != folder.name:
                shutil.rmtree(store.root / name)
        return 1

    monkeypatch.setattr("vton_core.workers.visitors._size", sweeps_the_other)
    assert store.sweep() == []
    assert [there(store, name) for name in names].count(True) == 1


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../other", "/etc", "a" * 42, "a" * 43, "a" * 43 + "\n", "é" * 43, "a/" + "b" * 41, "\0" * 43],
)
def test_a_name_that_was_never_given_opens_nothing(tmp_path: Path, name: str) -> None:
    store = VisitorStore(tmp_path / "visitors")
    for use in (store.open, store.touch):
        with pytest.raises(WorkspaceError, match="Start a new one"):
            use(name)


def test_a_link_opens_nothing(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / LEASE_FILE).touch()
    (store.root / ("a" * 43)).symlink_to(tmp_path / "elsewhere")
    assert not there(store, "a" * 43)


def test_old_workspaces_are_swept(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_age=7 * DAY)
    old, young = fill(store, 10, 8 * DAY), fill(store, 10, 6 * DAY)
    assert store.sweep() == [old]
    assert not there(store, old)
    assert there(store, young)
    assert [path.name for path in store.root.iterdir()] == [young]


def test_a_touch_makes_it_young_again(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_age=7 * DAY)
    old = fill(store, 10, 8 * DAY)
    store.touch(old)
    assert store.sweep() == []


def test_a_folder_that_may_not_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    store = VisitorStore(tmp_path / "visitors")
    name, _ = store.create()
    monkeypatch.setattr("os.utime", fail)
    with pytest.raises(StorageError, match="Read-only"):
        store.touch(name)


def test_too_much_in_all_sweeps_those_used_longest_ago(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_bytes=250, in_use=60)
    names = [fill(store, 100, age * 3600.0) for age in (2, 4, 3, 1)]
    assert store.sweep() == [names[1], names[2]]
    assert there(store, names[0])
    assert there(store, names[3])


def test_what_is_in_use_stays_whatever_its_size(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_bytes=0, in_use=3600)
    fill(store, 100, 1800)
    assert store.sweep() == []


def test_a_file_of_several_names_counts_once(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_bytes=150, in_use=60)
    name = fill(store, 100, 3600)
    folder = store.open(name).root
    os.link(folder / "picture.png", folder / "again.png")
    assert store.sweep() == []


HOLDER = """
import sys
from pathlib import Path
from vton_core.workers.leases import lease
held = lease(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_what_another_process_works_in_is_never_swept(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_age=DAY)
    name = fill(store, 10, 2 * DAY)
    inner = store.open(name).root / "page" / "fits"
    inner.mkdir(parents=True)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(inner)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        assert store.sweep() == []
        holder.kill()
    assert store.sweep() == [name]


def test_several_may_hold_a_folder_and_the_sweep_waits_for_all(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_age=DAY)
    name = fill(store, 10, 2 * DAY)
    one, two = (lease(store.open(name).root) for _ in range(2))
    assert one
    assert two
    one.release()
    assert store.sweep() == []
    two.release()
    assert store.sweep() == [name]


def test_what_a_broken_off_sweep_left_is_removed(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors")
    rest = store.root / f"swept-{'a' * 43}"
    rest.mkdir()
    (rest / "picture.png").touch()
    store.sweep()
    assert not rest.exists()


def test_a_folder_without_its_lease_file_is_swept_by_its_age(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_age=DAY)
    broken = store.root / ("b" * 43)
    broken.mkdir()
    assert store.sweep() == []
    os.utime(broken, (0, 0))
    assert store.sweep() == [broken.name]


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    store = VisitorStore(tmp_path / "visitors", max_age=0, max_bytes=0, in_use=-1)
    (store.root / "notes").mkdir()
    store.sweep()
    assert (store.root / "notes").is_dir()


def test_a_folder_that_others_can_read_is_refused_if_it_holds_anything_else(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared" / "letter.txt").touch()
    with pytest.raises(StorageError, match="choose another"):
        VisitorStore(tmp_path / "shared")
    assert (tmp_path / "shared").stat().st_mode & 0o777 == 0o755


def test_a_root_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="choose another"):
        VisitorStore(tmp_path / "file" / "visitors")


def test_the_default_root_is_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert default_root().parent == tmp_path / "cache"
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert default_root().parent == tmp_path
