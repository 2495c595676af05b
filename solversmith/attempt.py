"""One proposal carried out, in rounds: ask, extract, evaluate, tell what went wrong, ask again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from solversmith import prompts, rounds
from solversmith.contract.broker import Broker
from solversmith.contract.model import CUT, Completion, Message, Request
from solversmith.contract.problem import DEV, Problem
from solversmith.errors import RequestRefused
from solversmith.evaluate import Evaluator
from solversmith.extract import extract
from solversmith.extract.actions import asks_to_run
from solversmith.extract.edits import Misfit, applied, edits_in
from solversmith.features import features
from solversmith.floors import floor_of
from solversmith.prompts import Leave, Shown
from solversmith.quoting import quoted
from solversmith.records.run import (
    APPLIED,
    FAILED,
    INTERACT,
    CandidateRecord,
    NoteRecord,
    ProposalRecord,
    RoundRecord,
)
from solversmith.records.score import Score
from solversmith.records.verdict import Verdict
from solversmith.seeds import candidate_of_run

_ENDS = (Verdict.OK, Verdict.CUT, Verdict.INTERNAL_ERROR)  # nothing that the model could repair


@dataclass(frozen=True)
class AttemptSettings:
    """How models are asked, in every attempt of a run."""

    max_output_tokens: int = 16384
    temperature: float | None = None  # where the proposal sets none; None: left to the model
    reasoning_effort: str | None = None
    feedback: bool = True  # False: a repair is asked for without telling what went wrong
    signals: bool = False  # losses on dev are made of signals, and prompts say so
    seed: int = 0  # of the run; `search` sets it


def attempt(
    proposal: ProposalRecord,
    recorded_rounds: Sequence[RoundRecord],
    problem: Problem,
    broker: Broker,
    evaluator: Evaluator,
    settings: AttemptSettings,
    shown: Sequence[Shown] = (),
) -> CandidateRecord | NoteRecord:
    """Carry a proposal out from behind its recorded rounds, and record how it ended.

    A draft, then repairs while it fails, at most `proposal.debug_rounds`, as one conversation. Up to
    `proposal.interactions` programs are run on the way, without a score, where a reply asks for it; each is
    a call and a round. Nothing that is recorded is asked for or evaluated again. A round that ended with a
    fault of ours is recorded as such, ends the attempt, and is carried out again if the attempt is. A request
    that the server refuses ends the attempt with the rounds that it has, or with one that says so if none of
    them was handed in.

    Raises
    ------
    BudgetExhausted, CallProblem, MissingPrerequisite
        From the broker or the sandbox. What is recorded stays; the attempt can be carried on later.
    """
    work = _Attempt(proposal, problem, broker, evaluator, settings, tuple(shown))
    if proposal.what == "text":
        return work.note()
    return work.candidate(rounds.without_faults(recorded_rounds))


@dataclass(frozen=True)
class _Written:
    """What a reply holds: a program if there is one, and what became of its edits."""

    program: str | None
    edits: str = ""  # as in a round's record
    misfit: str = ""  # why they could not be applied


@dataclass(frozen=True)
class _Attempt:
    proposal: ProposalRecord
    problem: Problem
    broker: Broker
    evaluator: Evaluator
    settings: AttemptSettings
    shown: tuple[Shown, ...]

    def note(self) -> NoteRecord:
        """Ask once; the reply is the result, and nothing if the server refuses to answer."""
        try:
            said = self._ask(0, self._first_messages()).text
        except RequestRefused:
            said = ""
        number = self.proposal.number
        record = NoteRecord(f"n{number:04d}", self.proposal.id, number, self.broker.put_text(said))
        self.broker.record(record)
        return record

    def candidate(self, recorded: Sequence[RoundRecord]) -> CandidateRecord:
        """Go on behind the recorded rounds, to the end."""
        done = self._seed(recorded) if self.proposal.what == "seed" else self._conversation(recorded)
        record = rounds.candidate(self.proposal, done)
        self.broker.record(record)
        return record

    def _seed(self, recorded: Sequence[RoundRecord]) -> list[RoundRecord]:
        """A program that is given: no model is asked."""
        program = self.broker.text(self.proposal.instruction)
        return list(recorded) or [self._evaluated(0, "seed", _Written(program), None)]

    def _conversation(self, recorded: Sequence[RoundRecord]) -> list[RoundRecord]:
        done: list[RoundRecord] = []
        messages = self._first_messages()
        while True:
            number = len(done)
            if number < len(recorded):
                done.append(recorded[number])
                if self._is_over(done):
                    return done
            try:
                completion = self._ask(number, messages)  # of a recorded round: answered from the journal
            except RequestRefused as refusal:
                return done if rounds.scored(done) else [*done, self._refused(number, refusal)]
            if number >= len(recorded):
                done.append(self._judged(done, completion))
                if self._is_over(done):
                    return done
            messages += self._reaction(done, completion.text)

    def _is_over(self, done: Sequence[RoundRecord]) -> bool:
        last = done[-1]
        if not last.is_scored:
            return last.verdict is Verdict.INTERNAL_ERROR
        return last.verdict in _ENDS or len(rounds.scored(done)) > self.proposal.debug_rounds

    def _reaction(self, done: Sequence[RoundRecord], completion: str) -> tuple[Message, ...]:
        """What the last round adds to the conversation."""
        told, leave = self.broker.text(done[-1].feedback), self._leave(done)
        if not done[-1].is_scored:
            return prompts.run_messages(self.problem, completion, told, self.proposal.task, leave)
        return prompts.debug_messages(
            self.problem, completion, told if self.settings.feedback else None, leave
        )

    def _leave(self, done: Sequence[RoundRecord]) -> Leave:
        """What the next reply may be besides a whole program."""
        runs = self.proposal.interactions
        left = runs - sum(not record.is_scored for record in done) if runs else None
        return Leave(self._base(done)[0] if self.proposal.edits else "", left)

    def _base(self, done: Sequence[RoundRecord]) -> tuple[str, str]:
        """The program that edits are of, and what it is called: the last one, or the first that is shown."""
        last = next((record.program for record in reversed(done) if record.program is not None), None)
        if last is not None:
            return "your last program", self.broker.text(last)
        return (self.shown[0].id, self.shown[0].program) if self.shown else ("", "")

    def _first_messages(self) -> tuple[Message, ...]:
        instruction = self.broker.text(self.proposal.instruction)
        return prompts.first_messages(
            self.problem,
            self.proposal.task,
            instruction,
            self.shown,
            self.settings.signals,
            self._leave([]),
        )

    def _ask(self, number: int, messages: tuple[Message, ...]) -> Completion:
        own = self.proposal.temperature
        request = Request(
            messages=messages,
            max_output_tokens=self.settings.max_output_tokens,
            temperature=self.settings.temperature if own is None else own,
            reasoning_effort=self.settings.reasoning_effort,
            seed=self.settings.seed,
            sample=self.proposal.number,
            role=self.proposal.role,
            model=self.proposal.model,
        )
        return self.broker.complete(self.proposal.id, number, 0, request)

    def _judged(self, done: Sequence[RoundRecord], completion: Completion) -> RoundRecord:
        number, leave = len(done), self._leave(done)
        what = prompts.DEBUG if rounds.scored(done) else self.proposal.task
        if leave.runs and asks_to_run(completion.text):
            what = INTERACT
        cut = self._cut(completion)
        written = self._written(
            completion.text, self._base(done) if leave.base else ("", ""), cut is not None
        )
        if written.program is not None:
            return self._evaluated(number, what, written, cut)
        told = prompts.no_code_text(self.problem.entry_point, cut, written.misfit)
        score = rounds.without_program(self.problem, DEV)
        return self._record(number, what, written, score, told)

    def _written(self, text: str, base: tuple[str, str], cut: bool) -> _Written:
        """The program in a reply: edits of the base if there are any, else a whole one.

        A reply that breaks off is not edited with: what is missing of it may be an edit, too.
        """
        found = edits_in(text) if base[0] and not cut else None
        if not found:
            return _Written(extract(text, self.problem.entry_point, cut=cut))
        try:
            return _Written(applied(base[1], found), APPLIED)
        except Misfit as misfit:
            return _Written(extract(found.rest, self.problem.entry_point), FAILED, str(misfit))

    def _cut(self, completion: Completion) -> str | None:
        """What the model is told of a reply that breaks off; `None` for a whole one."""
        if completion.finish_reason not in CUT:
            return None
        if completion.finish_reason != "length":
            return prompts.FILTERED
        return prompts.capped(int(completion.measured.get("output_cap", self.settings.max_output_tokens)))

    def _refused(self, number: int, refusal: RequestRefused) -> RoundRecord:
        said = rounds.refused_text(str(refusal))
        score = rounds.without_program(self.problem, DEV, said)
        told = f"verdict: {score.verdict}\n{quoted(said)}"
        return self._record(number, self.proposal.task, _Written(None), score, told)

    def _evaluated(self, number: int, what: str, written: _Written, cut: str | None) -> RoundRecord:
        assert written.program is not None, "what is evaluated is a program"
        who = candidate_of_run(self.proposal.number, number)
        if what == INTERACT:
            score = self.evaluator.tried(written.program, candidate=who)
            return self._record(number, what, written, score, prompts.run_text(score))
        cutoff = self.proposal.cutoff
        limited: dict[str, Any] = {} if cutoff is None else {"cutoff": cutoff}
        score = self.evaluator.evaluate(written.program, DEV, candidate=who, **limited)
        told = prompts.feedback_text(self.problem, score)
        if cut is not None and score.verdict not in _ENDS:
            told = prompts.with_cut(told, cut)
        return self._record(number, what, written, score, told)

    def _record(self, number: int, what: str, written: _Written, score: Score, told: str) -> RoundRecord:
        put, program = self.broker.put_text, written.program
        record = RoundRecord(
            proposal=self.proposal.id,
            round=number,
            what=what,
            program=None if program is None else put(program),
            verdict=score.verdict,
            loss=score.loss,
            failed=score.failed,
            cases=rounds.short_cases(score),
            feedback=put(told),
            details=put(rounds.details_text(score)),
            features={} if program is None else features(program),
            measured={**rounds.sums(score), "cases": put(rounds.measured_text(score))},
            error_floor=floor_of(case.metrics for case in score.cases),
            answers=None if (found := rounds.answers(score)) is None else self.broker.put_array(found),
            edits=written.edits,
        )
        self.broker.record(record)
        return record
