"""What `LocalSandbox` and `doctor` say where control groups are delegated, printed as one line of JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from sandbox import cgroup, controls
from sandbox.doctor import examine
from sandbox.errors import IsolationUnavailable
from sandbox.local import LocalSandbox
from sandbox.spec import ArraySpec, Job, Limits, Outcome

MIB = 1 << 20
HARNESS = """
def arguments(payload):
    return (), {}
def answer(value, payload):
    import array
    return {"x": array.array("q", [value])}
"""
_EAT = """
import os, time
def eat(most):
    held = []
    for _ in range(most):
        piece = bytearray(1 << 20)
        piece[::4096] = b"x" * 256
        held.append(piece)
    time.sleep(60)
"""
PROGRAMS = {
    "honest": "def solver():\n    return 7",
    "eats in six": (
        _EAT
        + "def solver():\n    for _ in range(5):\n        if os.fork() == 0:\n            break\n    eat(120)"
    ),
    "eats in children": (
        _EAT + "def solver():\n    for _ in range(2):\n        if os.fork() == 0:\n            eat(180)\n"
        "    time.sleep(60)"
    ),
    "eats shared memory": (  # pages of a file that lies in memory, in no process's own figure
        "import mmap, tempfile\ndef solver():\n    file = tempfile.TemporaryFile(dir='.')\n"
        "    file.truncate(400 << 20)\n    held = mmap.mmap(file.fileno(), 400 << 20)\n"
        "    for start in range(0, len(held), 1 << 20):\n"
        "        held[start : start + (1 << 20)] = b'x' * (1 << 20)\n    return 7"
    ),
    "forks": (
        "import os, time\ndef solver():\n    count = 0\n    try:\n        while True:\n"
        "            if os.fork() == 0:\n                time.sleep(60)\n            count += 1\n"
        "    except OSError:\n        return count"
    ),
    "leaves daemons": (
        "import os, time\ndef solver():\n    for _ in range(5):\n        if os.fork() == 0:\n"
        "            os.setsid()\n            if os.fork() == 0:\n                time.sleep(60)\n"
        "            os._exit(0)\n"
        "    return 7"
    ),
    "honest again": "def solver():\n    return 8",
}
LIMITS = Limits(wall_s=120, memory_bytes=256 * MIB, processes=50, setup_s=60, scratch_bytes=512 * MIB)


def told(outcome: Outcome) -> dict[str, Any]:
    """What a test looks at."""
    last = outcome.last
    arrays = None if last is None or last.arrays is None else last.arrays["x"]
    return {
        "ended_by": outcome.ended_by.value,
        "message": outcome.message,
        "level": outcome.level,
        "value": None if arrays is None else int.from_bytes(arrays, "little"),
        "memory_mib": outcome.usage.memory_bytes / MIB,
        "cpu_s": outcome.usage.cpu_s,
        "start_s": outcome.usage.start_s,
        "wall_s": outcome.usage.wall_s,
    }


def programs(isolation: str) -> dict[str, Any]:
    """Each of the programs in one sandbox, and what is left of it."""
    try:
        with LocalSandbox(isolation, packages=()) as sandbox:
            answer = {"x": ArraySpec("<i8", (1,))}
            found: dict[str, Any] = {"description": sandbox.describe(), "level": sandbox.level}
            for name, program in PROGRAMS.items():
                found[name] = told(sandbox.run(Job(HARNESS, b"", program, "solver", answer, LIMITS)))
    except IsolationUnavailable as error:
        return {"refused": str(error)}
    return {**found, "left": left()}


def left() -> list[str]:
    """Cgroups of slots that are still there."""
    try:
        place = cgroup.find().path
    except OSError as error:
        return [str(error)]
    names = (os.path.basename(path) for path in controls.children(place))
    return [name for name in names if name.startswith("solversmith-") and name != "solversmith-owner"]


def main(words: list[str]) -> None:
    began = time.monotonic()
    found: dict[str, Any] = {"uid": os.getuid(), "cgroup": Path("/proc/self/cgroup").read_text().strip()}
    for word in words:
        found[word] = examine(["numpy"]) if word == "doctor" else programs(word)
    print(json.dumps({**found, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main(sys.argv[1:])
