"""The launcher: warm and cold starts, what they have in common, and what happens when it is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox import binary, environment, namespaces, tree
from sandbox.cores import Claim, in_order, numbers, siblings
from sandbox.errors import IsolationUnavailable, SandboxClosed
from sandbox.local import LocalSandbox
from sandbox.spec import EndedBy, Outcome

HERE = Path(__file__).parent
GOOD = "def solver(u):\n    return u"
LONG = "import time\ndef solver(u):\n    time.sleep(60)\n    return u"
DRAWS = """
import random, sys
first = random.random()
import numpy
def solver(u):
    return [first, numpy.random.rand(), float(hash("a set of texts has an order"))]
"""
LOOKS_AROUND = """
import os
def solver(u):
    print(sorted(os.sched_getaffinity(0)), open("/proc/self/oom_score_adj").read().strip())
    try:
        os.sched_setaffinity(0, range(os.cpu_count()))
        print("REACHED other cores")
    except OSError:
        pass
    return u
"""
WAYS = [("own", True), ("own", False), ("bubblewrap", False)]
needs_launcher = pytest.mark.parametrize(("launcher", "warm"), WAYS, ids=["warm", "cold", "bubblewrap"])


def test_a_guardian_that_was_collected_is_not_signalled_by_its_number() -> None:
    """Its number may be another's by then."""
    with subprocess.Popen(["sh", "-c", "sleep 600 & wait"]) as innocent:
        gone = os.posix_spawn("/bin/true", ["true"], {})
        pidfd = os.pidfd_open(gone)
        os.waitpid(gone, 0)
        namespaces._end_guardian(innocent.pid, pidfd)
        os.close(pidfd)
        assert innocent.poll() is None
        pidfd = os.pidfd_open(innocent.pid)
        namespaces._end_guardian(innocent.pid, pidfd)  # its own: now it goes, with what is below it
        os.close(pidfd)
        assert not Path(f"/proc/{innocent.pid}").exists()


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[tuple[str, bool], LocalSandbox]]:
    """One for each way to start a program, with numpy."""
    made = {(by, warm): LocalSandbox("L3", packages=("numpy",), launcher=by, warm=warm) for by, warm in WAYS}
    yield made
    for sandbox in made.values():
        sandbox.close()


def numbers_of(outcome: Outcome) -> list[float]:
    assert outcome.last is not None, (outcome.message, outcome.stderr)
    assert outcome.last.arrays is not None
    return memoryview(outcome.last.arrays["u"]).cast("d").tolist()


@needs_launcher
def test_each_way_says_how_it_started(sandboxes: Any, make_job: Any, launcher: str, warm: bool) -> None:
    sandbox = sandboxes[launcher, warm]
    outcome = sandbox.run(make_job(GOOD))
    assert outcome.ended_by is EndedBy.RETURNED
    assert outcome.detail["start"] == sandbox.describe()["start"] == ("warm" if warm else "cold")
    assert (outcome.detail["bwrap"] is None) == (launcher == "own")
    assert outcome.usage.threads >= 1
    assert outcome.usage.busy_slots == 1


def test_the_same_seed_draws_the_same_in_every_way(sandboxes: Any, make_job: Any) -> None:
    drawn = [numbers_of(sandbox.run(make_job(DRAWS, seed=7))) for sandbox in sandboxes.values()]
    assert drawn[0] == drawn[1] == drawn[2]
    assert numbers_of(sandboxes["own", True].run(make_job(DRAWS, seed=7))) == drawn[0]
    other = numbers_of(sandboxes["own", True].run(make_job(DRAWS, seed=8)))
    assert other[:2] != drawn[0][:2]
    assert other[2] == drawn[0][2], "hashes are the same in every execution"


@needs_launcher
def test_programs_stay_on_their_cores_and_die_first(
    sandboxes: Any, make_job: Any, launcher: str, warm: bool
) -> None:
    outcome = sandboxes[launcher, warm].run(make_job(LOOKS_AROUND))
    cores = outcome.detail["cores"] or sorted(os.sched_getaffinity(0))  # none where others hold them all
    assert outcome.stdout.startswith(f"{cores} ")
    assert "REACHED" not in outcome.stdout
    if launcher == "own":
        assert outcome.stdout.split()[-1] == "1000"


@needs_launcher
def test_what_a_job_brings_along_is_there(sandboxes: Any, make_job: Any, launcher: str, warm: bool) -> None:
    program = "import os\ndef solver(u):\n    print(os.environ['JAX_X'], os.environ['OF_CASE'])\n    return u"
    for value in ("1", "2"):
        job = make_job(program, environment={"JAX_X": value, "OF_CASE": f"case {value}"})
        assert sandboxes[launcher, warm].run(job).stdout == f"{value} case {value}\n"


def test_files_are_counted(sandboxes: Any, make_job: Any) -> None:
    program = """
def solver(u):
    made = 0
    try:
        while True:
            open(f"f{made}", "w").close()
            made += 1
    except OSError:
        print(made)
    return u
"""
    job = make_job(program, limits={"scratch_inodes": 500})
    assert 450 < int(sandboxes["own", True].run(job).stdout) < 500


def below(sandbox: LocalSandbox) -> list[int]:
    pid = sandbox._all[0].pid
    assert pid is not None
    return tree.descendants(pid)


