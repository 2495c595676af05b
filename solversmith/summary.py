"""A run in one object, made from its settings and its journal alone: `summary.json`, `show` and `table`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from solversmith.broker.ledger import Ledger, Totals, ledger_of
from solversmith.candidates import Counted, counted, independent
from solversmith.floors import beside_of, cases_in, floor_of, stated_error
from solversmith.gap import Gap, gap_of
from solversmith.ranking import in_order
from solversmith.records.run import (
    APPLIED,
    FAILED,
    CallRecord,
    CandidateRecord,
    ConfirmationRecord,
    ProposalRecord,
    Record,
    RoundRecord,
    SelectionRecord,
    SessionRecord,
    TestRecord,
)
from solversmith.records.verdict import Verdict
from solversmith.rounds import SAVED

Cases = Sequence[Mapping[str, Any]]
_SHOWN = ("problem", "model", "method", "seed", "schedule", "isolation", "inner_level", "start")


@dataclass(frozen=True)
class Result:
    """A program on one split."""

    id: str
    verdict: Verdict
    loss: float | None
    failed: int
    rounds: int = 0
    program: str | None = None
    wall_s: float | None = None  # of the program, over all cases
    floor: float | None = None  # the reference's own error on these cases, where it is known
    beside: Mapping[str, Any] = field(default_factory=dict)  # order and second call, if they were asked for
    parts: Mapping[str, Any] = field(default_factory=dict)  # loss, cases, failed of easy and hard apart
    model: str = ""  # the member of a mixture that wrote it; empty where there is one model alone
    cases: tuple[tuple[str, Verdict, float | None], ...] = ()  # name, verdict and loss of each


@dataclass(frozen=True)
class Summary:
    """A run as it stands. Losses are on `dev` unless they say `test`."""

    name: str
    settings: Mapping[str, Any]
    candidates: int
    valid: int
    verdicts: Mapping[str, int]
    repaired: tuple[str, ...]  # candidates whose first round failed and a later one did not
    best: Result | None
    selected: Result | None
    reason: str | None  # what stopped the search; None: it is not over
    tests: tuple[Result, ...]
    ledger: Ledger
    wall_s: float | None = None
    events: Mapping[str, int] = field(default_factory=dict)  # rounds by verdict
    levels: tuple[str, ...] = ()  # isolation levels of what was executed, as recorded
    starts: tuple[str, ...] = ()  # and how it was started
    moved: bool = False  # a session ran on another machine than the first
    runs: int = 0  # rounds in which a program was only run
    edits: Mapping[str, int] = field(default_factory=dict)  # replies with edits: APPLIED and FAILED
    confirmed: tuple[Result, ...] = ()  # the best two, run on dev again
    saved_cpu_s: float = 0.0  # of scores that were kept from before
    every: tuple[Counted, ...] = ()  # the candidates, by number
    independent: bool = False  # they are draws from one distribution, no search
    cpu_s: float | None = None  # of all that was executed, test included

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do: a frozen selection, and its test score if there is one."""
        if self.reason is None:
            return False
        return self.selected is None or any(test.id == self.selected.id for test in self.tests)

    @property
    def test(self) -> Result | None:
        """The selected candidate on the test split."""
        chosen = self.selected.id if self.selected else None
        return next((test for test in self.tests if test.id == chosen), None)

    @property
    def failure_loss(self) -> float:
        """What a failed case counts: 1 in the catalogue's problems, and where it was not recorded yet."""
        return float(self.around("failure_loss", 1.0))

    @property
    def gap(self) -> Gap | None:
        """How much worse the selected candidate is on test than on dev."""
        dev, test, error = self.selected, self.test, stated_error(self.around("reference", {}))
        if dev is None or test is None or self.setting("signals"):
            return None  # a signal and an error are no two values of one thing
        floors = (error if result.floor is None else result.floor for result in (dev, test))
        return gap_of(dev.loss, test.loss, *floors)

    def setting(self, key: str, default: Any = None) -> Any:
        """A value of the run's identity."""
        return self.settings.get("identity", {}).get(key, default)

    def around(self, key: str, default: Any = None) -> Any:
        """A value of the run's environment."""
        return self.settings.get("environment", {}).get(key, default)


