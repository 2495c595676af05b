"""Process trees as /proc shows them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest

from sandbox import tree
from sandbox.errors import StillAlive

FAMILY = """
import os, sys, time
held = bytearray(b"x") * (20 << 20)
for _ in range(2):
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(600)
        time.sleep(600)
print("ready", flush=True)
time.sleep(600)
"""
CLEANER = """
import os, subprocess, sys, time
sys.path.append(sys.argv[1])
from sandbox import linux, tree
linux.become_subreaper()
child = subprocess.Popen([sys.executable, "-c", sys.argv[2]], stdout=subprocess.PIPE)
child.stdout.readline()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
for _ in range(2000):
    before = len(tree.descendants(os.getpid()))
    if before >= 6:
        break
    time.sleep(0.01)
tree.kill_all_below(os.getpid())
print(before, len(tree.descendants(os.getpid())))
child.stdout.close()
"""


@pytest.fixture
def family() -> Iterator[int]:
    command = [sys.executable, "-c", FAMILY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        deadline = time.monotonic() + 20
        while len(tree.descendants(process.pid)) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        yield process.pid
        tree.kill_group(process.pid, os.getuid())


def test_everybody_is_found_in_both_ways(family: int) -> None:
    assert len(tree.descendants(family)) == 4
    assert sorted(tree.descendants(family)) == sorted(tree._descendants_by_parents(family))


def test_memory_that_forks_share_is_counted_once(family: int) -> None:
    pids = [family, *tree.descendants(family)]
    assert tree.memory(pids).private > 5 * (20 << 20)
    private, shared = tree.proportional_memory(pids)
    assert 20 << 20 <= private < 3 * (20 << 20)
    assert shared < 1 << 20


def test_files_in_memory_that_are_mapped_count_once() -> None:
    found = tree.Memory(private=100, shared=50, page_tables=3)
    assert [found.with_files(files) for files in (0, 40, 70)] == [153, 153, 173]
    assert tree.Gauge().total([1], found, files=70, room=1000) == 173


def test_who_is_gone_uses_nothing() -> None:
    assert tree.memory([2**22 - 1]).total == 0
    assert tree.proportional_memory([2**22 - 1]) == (0, 0)


def test_tasks_of_a_user() -> None:
    assert tree.tasks_of(os.getuid()) >= 1
    assert tree.tasks_of(4_000_000) == 0


def test_nothing_below_is_left_not_even_daemons() -> None:
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-W", "ignore", "-c", CLEANER, root, FAMILY]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    before, after = map(int, done.stdout.split())
    assert before >= 6
    assert after == 0


def test_who_outlives_every_kill_is_told_loudly(family: int, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tree.descendants(family)
    monkeypatch.setattr(tree.os, "kill", lambda pid, number: None)  # as if the kernel held them
    with pytest.raises(StillAlive, match=rf"did not end 4 processes: {below[0]} \(state [A-Z]\)") as caught:
        tree.kill_all_below(family, within_s=0.05)
    assert all(str(pid) in str(caught.value) for pid in below)


def test_a_child_is_not_collected_with_what_was_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or its number could be another's before it is signalled."""
    monkeypatch.setattr(tree, "reap", lambda: pytest.fail("collected"))
    with subprocess.Popen(["sh", "-c", "sleep 600 & wait; exit 3"]) as child:
        deadline = time.monotonic() + 20
        while not tree.descendants(child.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        (sleeping,) = tree.descendants(child.pid)
        tree.kill_all_below(child.pid)
        assert child.wait(20) == 3
    assert not Path(f"/proc/{sleeping}").exists()


def test_processor_time_of_what_is_gone_is_kept_as_last_seen(monkeypatch) -> None:
    used = {1: 2.0, 2: 1.0}
    monkeypatch.setattr(tree, "processor_time", lambda pid: used.get(pid))
    processor = tree.Processor()
    processor.look([1, 2])
    del used[2]
    used[1] = 2.5
    processor.look([1, 2, 3])
    assert processor.total_s == 3.5
    used[2] = 0.25  # its number is another one's now
    processor.look([1, 2])
    used[2] = 0.1
    processor.look([1, 2])
    assert processor.total_s == 3.5 + 0.25 + 0.1


def test_processor_time_of_a_real_process() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", burn], stdin=PIPE, stdout=PIPE) as child:
        child.stdout.readline()
        assert 0.2 < tree.processor_time(child.pid) < 10.0
        child.communicate(b"\n")
    assert tree.processor_time(child.pid) is None
