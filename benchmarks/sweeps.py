"""What attempts cost on a cluster, beside models and programs.

    python benchmarks/sweeps.py attempts [--attempts 10000] [--cores 2]
    python benchmarks/sweeps.py slots [--attempts 200] [--cores 2] [--seconds 1.0]

`attempts`: scripted attempts whose evaluation does nothing, through a host, workers and a journal on disk:
milliseconds of wall and of processor time for each, and how much memory of host and driver grows from the
first tenth to the end. `slots`: a sweep of attempts whose programs compute for so many seconds, in real
sandboxes, with a model that takes as long: processor time of programs over wall time times cores, from the
first execution to the last, and the share of that time in which the machine's cores were not idle.
"""

# ruff: noqa: E402 - what is measured is found beside this folder
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])

from loopback_server import Asked, LoopbackServer, Reply, good
from toy import ToyEvaluator, ToyModel, ToyProblem

from solversmith.attempt import AttemptSettings, attempt
from solversmith.broker import Broker
from solversmith.methods.best_of_n import BestOfN
from solversmith.ray_pool.cluster import joined
from solversmith.ray_pool.host import Door, hosted
from solversmith.ray_pool.pool import RayPool
from solversmith.ray_pool.process import fleet
from solversmith.records.run import CandidateRecord, RoundRecord
from solversmith.remote.desk import Desk, DeskShipping
from solversmith.remote.far_broker import FarBroker
from solversmith.remote.parcel import Parcel
from solversmith.search import search
from solversmith.store import RunDirectory


def resident_mib() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True)
class ToyAttempts:
    """Attempts on the toy problem, whose programs are read and never run."""

    ask: Any

    def __call__(self, parcel: Parcel) -> Any:
        """Carry it out."""
        problem, broker = ToyProblem(), FarBroker(self.ask, parcel)
        task, settings = parcel.task, AttemptSettings(seed=1)
        evaluator: Any = ToyEvaluator(problem)
        attempt(task.proposal, parcel.rounds, problem, broker, evaluator, settings, task.shown)
        return broker.ending()


