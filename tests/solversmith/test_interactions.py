"""Attempts that run programs before they hand one in, and replies that are edits."""

from __future__ import annotations

from typing import Any

import pytest
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem, program, reply, rounds_of

from solversmith import methods, pools
from solversmith.attempt import AttemptSettings, attempt
from solversmith.broker import Broker, Budget
from solversmith.contract import Verdict
from solversmith.errors import BudgetExhausted
from solversmith.prompts import Shown
from solversmith.records import CandidateRecord, ProposalRecord, RoundRecord, sha256
from solversmith.records.canonical import canonical
from solversmith.search import search
from solversmith.summary import summarised

RUN, HAND_IN = "\n\naction: run", "\n\naction: hand in"
SHOWN = Shown("c0001", 36.0, "ok", program(40), "verdict: ok")


def edit(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE"


class Bench:
    """One attempt over one store."""

    def __init__(self, *replies: str, store: MemoryStore | None = None, **allowed: Any) -> None:
        self.proposal = ProposalRecord(
            "p0003", 3, "program", "refine", "refine", (), (), sha256(""), "writer", None, 2, {}, 0, **allowed
        )
        self.model = ToyModel({(3, number): text for number, text in enumerate(replies)})
        self.store = store or MemoryStore()
        self.store.put_text("")

    def run(self, budget: Budget | None = None) -> Any:
        broker = Broker(self.store, {"writer": self.model}, budget=budget)
        recorded = broker.rounds("p0003")
        shown = (SHOWN,)
        return attempt(
            self.proposal, recorded, ToyProblem(), broker, ToyEvaluator(), AttemptSettings(), shown
        )

    @property
    def rounds(self) -> list[RoundRecord]:
        return rounds_of(self.store.journal, "p0003")

    @property
    def said(self) -> list[str]:
        return [request.messages[-1].content for _, request in self.model.requests]


def test_runs_are_free_of_scores_and_only_what_is_handed_in_counts() -> None:
    bench = Bench(reply(4) + RUN, reply("RAISE") + RUN, reply(6) + HAND_IN, interactions=3)
    found = bench.run()
    assert [r.what for r in bench.rounds] == ["interact", "interact", "refine"]
    assert [r.loss for r in bench.rounds] == [None, None, 2.0]
    assert (found.loss, found.round, found.rounds, found.verdict) == (2.0, 2, 3, Verdict.OK)
    assert "3 times" in bench.said[0]
    assert "it says hello" in bench.said[1]
    assert "loss" not in bench.said[1].replace("no loss", "")
    assert "2 times" in bench.said[1]
    assert "runtime_error" in bench.said[2]
    assert all(text.endswith("task: refine problem=toy") for text in bench.said)


def test_no_more_runs_than_allowed_and_without_the_word_it_is_handed_in() -> None:
    bench = Bench(reply("RAISE") + RUN, reply("RAISE") + RUN, reply(4), interactions=1)
    assert bench.run().loss == 1.0
    assert [r.what for r in bench.rounds] == ["interact", "refine", "debug"]
    assert "No run is left" in bench.said[1]
    assert not any("action:" in text for text in Bench(reply(4)).said)


def test_repairs_are_counted_apart_from_runs() -> None:
    broken = reply("RAISE")
    bench = Bench(broken, broken + RUN, broken, broken, reply(4), interactions=1)
    assert bench.run().verdict is Verdict.RUNTIME_ERROR
    assert [r.what for r in bench.rounds] == ["refine", "interact", "debug", "debug"]


def test_an_attempt_that_only_ran_is_no_candidate_when_the_budget_ends() -> None:
    store = MemoryStore()
    script = {(0, 0): reply(4) + RUN, (0, 1): reply(4) + RUN}
    search(
        problem=ToyProblem(),
        method=methods.build("best-of-n", {"n": 1}, interactions=2),
        broker=Broker(store, {"writer": ToyModel(script)}, budget=Budget(calls=2)),
        evaluator=ToyEvaluator(),  # type: ignore[arg-type]
        pool=pools.chosen("serial"),
    )
    assert [r.what for r in store.journal if isinstance(r, RoundRecord)] == ["interact", "interact"]
    assert not any(isinstance(record, CandidateRecord) for record in store.journal)


def test_every_run_is_charged_and_a_budget_stops_between_rounds() -> None:
    bench = Bench(reply(4) + RUN, reply(4) + RUN, reply(4), interactions=5)
    with pytest.raises(BudgetExhausted):
        bench.run(Budget(calls=2))
    assert len(bench.model.requests) == 2


def test_it_goes_on_behind_every_record() -> None:
    replies = (reply(4) + RUN, edit("    return 4", "    return RAISE"), edit("return RAISE", "return 6"))
    whole = Bench(*replies, interactions=2, edits=True)
    found = whole.run()
    assert (found.loss, [r.edits for r in whole.rounds]) == (2.0, ["", "applied", "applied"])
    for count in range(len(whole.store.journal)):
        left = MemoryStore(whole.store.journal[:count], whole.store.texts)
        Bench(*replies, store=left, interactions=2, edits=True).run()
        assert canonical(left.journal) == canonical(whole.store.journal)


def test_edits_are_of_the_first_program_that_is_shown_then_of_the_last_one() -> None:
    bench = Bench(edit("return 40", "return RAISE"), edit("    return RAISE", "    return 4"), edits=True)
    assert bench.run().loss == 1.0
    assert "Or change c0001" in bench.said[0]
    assert "Or change your last program" in bench.said[1]


def test_edits_that_do_not_fit_fall_back_to_a_whole_program_or_are_told() -> None:
    misfit = edit("return 7", "return 4")
    bench = Bench(misfit, misfit + "\n\n" + reply(4), edits=True)
    assert bench.run().loss == 1.0
    assert [(r.verdict, r.edits) for r in bench.rounds] == [
        (Verdict.NO_CODE, "failed"),
        (Verdict.OK, "failed"),
    ]
    assert "edit 1 of 1: the lines to look for stand nowhere" in bench.said[1]
    summary = summarised("x", {}, bench.store.journal, bench.store.text)
    assert dict(summary.edits) == {"applied": 0, "failed": 2}


def test_without_leave_edits_are_no_program() -> None:
    bench = Bench(edit("return 40", "return 4"), reply(4))
    assert bench.run().rounds == 2
    assert [r.edits for r in bench.rounds] == ["", ""]


def test_a_method_says_what_its_attempts_may_and_words_stay_words() -> None:
    method = methods.build("reevo", {"n": 4}, (program(4),), interactions=2, edits=True)
    assert method.settings()["interactions"] == 2
    store = MemoryStore()
    search(
        problem=ToyProblem(),
        method=method,
        broker=Broker(store, {"writer": ToyModel()}),
        evaluator=ToyEvaluator(),  # type: ignore[arg-type]
        pool=pools.chosen("serial"),
    )
    found = [record for record in store.journal if isinstance(record, ProposalRecord)]
    assert {(r.what, r.interactions, r.edits) for r in found} == {
        ("seed", 0, False),
        ("program", 2, True),
        ("text", 0, False),
    }
    assert "interactions" not in methods.build("reevo", {"n": 4}).settings()
