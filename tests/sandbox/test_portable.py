"""Level L1 with nothing but POSIX: what it gives, and that it asks nothing of Linux."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from sandbox import opening, portable, portable_box
from sandbox.errors import EnvironmentMismatch, IsolationUnavailable, SandboxClosed
from sandbox.portable import Portable
from sandbox.spec import EndedBy, Limits

HERE = Path(__file__).parent
MakeJob = Callable[..., Any]
FAMILY = """
import os, time
def solver(u):
    child = os.fork()
    if child == 0:
        time.sleep(600)
    print(child, os.getpid())
    if {stay}:
        open(os.environ["WHERE"], "w").write(f"{{child}} {{os.getpid()}} {{os.getcwd()}}\\n")
        time.sleep(600)
    return u
"""


@pytest.fixture
def sandbox() -> Iterator[Portable]:
    with Portable([], unsafe_exec=True) as opened:
        yield opened


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pids: list[int], within_s: float = 10.0) -> bool:
    deadline = time.monotonic() + within_s
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(alive(pid) for pid in pids)


def test_it_is_refused_unless_asked_for_and_says_what_it_is_not() -> None:
    with pytest.raises(IsolationUnavailable) as refused:
        Portable([])
    for words in ("--unsafe-exec", "secrets and the network", "may live on", "memory is not capped"):
        assert words in str(refused.value)


class TestOpening:
    """Which sandbox is opened where that of Linux can't be had."""

    @pytest.fixture(params=["another system", "Linux that refuses"])
    def refusing(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(**arguments: Any) -> None:
            raise IsolationUnavailable(portable.SENTENCE)

        if request.param == "another system":
            monkeypatch.setattr(opening, "sys", SimpleNamespace(platform="darwin"))
        else:
            monkeypatch.setattr(opening.local, "LocalSandbox", refuse)

    @pytest.mark.parametrize(
        ("isolation", "unsafe_exec"), [("auto", False), ("L2", True), ("L3", False), ("L1", False)]
    )
    @pytest.mark.usefixtures("refusing")
    def test_what_must_be_confined_is_refused(self, isolation: str, unsafe_exec: bool) -> None:
        with pytest.raises(IsolationUnavailable, match="files, secrets and the network"):
            opening.open_sandbox(isolation, unsafe_exec=unsafe_exec, packages=[])

    @pytest.mark.parametrize("isolation", ["auto", "L1"])
    @pytest.mark.usefixtures("refusing")
    def test_who_asked_for_it_gets_l1(self, isolation: str, make_job: MakeJob) -> None:
        with opening.open_sandbox(isolation, unsafe_exec=True, packages=[]) as opened:
            assert opened.level == "L1"
            assert opened.run(make_job("def solver(u):\n    return u")).level == "L1"

    @pytest.mark.usefixtures("refusing")
    def test_a_claim_is_recorded_with_what_was_measured(self, make_job: MakeJob) -> None:
        with opening.open_sandbox("external", packages=[]) as opened:
            about = opened.describe()
            assert (about["level"], about["claim"], about["inner_level"]) == ("L5", "external", "L1")
            assert "claim" in about["not_given"][0]
            assert set(portable.NOT_GIVEN) < set(about["not_given"])
            assert opened.run(make_job("def solver(u):\n    return u")).level == "L5"

    def test_an_odd_name_is_told_on_every_system(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(opening, "sys", SimpleNamespace(platform="darwin"))
        with pytest.raises(IsolationUnavailable, match="no isolation named 'L9'"):
            opening.open_sandbox("L9", packages=[])

    def test_linux_gets_its_own(self) -> None:
        with opening.open_sandbox("auto", packages=[]) as opened:
            assert opened.level in ("L2", "L3", "L4")


def test_it_makes_no_call_that_only_linux_has(scenarios: ModuleType) -> None:
    hide = "mount -t tmpfs none /sys && mount -t tmpfs none /proc && exec " + '"$@"'
    become = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *become, "--mount", "--propagation", "private", "sh", "-c", hide, "sh"]
    script = [sys.executable, "-B", str(HERE / "elsewhere.py")]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [*command, *script], capture_output=True, text=True, check=False, timeout=120, env=environment
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["proc"] == []
    assert report["traps"] == {"prctl": True, "pidfd_open": True, "landlock": True}
    assert report["described"]["level"] == "L1"
    assert report["described"]["interpreter"]["version"] == sys.version
    for name, got in report["found"].items():
        wanted = scenarios.SCENARIOS[name]
        assert got["ended_by"] == wanted.ended_by, (name, got)
        assert got["level"] == "L1"
        assert wanted.says in got["message"]
        assert wanted.prints in got["stdout"]
        if wanted.answer is not None:
            assert tuple(got["answer"]) == wanted.answer
    assert len(report["found"]) == 15


def test_the_group_is_dead_when_the_answer_is_there(sandbox: Portable, make_job: MakeJob) -> None:
    outcome = sandbox.run(make_job(FAMILY.format(stay=False)))
    assert outcome.ended_by is EndedBy.RETURNED
    assert gone([int(word) for word in outcome.stdout.split()], within_s=1)


@pytest.mark.parametrize("has_waitid", [True, False])
def test_a_group_is_signalled_while_its_number_is_its_own(
    has_waitid: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a death can be looked at and left; elsewhere at least it is signalled."""
    run = object.__new__(portable_box.Run)
    null = os.open(os.devnull, os.O_RDWR)
    run._pid = pid = portable_box.spawn(
        [sys.executable, "-S", "-c", "import time; time.sleep(600)"], {}, [null] * 3
    )
    os.close(null)
    if not has_waitid:
        monkeypatch.delattr(os, "waitid")
    assert not run._wait(os.WNOHANG)
    os.kill(pid, signal.SIGKILL)
    signalled: list[tuple[int, bool]] = []
    monkeypatch.setattr(
        os, "killpg", lambda group, number: signalled.append((group, Path(f"/proc/{pid}").exists()))
    )
    assert run._wait()
    assert set(signalled) == {(pid, has_waitid)}
    assert (run._pid, os.WTERMSIG(run._status)) == (0, signal.SIGKILL)
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_what_it_used_is_measured(sandbox: Portable, make_job: MakeJob) -> None:
    program = "def solver(u):\n    x = bytearray(b'x') * (64 << 20)\n    sum(range(10**6))\n    return u"
    usage = sandbox.run(make_job(program)).usage
    assert 64 << 20 < usage.memory_bytes < 1 << 30
    assert 0 < usage.cpu_s < 10
    assert 0 < usage.load_s <= usage.wall_s
    assert usage.start_s > 0


def test_memory_is_capped_where_limits_are_kept(sandbox: Portable, scenarios: ModuleType) -> None:
    scenario = scenarios.SCENARIOS["memory"]
    outcome = sandbox.run(scenarios.make_job(scenario.program, **scenario.changes))
    assert outcome.ended_by is EndedBy.MEMORY_LIMIT
    numbers = {number for number, _, _ in portable_box.limits_of(Limits(wall_s=1), cap_memory=False)}
    assert not numbers & {resource.RLIMIT_AS, resource.RLIMIT_DATA}


def test_another_interpreter_is_no_verdict(make_job: MakeJob, monkeypatch: pytest.MonkeyPatch) -> None:
    with Portable([], unsafe_exec=True) as opened:
        monkeypatch.setattr(portable.interpreter, "expected", lambda solver: {"version": "2.7"})
        with pytest.raises(EnvironmentMismatch, match=r"expected '2\.7'"):
            opened.run(make_job("def solver(u):\n    return u"))


def test_a_harness_that_fails_is_ours(sandbox: Portable, make_job: MakeJob) -> None:
    outcome = sandbox.run(make_job("def solver(u):\n    return u", harness="1 / 0"))
    assert outcome.ended_by is EndedBy.FAULT
    assert "ZeroDivisionError" in outcome.message


def test_closing_ends_what_runs(make_job: MakeJob, tmp_path: Path) -> None:
    opened = Portable([], unsafe_exec=True)
    where = tmp_path / "pids"
    failed: list[BaseException] = []

    def run() -> None:
        try:
            opened.run(make_job(FAMILY.format(stay=True), environment={"WHERE": str(where)}))
        except SandboxClosed as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    pids, scratch = told(where)
    opened.close()
    thread.join()
    assert [type(error) for error in failed] == [SandboxClosed]
    assert gone(pids)
    assert not Path(scratch).parent.exists()
    with pytest.raises(SandboxClosed):
        opened.run(make_job("def solver(u):\n    return u"))


@pytest.mark.parametrize("whom", ["owner", "supervisor"])
def test_whoever_is_killed_the_group_dies(whom: str, tmp_path: Path) -> None:
    where = tmp_path / "pids"
    program = f"""
import os, sys
sys.path.insert(0, {str(HERE)!r})
import scenarios
from sandbox.portable import Portable
with Portable([], unsafe_exec=True) as opened:
    job = scenarios.make_job({FAMILY.format(stay=True)!r}, limits={{"wall_s": 60}},
                             environment={{"WHERE": {str(where)!r}}})
    print(opened.run(job).ended_by.value)
"""
    owner = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pids, scratch = told(where)
    supervisor = int(Path(f"/proc/{pids[1]}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    os.kill(owner.pid if whom == "owner" else supervisor, signal.SIGKILL)
    said, _ = owner.communicate(timeout=30)
    assert said.split() == (["fault"] if whom == "supervisor" else [])
    assert gone([*pids, supervisor])
    deadline = time.monotonic() + 10
    while Path(scratch).parent.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(scratch).parent.exists()


def told(where: Path) -> tuple[list[int], str]:
    """The pids and the scratch folder that a program wrote down."""
    deadline = time.monotonic() + 30
    while not (where.exists() and where.read_text().endswith("\n")) and time.monotonic() < deadline:
        time.sleep(0.02)
    child, parent, scratch = where.read_text().split()
    return [int(child), int(parent)], scratch
