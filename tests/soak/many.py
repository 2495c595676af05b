"""Many specimens in one sandbox whose supervisors are killed: `many.py LEVEL COUNT SEED`, one line of JSON.

An outcome is right if it has a verdict that its specimen names, or if it is a fault of ours that a killed
supervisor explains. What was there before and after is listed for the test to compare. Meant to run where
nobody else is: in namespaces of its own; `--shared` says that others use this machine's folders and sockets.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import re
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from specimen_bench import FOLDERS, PROBLEMS, SIGN

from sandbox import cgroup, controls, tree
from sandbox.local import LocalSandbox
from sandbox.spec import EndedBy, Job, Limits
from solversmith.contract import Case
from solversmith.evaluate import judge

SPECIMENS = Path(__file__).parents[1] / "specimens"
SLOTS = 2
MIX = {  # name: how often
    "honest": 6,
    "honest_anytime": 6,
    "honest_user_of_processes": 2,
    "aborts": 2,
    "follows_a_null_pointer": 2,
    "leaves_by_os_exit": 2,
    "eats_memory": 1,
    "eats_memory_in_children": 1,
    "forks_without_end": 1,
    "starts_threads_without_end": 1,
    "leaves_a_daemon": 3,
    "leaves_a_child_with_its_output": 2,
    "leaves_a_child_with_its_results": 2,
    "fills_its_scratch": 1,
    "floods_stdout": 2,
    "never_ends_after_an_answer": 1,
}
PROGRAMS_PER_KILL = 8
MOST_DELAY_S = 0.3  # so that it falls into a start, a run, an end or a rest
TAG = "SOAK_TAG"
OF_THE_KERNEL = 0x00200000  # PF_KTHREAD in the ninth field of /proc/PID/stat
OF_ALL_OF_A_USER = ("forks_without_end", "starts_threads_without_end")  # counted over all that this user runs


class Specimen:
    """A program and what its head says."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = (SPECIMENS / f"{name}.py").read_text(encoding="utf-8")
        self.head = dict(re.findall(r"^# (verdict|problem|wall|cpu|memory): (.*)$", self.text, re.MULTILINE))

    def verdicts(self, level: str) -> set[str]:
        """What may come out."""
        told = self.head["verdict"]
        by_level = dict(part.split("=") for part in told.split()) if "=" in told else {}
        return set(by_level.get("L3" if level == "L4" else level, told).split(" or "))

    def run(self, sandbox: LocalSandbox, tag: str) -> dict[str, Any]:
        """What came of it."""
        problem = PROBLEMS[self.head.get("problem", "bare")]()
        timed = "time_limit" in self.verdicts("L3") | self.verdicts("L2")
        patience = 1 if timed else 6  # a kernel in a process of a busy machine is slow
        limits = Limits(
            wall_s=patience * float(self.head.get("wall", 10)),
            cpu_s=float(self.head["cpu"]) if "cpu" in self.head else None,
            memory_bytes=int(self.head.get("memory", 256)) << 20,
            processes=64,
            scratch_bytes=32 << 20,
            output_bytes=1 << 18,
        )
        job = Job(
            harness=problem.harness,
            payload=problem.pack(),
            program=self.text,
            entry_point=problem.entry_point,
            answer=problem.answer(),
            limits=limits,
            anytime=problem.anytime,
            environment={TAG: tag},
        )
        outcome = sandbox.run(job)
        case = Case("specimen", "dev", SIGN, (SIGN,))
        verdict = judge(problem, case, job, outcome).verdict.value  # type: ignore[arg-type]
        ended_by = outcome.ended_by.value
        return {
            "name": self.name,
            "ended_by": ended_by,
            "verdict": verdict,
            "message": outcome.message[-300:],
        }


class Killer(threading.Thread):
    """Kills the supervisor of a random slot at random times, one for every few programs."""

    def __init__(self, sandbox: LocalSandbox, seed: int) -> None:
        super().__init__(daemon=True)
        self._sandbox, self._random, self._due = sandbox, random.Random(seed), threading.Semaphore(0)
        self._over = False
        self.count = 0

    def another(self) -> None:
        """Told of each program that has ended."""
        if self._random.random() < 1 / PROGRAMS_PER_KILL:
            self._due.release()

    def run(self) -> None:
        """Until `stop`."""
        while self._due.acquire() and not self._over:
            time.sleep(self._random.uniform(0, MOST_DELAY_S))
            process = self._random.choice(self._sandbox._all)._process
            if process is not None and process.poll() is None:
                process.kill()
                self.count += 1

    def stop(self) -> None:
        """End it."""
        self._over = True
        self._due.release()
        self.join()