def summarised(
    name: str, settings: Mapping[str, Any], records: Iterable[Record], text: Callable[[str], str]
) -> Summary:
    """The summary of a run from its records and the texts that they cite."""
    journal = tuple(records)
    candidates = [r for r in journal if isinstance(r, CandidateRecord) and _counts(r)]
    every = [r for r in journal if isinstance(r, RoundRecord) and r.verdict is not Verdict.INTERNAL_ERROR]
    rounds = [record for record in every if record.is_scored]
    selection = next((r for r in reversed(journal) if isinstance(r, SelectionRecord)), None)
    details = {(record.proposal, record.round): record.details for record in rounds}
    models = {r.id: r.model for r in journal if isinstance(r, ProposalRecord)}

    def result(record: CandidateRecord | None) -> Result | None:
        if record is None:
            return None
        cases = cases_in(details.get((record.proposal, record.round)), text)
        return _result(record, cases, models.get(record.proposal, ""))

    chosen = None if selection is None else next((r for r in candidates if r.id == selection.candidate), None)
    return Summary(
        name=name,
        settings=settings,
        candidates=len(candidates),
        valid=sum(record.verdict is Verdict.OK for record in candidates),
        verdicts=_counted(record.verdict for record in candidates),
        repaired=_repaired(candidates, rounds),
        best=result(_best(candidates)),
        selected=result(chosen),
        reason=selection.reason if selection else None,
        tests=tuple(_tested(r, text) for r in journal if isinstance(r, TestRecord)),
        ledger=ledger_of(record for record in journal if isinstance(record, CallRecord)),
        wall_s=_wall_s(journal),
        events=_counted(record.verdict for record in rounds),
        levels=_recorded(journal, "level"),
        starts=_recorded(journal, "start"),
        moved=any(_has_moved(record) for record in journal),
        runs=len(every) - len(rounds),
        confirmed=tuple(
            Result(r.candidate, r.verdict, r.loss, r.failed, floor=_floor(cases_in(r.details, text)))
            for r in journal
            if isinstance(r, ConfirmationRecord)
        ),
        saved_cpu_s=round(sum(float(r.measured.get(SAVED, 0.0)) for r in every), 6),
        edits={word: sum(record.edits == word for record in every) for word in (APPLIED, FAILED)},
        every=counted(journal),
        independent=independent(journal),
        cpu_s=_cpu_s(journal),
    )


def as_object(summary: Summary) -> dict[str, Any]:
    """The summary as plain JSON values."""
    identity, gap = summary.settings.get("identity", {}), summary.gap
    return {
        "run": summary.name,
        "finished": summary.finished,
        "stopped_by": summary.reason,
        **{key: identity.get(key) for key in _SHOWN},
        "n": identity.get("candidates"),
        "candidates": summary.candidates,
        "valid": summary.valid,
        "repaired": list(summary.repaired),
        "verdicts": dict(summary.verdicts),
        "round_verdicts": dict(summary.events),
        "runs": summary.runs,
        "edits": dict(summary.edits),
        "confirmed": [_plain(result) for result in summary.confirmed],
        "best": _plain(summary.best),
        "selected": _plain(summary.selected),
        "test": _plain(summary.test),
        "gap": None if gap is None else {"factor": gap.factor, "flagged": gap.flagged},
        "tests": [_plain(test) for test in summary.tests],
        "ledger": {
            **_totals(summary.ledger.total),
            "models": {name: _totals(totals) for name, totals in summary.ledger.models},
        },
        "measured": {
            "wall_s": summary.wall_s,
            "cpu_s": summary.cpu_s,
            "levels": list(summary.levels),
            "starts": list(summary.starts),
            "moved": summary.moved,
            "saved_cpu_s": summary.saved_cpu_s,
        },
        "settings": summary.settings,
    }


