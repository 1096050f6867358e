from __future__ import annotations

import gc
import json
import os
import signal
import threading
import weakref
from pathlib import Path

import pytest

from tests.workers.conftest import Bench, alive, ran, until
from vton_core.errors import JobError
from vton_core.progress import STEPS, Progress, Settings
from vton_core.workers import Failed, Finished, Progressed


def test_a_job_tells_its_progress_and_its_end(bench: Bench) -> None:
    root = bench.workspace()
    events = bench.run(bench.supervisor(), root, "step1", "step2", canvas=512)
    ended = [event.progress for event in events if isinstance(event, Progressed) and event.progress.seconds]
    assert ended == [Progress(step, 1.0, "", seconds=0.01, files=(f"{step}.png",)) for step in ("step1", "step2")]
    assert events[-1] == Finished()
    assert [entry["steps"] for entry in ran(root)] == [["step1", "step2"]]
    assert ran(root)[0]["canvas"] == 512


def test_jobs_share_a_warm_worker(bench: Bench) -> None:
    supervisor, root = bench.supervisor(), bench.workspace()
    bench.run(supervisor, root)
    bench.run(supervisor, root)
    first, second = ran(root)
    assert first["pid"] == second["pid"] != os.getpid()


def test_an_error_of_a_step_keeps_its_sentence(bench: Bench) -> None:
    events = bench.run(bench.supervisor(), bench.workspace(["fail"]))
    assert events[-1] == Failed("NoPersonError", "Nobody was found in {name}. Choose another.", {"name": "model.png"})


def test_an_unforeseen_error_is_a_sentence_and_its_trace_is_logged(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = bench.supervisor()
    failed = bench.run(supervisor, bench.workspace(["stumble"]))[-1]
    assert isinstance(failed, Failed)
    assert failed.kind == "JobError"
    assert failed.values == {"name": "ZeroDivisionError"}
    assert "a slip" in caplog.text
    assert bench.run(supervisor, bench.workspace())[-1] == Finished()


@pytest.mark.parametrize(
    ("script", "cause"), [(["kill"], "signal 9"), (["exit", 7], "exit code 7"), (["exit", 0], "exit code 0")]
)
def test_a_worker_that_dies_fails_its_job_and_the_next_one_works(
    bench: Bench, script: list[object], cause: str
) -> None:
    supervisor = bench.supervisor()
    failed = bench.run(supervisor, bench.workspace(script))[-1]
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.values) == ("WorkerCrashedError", {"cause": cause})
    assert bench.run(supervisor, bench.workspace())[-1] == Finished()


def test_a_worker_killed_from_outside_in_mid_step(bench: Bench) -> None:
    supervisor, root = bench.supervisor(), bench.workspace(["burn"])
    job, pid = bench.start(supervisor, root)
    os.kill(pid, signal.SIGKILL)
    failed = list(supervisor.watch(job))[-1]
    assert isinstance(failed, Failed)
    assert failed.kind == "WorkerCrashedError"
    assert bench.run(supervisor, bench.workspace())[-1] == Finished()


