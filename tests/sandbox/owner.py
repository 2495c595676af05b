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
import ctypes, os, time
def solver():
    ctypes.CDLL(None).prctl(15, b"@TAG@")
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
    return Job(HARNESS, b"", program.replace("@TAG@", tag[:15]), "solver", answer, Limits(120))


def tagged(tag: str) -> list[int]:
    """Processes of programs that have taken this tag for a name, which everybody can read."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "comm").read_text().strip() == tag[:15]:
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
