"""What holds on a machine that has version 2 of the control groups, printed as one line of JSON.

`cgroup_suite.py find` tells the place or the refusal, `all` also tries everything at it, and `undone` lets
the trial fail. Every check is made by a process of its own, which becomes a supervisor: as root it gives up
its privileges.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox import cgroup, controls, delegation, linux
from sandbox.spec import Limits

MIB = 1 << 20
SLOT_UID = 61_600
LIMIT = 256 * MIB
_EAT = """
def eat(most):
    held = []
    for _ in range(most):
        piece = bytearray(1 << 20)
        piece[::4096] = b"x" * 256
        held.append(piece)
"""
EATER = _EAT + "eat(700)"
SIX_EATERS = (
    _EAT + "import os\nfor _ in range(5):\n    if os.fork() == 0:\n        break\n"
    "eat(120)\nimport time\ntime.sleep(60)"
)
INNOCENT_PARENT = _EAT + "import os, time\nif os.fork() == 0:\n    eat(700)\nelse:\n    time.sleep(60)"
FILE_EATER = """
import os
made = os.memfd_create("x")
for _ in range(700):
    os.write(made, b"x" * (1 << 20))
"""
MODEST = _EAT + "eat(100)"
FORKER = """
import os, time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
        count += 1
except BlockingIOError:
    print(count, flush=True)
"""
BURNERS = "import os\nfor _ in range(2):\n    os.fork()\nwhile True:\n    pass"
DAEMONS = """
import os, signal, time
for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        os._exit(0)
for _ in range(10):
    os.wait()  # those between have ended, so that what lives can be counted
