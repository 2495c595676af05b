"""What the exact references of the PDE families cost, and how good they are.

    python benchmarks/references.py [--only NAME[:key=value,...]]... [--keep FILE] [--json]

Each setting runs in a process of its own, at its published resolution, on samples of dev: a batch of 8, or
of 2 where one takes more than 10 processor seconds. It is solved once, so that everything is compiled, and
then three times; printed are medians of wall and processor seconds for a sample, the largest estimate in each
field, the peak memory of the process (the whole interpreter included), the load before it and the cores it
could use. A sample that takes more than a minute of processor time is solved once, with compilation. Some
scalar settings are solved for 100 samples at the end, for their memory. Floors are not part of it. `--keep
FILE` appends each result to a file, and does not measure again what stands there.

The seconds of the published generators are not measured here: see `PUBLISHED`.
"""

# ruff: noqa: E402 - packages are found beside this folder, not in it
from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.settings import opened, settings
from codepde.batch import draw_batch
from codepde.references.reference import Reference
from solversmith.contract import DEV

MOST_S = 60.0  # processor seconds; a sample that takes more is solved once
SLOW_S = 10.0  # likewise; a sample that takes more has few others beside it
SAMPLES, FEW, MANY, REPEATS = 8, 2, 100, 3
MANY_OF = ("advection:beta=0.1", "burgers:nu=0.01", "burgers:nu=0.001", "reacdiff1d:nu=5,rho=10")
MIB = 1 << 20
# Seconds a sample of the published generators, measured when this project began, on two loaded cores.
PUBLISHED = {
    "advection:beta=0.1": 0.055,
    "burgers:nu=0.01": 1.75,
    "burgers:nu=0.1": 19.9,
    "burgers:nu=1": 195.0,
    "reacdiff1d:nu=0.5,rho=1": 9.4,
    "cns1d:eta=0.1": 1800.0,
    "darcy": 0.96,
}


def target(setting: str) -> tuple[float | None, float | None]:
    """Wall seconds a sample, and the estimate, that are to be kept; `None` where nothing was set."""
    name, _, parameters = setting.partition(":")
    if name == "burgers":
        return (1.0 if float(parameters.removeprefix("nu=")) < 0.01 else 0.15), 1e-6
    if name == "cns1d":
        return {"eta=0.1": (6.0, 1e-5), "eta=0.01": (None, 1e-5)}.get(parameters, (None, None))
    return {"advection": (0.01, 1e-6), "reacdiff1d": (0.05, 1e-6), "darcy": (6.0, 1.5e-4)}.get(
        name, (None, None)
    )


def solved(setting: str, samples: int) -> tuple[float, float, list[Reference]]:
    """Wall and processor seconds of the whole batch, and its references."""
    family = opened(setting).family
    batch = draw_batch(family, DEV, samples)
    wall, cpu = time.perf_counter(), time.process_time()
    found = [reference for _, reference in family.solve(batch.inputs, family.grid, family.coefficients)]
    return time.perf_counter() - wall, time.process_time() - cpu, found


def measured(setting: str) -> dict[str, Any]:
    """Everything about one setting. Runs in a process of its own."""
    load = os.getloadavg()[0]
    runs, samples = [solved(setting, 1)], 1
    if runs[0][1] <= MOST_S:
        runs = [solved(setting, 1)]  # without compilation
    if runs[0][1] <= MOST_S:
        samples = FEW if runs[0][1] > SLOW_S else SAMPLES
        runs = [solved(setting, samples) for _ in range(1 + REPEATS)][1:]
    references = runs[-1][2]
    return {
        "setting": setting,
        "samples": samples,
        "repeats": len(runs),
        "wall_s": statistics.median(run[0] for run in runs) / samples,
        "cpu_s": statistics.median(run[1] for run in runs) / samples,
        "estimates": worst(references),
        "memory_bytes": peak(),
        "load": load,
        "cores": len(os.sched_getaffinity(0)),
    }


def many(setting: str) -> dict[str, Any]:
    """Peak memory of many samples, all of whose trajectories are kept. Runs in a process of its own."""
    wall, _, references = solved(setting, MANY)
    return {"samples_many": len(references), "memory_many_bytes": peak(), "wall_many_s": wall}


def worst(references: list[Reference]) -> dict[str, float]:
    """The largest estimate of each field."""
    return {name: max(each.estimates[name] for each in references) for name in references[0].estimates}


def peak() -> int:
    """Of this process, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def in_a_process(setting: str, what: str) -> dict[str, Any]:
    """What `measured` or `many` finds, in a process of its own."""
    command = [sys.executable, __file__, "--child", what, "--only", setting]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def row(found: Mapping[str, Any]) -> str:
    """One line of the table."""
    setting = found["setting"]
    most_s, most_estimate = target(setting)
    whole = ", ".join(f"{value:.1e}" for value in found["estimates"].values())
    missed = [
        what
        for what, value, most in (
            ("seconds", found["wall_s"], most_s),
            ("estimate", max(found["estimates"].values()), most_estimate),
        )
        if most is not None and not value <= most  # written so that NaN is missed
    ]
    known = f"{PUBLISHED[setting]:g}" if setting in PUBLISHED else ""
    memory_many = f"{found['memory_many_bytes'] / MIB:.0f}" if "memory_many_bytes" in found else ""
    cells = [
        setting,
        str(found["samples"]) + ("" if found["repeats"] == REPEATS else " (once)"),
        f"{found['wall_s']:.3g}",
        f"{found['cpu_s']:.3g}",
        "" if most_s is None else f"{most_s:g}",
        whole,
        "" if most_estimate is None else f"{most_estimate:g}",
        " and ".join(missed),
        known,
        f"{found['memory_bytes'] / MIB:.0f}",
        memory_many,
        f"{found['load']:.1f}",
        str(found.get("cores", "")),
    ]
    return f"| {' | '.join(cells)} |"


HEAD = (
    "| setting | samples | wall s | CPU s | to reach s | estimates | to reach | missed | "
    "published generator s | MiB | MiB of 100 | load | cores |\n"
    "|---|---:|---:|---:|---:|---|---:|---|---:|---:|---:|---:|---:|"
)


def kept(file: Path | None) -> dict[str, dict[str, Any]]:
    """By setting, what was measured before."""
    if file is None or not file.exists():
        return {}
    result: dict[str, dict[str, Any]] = {}
    for found in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        result.setdefault(found["setting"], {}).update(found)
    return result


def add(known: dict[str, dict[str, Any]], setting: str, what: str, file: Path | None) -> None:
    """Measure, remember and keep it."""
    found = {"setting": setting, **in_a_process(setting, what)}
    known.setdefault(setting, {}).update(found)
    if file is not None:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(found) + "\n")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", default=[], metavar="NAME[:key=value,...]")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--child", choices=("measured", "many"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps((measured if given.child == "measured" else many)(given.only[0])))
        return
    known = kept(given.keep)
    chosen = list(dict.fromkeys(settings(given.only)))
    for setting in chosen:
        if setting not in known:
            add(known, setting, "measured", given.keep)
            print(f"{setting}: {known[setting]['cpu_s']:.3g} CPU s a sample", file=sys.stderr)
    for setting in chosen:
        if setting in MANY_OF and "memory_many_bytes" not in known[setting]:
            add(known, setting, "many", given.keep)
    if given.as_json:
        print(json.dumps([known[setting] for setting in chosen], indent=1))
    else:
        print("\n".join([HEAD, *(row(known[setting]) for setting in chosen)]))


if __name__ == "__main__":
    main()
