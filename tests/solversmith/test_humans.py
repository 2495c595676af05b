"""Human rows are derived: kept under everything that they depend on, made again for whatever changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from sandbox.spec import Limits
from solversmith.contract.problem import Case
from solversmith.humans import HumanRow, evaluate_human, human_rows, read_rows, row_key, rows_text
from solversmith.isolation import Isolation
from solversmith.records.score import CaseScore, Score, combine
from solversmith.records.verdict import Verdict

WARM_L3 = Isolation("L3", "warm")


@dataclass(frozen=True)
class Stub:
    """As much of a problem and a sandbox as rows need."""

    solvers: Mapping[str, str] = field(default_factory=lambda: {"trivial": "t", "expert": "e", "broken": "b"})
    harness: str = "h"
    failure_loss: float = 1.0
    limit_s: float = 1.0
    level: str = "L3"
    reference: Mapping[str, str] = field(default_factory=lambda: {"version": "1"})

    def describe(self) -> Mapping[str, str]:
        return {"level": self.level, "start": "warm"}

    def cases(self, split: str) -> list[Case]:
        return [Case(f"{split}-0", split, "digest")]

    def limits(self, case: Case) -> Limits:
        return Limits(self.limit_s)


@dataclass
class Counting:
    """An evaluator that remembers what it was asked."""

    problem: Stub
    asked: list[str] = field(default_factory=list)
    packages: tuple[str, ...] = ()

    @property
    def sandbox(self) -> Stub:
        return self.problem

    def evaluate(self, program: str, split: str, cases: list[Case]) -> Score:
        self.asked.append(program)
        verdict = Verdict.INTERNAL_ERROR if program == "b" else Verdict.OK
        loss = None if program == "b" else 0.25
        measured = {"wall_s": 1.5, "start": "cold"}
        case = CaseScore(cases[0].name, verdict, loss, {"error_floor": 1e-6}, measured=measured)
        return combine([case], 1.0)


def test_rows_are_kept_and_a_fault_of_ours_is_left_out() -> None:
    first, told = Counting(Stub()), []
    here = {"processor": "cpu", "cores": 2}
    rows = human_rows(first, "dev", {}, tell=told.append, machine=here)  # type: ignore[arg-type]
    assert [(row.name, row.loss, row.wall_s, row.floor, row.level) for row in rows] == [
        ("trivial", 0.25, 1.5, 1e-6, "L3"),
        ("expert", 0.25, 1.5, 1e-6, "L3"),
    ]
    assert {row.start for row in rows} == {"cold"}  # as it was measured, not as the sandbox promised
    assert all(row.machine == here for row in rows)
    assert len(told) == 3
    again = Counting(Stub())
    kept = read_rows(rows_text(rows))
    assert human_rows(again, "dev", kept) == rows  # type: ignore[arg-type]
    assert again.asked == ["b"]


def test_whatever_a_row_depends_on_changes_its_key() -> None:
    stub = Stub()
    cases = stub.cases("dev")
    key = row_key(stub, cases, "x", WARM_L3)  # type: ignore[arg-type]
    others = [
        row_key(stub, cases, "y", WARM_L3),  # type: ignore[arg-type]
        row_key(stub, cases, "x", Isolation("L2", "warm")),  # type: ignore[arg-type]
        row_key(stub, [replace(cases[0], digest="other")], "x", WARM_L3),  # type: ignore[arg-type]
        row_key(stub, cases, "x", Isolation("L3", "cold")),  # type: ignore[arg-type]
        row_key(stub, cases, "x", Isolation("L3", "warm", "L2")),  # type: ignore[arg-type]
        row_key(replace(stub, limit_s=2.0), cases, "x", WARM_L3),  # type: ignore[arg-type]
        row_key(replace(stub, harness="g"), cases, "x", WARM_L3),  # type: ignore[arg-type]
        row_key(replace(stub, reference={"version": "2"}), cases, "x", WARM_L3),  # type: ignore[arg-type]
    ]
    assert len({key, *others}) == 9
    assert key == row_key(stub, cases, "x", WARM_L3)  # type: ignore[arg-type]


Rows = st.builds(
    HumanRow,
    name=st.text(),
    split=st.sampled_from(["dev", "test"]),
    key=st.text(),
    verdict=st.sampled_from(Verdict),
    loss=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    failed=st.integers(0, 9),
    wall_s=st.floats(0, 1e6),
    level=st.sampled_from(["L2", "L3"]),
    floor=st.none() | st.floats(0, 1),
    start=st.sampled_from(["cold", "warm", "cold, warm"]),
    machine=st.dictionaries(st.text(), st.text() | st.integers()),
)


@given(st.lists(Rows, unique_by=lambda row: row.key))
def test_rows_come_back_as_they_were_written(rows: list[HumanRow]) -> None:
    assert list(read_rows(rows_text(rows)).values()) == rows


def test_rows_from_before_there_was_a_start_were_cold() -> None:
    old = '{"rows": [{"name": "expert", "split": "dev", "key": "k", "verdict": "ok", "loss": 0.1, '
    old += '"failed": 0, "wall_s": 1.0, "level": "L3", "floor": null}]}'
    assert (read_rows(old)["k"].start, read_rows(old)["k"].machine) == ("cold", {})


@given(st.text())
def test_a_file_that_is_none_of_ours_is_no_rows(text: str) -> None:
    assert read_rows(text) == {}
    assert read_rows('{"rows": [{"name": 1}]}') == {}


ABSENT = "# packages: no-such-package\nimport no_such_package\n"


def test_a_program_that_asks_for_what_is_not_there_is_an_import_error_and_not_run() -> None:
    problem = Stub({"classical": ABSENT})
    evaluator = Counting(problem)
    score = evaluate_human(evaluator, ABSENT, "dev", problem.cases("dev"))
    assert (score.verdict, score.loss, evaluator.asked) == (Verdict.IMPORT_ERROR, None, [])
    assert "pip install 'solversmith[baselines]'" in score.cases[0].message


def test_a_program_that_asks_for_packages_is_evaluated_with_them() -> None:
    source = "# packages: numpy, click\n"
    seen: list[tuple[str, ...]] = []

    @dataclass
    class Watching(Counting):
        def evaluate(self, program: str, split: str, cases: list[Case]) -> Score:
            seen.append(self.packages)
            return super().evaluate(program, split, cases)

    problem = Stub({"classical": source})
    evaluate_human(Watching(problem), source, "dev", problem.cases("dev"))
    evaluate_human(Watching(problem), "t", "dev", problem.cases("dev"))
    assert seen == [("numpy", "click"), ()]


def test_a_row_without_its_package_is_made_again_once_it_is_there() -> None:
    (row,) = human_rows(Counting(Stub({"classical": ABSENT})), "dev", {})
    assert row.verdict is Verdict.IMPORT_ERROR
    evaluator = Counting(Stub({"classical": ABSENT}))
    assert human_rows(evaluator, "dev", {row.key: row}) == [row]
    present = "# packages: numpy\n"
    problem = Stub({"classical": present})
    key = row_key(problem, problem.cases("dev"), present, WARM_L3)
    evaluator = Counting(problem)
    (made,) = human_rows(evaluator, "dev", {key: replace(row, key=key)})
    assert (made.verdict, evaluator.asked) == (Verdict.OK, [present])
