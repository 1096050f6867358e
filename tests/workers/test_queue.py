from __future__ import annotations

from pathlib import Path

from tests.workers.conftest import Bench, ran, until
from vton_core.progress import Settings
from vton_core.workers import Finished, Queued, VisitorStore
from vton_core.workers.job import Watch

STEPS = ("step1",)


def next_position(watch: Watch) -> int:
    event = next(watch)
    assert isinstance(event, Queued)
    return event.position


def test_a_waiting_job_learns_its_position(bench: Bench) -> None:
    supervisor, busy = bench.supervisor(), bench.workspace(["wait", "go"])
    bench.start(supervisor, busy)
    jobs = [supervisor.submit(bench.workspace(), STEPS, Settings()) for _ in range(3)]
    watches = [supervisor.watch(job) for job in jobs]
    assert [next_position(watch) for watch in watches] == [1, 2, 3]
    supervisor.cancel(jobs[0])
    assert [next_position(watch) for watch in watches[1:]] == [1, 2]
    (busy / "go").touch()
    assert all(list(watch)[-1] == Finished() for watch in watches[1:])


def test_visitors_are_served_in_turn(bench: Bench) -> None:
    supervisor, busy = bench.supervisor(), bench.workspace(["wait", "go"])
    store = VisitorStore(bench.folder / "visitors")
    eager, other = (store.create()[1].root for _ in range(2))
    bench.start(supervisor, busy)
    roots = [bench.workspace(at=str(eager / str(number))) for number in range(3)]
    roots.append(bench.workspace(at=str(other / "0")))
    watches = [supervisor.watch(supervisor.submit(root, STEPS, Settings())) for root in roots]
    assert [next_position(watch) for watch in watches[:3]] in ([1, 2, 3], [1, 3, 4], [1, 2, 4])
    until(lambda: [watch._job.position for watch in watches] == [1, 3, 4, 2])
    (busy / "go").touch()
    assert all(list(watch)[-1] == Finished() for watch in watches)


def test_one_job_a_workspace_at_a_time(bench: Bench) -> None:
    supervisor, root = bench.supervisor(workers=2), bench.workspace(["wait", "go"])
    bench.start(supervisor, root)
    second = supervisor.watch(supervisor.submit(root / ".." / root.name, STEPS, Settings()))
    assert next_position(second) == 1
    other = bench.workspace()
    assert bench.run(supervisor, other)[-1] == Finished()
    assert len(ran(root)) == 1
    (root / "go").touch()
    assert list(second)[-1] == Finished()
    assert len(ran(root)) == 2


def test_two_workers_work_at_once(bench: Bench) -> None:
    supervisor = bench.supervisor(workers=2)
    roots: list[Path] = [bench.workspace(["wait", "go"]) for _ in range(2)]
    pids = {bench.start(supervisor, root)[1] for root in roots}
    assert len(pids) == 2
    for root in roots:
        (root / "go").touch()


def test_a_job_in_a_visitors_folder_keeps_it_from_being_swept(bench: Bench) -> None:
    supervisor = bench.supervisor()
    store = VisitorStore(bench.folder / "visitors", max_age=0, in_use=-1)
    name, workspace = store.create()
    root = bench.workspace(["wait", "go"], at=str(workspace.root / "page" / "fits"))
    job, _ = bench.start(supervisor, root)
    assert store.sweep() == []
    (root / "go").touch()
    assert list(supervisor.watch(job))[-1] == Finished()
    assert store.sweep() == [name]