def is_right(found: dict[str, Any], level: str) -> bool:
    """As the specimen says, or a fault that the killing explains."""
    if found["ended_by"] == EndedBy.FAULT.value:
        return "the supervisor died (SIGKILL)" in found["message"]
    return found["verdict"] in Specimen(found["name"]).verdicts(level)


def there(shared: bool) -> dict[str, Any]:
    """What the owner and the machine have now."""
    gc.collect()
    own = {
        "descriptors": sorted(_descriptors()),
        "threads": threading.active_count(),
        "mounts": Path("/proc/self/mountinfo").read_text().splitlines(),
        "below": tree.descendants(os.getpid()),
        "control groups": sorted(_control_groups()),
    }
    if shared:
        return own
    return {
        **own,
        "processes": sorted(_processes()),
        "files": sorted(_files()),
        "abstract sockets": sorted(_abstract_sockets()),
        "shared memory": Path("/proc/sysvipc/shm").read_text().splitlines()[1:],
    }


def _processes() -> Iterator[str]:
    """All but the kernel's own threads, which come and go."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # it has just ended
            after = Path(f"/proc/{name}/stat").read_text(errors="replace").rpartition(")")[2].split()
            if not int(after[6]) & OF_THE_KERNEL:
                yield name


def _descriptors() -> Iterator[str]:
    for link in _links("/proc/self/fd"):
        yield re.sub(r"\d+", "N", link)


def _files() -> Iterator[str]:
    for folder in FOLDERS:
        for path, folders, files in os.walk(folder):
            yield from (f"{path}/{name}" for name in (*folders, *files))


def _control_groups() -> Iterator[str]:
    """Folders of slots, where there can be any."""
    with contextlib.suppress(OSError):
        for path in controls.children(cgroup.find().path):
            if os.path.basename(path).startswith(cgroup.PREFIX):
                yield path


def _abstract_sockets() -> Iterator[str]:
    """Those that a process in sight holds: others of this machine have theirs in the same list."""
    held = {link for name in os.listdir("/proc") if name.isdigit() for link in _links(f"/proc/{name}/fd")}
    for line in Path("/proc/net/unix").read_text(errors="replace").splitlines():
        fields = line.split()
        if "@" in line and f"socket:[{fields[6]}]" in held:
            yield line.partition("@")[2]


def _links(folder: str) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):
                yield os.readlink(f"{folder}/{name}")


def tagged(tag: str) -> list[int]:
    """Processes of programs with this tag."""
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and f"{TAG}={tag}".encode() in Path(f"/proc/{name}/environ").read_bytes():
                found.append(int(name))
    return found


def resident_bytes() -> int:
    """What this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def soak(level: str, count: int, seed: int, shared: bool) -> dict[str, Any]:
    """Run them all."""
    shares = level == "L2" and os.getuid() != 0
    mix = [name for name in MIX if not (shares and name in OF_ALL_OF_A_USER)]
    names = random.Random(seed).choices(mix, [MIX[name] for name in mix], k=count)
    tag = f"{os.getpid()}-{seed}"
    found: list[dict[str, Any]] = []
    memory: list[int] = []
    with LocalSandbox(
        level, packages=("numpy",)
    ) as sandbox:  # whatever is loaded and opened once is there then
        for name in mix:
            Specimen(name).run(sandbox, tag)
    before = there(shared)
    began = time.monotonic()
    with LocalSandbox(level, slots=SLOTS, packages=("numpy",)) as sandbox, ThreadPoolExecutor(SLOTS) as pool:
        killer = Killer(sandbox, seed)
        killer.start()
        for result in pool.map(lambda name: Specimen(name).run(sandbox, tag), names):
            found.append(result)
            killer.another()
            memory.append(resident_bytes())
        killer.stop()
        reached = sandbox.level
    seconds = time.monotonic() - began
    end = time.monotonic() + 5  # a killed process takes a moment to go
    while (after := there(shared)) != before and time.monotonic() < end:
        time.sleep(0.1)
    return {
        "level": reached,
        "uid": os.getuid(),
        "seconds": seconds,
        "kills": killer.count,
        "ended_by": Counter(result["ended_by"] for result in found),
        "wrong": [result for result in found if not is_right(result, reached)],
        "grown_bytes": memory[-1] - max(memory[: max(1, len(memory) // 5)]),
        "tagged": tagged(tag),
        "left": {key: [before[key], after[key]] for key in before if before[key] != after[key]},
    }


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    print(json.dumps(soak(words[0], int(words[1]), int(words[2]), "--shared" in sys.argv)))
