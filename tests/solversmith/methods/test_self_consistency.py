"""Self-consistency: the medoid where answers can be compared, the median where not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from toy import MemoryStore, ToyEvaluator, ToyModel, ToyProblem, program, reply

from codepde.thinning import MOST_VALUES, thinned
from solversmith import methods, pools
from solversmith.broker import Broker
from solversmith.contract import CaseScore, Score, Verdict
from solversmith.methods.self_consistency import MEDIAN, MEDOID, Agreement, distance, medoid
from solversmith.records import CandidateRecord, RoundRecord, SelectionRecord, combine
from solversmith.search import search


def row(*values: float) -> NDArray[np.float32]:
    return np.array([values], np.float32)


def candidate(number: int, loss: float | None, failed: int = 0) -> CandidateRecord:
    verdict = Verdict.RUNTIME_ERROR if failed else Verdict.OK
    return CandidateRecord(f"c{number:04d}", f"p{number:04d}", number, 0, 1, "x", verdict, loss, failed)


def test_the_medoid_is_in_the_largest_class_and_wild_answers_move_nothing() -> None:
    near = [row(1.0, 2.0), row(1.1, 2.0), row(0.9, 2.0), row(1.0, 2.1), row(1.0, 1.9)]
    assert medoid([row(1e30, -1e30), *near, row(5.0, 1.0), row(0.0, 0.0)]) == 1
    assert medoid([row(1.0), row(1.0)]) == 0
    assert medoid([row(1.0, 2.0), row(1.0), row(1.0)]) == 1  # another shape is as far as can be


def test_distance_is_relative_row_by_row() -> None:
    one = np.array([[1.0, 0.0], [1000.0, 0.0]], np.float32)
    other = np.array([[0.0, 1.0], [1000.0, 0.0]], np.float32)
    assert distance(one, other) == pytest.approx(2**0.5 / 2)
    assert distance(one, -one) == pytest.approx(2.0)
    assert distance(row(0.0), row(0.0)) == 0.0


def test_who_failed_on_a_case_is_not_chosen_and_losses_are_not_looked_at() -> None:
    found = [candidate(0, 0.001, 1), candidate(1, 9.0), candidate(2, 0.1), candidate(3, 8.0)]
    answers = {"c0000": row(1.0), "c0001": row(1.0), "c0002": row(7.0), "c0003": row(1.0)}
    chosen = Agreement().choose(found, answers, 2)
    assert (chosen.candidate, chosen.rule) == ("c0001", MEDOID)


def test_without_answers_the_median_is_a_control() -> None:
    found = [
        candidate(0, 0.5),
        candidate(1, None, 2),
        candidate(2, 0.1),
        candidate(3, 0.9),
        candidate(4, 0.2),
    ]
    chosen = Agreement().choose(found, {}, 2)
    assert (chosen.candidate, chosen.rule) == ("c0004", MEDIAN)
    assert Agreement().choose(found[1:2], {}, 2).candidate is None


def test_thinned_fields_are_capped_float32_and_at_the_same_places() -> None:
    field = np.arange(2 * 300 * 300, dtype=float).reshape(2, 300, 300)
    rows = thinned({"u": field, "v": field * 1e300})
    assert (rows.dtype, rows.shape[0]) == (np.float32, 4)
    assert 0.9 * MOST_VALUES < rows.size <= MOST_VALUES
    assert np.isfinite(rows).all()
    assert (np.diff(rows[0]) > 0).all()
    assert np.array_equal(thinned({"u": field[:, :2, :2]}), field[:, :2, :2].reshape(2, 4))


@dataclass
class Answering(ToyEvaluator):
    """Keeps what was answered, as the real one does for a problem with the door."""

    def evaluate(self, program: str, split: str, *, candidate: str | None = None) -> Score:
        """With the number itself as the answer."""
        score = super().evaluate(program, split, candidate=candidate)
        cases = [
            CaseScore(c.case, c.verdict, c.loss, c.metrics, c.message, values=row(c.metrics["value"]))
            if c.verdict is Verdict.OK
            else c
            for c in score.cases
        ]
        return combine(cases, self.problem.failure_loss)


@pytest.mark.parametrize("start", [(), (program(30),)])
def test_a_run_chooses_what_most_agree_on_though_its_loss_is_not_the_best(start: tuple[str, ...]) -> None:
    values = [4, 30, "None", 30, 77]
    script = {(number + len(start), 0): reply(value) for number, value in enumerate(values)}
    store = MemoryStore()
    selection = search(
        problem=ToyProblem(),
        method=methods.build("self-consistency", {"n": 5, "debug_rounds": 0}, start),
        broker=Broker(store, {"writer": ToyModel(script)}),
        evaluator=Answering(),  # type: ignore[arg-type]
        pool=pools.chosen("serial"),
    )
    assert (selection.candidate, selection.rule) == ("c0000" if start else "c0001", MEDOID)
    rounds = [record for record in store.journal if isinstance(record, RoundRecord)]
    assert [record.answers is None for record in rounds] == [
        *[False for _ in start],
        False,
        False,
        True,
        False,
        False,
    ]
    assert isinstance(store.journal[-1], SelectionRecord)
