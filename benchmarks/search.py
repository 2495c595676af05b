"""What a search costs besides models and programs: proposals over long histories, memory, waiting.

    python benchmarks/search.py proposals [--candidates 10000] [--method NAME]
    python benchmarks/search.py memory [--candidates 100000]
    python benchmarks/search.py waiting [--scale 0.05] [--workers 16]

`proposals`: processor time of one proposal of each method, folds included, when so many candidates are there;
the history grows by one candidate at a time, as in a run. `memory`: resident memory that a history of so many
candidates adds, with the state of a method. `waiting`: the wall time of a run whose model and programs only
sleep and compute (20 s a call, 5 s of processor time a program, 64 candidates, on two cores, all scaled),
beside the longest chain of calls and the work of the cores.
"""

# ruff: noqa: E402 - what is measured is found beside this folder
from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "tests"))

from toy import MemoryStore, ToyEvaluator, ToyProblem, reply

from solversmith import methods, pools
from solversmith.broker import Broker
from solversmith.contract import (
    FREE,
    Completion,
    Price,
    Request,
    Score,
    SearchMethod,
    Signal,
    TokenUsage,
    Verdict,
)
from solversmith.history import Past
from solversmith.records import CandidateRecord, NoteRecord, sha256
from solversmith.search import search
from solversmith.search.proposals import recorded

SEED = 1


def results(past: Past, method: SearchMethod, texts: dict[str, str]) -> Iterator[float]:
    """Carry out proposal after proposal at once; processor seconds of each. The losses get slowly better."""
    rng = random.Random(SEED)
    for number in range(1 << 30):
        position = len(past.events)
        view = past.view(position)
        began = time.process_time()
        proposal = method.propose(view, number)
        took = time.process_time() - began
        assert not isinstance(proposal, Signal), proposal
        record = recorded(proposal, number, position)
        past.add(position, record)
        if proposal.what == "text":
            text = f"note {number % 50}"
            texts[sha256(text)] = text
            past.add(position + 1, NoteRecord(f"n{number:04d}", record.id, number, sha256(text)))
        else:
            past.add(position + 1, candidate(record.id, number, rng))
        yield took


def candidate(proposal: str, number: int, rng: random.Random) -> CandidateRecord:
    """As an attempt leaves it: one in five solves nothing."""
    failed = rng.random() < 0.2
    loss = None if failed else (1.0 + 9.0 * rng.random()) / math.sqrt(1.0 + number)
    size = rng.randrange(20, 300)
    return CandidateRecord(
        id=f"c{number:04d}",
        proposal=proposal,
        number=number,
        round=0,
        rounds=1,
        program=sha256(str(number)),
        verdict=Verdict.RUNTIME_ERROR if failed else Verdict.OK,
        loss=loss,
        failed=4 * failed,
        features={
            "lines": size,
            "nodes": 6 * size,
            "loops": size // 20,
            "functions": size // 30,
            "imports": ["numpy"],
        },
        measured={"wall_s": 1.25, "cpu_s": 1.5, "level": "L3", "start": "warm"},
    )


def proposals(count: int, only: str | None = None) -> dict[str, Any]:
    """Milliseconds of a proposal: over the whole history, and over its last tenth."""
    found = {}
    for name in [only] if only else sorted(methods.available()):
        texts: dict[str, str] = {}
        past = Past(SEED, texts.__getitem__)
        took = []
        for seconds in results(past, methods.build(name, {"n": 2 * count}), texts):
            took.append(seconds)
            if len(took) == count:
                break
        last = took[-count // 10 :]
        found[name] = {
            "mean_ms": round(1000 * sum(took) / len(took), 3),
            "mean_of_last_tenth_ms": round(1000 * sum(last) / len(last), 3),
        }
    return found


def memory(count: int, name: str = "eoh") -> dict[str, Any]:
    """Resident MiB that a history adds, and the state of one method."""
    before = resident_mib()
    texts: dict[str, str] = {}
    past = Past(SEED, texts.__getitem__)
    for made, _ in enumerate(results(past, methods.build(name, {"n": 2 * count}), texts), 1):
        if made == count:
            break
    return {"method": name, "candidates": count, "mib": round(resident_mib() - before, 1)}


def resident_mib() -> float:
    """Now, not at its highest."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


@dataclass
class Sleeper:
    """A model whose every call takes equally long."""

    latency_s: float
    name: str = "sleeper"
    price: Price = FREE

    def complete(self, request: Request, key: str) -> Completion:
        """A program that differs from call to call."""
        time.sleep(self.latency_s)
        return Completion(reply(request.sample % 97 / 8), self.name, usage=TokenUsage(10, 5))


@dataclass
class Cores:
    """Evaluations that take equally long, as many at once as there are cores."""

    work_s: float
    cores: int

    def __post_init__(self) -> None:
        self._free = threading.Semaphore(self.cores)
        self._toy = ToyEvaluator()

    def evaluate(self, program: str, split: str, *, candidate: str | None = None) -> Score:
        """The toy problem's score, later."""
        with self._free:
            time.sleep(self.work_s)
        return self._toy.evaluate(program, split, candidate=candidate)


def waiting(scale: float, workers: int, count: int = 64, cores: int = 2) -> dict[str, Any]:
    """Wall time of a search by best-of-n without its test, beside max(chain of calls, work / cores)."""
    latency_s, work_s = 20.0 * scale, 5.0 * scale
    began = time.monotonic()
    search(
        problem=ToyProblem(),
        method=methods.build("best-of-n", {"n": count, "debug_rounds": 0}),
        broker=Broker(MemoryStore(), {"writer": Sleeper(latency_s)}),
        evaluator=Cores(work_s, cores),  # type: ignore[arg-type]
        pool=pools.chosen("threads"),
        workers=workers,
    )
    wall_s = time.monotonic() - began
    bound_s = max(latency_s, count * work_s / cores)
    return {
        "workers": workers,
        "wall_s": round(wall_s, 3),
        "bound_s": round(bound_s, 3),
        "wall_over_bound": round(wall_s / bound_s, 3),
    }


def main() -> None:
    """One of the three, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("proposals", "memory", "waiting"))
    parser.add_argument("--candidates", type=int)
    parser.add_argument("--method")
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--workers", type=int, default=16)
    given = parser.parse_args()
    found = {
        "proposals": lambda: proposals(given.candidates or 10_000, given.method),
        "memory": lambda: memory(given.candidates or 100_000, given.method or "eoh"),
        "waiting": lambda: waiting(given.scale, given.workers),
    }[given.what]()
    print(json.dumps({given.what: found, "load": [round(load, 2) for load in os.getloadavg()]}, indent=1))


if __name__ == "__main__":
    main()
