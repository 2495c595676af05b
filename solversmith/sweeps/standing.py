"""How far a sweep is, read from its folder alone: also while it is carried out, and from another machine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solversmith import session
from solversmith.errors import BadData, SolversmithError
from solversmith.store.lease import Holder, holder_of
from solversmith.sweeps.conduct import STATES
from solversmith.sweeps.spec import Planned, Sweep

WAITING, RUNNING, HALF, DONE, FAILED = "waiting", "running", "unfinished", "done", "failed"


@dataclass(frozen=True)
class Row:
    """A run of a sweep as it stands. Losses are `None` where there are none; `why`: what it failed of."""

    id: str
    state: str
    candidates: int = 0
    wanted: int = 0
    dev: float | None = None
    test: float | None = None
    usd: float = 0.0
    tokens: int = 0
    why: str = ""


def rows(sweep: Sweep) -> list[Row]:
    """A row for every run, in the order of the file."""
    failed = _failed(sweep.folder)
    return [_row(sweep.folder / run.id, run, failed.get(run.id, "")) for run in sweep.runs]


def carried_out_by(sweep: Sweep) -> Holder | None:
    """The process that carries the sweep out now, if there is one."""
    return holder_of(sweep.folder)


def counted(found: Iterable[Row]) -> str:
    """`12 runs: 7 done, 2 running, 3 waiting`."""
    found = list(found)
    counts = Counter(row.state for row in found)
    states = ", ".join(
        f"{counts[name]} {name}" for name in (DONE, RUNNING, HALF, WAITING, FAILED) if counts[name]
    )
    return f"{len(found)} runs: {states}"


def _row(path: Path, run: Planned, why: str) -> Row:
    wanted = run.settings.wanted
    try:
        summary = session.read_run(path).summary
        over = session.over(path, run.settings) is not None
    except BadData:
        return Row(run.id, FAILED if why else WAITING, wanted=wanted, why=why)
    except SolversmithError as error:
        return Row(run.id, FAILED, wanted=wanted, why=str(error))
    running = holder_of(path) is not None
    state = DONE if over else RUNNING if running else FAILED if why else HALF
    total, test = summary.ledger.total, summary.test
    return Row(
        id=run.id,
        state=state,
        candidates=summary.candidates,
        wanted=wanted,
        dev=None if summary.best is None else summary.best.loss,
        test=None if test is None else test.loss,
        usd=total.usd,
        tokens=total.tokens,
        why="" if state in (DONE, RUNNING) else why,
    )


def _failed(folder: Path) -> Mapping[str, str]:
    """Why runs failed in the last session, by id."""
    try:
        states: Mapping[str, Any] = json.loads((folder / STATES).read_text(encoding="utf-8"))["runs"]
        return {name: str(one["why"]) for name, one in states.items() if one["state"] == FAILED}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # whatever stands there: derived
        return {}
