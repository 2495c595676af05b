"""The score of a case by signals alone: what a search without a reference goes by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from codepde.batch import Batch, on_its_grid
from codepde.family import Family
from codepde.grid import Array
from codepde.measures import rounded
from codepde.scoring import fingerprint, refusal, timed_fields
from codepde.signals import probes as related
from codepde.signals.distance import Fields
from solversmith.contract.beside import Probed
from solversmith.errors import UsageError
from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict

_MOST_MESSAGE = 300


def probes(case: str, fields: Mapping[str, Array], family: Family, batch: Batch) -> dict[str, Batch]:
    """Signal to further inputs for the program; none where the answer is refused already.

    Raises `UsageError` for a family without any signal.
    """
    if not (related.names(family) or family.budgets or family.residual):
        raise UsageError(f"{family.name} has no signals: nothing of it can be checked without a reference")
    timed = timed_fields(fields, family, batch)
    return {} if refusal(case, timed, family, batch) else related.probes(family, batch, timed)


def score(
    case: str, fields: Mapping[str, Array], family: Family, batch: Batch, probed: Mapping[str, Probed]
) -> CaseScore:
    """The combined signal as the loss, and under ``signals`` each one; no reference is looked at."""
    timed = timed_fields(fields, family, batch)
    if refused := refusal(case, timed, family, batch):
        return refused
    again = {name: _fields(found, family) for name, found in probed.items()}
    found = related.signals(family, batch, timed, again)
    failed = {name: _why(probed[name]) for name, values in again.items() if values is None}
    metrics = {
        "signals": {name: rounded(value, 4) for name, value in found.items()},
        **({"failed_probes": failed} if failed else {}),
        "error_floor": 0.0,  # no reference, no error of one
    }
    loss = related.combined(found)
    return CaseScore(case, Verdict.OK, loss=loss, metrics=metrics, fingerprint=fingerprint(timed))


def _fields(probed: Probed, family: Family) -> Fields | None:
    """With a time axis; `None` where there are none, or they are not finite."""
    if probed.answer is None:
        return None
    given: Batch = probed.case.data
    there = timed_fields(probed.answer.last, on_its_grid(family, given), given)
    return there if all(np.isfinite(field).all() for field in there.values()) else None


def _why(probed: Probed) -> str:
    if probed.answer is not None:
        return str(Verdict.NON_FINITE)
    return f"{probed.verdict}: {probed.message}"[:_MOST_MESSAGE]
