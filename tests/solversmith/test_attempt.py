"""Attempts: rounds, repairs, and carrying on from any record without asking again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem, program, reply, rounds_of

from solversmith.attempt import AttemptSettings, attempt
from solversmith.broker import Broker, Budget
from solversmith.contract import Completion, Request, Verdict
from solversmith.errors import BudgetExhausted, CallFailed, UsageError
from solversmith.prompts import Shown
from solversmith.records import CallRecord, CandidateRecord, NoteRecord, ProposalRecord, RoundRecord, sha256
from solversmith.records.canonical import canonical
from solversmith.records.codec import to_json
from solversmith.store.journal import line_of

BROKEN, NO_CODE, GOOD = reply("RAISE"), "I can't.", reply(4)


def proposal(debug_rounds: int = 4, **changes: Any) -> ProposalRecord:
    plain = ProposalRecord(
        id="p0003",
        number=3,
        what="program",
        operator="draft",
        task="draft",
        parents=(),
        context=(),
        instruction=sha256(""),
        role="writer",
        temperature=None,
        debug_rounds=debug_rounds,
        tags={},
        saw=0,
    )
    return replace(plain, **changes)


@dataclass
class Bench:
    """Everything that an attempt needs, over one store."""

    script: dict[int, str]
    store: MemoryStore = field(default_factory=MemoryStore)
    evaluator: ToyEvaluator = field(default_factory=ToyEvaluator)
    settings: AttemptSettings = field(default_factory=AttemptSettings)
    budget: Budget | None = None

    def __post_init__(self) -> None:
        self.model = ToyModel({(3, number): text for number, text in self.script.items()})
        self.store.put_text("")

    def run(self, asked: ProposalRecord | None = None, shown: tuple[Shown, ...] = ()) -> Any:
        asked = asked or proposal()
        broker = Broker(self.store, {"writer": self.model}, budget=self.budget)
        recorded = broker.rounds(asked.id)
        return attempt(asked, recorded, ToyProblem(), broker, self.evaluator, self.settings, shown)

    @property
    def rounds(self) -> list[RoundRecord]:
        return rounds_of(self.store.journal, "p0003")

    @property
    def requests(self) -> list[Request]:
        return [request for _, request in self.model.requests]


def test_a_good_draft_is_the_candidate() -> None:
    bench = Bench({0: GOOD})
    found = bench.run()
    assert (found.id, found.verdict, found.loss, found.failed) == ("c0003", Verdict.OK, 1.0, 0)
    assert (found.round, found.rounds) == (0, 1)
    assert bench.store.text(found.program) == program(4)
    assert found.features["lines"] == 2
    assert found.measured["cpu_s"] == 0.5
    assert to_json(found) == to_json(replace(bench.store.journal[-1], measured=found.measured))


def test_it_is_repaired_while_it_fails() -> None:
    bench = Bench({0: NO_CODE, 1: BROKEN, 2: GOOD})
    found = bench.run()
    assert (found.verdict, found.round, found.rounds) == (Verdict.OK, 2, 3)
    assert [r.what for r in bench.rounds] == ["draft", "debug", "debug"]
    assert [r.verdict for r in bench.rounds] == [Verdict.NO_CODE, Verdict.RUNTIME_ERROR, Verdict.OK]
    assert [r.program is None for r in bench.rounds] == [True, False, False]
    assert [len(request.messages) for request in bench.requests] == [2, 4, 6]
    last = [message.content for message in bench.requests[-1].messages]
    assert last[2] == NO_CODE
    assert "verdict: no_code" in last[3]
    assert last[4] == BROKEN
    assert "verdict: runtime_error" in last[5]
    assert last[5].endswith("task: debug problem=toy")


def test_repairs_end_and_the_best_round_is_kept_the_earliest_of_equals() -> None:
    class Uneven(ToyEvaluator):
        def _case(self, source: str, case: Any, faulted: bool) -> Any:
            return super()._case(
                program("RAISE") if source == program(9) and "5" in case.name else source, case, faulted
            )

    bench = Bench({0: BROKEN, 1: reply(9), 2: reply(9), 3: BROKEN}, evaluator=Uneven())
    found = bench.run(proposal(3))
    assert len(bench.requests) == 4
    assert (found.round, found.rounds, found.failed) == (1, 4, 1)
    assert found.verdict is Verdict.RUNTIME_ERROR
    assert found.loss == pytest.approx((6 + 100) / 2)


def test_no_repair_is_asked_for_where_none_is_allowed() -> None:
    bench = Bench({0: BROKEN})
    assert bench.run(proposal(0)).verdict is Verdict.RUNTIME_ERROR
    assert len(bench.requests) == 1


def test_requests_carry_the_settings_and_the_proposal_overrides_temperature() -> None:
    bench = Bench({0: GOOD}, settings=AttemptSettings(99, 0.5, "high", seed=11))
    bench.run()
    asked = bench.requests[0]
    assert (asked.max_output_tokens, asked.temperature, asked.reasoning_effort) == (99, 0.5, "high")
    assert (asked.seed, asked.sample, asked.role) == (11, 3, "writer")
    bench = Bench({0: GOOD}, settings=AttemptSettings(temperature=0.5))
    bench.run(proposal(temperature=0.0))
    assert bench.requests[0].temperature == 0.0


@pytest.mark.parametrize("signals", [False, True])
def test_every_round_says_what_losses_on_dev_are_made_of(signals: bool) -> None:
    bench = Bench({0: BROKEN, 1: GOOD}, settings=AttemptSettings(signals=signals))
    bench.run()
    said = [request.messages[0].content for request in bench.requests]
    assert ["scored against a reference" in text for text in said] == [not signals] * 2


def test_without_feedback_nothing_of_the_failure_is_told() -> None:
    bench = Bench({0: BROKEN, 1: GOOD}, settings=AttemptSettings(feedback=False))
    bench.run()
    said = bench.requests[1].messages[-1].content
    assert "runtime_error" not in said
    assert "it broke" not in said


def test_a_reply_that_was_cut_is_told_so() -> None:
    class Cut(ToyModel):
        def complete(self, request: Request, key: str) -> Completion:
            return replace(super().complete(request, key), finish_reason="length")

    bench = Bench({})
    bench.model = Cut({(3, 0): "```python\ndef solver(", (3, 1): "well", (3, 2): GOOD})
    assert bench.run().verdict is Verdict.OK
    told = [bench.store.text(r.feedback) for r in bench.rounds]
    assert all("cut off at the limit of 16384" in text for text in told[:2])
    assert "cut off" not in told[2]
    assert [r.verdict for r in bench.rounds[:2]] == [Verdict.NO_CODE, Verdict.NO_CODE]


@pytest.mark.parametrize(
    ("finish_reason", "measured", "told"),
    [("length", {"output_cap": 77}, "at the limit of 77"), ("content_filter", {}, "by a content filter")],
)
def test_half_a_program_that_would_run_is_not_run(
    finish_reason: str, measured: dict[str, int], told: str
) -> None:
    class Cut(ToyModel):
        def complete(self, request: Request, key: str) -> Completion:
            said = super().complete(request, key)
            return replace(said, finish_reason=finish_reason, measured=measured)

    bench = Bench({})
    bench.model = Cut({(3, 0): GOOD.rstrip().removesuffix("```")})
    found = bench.run(proposal(debug_rounds=0))
    assert (found.verdict, found.program) == (Verdict.NO_CODE, None)
    assert told in bench.store.text(bench.rounds[0].feedback)


def test_a_seed_is_evaluated_and_nobody_is_asked() -> None:
    bench = Bench({})
    bench.store.put_text(program(7))
    found = bench.run(proposal(what="seed", instruction=sha256(program(7))))
    assert found.loss == 3.0
    assert bench.rounds[0].what == "seed"
    assert bench.requests == []


def test_a_text_becomes_a_note() -> None:
    bench = Bench({0: "Shocks need limiters."})
    note = bench.run(proposal(what="text", task="text"))
    assert isinstance(note, NoteRecord)
    assert (note.id, note.number) == ("n0003", 3)
    assert bench.store.text(note.text) == "Shocks need limiters."
    assert bench.evaluator.evaluated == []


def test_shown_programs_stand_in_the_first_prompt() -> None:
    bench = Bench({0: GOOD})
    bench.run(proposal(task="refine"), (Shown("c0001", 2.0, "ok", program(7)),))
    assert (
        "program id=c0001 loss=2 verdict=ok\n```python\n" + program(7)
        in bench.requests[0].messages[1].content
    )
    assert bench.rounds[0].what == "refine"


SCRIPTS = [{0: NO_CODE, 1: BROKEN, 2: GOOD}, {0: GOOD}, dict.fromkeys(range(5), BROKEN)]


@pytest.mark.parametrize("script", SCRIPTS)
def test_carried_on_behind_any_record_it_ends_the_same_and_asks_for_nothing_again(script: Any) -> None:
    whole = Bench(script)
    whole.run()
    for length in range(len(whole.store.journal)):
        part = Bench(script, store=MemoryStore(whole.store.journal[:length], whole.store.texts))
        found = part.run()
        assert isinstance(found, CandidateRecord)
        assert canonical(part.store.journal) == canonical(whole.store.journal)
        completed = {r.id for r in whole.store.journal[:length] if getattr(r, "event", "") == "completed"}
        assert not completed & {key for key, _ in part.model.requests}
        judged = len(rounds_of(whole.store.journal[:length], "p0003"))
        assert len(part.evaluator.evaluated) == len(whole.evaluator.evaluated) - sum(
            r.program is not None for r in whole.rounds[:judged]
        )


REFUSAL = CallFailed("no", retry=False, usage=True, refused="400: too long\x1b[2J for " + "me " * 300)


class Refusing(ToyModel):
    """Refuses the requests of a round."""

    def __init__(self, script: dict[tuple[int, int], str], round: int) -> None:
        super().__init__(script)
        self.round = round

    def complete(self, request: Request, key: str) -> Completion:
        if request.sample == 3 and key.endswith(f"r{self.round}.s0"):
            self.requests.append((key, request))
            raise REFUSAL
        return super().complete(request, key)


def refusing(round: int, store: MemoryStore | None = None) -> Bench:
    bench = Bench({0: BROKEN, 1: NO_CODE}, store or MemoryStore())
    bench.model = Refusing({(3, 0): BROKEN, (3, 1): NO_CODE}, round)
    return bench


def answered(bench: Bench) -> Bench:
    """The model has answered another attempt of this run."""
    bench.run(proposal(id="p0002", number=2, debug_rounds=0))
    bench.model.requests.clear()
    return bench


@pytest.mark.parametrize(("round", "asked"), [(1, 2), (2, 3)])
def test_a_refused_repair_ends_the_attempt_with_the_rounds_it_has(round: int, asked: int) -> None:
    bench = refusing(round)
    found = bench.run()
    assert (found.verdict, found.round, found.rounds) == (Verdict.RUNTIME_ERROR, 0, round)
    assert len(bench.requests) == asked


def test_a_refused_draft_fails_and_says_so_in_words_that_are_cleaned_and_capped() -> None:
    bench = answered(refusing(0))
    found = bench.run()
    assert (found.verdict, found.rounds, found.program, found.failed) == (Verdict.NO_CODE, 1, None, 2)
    details = json.loads(bench.store.text(bench.rounds[0].details))
    said = details["cases"][0]["message"]
    assert said.startswith("the server refused the request: 400: too long for me me")
    assert len(said) == 400
    assert said in bench.store.text(bench.rounds[0].feedback)
    assert bench.store.text(bench.rounds[0].feedback).startswith("verdict: no_code\n")


def test_a_refused_text_is_an_empty_note() -> None:
    bench = answered(refusing(0))
    note = bench.run(proposal(what="text", task="text"))
    assert isinstance(note, NoteRecord)
    assert bench.store.text(note.text) == ""


def test_the_first_refusal_of_a_run_is_a_mistake_to_tell() -> None:
    bench = refusing(0)
    with pytest.raises(UsageError):
        bench.run()
    assert bench.rounds == []


@pytest.mark.parametrize("round", [0, 1, 2])
def test_what_was_refused_is_not_sent_again_behind_any_record(round: int) -> None:
    whole = answered(refusing(round))
    start = len(whole.store.journal)
    whole.run()
    for length in range(start, len(whole.store.journal)):
        part = refusing(round, MemoryStore(whole.store.journal[:length], whole.store.texts))
        part.run()
        assert canonical(part.store.journal) == canonical(whole.store.journal)
        ends = {r.id for r in whole.store.journal[:length] if isinstance(r, CallRecord) and is_over(r)}
        assert not ends & {key for key, _ in part.model.requests}


def is_over(record: CallRecord) -> bool:
    return record.event == "completed" or record.finish_reason == "refused"


def test_a_fault_of_ours_ends_the_attempt_is_never_shown_and_is_carried_out_again() -> None:
    bench = Bench({0: BROKEN, 1: GOOD}, evaluator=ToyEvaluator(faults=0))
    calm = Bench({0: BROKEN, 1: GOOD})
    calm.run()
    bench.run(proposal(0))  # the draft alone, recorded
    del bench.store.journal[-1]
    bench.evaluator.faults = 1
    found = bench.run()
    assert (found.verdict, found.loss, found.round) == (Verdict.INTERNAL_ERROR, None, 1)
    again = bench.run()
    assert (again.verdict, again.round, again.rounds) == (Verdict.OK, 1, 2)
    assert len(bench.requests) == 2  # the second completion is evaluated again, not asked for again
    assert not any("fell over" in m.content for r in bench.requests for m in r.messages)
    assert canonical(bench.store.journal) == canonical(calm.store.journal)


def test_an_exhausted_budget_leaves_what_is_recorded() -> None:
    bench = Bench({0: BROKEN, 1: GOOD}, budget=Budget(calls=1))
    with pytest.raises(BudgetExhausted):
        bench.run()
    assert [r.verdict for r in bench.rounds] == [Verdict.RUNTIME_ERROR]
    bench.budget = Budget(calls=2)
    assert bench.run().verdict is Verdict.OK
    assert len(bench.requests) == 2


def test_records_stay_small_however_many_cases_there_are() -> None:
    class Many(ToyEvaluator):
        def evaluate(self, source: str, split: str, **about: Any) -> Any:
            score = super().evaluate(source, split, **about)
            return replace(
                score, cases=tuple(replace(score.cases[0], case=f"{k:04d}" * 20) for k in range(500))
            )

    bench = Bench({0: GOOD}, evaluator=Many())
    bench.run()
    assert 0 < len(bench.rounds[0].cases) < 30
    assert bench.store.text(bench.rounds[0].details).count('"case"') == 500
    assert len(str(to_json(bench.rounds[0]))) < 4096


def test_how_many_cases_were_executed_stays_small_and_is_told() -> None:
    def measured(number: int) -> dict[str, Any]:
        about = {"level": "L3", "start": "warm" if number else "cold", "cores": [0, 1], "seed": 2**32 - 1}
        return {
            **about,
            "wall_s": 0.5,
            "threads": number,
            "busy_slots": 2,
            "processes": 3,
            "stdout": "é" * 2000,
        }

    class Many(ToyEvaluator):
        def evaluate(self, source: str, split: str, **about: Any) -> Any:
            score = super().evaluate(source, split, **about)
            cases = (replace(score.cases[0], case=f"ü{k:04d}" * 9, measured=measured(k)) for k in range(500))
            return replace(score, cases=tuple(cases))

    bench = Bench({0: GOOD}, evaluator=Many())
    found = bench.run()
    (record,) = bench.rounds
    assert len(line_of(record)) < 4096 > len(line_of(found))
    told = {key: record.measured[key] for key in ("level", "start", "threads", "busy_slots", "processes")}
    assert told == {"level": "L3", "start": "cold, warm", "threads": 499, "busy_slots": 2, "processes": 3}
    assert (found.measured["level"], found.measured["start"]) == ("L3", "cold, warm")
    every = json.loads(bench.store.text(record.measured["cases"]))
    assert len(every) == 500
    assert all(case["cores"] == [0, 1] for case in every.values())


def test_a_candidate_draws_by_its_number_and_round_and_a_replay_draws_the_same() -> None:
    bench = Bench({0: BROKEN, 1: GOOD})
    bench.run()
    assert bench.evaluator.candidates == ["c0003.r0", "c0003.r1"]
    again = Bench({0: BROKEN, 1: GOOD}, store=MemoryStore(bench.store.journal[:-2], bench.store.texts))
    again.run()
    assert again.evaluator.candidates == ["c0003.r1"]  # the other round is recorded
