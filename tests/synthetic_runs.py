"""Finished runs on disk that nobody carried out: as many records and texts as a test or a benchmark wants.

Written in one go, not record by record: what is measured and tested here is reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solversmith.humans import HumanRow, rows_text
from solversmith.records.codec import canonical_json, sha256
from solversmith.records.run import (
    CallRecord,
    CandidateRecord,
    ProposalRecord,
    Record,
    RoundRecord,
    SelectionRecord,
    SessionRecord,
    TestRecord,
)
from solversmith.records.verdict import Verdict
from solversmith.store import toml
from solversmith.store.journal import line_of
from solversmith.store.texts import encoded

OK, LATE = Verdict.OK, Verdict.TIME_LIMIT
HOW = {"level": "L3", "start": "warm"}
STATEMENT = "Write `solver()`.\n\ntask: draft problem=toy"


@dataclass(frozen=True)
class Made:
    """A candidate: its loss, `None` for a failure, and what it came from."""

    loss: float | None
    program: str = "def solver():\n    return 1\n"
    parents: tuple[str, ...] = ()
    completion: str = "Here it is.\n"
    output: str = ""
    rounds: int = 1  # all but the last of them failed
    verdict: Verdict | None = None


@dataclass
class _Writer:
    records: list[Record] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    at_s: float = 1000.0

    def put(self, text: str) -> str:
        sha = sha256(text)
        self.texts[sha] = text
        return sha

    def stamp(self, **more: Any) -> dict[str, Any]:
        self.at_s += 0.5
        return {"at_s": self.at_s, **more}


def identity(problem: str, method: str, seed: int, n: int, **more: Any) -> dict[str, Any]:
    """As a run's `run.toml` has it."""
    return {
        "problem": problem,
        "model": "scripted",
        "method": method,
        "method_settings": {"n": n, "debug_rounds": 2},
        "candidates": n,
        "seed": seed,
        "schedule": "steady",
        "feedback": True,
        "isolation": "L3",
        "start": "warm",
        "limits": {"wall_s": 10.0, "test_wall_s": 10.0, "threads": 1, "memory_mib": 512},
        "content": {
            "texts": "t0",
            "dev": f"2 cases, {problem}",
            "test": f"2 cases, {problem}",
            "reference": "r0",
        },
        **more,
    }


def make_run(
    folder: Path,
    name: str,
    candidates: Sequence[Made],
    *,
    problem: str = "toy",
    method: str = "best-of-n",
    seed: int = 0,
    test_loss: float | None = None,
    floor: float | None = None,
    humans: Mapping[str, float] | None = None,
    finished: bool = True,
    **settings: Any,
) -> Path:
    """Write a run; its path.

    Parameters
    ----------
    test_loss
        Of the best candidate; by default 1.1 times its dev loss.
    floor
        The reference's error, of every case.
    humans
        Dev losses of human programs.
    settings
        More of the run's identity, or other values of it.
    """
    path = folder / name
    path.mkdir(parents=True)
    writer = _Writer()
    writer.records.append(SessionRecord(measured=writer.stamp(changed={})))
    for number, made in enumerate(candidates):
        _attempt(writer, number, made, floor)
    ranked = [(made.loss, number) for number, made in enumerate(candidates) if made.loss is not None]
    if finished:
        _ending(
            writer, min(ranked)[1] if ranked else None, min(ranked)[0] if ranked else None, test_loss, floor
        )
    environment = {
        "machine": {"processor": "cpu", "cores": 2, "system": "Linux"},
        "solver_environment": {"python": "3.11.7", "numpy": "2.0"},
        "reference": {"kind": "exact", **({} if floor is None else {"estimate": floor})},
        "failure_loss": 1.0,
    }
    own = identity(problem, method, seed, len(candidates), **settings)
    run = {"format": 1, "run_id": f"{seed:016x}", "asked": {}, "identity": own, "environment": environment}
    (path / "run.toml").write_bytes(toml.dumps(run).encode())
    (path / "journal.jsonl").write_bytes(b"".join(map(line_of, writer.records)))
    lines = (encoded({"sha256": sha, "text": text}) for sha, text in writer.texts.items())
    (path / "texts.jsonl").write_bytes(b"".join(lines))
    if humans:
        rows = [
            HumanRow(who, "dev", f"{who}-{problem}", OK, loss, 0, 0.1, "L3", floor, "warm")
            for who, loss in humans.items()
        ]
        (path / "rows.json").write_text(rows_text(rows))
    return path


