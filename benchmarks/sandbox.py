"""What isolation costs: starts beside those of a bare interpreter, overshoot of limits, and speed of answers.

    python benchmarks/sandbox.py [--repeats 20] [--json]

Every comparison is made in one run, its sides taken in turn, so that what else the machine does falls on all
of them alike. Printed are minimum and median, ratios of medians, and the load before and after.
"""

# ruff: noqa: E402 - this file has the name of the package that it measures
from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

from sandbox.local import LocalSandbox
from sandbox.spec import ArraySpec, EndedBy, Job, Limits, Outcome

IMPORTS = {
    "numpy": "import numpy",
    "numpy+scipy": "import numpy, scipy.linalg, scipy.sparse.linalg, scipy.optimize",
    "numpy+scipy+jax": "import numpy, scipy.linalg, scipy.sparse.linalg, scipy.optimize, jax.numpy",
}
PACKAGES = ("numpy", "scipy", "jax")
HARNESS = """
def arguments(payload):
    return (), {}
def answer(value, payload):
    return {"x": value}
"""
MIB = 1 << 20
GROWING = """
def solver():
    kept = []
    while True:
        kept.append(bytearray(b"x") * (4 << 20))
"""
GROWING_TOGETHER = """
import os, time
def solver():
    for _ in range(6):
        if os.fork() == 0:
            kept = []
            while len(kept) < 30:
                kept.append(bytearray(b"x") * (4 << 20))
            time.sleep(60)
    time.sleep(60)
"""
YIELDING = """
def solver():
    x = bytes(64)
    while True:
        yield x
"""


def job(program: str, nbytes: int = 8, **limits: Any) -> Job:
    """A job whose answer is so many bytes."""
    answer = {"x": ArraySpec("<i8", (nbytes // 8,))}
    return Job(HARNESS, b"", program, "solver", answer, Limits(**{"wall_s": 60.0, **limits}), anytime=True)


def bare_start(imports: str) -> float:
    """Seconds from starting an interpreter to its first instruction after these imports."""
    command = [sys.executable, "-c", f"{imports}\nimport os\nos.write(1, b'x')"]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        return time.monotonic() - began


def boxed_start(sandbox: LocalSandbox, imports: str) -> float:
    """Seconds from asking to a program's first instruction after these imports, to its answer's last byte."""
    outcome = sandbox.run(job(f"{imports}\ndef solver():\n    yield bytes(8)"))
    expect(outcome, EndedBy.RETURNED)
    usage = outcome.usage
    return usage.start_s + usage.setup_s + outcome.frames[0].t_s


def expect(outcome: Outcome, ended_by: EndedBy) -> Outcome:
    """The outcome, if it ended like this; a benchmark of anything else would be none."""
    if outcome.ended_by is not ended_by:
        raise SystemExit(f"expected {ended_by}, got {outcome.ended_by}: {outcome.message} {outcome.stderr}")
    return outcome


def in_turn(measures: dict[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Every measure once a round, after one round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(repeats + 1):
        for name, measure in measures.items():
            value = measure()
            if number:
                taken[name].append(value)
    return taken


def starts(repeats: int) -> dict[str, Any]:
    """Bare, cold, cold by bubblewrap and warm, for each set of imports."""
    found: dict[str, Any] = {}
    ways = {
        "warm sandbox": ("own", True),
        "cold sandbox": ("own", False),
        "bubblewrap": ("bubblewrap", False),
    }
    for name, imports in IMPORTS.items():
        boxes = {
            way: LocalSandbox(packages=PACKAGES, launcher=launcher, warm=warm)
            for way, (launcher, warm) in ways.items()
        }
        measures: dict[str, Callable[[], float]] = {"bare python": lambda text=imports: bare_start(text)}  # type: ignore[misc]
        for way, box in boxes.items():
            measures[way] = lambda box=box, text=imports: boxed_start(box, text)  # type: ignore[misc]
        taken = in_turn(measures, repeats)
        for box in boxes.values():
            box.close()
        bare = statistics.median(taken["bare python"])
        found[name] = {
            way: {**summary(times), "times_bare": round(statistics.median(times) / bare, 3)}
            for way, times in taken.items()
        }
    return found


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    return {
        "min_ms": round(1000 * min(seconds), 1),
        "median_ms": round(1000 * statistics.median(seconds), 1),
        "n": len(seconds),
    }


def overshoot(repeats: int) -> dict[str, Any]:
    """Bytes over the limit of memory that were seen when a program was ended."""
    limit = 256 * MIB
    found = {}
    with LocalSandbox(packages=()) as sandbox:
        for name, program in (("one process", GROWING), ("six processes", GROWING_TOGETHER)):
            peaks = []
            for _ in range(repeats):
                outcome = expect(sandbox.run(job(program, memory_bytes=limit)), EndedBy.MEMORY_LIMIT)
                peaks.append(outcome.usage.memory_bytes - limit)
            found[name] = {
                "median_mib": round(statistics.median(peaks) / MIB, 1),
                "max_mib": round(max(peaks) / MIB, 1),
                "n": repeats,
            }
        found["level"] = sandbox.level
    return found


def frames() -> dict[str, Any]:
    """Solutions a second that a program which only yields gets through."""
    with LocalSandbox(packages=()) as sandbox:
        outcome = expect(sandbox.run(job(YIELDING, 64, wall_s=5.0)), EndedBy.WALL_LIMIT)
    last = outcome.frames[-1]
    return {"a_second": round(last.seq / last.t_s), "stamps_kept": len(outcome.frames)}


def large_answer(repeats: int) -> dict[str, Any]:
    """Seconds until 256 MiB have crossed, and until the owner has them."""
    nbytes = 256 * MIB
    crossed, had = [], []
    with LocalSandbox(packages=()) as sandbox:
        for _ in range(repeats):
            began = time.monotonic()
            outcome = sandbox.run(job(f"x = bytes({nbytes})\ndef solver():\n    yield x", nbytes))
            had.append(time.monotonic() - began)
            crossed.append(expect(outcome, EndedBy.RETURNED).frames[-1].t_s)
    return {"crossed": summary(crossed), "in the owner's hands": summary(had)}


def main() -> None:
    """Measure all, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    load = [os.getloadavg()[0]]
    result: dict[str, Any] = {
        "starts": starts(options.repeats),
        "overshoot": overshoot(options.repeats),
        "frames": frames(),
        "256 MiB": large_answer(options.repeats),
    }
    load.append(os.getloadavg()[0])
    result["load"] = [round(value, 2) for value in load]
    result["cores"] = len(os.sched_getaffinity(0))
    if options.json:
        print(json.dumps(result))
    else:
        show(result)


def show(result: dict[str, Any]) -> None:
    """For people."""
    print(f"{result['cores']} cores, load {result['load'][0]} before and {result['load'][1]} after\n")
    print("start to first instruction after the imports     min ms  median ms  × bare")
    for imports, ways in result["starts"].items():
        for way, row in ways.items():
            numbers = f"{row['min_ms']:8.1f} {row['median_ms']:10.1f} {row['times_bare']:7.3f}"
            print(f"{imports:18}{way:28}{numbers}")
    for name in ("overshoot", "frames", "256 MiB"):
        print(f"\n{name}: {json.dumps(result[name])}")


if __name__ == "__main__":
    main()