class Bench:
    """Served by the host: a search, and what it cost so far."""

    def __init__(self, door: Door) -> None:
        self._ask, self._fleet = door.ask, fleet()
        self._desk = Desk(self._fleet.asking)
        self._done = 0
        self._result: Any = None
        self._memory: dict[int, float] = {}

    def answer(self, name: str, *arguments: Any) -> Any:
        """What workers ask for, and `begin` and `result`."""
        if name == "begin":
            threading.Thread(target=self._searched, args=arguments, daemon=True).start()
            return None
        if name == "result":
            return self._result
        return getattr(self._desk, name)(*arguments)

    def _searched(self, folder: str, attempts: int) -> None:
        def observe(record: Any) -> None:
            if isinstance(record, CandidateRecord):
                self._done += 1
                if self._done in (attempts // 10, attempts):
                    self._memory[self._done] = resident_mib()

        began, cpu = time.monotonic(), time.process_time()
        with RunDirectory.open(Path(folder), {"identity": {"problem": "toy"}}, observer=observe) as store:
            search(
                problem=ToyProblem(),
                method=BestOfN(n=attempts, debug_rounds=0),
                broker=Broker(store, {"writer": ToyModel()}),
                evaluator=ToyEvaluator(),  # type: ignore[arg-type]
                pool=lambda work, size: RayPool(
                    ToyAttempts(self._ask), size, self._fleet, DeskShipping(self._desk, work.broker)
                ),
                workers=16,
                seed=1,
            )
        first, last = self._memory[attempts // 10], self._memory[attempts]
        self._result = {
            "wall_s": time.monotonic() - began,
            "host_cpu_s": time.process_time() - cpu,
            "host_growth_mib": last - first,
        }


def attempts_cost(attempts: int, cores: int) -> dict[str, Any]:
    """Of one attempt, in milliseconds, and the growth of memory."""
    with tempfile.TemporaryDirectory() as folder, joined(cores=cores):
        door = hosted(Bench, {})
        before = resident_mib()
        door.ask("control", "begin", str(Path(folder) / "run"), attempts)
        while (found := door.ask("control", "result")) is None:
            time.sleep(0.5)
        growth = resident_mib() - before
    return {
        "attempts": attempts,
        "ms_each": round(1e3 * found["wall_s"] / attempts, 2),
        "host_cpu_ms_each": round(1e3 * found["host_cpu_s"] / attempts, 2),
        "host_growth_mib": round(found["host_growth_mib"], 1),
        "driver_growth_mib": round(growth, 1),
    }


BURN = """```python
import time

def solver(start, times, rate):
    end = time.process_time() + {seconds}
    while time.process_time() < end:
        pass
    return [start / (1.0 + {number} * rate * t) for t in times]
```"""


class Busy:
    """Looks how long the cores of this machine were idle, for the time of the block."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int, int]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Busy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def share(self, begin: float, end: float) -> float:
        """Of all time of all cores between these times, what was not idle."""
        inside = [(every, idle) for now, every, idle in self._seen if begin <= now <= end]
        (every, idle), (every_then, idle_then) = inside[0], inside[-1]
        return 1.0 - (idle_then - idle) / (every_then - every)

    def _look(self) -> None:
        while not self._over.wait(0.5):
            ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
            self._seen.append((time.time(), sum(ticks), ticks[3] + ticks[4]))  # idle, and waiting for a disk


def slots_used(attempts: int, cores: int, seconds: float) -> dict[str, Any]:
    """Processor time of programs over wall time times cores, while any ran."""

    def writer(asked: Asked) -> Reply:
        return good(BURN.format(seconds=seconds / 2, number=asked.number % 7), delay_s=seconds)

    with tempfile.TemporaryDirectory() as folder, LoopbackServer(writer) as server:
        decay = ROOT / "tests" / "solversmith" / "cli" / "decay"
        file = Path(folder) / "slots.toml"
        file.write_text(
            f'[run]\nmodel = "openai:any"\nbase_url = "{server.url}"\nno_cache = true\nhumans = false\n'
            f"time_limit = {20 * seconds}\nthreads = 1\nn = {attempts // 4}\n"
            f'[grid]\nproblem = "{decay}"\nseed = [0, 1, 2, 3]\n'
        )
        command = [sys.executable, "-m", "solversmith.cli.main", "sweep", str(file), "--yes", "--pool", "ray"]
        affinity = sorted(os.sched_getaffinity(0))[:cores]
        with Busy() as busy:
            subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, "OPENAI_API_KEY": "none"},
                check=True,
                preexec_fn=lambda: os.sched_setaffinity(0, affinity),
            )
        rounds = []
        for path in (Path(folder) / "runs" / "slots").glob("*/run.toml"):
            with RunDirectory.read(path.parent) as store:
                rounds += [record for record in store.records() if isinstance(record, RoundRecord)]
    ends = [record.measured["at_s"] for record in rounds]
    begin = min(e - r.measured["wall_s"] for e, r in zip(ends, rounds, strict=True))
    wall_s = max(ends) - begin
    cpu_s = sum(record.measured["cpu_s"] for record in rounds)
    return {
        "attempts": len(rounds),
        "wall_s": round(wall_s, 1),
        "core_use_of_programs": round(cpu_s / wall_s / cores, 3),
        "core_use_of_the_machine": round(busy.share(begin, max(ends)), 3),
    }


def main() -> None:
    """Print what was measured as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("attempts", "slots"))
    parser.add_argument("--attempts", type=int)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    if given.what == "attempts":
        found = attempts_cost(given.attempts or 10_000, given.cores)
    else:
        found = slots_used(given.attempts or 200, given.cores, given.seconds)
    print(json.dumps({**found, "load_before": round(load, 1)}))


if __name__ == "__main__":
    main()
