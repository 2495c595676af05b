"""Which member of a mixture a proposal is for: a pure function of the seed, its number and what it saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from solversmith.contract.method import Event, History, Proposal
from solversmith.contract.model import Arm, Mixture, Model
from solversmith.ranking import Result, beats, error_of, result
from solversmith.records.run import CallRecord, CandidateRecord, NoteRecord, ProposalRecord, Record

_WRITER = "writer"
_SCALE = 10**12  # money is added up in whole parts of a millionth of a millionth: in any order it is the same


@dataclass
class Choice:
    """Follows a journal, and chooses where the model of a role is a mixture. For one thread."""

    models: Mapping[str, Model]  # by role; `writer` serves every role that is not named
    _model_of: dict[str, str] = field(default_factory=dict)  # of every proposal so far
    _calls: list[tuple[int, CallRecord]] = field(default_factory=list)  # completed ones, with positions
    _costs: dict[str, Counter[str]] = field(default_factory=dict)  # of the first `_counted` of them
    _counted: int = 0
    _asked: set[str] = field(default_factory=set)  # proposals that these belong to

    def read(self, position: int, record: Record) -> None:
        """Take note of the record at this position."""
        if isinstance(record, ProposalRecord):
            self._model_of[record.id] = record.model
        elif isinstance(record, CallRecord) and record.event == "completed":
            self._calls.append((position, record))

    def model_for(self, proposal: Proposal, number: int, saw: int, history: History) -> str:
        """The member's name; empty where one model alone serves the role, or none is asked."""
        role = proposal.role if proposal.role in self.models else _WRITER
        model: object = self.models.get(role)
        if proposal.what == "seed" or not isinstance(model, Mixture):
            return ""
        return model.choose(history.seed, number, self._arms(model, saw, history))

    def _arms(self, mixture: Mixture, saw: int, history: History) -> dict[str, Arm]:
        gains = history.fold(_step, _Gains())
        self._count(saw)
        found = {}
        for name in mixture.members:
            cost = self._costs.get(name, Counter())
            found[name] = Arm(
                proposals=gains.made.get(name, 0),
                gain=gains.gain.get(name, 0.0),
                asked=cost["asked"],
                calls=cost["calls"],
                tokens=cost["tokens"],
                usd=cost["usd"] / _SCALE,
            )
        return found

    def _count(self, saw: int) -> None:
        """Add up the calls before this position; anew if it lies further back than last time."""
        if self._counted and self._calls[self._counted - 1][0] >= saw:
            self._costs, self._counted, self._asked = {}, 0, set()
        while self._counted < len(self._calls) and self._calls[self._counted][0] < saw:
            call = self._calls[self._counted][1]
            self._counted += 1
            cost = self._costs.setdefault(self._model_of.get(call.proposal, ""), Counter())
            cost["calls"] += 1
            cost["tokens"] += call.input_tokens + call.output_tokens
            cost["usd"] += round((call.original_usd or 0.0) * _SCALE)
            cost["asked"] += call.proposal not in self._asked
            self._asked.add(call.proposal)


@dataclass(frozen=True)
class _Gains:
    """What programs of each member have brought: state of a fold, never changed."""

    best: Result | None = None
    error: float = 0.0  # how well losses are known
    made: Mapping[str, int] = field(default_factory=dict)
    gain: Mapping[str, float] = field(default_factory=dict)
    open: Mapping[str, str] = field(default_factory=dict)  # proposals without a result


def _step(gains: _Gains, event: Event) -> _Gains:
    if isinstance(event, NoteRecord):
        return gains
    if isinstance(event, ProposalRecord):
        if event.what != "program" or not event.model:
            return gains
        made = {**gains.made, event.model: gains.made.get(event.model, 0) + 1}
        return replace(gains, made=made, open={**gains.open, event.id: event.model})
    return _with_result(gains, event)


def _with_result(gains: _Gains, candidate: CandidateRecord) -> _Gains:
    left = {proposal: model for proposal, model in gains.open.items() if proposal != candidate.proposal}
    model = gains.open.get(candidate.proposal)
    if candidate.loss is None:
        return replace(gains, open=left)
    key, error = result(candidate), max(gains.error, error_of((candidate,)))
    added = _gain(gains.best, key, error)
    best = key if gains.best is None or beats(key, gains.best, error) else gains.best
    gains = replace(gains, error=error)
    if model is None:  # a program that was given
        return replace(gains, best=best, open=left)
    gain = {**gains.gain, model: gains.gain.get(model, 0.0) + added}
    return replace(gains, best=best, gain=gain, open=left)


def _gain(best: Result | None, key: Result, error: float = 0.0) -> float:
    """How much a result improves on the best so far, from 0 to 1: the part of the loss that it takes away.

    1 for the first one, for one that fails on fewer cases, and where there was no loss left to take away; 0
    for a tie.
    """
    if best is None:
        return 1.0
    if not beats(key, best, error):
        return 0.0
    if key[0] < best[0] or best[1] == 0.0:
        return 1.0
    return min(1.0, (best[1] - key[1]) / abs(best[1]))
