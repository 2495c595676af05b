"""Human rows: a problem's own solvers, scored as a candidate is, to stand beside it in a table.

They are derived: `rows.json` can be thrown away. A row is kept under a key of what it depends on (program,
cases, limits, harness, reference, isolation level, start), so a row never stands beside what it can't be
compared with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, astuple, dataclass, field, replace
from typing import Any

from solversmith.contract.problem import Case, Problem
from solversmith.evaluate import Evaluator
from solversmith.floors import floor_of
from solversmith.isolation import COLD, Isolation, isolation_of
from solversmith.records.codec import canonical_json, sha256
from solversmith.records.score import CaseScore, Score, combine
from solversmith.records.verdict import Verdict
from solversmith.requirements import advice, missing, requested
from solversmith.rounds import sums

ROWS = "rows.json"


@dataclass(frozen=True)
class HumanRow:
    """A human program on a split."""

    name: str
    split: str
    key: str
    verdict: Verdict
    loss: float | None
    failed: int
    wall_s: float
    level: str
    floor: float | None = None  # the reference's own error on these cases, where it is known
    start: str = COLD  # what was recorded before there was another was cold
    machine: Mapping[str, Any] = field(default_factory=dict)  # where it ran; a row outlives a move


def row_key(problem: Problem, cases: Sequence[Case], source: str, isolation: Isolation) -> str:
    """SHA-256 of all that the loss of this program depends on."""
    limits = [asdict(problem.limits(case)) for case in cases]
    digests = [case.digest for case in cases]
    reference = dict(problem.reference)
    return sha256(
        canonical_json(
            [sha256(source), digests, limits, sha256(problem.harness), reference, astuple(isolation)]
        )
    )


def evaluate_human(evaluator: Evaluator, source: str, split: str, cases: Sequence[Case]) -> Score:
    """The score of a human program, which may ask for packages: see `requirements`.

    One that asks for a package that is not installed has the verdict `import_error` on every case, without
    being run, and the message says what to install. Raises what `Evaluator.evaluate` does.
    """
    packages = requested(source)
    if lacking := missing(packages):
        words = advice(lacking)
        failures = [CaseScore(case.name, Verdict.IMPORT_ERROR, message=words) for case in cases]
        return combine(failures, evaluator.problem.failure_loss)
    with_them = replace(evaluator, packages=packages) if packages else evaluator
    return with_them.evaluate(source, split, cases)


def human_rows(
    evaluator: Evaluator,
    split: str,
    kept: Mapping[str, HumanRow],
    *,
    workers: int = 1,
    tell: Callable[[str], None] = lambda text: None,
    machine: Mapping[str, Any] | None = None,
) -> list[HumanRow]:
    """The row of every human program, in the problem's order; those in `kept` are not run again.

    A row that ended with a fault of ours is left out. `machine`: this one, for the rows that are made now.
    """
    problem, isolation = evaluator.problem, isolation_of(evaluator.sandbox)
    cases = problem.cases(split)

    def kept_or_made(name: str) -> HumanRow:
        source = problem.solvers[name]
        key = row_key(problem, cases, source, isolation)
        if key in kept and not _has_become_possible(kept[key], source):
            return kept[key]
        tell(f"human program {name} on {split}")
        row = _row(name, split, key, isolation, evaluate_human(evaluator, source, split, cases))
        return replace(row, machine=dict(machine or {}))

    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        rows = list(pool.map(kept_or_made, problem.solvers))
    finally:
        # Nothing is waited for when this is interrupted: closing the sandbox ends what still runs.
        pool.shutdown(wait=False, cancel_futures=True)
    return [row for row in rows if row.verdict is not Verdict.INTERNAL_ERROR]


def rows_text(rows: Sequence[HumanRow]) -> str:
    """The rows as the text of `rows.json`."""
    body = [asdict(row) for row in rows]
    return json.dumps({"format": 1, "rows": body}, indent=1, allow_nan=False) + "\n"


def read_rows(text: str) -> dict[str, HumanRow]:
    """Rows by key; none if the text is not such a file's, for they can be made again."""
    try:
        body: Any = json.loads(text)
        rows = [HumanRow(**{**row, "verdict": Verdict(row["verdict"])}) for row in body["rows"]]
    except (ValueError, TypeError, LookupError):
        return {}
    return {row.key: row for row in rows}


def _has_become_possible(row: HumanRow, source: str) -> bool:
    """Whether a row says that packages were missing which are there now."""
    packages = requested(source)
    return row.verdict is Verdict.IMPORT_ERROR and bool(packages) and not missing(packages)


def _row(name: str, split: str, key: str, isolation: Isolation, score: Score) -> HumanRow:
    measured = sums(score)
    return HumanRow(
        name=name,
        split=split,
        key=key,
        verdict=score.verdict,
        loss=score.loss,
        failed=score.failed,
        wall_s=measured["wall_s"],
        level=isolation.shown,
        floor=floor_of([case.metrics for case in score.cases]),
        start=measured.get("start", isolation.start),
    )