def _attempt(writer: _Writer, number: int, made: Made, floor: float | None) -> None:
    proposal, task = f"p{number:04d}", "refine" if made.parents else "draft"
    writer.records.append(
        ProposalRecord(
            proposal, number, "program", task, task, made.parents, made.parents, writer.put(""),
            "writer", None, 2, {}, len(writer.records), writer.stamp(),
        )
    )  # fmt: skip
    shown = "".join(f"program id={parent}\n" for parent in made.parents)
    messages = [
        {"role": "system", "content": "You write solvers."},
        {"role": "user", "content": shown + STATEMENT},
    ]
    cpu_s = 0.25
    for round in range(made.rounds):
        last = round == made.rounds - 1
        loss = made.loss if last else None
        verdict = (made.verdict or (OK if loss is not None else LATE)) if last else LATE
        request = writer.put(canonical_json({"messages": messages, "sample": number}))
        program = made.program if last else f"{made.program}# round {round}\n"
        completion = f"{made.completion}```python\n{program}```\n"
        call: dict[str, Any] = {"proposal": proposal, "round": round, "step": 0, "request": request}
        call |= {"attempt": 1, "model": "scripted"}
        writer.records.append(
            CallRecord(f"{proposal}.r{round}.s0", "started", **call, most_usd=0.1, measured=writer.stamp())
        )
        writer.records.append(
            CallRecord(
                f"{proposal}.r{round}.s0", "completed", **call, completion=writer.put(completion),
                finish_reason="stop", input_tokens=100, output_tokens=50, cost_usd=0.001,
                measured=writer.stamp(),
            )
        )  # fmt: skip
        cases = _cases("dev", loss, verdict, floor)
        measured = {case["case"]: {"wall_s": 0.2, "stdout": made.output, "stderr": ""} for case in cases}
        feedback = f"verdict: {verdict}"
        writer.records.append(
            RoundRecord(
                proposal, round, task if round == 0 else "debug", writer.put(program), verdict, loss,
                0 if verdict is OK else 2, tuple((c["case"], verdict, c["loss"]) for c in cases),
                writer.put(feedback), writer.put(canonical_json({"cases": cases})), {"lines": 2},
                writer.stamp(cases=writer.put(canonical_json(measured)), cpu_s=cpu_s, wall_s=0.4, **HOW),
            )
        )  # fmt: skip
        messages = [
            *messages,
            {"role": "assistant", "content": completion},
            {"role": "user", "content": feedback},
        ]
    final = writer.records[-1]
    assert isinstance(final, RoundRecord)
    writer.records.append(
        CandidateRecord(
            f"c{number:04d}", proposal, number, made.rounds - 1, made.rounds, final.program, final.verdict,
            final.loss, final.failed, {"lines": 2}, writer.stamp(wall_s=0.4, cpu_s=cpu_s, **HOW),
        )
    )  # fmt: skip


def _ending(
    writer: _Writer, chosen: int | None, loss: float | None, test_loss: float | None, floor: float | None
) -> None:
    name = None if chosen is None else f"c{chosen:04d}"
    writer.records.append(SelectionRecord(name, "candidates", "best dev loss", writer.stamp()))
    if name is not None:
        assert loss is not None
        found = 1.1 * loss if test_loss is None else test_loss
        cases = _cases("test", found, OK, floor)
        details = writer.put(canonical_json({"cases": cases}))
        writer.records.append(TestRecord(name, OK, found, 0, 2, details, writer.stamp(cpu_s=0.1, **HOW)))


def _cases(split: str, loss: float | None, verdict: Verdict, floor: float | None) -> list[dict[str, Any]]:
    metrics = {} if floor is None else {"error_floor": floor}
    return [
        {
            "case": f"{split}-{number}",
            "verdict": verdict,
            "loss": None if loss is None or verdict is not OK else loss * (0.9 + 0.2 * number),
            "metrics": metrics,
            "message": "" if verdict is OK else "too slow",
        }
        for number in range(2)
    ]
