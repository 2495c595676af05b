"""One proposal carried out, in rounds: ask, extract, evaluate, tell what went wrong, ask again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solversmith import prompts, rounds
from solversmith.contract.broker import Broker
from solversmith.contract.model import CUT, Completion, Message, Request
from solversmith.contract.problem import DEV, Problem
from solversmith.errors import RequestRefused
from solversmith.evaluate import Evaluator
from solversmith.extract import extract
from solversmith.features import features
from solversmith.floors import floor_of
from solversmith.prompts import Shown
from solversmith.quoting import quoted
from solversmith.records.run import CandidateRecord, NoteRecord, ProposalRecord, RoundRecord
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

    A draft, then repairs while it fails, at most `proposal.debug_rounds`, as one conversation. Nothing that
    is recorded is asked for or evaluated again. A round that ended with a fault of ours is recorded as such,
    ends the attempt, and is carried out again if the attempt is. A request that the server refuses ends the
    attempt with the rounds that it has, or with one that says so if it has none.

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
        return list(recorded) or [self._evaluated(0, "seed", program, None)]

    def _conversation(self, recorded: Sequence[RoundRecord]) -> list[RoundRecord]:
        done: list[RoundRecord] = []
        messages = self._first_messages()
        for number in range(1 + self.proposal.debug_rounds):
            if number < len(recorded):
                done.append(recorded[number])
                if self._is_over(done):
                    break
            try:
                completion = self._ask(number, messages)  # of a recorded round: answered from the journal
            except RequestRefused as refusal:
                return done or [self._refused(refusal)]
            if number >= len(recorded):
                done.append(self._judged(number, completion))
                if self._is_over(done):
                    break
            told = self.broker.text(done[-1].feedback) if self.settings.feedback else None
            messages += prompts.debug_messages(self.problem, completion.text, told)
        return done

    def _is_over(self, done: Sequence[RoundRecord]) -> bool:
        return done[-1].verdict in _ENDS or len(done) > self.proposal.debug_rounds

    def _first_messages(self) -> tuple[Message, ...]:
        instruction = self.broker.text(self.proposal.instruction)
        return prompts.first_messages(
            self.problem, self.proposal.task, instruction, self.shown, self.settings.signals
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

    def _judged(self, number: int, completion: Completion) -> RoundRecord:
        what = self.proposal.task if number == 0 else prompts.DEBUG
        cut = self._cut(completion)
        program = extract(completion.text, self.problem.entry_point, cut=cut is not None)
        if program is not None:
            return self._evaluated(number, what, program, cut)
        told = prompts.no_code_text(self.problem.entry_point, cut)
        return self._record(number, what, None, rounds.without_program(self.problem, DEV), told)

    def _cut(self, completion: Completion) -> str | None:
        """What the model is told of a reply that breaks off; `None` for a whole one."""
        if completion.finish_reason not in CUT:
            return None
        if completion.finish_reason != "length":
            return prompts.FILTERED
        return prompts.capped(int(completion.measured.get("output_cap", self.settings.max_output_tokens)))

    def _refused(self, refusal: RequestRefused) -> RoundRecord:
        said = rounds.refused_text(str(refusal))
        score = rounds.without_program(self.problem, DEV, said)
        told = f"verdict: {score.verdict}\n{quoted(said)}"
        return self._record(0, self.proposal.task, None, score, told)

    def _evaluated(self, number: int, what: str, program: str, cut: str | None) -> RoundRecord:
        who = candidate_of_run(self.proposal.number, number)
        score = self.evaluator.evaluate(program, DEV, candidate=who)
        told = prompts.feedback_text(self.problem, score)
        if cut is not None and score.verdict not in _ENDS:
            told = prompts.with_cut(told, cut)
        return self._record(number, what, program, score, told)

    def _record(self, number: int, what: str, program: str | None, score: Score, told: str) -> RoundRecord:
        put = self.broker.put_text
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
        )
        self.broker.record(record)
        return record
