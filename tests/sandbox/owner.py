"""An owner that gets into trouble: `owner.py LEVEL TROUBLE TAG`.

`endless` runs a program that never ends, with children, and is meant to be killed. `orphaned` kills its own
supervisor in the middle of that and reports what came back, and whether the next execution works.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from sandbox.local import LocalSandbox
from sandbox.spec import ArraySpec, Job, Limits

HARNESS = """
def arguments(payload):
    return (), {}
def answer(value, payload):
    return {"x": value}
"""
FAMILY = """
import os, time
def solver():
    for _ in range(3):
        if os.fork() == 0:
            if os.fork() == 0:
                time.sleep(600)
            time.sleep(600)
    time.sleep(600)
"""
SIMPLE = "def solver():\n    return bytes(8)"


def job(program: str, tag: str = "") -> Job:
    answer = {"x": ArraySpec("<i8", (1,))}
    environment = {"TROUBLE": tag} if tag else {}
    return Job(HARNESS, b"", program, "solver", answer, Limits(120), environment=environment)


def tagged(tag: str) -> list[int]:
    """Processes of programs with this tag."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"TROUBLE=" + tag.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def orphaned(sandbox: LocalSandbox, tag: str) -> None:
    def kill() -> None:
        while len(tagged(tag)) < 7:
            time.sleep(0.02)
        pid = sandbox._all[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    first = sandbox.run(job(FAMILY, tag))
    thread.join()
    deadline = time.monotonic() + 10
    while tagged(tag) and time.monotonic() < deadline:
        time.sleep(0.02)
    left = len(tagged(tag))
    second = sandbox.run(job(SIMPLE))
    print(
        json.dumps(
            {
                "first": first.ended_by.value,
                "message": first.message,
                "left": left,
                "second": second.ended_by.value,
            }
        )
    )


if __name__ == "__main__":
    level, trouble, tag = sys.argv[1:]
    with LocalSandbox(level, packages=()) as sandbox:
        if trouble == "endless":
            sandbox.run(job(FAMILY, tag))
        else:
            orphaned(sandbox, tag)