def idle(sandbox: LocalSandbox) -> list[int]:
    """Without a program that is still ending, which would be the last of them; the launcher is."""
    deadline = time.monotonic() + 20
    while len(found := below(sandbox)) > 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(found) == 3
    return found


def test_a_launcher_that_is_gone_is_started_anew(make_job: Any) -> None:
    with LocalSandbox("L3", packages=()) as sandbox:
        assert sandbox.run(make_job(GOOD)).ended_by is EndedBy.RETURNED
        before = idle(sandbox)
        os.kill(before[-1], signal.SIGKILL)
        outcome = sandbox.run(make_job(GOOD))
        assert (outcome.ended_by, outcome.detail["start"]) == (EndedBy.RETURNED, "warm")
        assert not set(before) & set(below(sandbox))


def test_a_launcher_that_dies_under_a_program_is_our_fault_and_takes_it_along(make_job: Any) -> None:
    with LocalSandbox("L3", packages=()) as sandbox, ThreadPoolExecutor(1) as pool:
        assert sandbox.run(make_job(GOOD)).ended_by is EndedBy.RETURNED
        launcher = idle(sandbox)[-1]
        running = pool.submit(sandbox.run, make_job(LONG))
        deadline = time.monotonic() + 20
        while len(below(sandbox)) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.5)  # one that was forked this moment may not be bound to its launcher's life yet
        family = below(sandbox)
        assert len(family) == 4
        os.kill(launcher, signal.SIGKILL)
        assert running.result(30).ended_by is EndedBy.FAULT
        assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]
        assert sandbox.run(make_job(GOOD)).ended_by is EndedBy.RETURNED


def test_a_launcher_that_hangs_does_not_keep_the_sandbox_open(make_job: Any) -> None:
    sandbox = LocalSandbox("L3", packages=())
    assert sandbox.run(make_job(GOOD)).ended_by is EndedBy.RETURNED
    family = [sandbox._all[0].pid, *idle(sandbox)]
    os.kill(family[-1] or 0, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sandbox.run, make_job(GOOD))
        time.sleep(0.3)
        began = time.monotonic()
        sandbox.close()
        with pytest.raises(SandboxClosed):
            waiting.result(30)
    assert time.monotonic() - began < 5
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize("mebibytes", [1, 90])
def test_what_a_launcher_has_imported_is_not_charged_to_programs(mebibytes: int, make_job: Any) -> None:
    program = f"def solver(u):\n    kept = bytearray(b'x') * ({mebibytes} << 20)\n    return u"
    job = make_job(program, limits={"memory_bytes": 128 << 20})
    for warm in (True, False):
        with LocalSandbox("L3", packages=("numpy", "scipy", "networkx"), warm=warm) as sandbox:
            outcome = sandbox.run(job)
        assert outcome.ended_by is EndedBy.RETURNED, (warm, outcome.message)
        assert outcome.usage.memory_bytes < 128 << 20
    with LocalSandbox("L3", packages=("numpy", "scipy", "networkx")) as sandbox:
        much = make_job(program.replace(f"({mebibytes} <<", "(200 <<"), limits={"memory_bytes": 128 << 20})
        assert sandbox.run(much).ended_by is EndedBy.MEMORY_LIMIT


def test_what_can_not_be_imported_makes_starts_cold(make_job: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "preloaded", lambda solver: ("no_such_module",))
    with LocalSandbox("L3", packages=()) as sandbox:
        outcome = sandbox.run(make_job(GOOD))
    assert (outcome.ended_by, outcome.detail["start"]) == (EndedBy.RETURNED, "cold")
    assert "no_such_module" in outcome.detail["why_cold"]


def test_no_bwrap_is_needed(make_job: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binary, "find", lambda: (None, ["no bwrap on PATH"]))
    with LocalSandbox(packages=()) as sandbox:
        assert sandbox.level in ("L3", "L4")
        assert sandbox.run(make_job(GOOD)).ended_by is EndedBy.RETURNED
    with pytest.raises(IsolationUnavailable, match="no bwrap"):
        LocalSandbox("L3", packages=(), launcher="bubblewrap")


def test_bubblewrap_steps_in_where_the_kernel_is_too_old_for_our_launcher() -> None:
    words = ["refusing.py", "mount-attributes", "report.py", "backend"]
    command = [sys.executable, "-B", str(HERE / words[0]), words[1], str(HERE / words[2]), words[3]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["backend"].startswith("bubblewrap: ")


def test_no_core_is_claimed_twice() -> None:
    mine = len(os.sched_getaffinity(0))
    with Claim(1) as first, Claim(1) as second, Claim(mine + 1) as too_many:
        assert not set(first.cores) & set(second.cores)
        assert too_many.cores == ()
        if first.cores:
            with Claim(mine) as all_of_them:
                assert all_of_them.cores == ()
    assert first.cores == ()


def test_cores_that_share_hardware_come_last(tmp_path: Path) -> None:
    for core, pair in ((0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3")):
        folder = tmp_path / f"cpu{core}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(pair + "\n")
    assert in_order(siblings(range(4), tmp_path)) == [0, 1, 2, 3]
    assert in_order({0: frozenset({0, 1}), 1: frozenset({0, 1}), 2: frozenset({2, 3})}) == [0, 2, 1]
    assert siblings([9], tmp_path) == {9: frozenset({9})}
    assert numbers("0-2,7\n") == [0, 1, 2, 7]