def test_the_end_of_a_crash_is_logged_with_what_the_worker_printed(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.run(bench.supervisor(), bench.workspace(["print", "the last words"], ["kill"]))
    assert "the last words" in caplog.text


def test_an_idle_worker_that_dies_is_replaced(bench: Bench) -> None:
    supervisor, root = bench.supervisor(), bench.workspace()
    bench.run(supervisor, root)
    os.kill(ran(root)[0]["pid"], signal.SIGKILL)
    until(lambda: not alive(ran(root)[0]["pid"]))
    assert bench.run(supervisor, root)[-1] == Finished()
    assert ran(root)[0]["pid"] != ran(root)[1]["pid"]


@pytest.mark.parametrize("action", ["burn", "hold-interpreter"])
def test_cancel_ends_the_process_before_it_returns(bench: Bench, action: str) -> None:
    supervisor, root = bench.supervisor(), bench.workspace([action])
    job, pid = bench.start(supervisor, root)
    supervisor.cancel(job)
    assert not alive(pid)
    cancelled = list(supervisor.watch(job))[-1]
    assert isinstance(cancelled, Failed)
    assert cancelled.kind == "JobCancelledError"
    assert bench.run(supervisor, bench.workspace())[-1] == Finished()


def test_cancel_ends_what_the_step_has_started(bench: Bench) -> None:
    supervisor, root = bench.supervisor(), bench.workspace(["child"])
    job, _ = bench.start(supervisor, root)
    until(lambda: (root / "child").exists() and (root / "child").read_text())
    child = int((root / "child").read_text())
    assert alive(child)
    supervisor.cancel(job)
    until(lambda: not alive(child))


def test_after_a_cancel_a_fresh_worker_warms_up_by_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    log = bench.folder / "warm"
    monkeypatch.setenv("FAKE_WARM_LOG", str(log))
    supervisor = bench.supervisor()
    until(lambda: log.exists())
    job, _ = bench.start(supervisor, bench.workspace(["burn"]))
    supervisor.cancel(job)
    until(lambda: len({json.loads(line)["pid"] for line in log.read_text().splitlines()}) == 2)


def test_a_job_goes_before_the_rest_of_the_warm_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    log, ended = bench.folder / "warm", threading.Event()
    monkeypatch.setenv("FAKE_WARM_LOG", str(log))
    monkeypatch.setenv("FAKE_WARM_GATES", str(bench.folder))

    def open_gates() -> None:
        # The worker gets the job at a moment that nobody outside sees: each step gives it time to come.
        for step in STEPS:
            (bench.folder / step).touch()
            ended.wait(1.0)

    def warmed() -> list[str]:
        return [json.loads(line)["step"] for line in log.read_text().splitlines()]

    supervisor = bench.supervisor()
    until(lambda: log.exists())
    job = supervisor.submit(bench.workspace(), ("step1",), Settings())
    opener = threading.Thread(target=open_gates)
    opener.start()
    assert list(supervisor.watch(job))[-1] == Finished()
    assert len(warmed()) < len(STEPS)
    ended.set()
    opener.join()
    until(lambda: warmed() == list(STEPS))


def test_a_waiting_job_can_be_cancelled(bench: Bench) -> None:
    supervisor, root = bench.supervisor(), bench.workspace(["wait", "go"])
    job, _ = bench.start(supervisor, root)
    other = bench.workspace()
    waiting = supervisor.submit(other, ("step1",), Settings())
    supervisor.cancel(waiting)
    cancelled = list(supervisor.watch(waiting))[-1]
    (root / "go").touch()
    assert list(supervisor.watch(job))[-1] == Finished()
    assert isinstance(cancelled, Failed)
    assert cancelled.kind == "JobCancelledError"
    assert ran(other) == []


def test_cancelling_what_has_ended_changes_nothing(bench: Bench) -> None:
    supervisor = bench.supervisor()
    job = supervisor.submit(bench.workspace(), ("step1",), Settings())
    assert list(supervisor.watch(job))[-1] == Finished()
    supervisor.cancel(job)
    supervisor.cancel("never heard of")
    assert list(supervisor.watch(job))[-1] == Finished()


def test_a_job_that_takes_too_long_is_stopped(bench: Bench) -> None:
    supervisor = bench.supervisor(timeout=0.5)
    root = bench.workspace(["burn"])
    stopped = bench.run(supervisor, root)[-1]
    assert isinstance(stopped, Failed)
    assert (stopped.kind, stopped.values) == ("JobTimeoutError", {"seconds": "0.5"})
    assert all(not alive(entry["pid"]) for entry in ran(root))


def test_waiting_in_the_queue_is_not_part_of_a_jobs_time(bench: Bench) -> None:
    supervisor = bench.supervisor(timeout=20)
    slow = [supervisor.submit(bench.workspace(["sleep", 0.2]), ("step1",), Settings()) for _ in range(4)]
    assert all(list(supervisor.watch(job))[-1] == Finished() for job in slow)


def test_what_a_step_prints_never_reaches_the_protocol(bench: Bench) -> None:
    supervisor = bench.supervisor()
    root = bench.workspace(["print", '{"type": "done", "job": "x"}'], ["read-input"], ["flood", 1 << 20])
    assert bench.run(supervisor, root)[-1] == Finished()
    assert (root / "input").read_text() == ""


@pytest.mark.parametrize(
    "line",
    ["no json", "[1]", '{"type": "done"}', '{"type": "done", "job": "another"}', '{"type": "progress", "job": "x"}'],
)
def test_a_line_that_is_no_report_fails_the_job(bench: Bench, line: str) -> None:
    supervisor = bench.supervisor()
    failed = bench.run(supervisor, bench.workspace(["garble", line]))[-1]
    assert isinstance(failed, Failed)
    assert failed.kind == "WorkerCrashedError"
    assert bench.run(supervisor, bench.workspace())[-1] == Finished()


def test_a_worker_that_cannot_start_fails_its_job(bench: Bench) -> None:
    supervisor = bench.supervisor(runner="tests.workers.fakes:nothing_there")
    for _ in range(2):
        failed = bench.run(supervisor, bench.workspace())[-1]
        assert isinstance(failed, Failed)
        assert failed.kind == "WorkerCrashedError"


def test_a_warm_up_that_crashes_is_not_tried_for_ever(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    log = bench.folder / "warm"
    monkeypatch.setenv("FAKE_WARM_LOG", str(log))
    monkeypatch.setenv("FAKE_WARM", "crash")
    supervisor = bench.supervisor()
    until(lambda: log.exists() and log.read_text())
    until(lambda: not alive(int(log.read_text().split('"pid": ')[1].split(",")[0])))
    assert bench.run(supervisor, bench.workspace())[-1] == Finished()
    assert len(log.read_text().splitlines()) == 1


def test_the_page_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    code = "import sys, vton_core.workers; print([name for name in sys.modules if '.' not in name])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("torch", "mediapipe", "cv2", "scipy", "pymatting", "numba", "gradio"):
        assert f"'{heavy}'" not in loaded


def test_a_watcher_can_come_again_and_late(bench: Bench) -> None:
    supervisor, root = bench.supervisor(), bench.workspace(["wait", "go"])
    job, _ = bench.start(supervisor, root)
    early = supervisor.watch(job)
    assert next(early) == Progressed(Progress("step1", 0.0, "begun"))
    early.close()
    assert list(early) == []
    (root / "go").touch()
    for _ in range(2):
        events = list(supervisor.watch(job))
        assert events[-2:] == [Progressed(Progress("step1", 1.0, "", 0.01, ("step1.png",))), Finished()]


def test_closing_a_watch_frees_the_thread_that_waits_in_it(bench: Bench) -> None:
    supervisor, root = bench.supervisor(), bench.workspace(["wait", "go"])
    job, _ = bench.start(supervisor, root)
    watch = supervisor.watch(job)
    thread = threading.Thread(target=lambda: list(watch))
    thread.start()
    watch.close()
    thread.join(60)
    assert not thread.is_alive()
    (root / "go").touch()
    assert list(supervisor.watch(job))[-1] == Finished()


def test_an_abandoned_watch_is_collected(bench: Bench) -> None:
    supervisor = bench.supervisor()
    job, _ = bench.start(supervisor, bench.workspace(["wait", "go"]))
    watch = supervisor.watch(job)
    next(watch)
    gone = weakref.ref(watch)
    del watch
    gc.collect()
    assert gone() is None


def test_old_jobs_are_forgotten(bench: Bench) -> None:
    supervisor = bench.supervisor(remembered=2)
    jobs = []
    for _ in range(3):
        jobs.append(supervisor.submit(bench.workspace(), ("step1",), Settings()))
        watch = supervisor.watch(jobs[-1])
        assert list(watch)[-1] == Finished()
    with pytest.raises(JobError):
        supervisor.watch(jobs[0])
    assert list(supervisor.watch(jobs[2]))[-1] == Finished()


def test_close_ends_workers_and_jobs(bench: Bench) -> None:
    supervisor = bench.supervisor()
    job, pid = bench.start(supervisor, bench.workspace(["burn"]))
    waiting = supervisor.submit(bench.workspace(), ("step1",), Settings())
    supervisor.close()
    supervisor.close()
    assert not alive(pid)
    for ended in (job, waiting):
        failed = list(supervisor.watch(ended))[-1]
        assert isinstance(failed, Failed)
        assert failed.kind == "JobCancelledError"
    with pytest.raises(JobError):
        supervisor.submit(bench.workspace(), ("step1",), Settings())


def test_many_threads_at_once(bench: Bench) -> None:
    supervisor = bench.supervisor(workers=2)
    ends: list[object] = []

    def visit(root: Path) -> None:
        for _ in range(3):
            ends.append(bench.run(supervisor, root)[-1])

    roots = [bench.workspace(at=f"visitor-{number}") for number in range(6)]
    threads = [threading.Thread(target=visit, args=(root,)) for root in roots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [Finished()] * 18