def _plain(result: Result | None) -> dict[str, Any] | None:
    return None if result is None else {**vars(result), "verdict": str(result.verdict)}


def _totals(totals: Totals) -> dict[str, Any]:
    # A sum with unknown prices in it is no amount.
    return {**asdict(totals), "usd": totals.usd if not totals.unpriced else None}


def _counts(record: CandidateRecord) -> bool:
    return record.verdict is not Verdict.INTERNAL_ERROR


def _result(record: CandidateRecord, cases: Cases, model: str) -> Result:
    return Result(
        record.id,
        record.verdict,
        record.loss,
        record.failed,
        record.rounds,
        record.program,
        record.measured.get("wall_s"),
        _floor(cases),
        model=model,
        cases=_short(cases),
    )


def _tested(record: TestRecord, text: Callable[[str], str]) -> Result:
    cases = cases_in(record.details, text)
    return Result(
        record.candidate,
        record.verdict,
        record.loss,
        record.failed,
        floor=_floor(cases),
        beside=beside_of(cases),
        parts=record.parts,
        cases=_short(cases),
    )


def _floor(cases: Cases) -> float | None:
    return floor_of(case.get("metrics") or {} for case in cases)


def _short(cases: Cases) -> tuple[tuple[str, Verdict, float | None], ...]:
    """Cases of what was recorded before a case had a name are left out."""
    return tuple((c["case"], Verdict(c["verdict"]), c["loss"]) for c in cases if "case" in c)


def _recorded(journal: Iterable[Record], key: str) -> tuple[str, ...]:
    """What rounds and tests state of how they were executed, each once."""
    executed = (record.measured for record in journal if isinstance(record, RoundRecord | TestRecord))
    stated = (str(measured[key]).split(", ") for measured in executed if measured.get(key))
    return tuple(sorted({each for several in stated for each in several}))


def _has_moved(record: Record) -> bool:
    changed = record.measured.get("changed", {}) if isinstance(record, SessionRecord) else {}
    return any(str(key).startswith("machine.") for key in changed)


def _counted(verdicts: Iterable[Verdict]) -> dict[str, int]:
    counts = Counter(verdicts)
    return {str(verdict): counts[verdict] for verdict in reversed(Verdict) if counts[verdict]}


def _best(candidates: Sequence[CandidateRecord]) -> CandidateRecord | None:
    ranked = [record for record in candidates if record.loss is not None]
    return next(iter(in_order(ranked)), None)


def _repaired(candidates: Sequence[CandidateRecord], rounds: Sequence[RoundRecord]) -> tuple[str, ...]:
    first: dict[str, Verdict] = {}
    for record in rounds:
        first.setdefault(record.proposal, record.verdict)
    return tuple(
        record.id
        for record in candidates
        if record.verdict is Verdict.OK and first.get(record.proposal, Verdict.OK) is not Verdict.OK
    )


def _wall_s(journal: Sequence[Record]) -> float | None:
    """Seconds over all sessions, from the stamps that the records carry; `None` without stamps."""
    total, last = 0.0, None
    for record in journal:
        at_s = record.measured.get("at_s")
        if not isinstance(at_s, int | float):
            continue
        if last is not None and record.kind != "session":
            total += max(0.0, at_s - last)
        last = at_s
    return None if last is None else round(total, 3)


def _cpu_s(journal: Iterable[Record]) -> float | None:
    """Of every round and test that says so; `None` if none does."""
    executed = (record.measured for record in journal if isinstance(record, RoundRecord | TestRecord))
    stated = [float(measured["cpu_s"]) for measured in executed if "cpu_s" in measured]
    return round(math.fsum(stated), 6) if stated else None
