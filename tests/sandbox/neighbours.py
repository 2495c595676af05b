"""Two programs at once: one takes all that it may, the other must neither notice nor find it.

As a script, `neighbours.py LEVEL`: one JSON object, what came out of both.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scenarios import make_job

from sandbox.local import LocalSandbox

WORD = "word-of-a-neighbour"
LIMITS = {"processes": 64, "wall_s": 20.0}
GREEDY = f"""
import os, time

def solver(u):
    for folder in (".", "/dev/shm", "/tmp"):
        try:
            open(folder + "/{WORD}", "w").close()
        except OSError:
            pass
    born = 0
    try:
        while True:
            if os.fork() == 0:
                time.sleep(10_000)
            born += 1
    except OSError:
        print("refused after", born)
    time.sleep(1)
    return u
"""
MODEST = f"""
import os, threading

def solver(u):
    children = []
    for _ in range(16):
        children.append(os.fork())
        if children[-1] == 0:
            os._exit(0)
    for pid in children:
        os.waitpid(pid, 0)
    threads = [threading.Thread(target=int) for _ in range(16)]
    for thread in threads:
        thread.start()
    for folder in (".", "..", "/dev/shm", "/tmp", "/"):
        try:
            print("FOUND" if "{WORD}" in os.listdir(folder) else "", end="")
        except OSError:
            pass
    print("FOUND processes" if sum(name.isdigit() for name in os.listdir("/proc")) > 1 else "", end="")
    return u
"""


def main(level: str) -> dict[str, Any]:
    """How the greedy one ended, and all that a modest one came to while it ran, and afterwards."""
    greedy, modest = (make_job(program, limits=LIMITS) for program in (GREEDY, MODEST))
    with LocalSandbox(level, slots=2, packages=()) as sandbox, ThreadPoolExecutor(3) as pool:
        under_way = pool.submit(sandbox.run, greedy)
        beside = []
        while not under_way.done():
            beside.append(sandbox.run(modest))
            time.sleep(0.1)
        after = [future.result() for future in [pool.submit(sandbox.run, modest) for _ in range(2)]]
    first = under_way.result()
    return {
        "greedy": [first.ended_by.value, first.stdout.strip(), first.message],
        "beside": [[each.ended_by.value, each.stdout, each.message] for each in beside],
        "after": [[each.ended_by.value, each.stdout, each.message] for each in after],
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