print("left", flush=True)
time.sleep(60)
"""
ENDLESS_FORKS = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"


class Program:
    """A program that waits until it is in its cgroup."""

    def __init__(self, slot: cgroup.Slot, source: str, **limits: Any) -> None:
        self.slot = slot
        slot.begin(Limits(60, **{"memory_bytes": LIMIT, **limits}))
        gated = f"import sys\nsys.stdin.readline()\n{source}"
        command = [sys.executable, "-I", "-S", "-c", gated]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        slot.add(self.process.pid)
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ended(self, within_s: float = 60) -> dict[str, Any]:
        """How it ended, and what its cgroup tells."""
        code = self.process.wait(within_s)
        left = settled(lambda: not controls.is_populated(self.slot._program))
        found = {
            "code": code,
            "all_dead": left,
            "oom_killed": self.slot.oom_killed(),
            "from_outside": self.slot.killed_from_outside(),
            "peak_mib": self.slot.memory_peak() / MIB,
            "cpu_s": self.slot.cpu_s(),
        }
        return {**found, "finished": self.slot.finish()}


def settled(holds: Callable[[], bool], within_s: float = 5) -> bool:
    end = time.monotonic() + within_s
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def memory_one(slot: cgroup.Slot) -> dict[str, Any]:
    return Program(slot, EATER).ended()


def memory_six(slot: cgroup.Slot) -> dict[str, Any]:
    return Program(slot, SIX_EATERS).ended()


def memory_of_a_child(slot: cgroup.Slot) -> dict[str, Any]:
    return Program(slot, INNOCENT_PARENT).ended()


def memory_in_a_file(slot: cgroup.Slot) -> dict[str, Any]:
    return Program(slot, FILE_EATER).ended()


def memory_modest(slot: cgroup.Slot) -> dict[str, Any]:
    return Program(slot, MODEST).ended()


def forks(slot: cgroup.Slot) -> dict[str, Any]:
    program = Program(slot, FORKER, processes=40)
    count = int(program.line())
    found = {"forks": count, "refused": slot.forks_refused(), "killed": slot.kill()}
    return {**found, **program.ended()}


def processors(slot: cgroup.Slot) -> dict[str, Any]:
    """There is one processor in here: half of it must be held to see anything."""
    program = Program(slot, BURNERS)
    asked = controls.read(slot._program, "cpu.max").strip()
    controls.write(slot._program, "cpu.max", "50000 100000")
    began, used = time.monotonic(), slot.cpu_s()
    time.sleep(3)
    share = (slot.cpu_s() - used) / (time.monotonic() - began)
    slot.kill()
    return {"asked": asked, "share": share, **program.ended()}


def living(slot: cgroup.Slot) -> list[int]:
    """Its processes that have not ended: nobody waits for those that only fork."""
    found = []
    for pid in controls.members(slot._program):
        with contextlib.suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
            found += [pid] if state not in "ZX" else []
    return found


def daemons(slot: cgroup.Slot) -> dict[str, Any]:
    program = Program(slot, DAEMONS)
    program.line()
    count, began = len(living(slot)), time.monotonic()
    found = {"count": count, "killed": slot.kill(), "kill_s": time.monotonic() - began}
    return {**found, **program.ended()}


def without_cgroup_kill(slot: cgroup.Slot) -> dict[str, Any]:
    """As on a kernel before 5.14, against a program that forks as fast as it can."""
    write, exists = controls.write, os.path.exists

    def older(folder: str, name: str, value: object) -> None:
        if name == "cgroup.kill":
            raise FileNotFoundError(2, name)
        write(folder, name, value)

    program = Program(slot, ENDLESS_FORKS, processes=60)
    settled(lambda: slot.forks_refused() > 0)
    controls.write = older
    os.path.exists = lambda path: not str(path).endswith("cgroup.kill") and exists(path)  # type: ignore[assignment]
    try:
        killed = slot.kill()
    finally:
        controls.write, os.path.exists = write, exists
    return {"killed": killed, **program.ended()}


def finish_kills(slot: cgroup.Slot) -> dict[str, Any]:
    program = Program(slot, DAEMONS)
    program.line()
    finished = slot.finish()
    return {
        "finished": finished,
        "code": program.process.wait(5),
        "all_dead": not os.path.exists(slot._program),
    }


CHECKS = (
    memory_one,
    memory_six,
    memory_of_a_child,
    memory_in_a_file,
    memory_modest,
    forks,
    processors,
    daemons,
    without_cgroup_kill,
    finish_kills,
)


def as_supervisor(place: cgroup.Place, check: Callable[[cgroup.Slot], dict[str, Any]]) -> dict[str, Any]:
    """One check, by a process that lives in a slot."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            try:
                json.dump(_supervise(place, check), out)
            except BaseException:  # noqa: BLE001 - told to the one who looks at the results
                json.dump({"error": traceback.format_exc()}, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as back:
        found: dict[str, Any] = json.load(back)
    os.waitpid(pid, 0)
    cgroup.sweep(place)
    return {**found, "left": slots(place)}


def _supervise(place: cgroup.Place, check: Callable[[cgroup.Slot], dict[str, Any]]) -> dict[str, Any]:
    root = os.geteuid() == 0
    slot = cgroup.Slot(place, SLOT_UID if root else os.getuid())
    if root:
        linux.drop_to(SLOT_UID)
    found = {**check(slot), "uid": os.getuid()}
    slot.close()
    return {**found, "after_close": sorted(map(os.path.basename, controls.children(slot.path)))}


def slots(place: cgroup.Place) -> list[str]:
    """What of ours is at a place, besides the leaf for those who were there."""
    names = (os.path.basename(path) for path in controls.children(place.path))
    return [name for name in names if name.startswith("solversmith-") and name != "solversmith-owner"]


def swept(place: cgroup.Place) -> dict[str, Any]:
    """A supervisor killed with 9 while its program runs, beside one that lives and one just being made."""

    def serve(slot: cgroup.Slot) -> dict[str, Any]:
        Program(slot, DAEMONS).line()
        print(slot.path, flush=True)
        time.sleep(60)
        return {}

    pids, paths = [], []
    for _ in range(2):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.dup2(writing, 1)
            _supervise(place, serve)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as back:
            paths.append(back.readline().strip())
        pids.append(pid)
    dead, living = paths
    young = f"{place.path}/solversmith-{os.getpid()}-young"
    os.mkdir(young)
    os.mkdir(f"{young}/supervisor")
    os.kill(pids[0], signal.SIGKILL)
    os.waitpid(pids[0], 0)
    survived = controls.is_populated(dead)
    cgroup.sweep(place)
    found = {
        "survived_before": survived,
        "dead_is_gone": not os.path.exists(dead),
        "living_lives": controls.is_populated(f"{living}/program-1"),
        "young_is_there": os.path.exists(young),
    }
    controls.remove(young, 0)
    os.kill(pids[1], signal.SIGKILL)
    os.waitpid(pids[1], 0)
    cgroup.sweep(place)
    return {**found, "left": slots(place)}


def at_once(count: int = 6) -> dict[str, Any]:
    """Owners that look for a place at the same time."""
    command = [sys.executable, __file__, "find"]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    places = {json.loads(process.communicate()[0])["place"] for process in started}
    return {"places": sorted(places)}


def found() -> dict[str, Any]:
    before = own_cgroup()
    try:
        place = cgroup.find()
    except OSError as error:
        after = own_cgroup()
        return {"refused": str(error), "remedy": cgroup.remedy(str(error)), "moved": before != after}
    return {"place": place.path, "cpu": place.cpu, "before": before, "after": own_cgroup()}


def undone() -> dict[str, Any]:
    """A place that fails its trial after everything was moved for it."""
    at = delegation.locate(Path("/proc/self/mountinfo").read_text(), own_cgroup())
    moved = []

    def fail(folder: str) -> None:
        moved.append(own_cgroup())
        raise OSError("refused for a test")

    before = own_cgroup(), controls.read(at.own, "cgroup.subtree_control").split(), controls.children(at.own)
    try:
        delegation.choose(at, fail)
    except OSError as error:
        refused = str(error)
    after = own_cgroup(), controls.read(at.own, "cgroup.subtree_control").split(), controls.children(at.own)
    return {"refused": refused, "moved": moved, "before": before, "after": after}


def own_cgroup() -> str:
    return Path("/proc/self/cgroup").read_text().strip()


def everything() -> dict[str, Any]:
    result = found()
    if "place" not in result:
        return result
    place = cgroup.Place(result["place"], result["cpu"])
    began = time.monotonic()
    cgroup.find()
    result["find_s"] = time.monotonic() - began
    for check in CHECKS:
        began = time.monotonic()
        result[check.__name__] = {**as_supervisor(place, check), "seconds": time.monotonic() - began}
    return {**result, "swept": swept(place), "at_once": at_once()}


if __name__ == "__main__":
    print(json.dumps({"all": everything, "find": found, "undone": undone}[sys.argv[1]]()))
