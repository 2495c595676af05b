"""The best two are run once more, alone, and that decides; a cascade cuts what can't be among the best."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem, program, reply

from solversmith import methods, pools
from solversmith.broker import Broker
from solversmith.contract import CaseScore, Score, Verdict
from solversmith.methods.parts.allowing import Allowing
from solversmith.records import ConfirmationRecord, ProposalRecord, RoundRecord, combine
from solversmith.records.canonical import canonical
from solversmith.search import check, search
from solversmith.search.confirming import CONFIRMED, REPEAT
from solversmith.summary import summarised


@dataclass
class Lucky(ToyEvaluator):
    """The program that returns 4 was lucky: run again it is worse."""

    again: list[str] = field(default_factory=list)
    broken: bool = False

    def evaluate(
        self, source: str, split: str, *, candidate: str | None = None, repeat: int = 0, **_: Any
    ) -> Score:
        """The toy problem's, but for what was lucky."""
        if repeat:
            assert repeat == REPEAT
            self.again.append(str(candidate))
            if self.broken:
                fault = CaseScore("x", Verdict.INTERNAL_ERROR, message="ours")
                return combine([fault], 1.0)
            source = program(50) if source == program(4) else source
        return super().evaluate(source, split, candidate=candidate)


def searched(
    evaluator: Lucky, values: list[object], store: MemoryStore | None = None, name: str = "best-of-n"
) -> Any:
    store = store or MemoryStore()
    selection = search(
        problem=ToyProblem(),
        method=methods.build(name, {"n": len(values), "debug_rounds": 0}),
        broker=Broker(store, {"writer": ToyModel({(n, 0): reply(value) for n, value in enumerate(values)})}),
        evaluator=evaluator,  # type: ignore[arg-type]
        pool=pools.chosen("serial"),
        confirm=evaluator,  # type: ignore[arg-type]
    )
    return selection, store


def test_what_was_lucky_is_not_chosen_twice() -> None:
    evaluator = Lucky()
    selection, store = searched(evaluator, [9, 4, 6])
    assert evaluator.again == ["c0001.r0", "c0002.r0"]
    assert (selection.candidate, selection.rule) == ("c0002", "best dev loss" + CONFIRMED)
    found = summarised("x", {}, store.journal, store.text)
    assert [(each.id, each.loss) for each in found.confirmed] == [("c0001", 46.0), ("c0002", 2.0)]


def test_it_goes_on_behind_every_record_and_runs_nothing_twice() -> None:
    _, whole = searched(Lucky(), [9, 4, 6])
    first = next(n for n, record in enumerate(whole.journal) if isinstance(record, ConfirmationRecord))
    for count in range(first, len(whole.journal)):
        left, evaluator = MemoryStore(whole.journal[:count], whole.texts), Lucky()
        searched(evaluator, [9, 4, 6], left)
        assert len(evaluator.again) == max(0, 2 - (count - first))
        assert canonical(left.journal) == canonical(whole.journal)


@pytest.mark.parametrize(
    ("values", "broken", "name"),
    [([4], False, "best-of-n"), ([4, "None"], False, "best-of-n"), ([4, 9], True, "best-of-n")],
)
def test_without_a_second_one_or_with_a_fault_of_ours_the_first_results_decide(
    values: list[object], broken: bool, name: str
) -> None:
    selection, store = searched(Lucky(broken=broken), values)
    assert (selection.candidate, selection.rule) == ("c0000", "best dev loss")
    assert not any(isinstance(record, ConfirmationRecord) for record in store.journal)


def test_a_method_with_a_rule_of_its_own_is_left_alone() -> None:
    evaluator = Lucky()
    selection, _ = searched(evaluator, [4, 9, 30], name="self-consistency")
    assert (selection.candidate, evaluator.again) == ("c0001", [])


def test_a_cascade_says_in_each_proposal_what_must_be_reached() -> None:
    method = methods.build("best-of-n", {"n": 4, "debug_rounds": 0}, (program(20),), cascade=2)
    assert isinstance(method.method, Allowing)  # type: ignore[attr-defined]
    seen: list[object] = []

    class Told(Lucky):
        def evaluate(self, source: str, split: str, **given: Any) -> Score:
            seen.append(given.get("cutoff"))
            return super().evaluate(source, split, **given)

    store = MemoryStore()
    search(
        problem=ToyProblem(),
        method=method,
        broker=Broker(
            store, {"writer": ToyModel({(n, 0): reply(value) for n, value in enumerate([0, 9, 4, 8, 7])})}
        ),
        evaluator=Told(),  # type: ignore[arg-type]
        pool=pools.chosen("serial"),
    )
    found = [record.cutoff for record in store.journal if isinstance(record, ProposalRecord)]
    assert found == [None, None, (0, 16.0), (0, 5.0), (0, 4.0)]
    assert seen == found
    assert check(store.journal, method, seed=0, text=store.text) == []
    assert all(isinstance(r.verdict, Verdict) for r in store.journal if isinstance(r, RoundRecord))
