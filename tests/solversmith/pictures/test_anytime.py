"""Gap over time of several solvers: what is averaged, and what counts as nothing found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import synthetic_runs

from solversmith.pictures import anytime
from solversmith.pictures.anytime import best_so_far, over_cases, traces_of
from solversmith.records.codec import canonical_json, sha256
from solversmith.session import read_run
from solversmith.store.texts import encoded


def test_only_improvements_of_feasible_solutions_are_kept() -> None:
    rows = [[0.1, None, None], [0.2, 9, 0.5], [0.3, 8, 0.6], [0.4, 7, 0.5], [0.5, 6, -0.1]]
    assert best_so_far(rows) == [(0.2, 0.5), (0.5, -0.1)]
    assert best_so_far([]) == []
    assert best_so_far([[0.1, 9, 4.0], [0.2, 8, 0.5]]) == [(0.1, 1.0), (0.2, 0.5)]  # no worse than none


def test_before_its_first_solution_a_case_counts_as_having_none() -> None:
    """By hand: two cases begin at different times, the third failed."""
    found = over_cases([[(1.0, 0.4), (3.0, 0.1)], [(2.0, 0.2)], [(0.0, 1.0)]])
    assert [(t, pytest.approx(mean), median) for t, mean, median in found] == [
        (0.0, 1.0, 1.0),
        (1.0, 2.4 / 3, 1.0),
        (2.0, 1.6 / 3, 0.4),
        (3.0, 1.3 / 3, 0.2),
    ]


def _with_traces(path: Path, cases: dict[str, object]) -> Path:
    """Let the run's test record cite these measurements."""
    text = canonical_json(cases)
    with (path / "texts.jsonl").open("ab") as file:
        file.write(encoded({"sha256": sha256(text), "text": text}))
    lines = (path / "journal.jsonl").read_text().splitlines()
    last = json.loads(lines[-1])
    assert last["kind"] == "test"
    last["measured"]["cases"] = sha256(text)
    (path / "journal.jsonl").write_text("\n".join([*lines[:-1], json.dumps(last)]) + "\n")
    return path


def test_test_and_dev_are_never_mixed_and_runs_without_traces_make_no_curve(tmp_path: Path) -> None:
    made = [synthetic_runs.Made(0.2)]
    trace = {"limit_s": 10.0, "trajectory": [[0.5, 3, 0.4], [2.0, 2, 0.2]]}
    yields = _with_traces(
        synthetic_runs.make_run(tmp_path, "yields", made), {"test-0": trace, "test-1": trace}
    )
    plain = synthetic_runs.make_run(tmp_path, "plain", made)
    open_ = synthetic_runs.make_run(tmp_path, "open", made, finished=False)
    failed = synthetic_runs.make_run(tmp_path, "failed", [synthetic_runs.Made(None)])
    runs = {path.name: [(read_run(path).summary, path)] for path in (yields, plain, open_, failed)}
    split, found = traces_of({**runs, "yields": [*runs["yields"], *runs["failed"]]})
    assert split == "test"
    assert list(found) == ["yields"]
    assert found["yields"].curves == ([(0.5, 0.4), (2.0, 0.2)],) * 2
    assert (found["yields"].limit_s, found["yields"].runs, found["yields"].without) == (10.0, 1, 1)


def test_a_solver_all_of_whose_cases_failed_stays_in_the_figure_where_another_yields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curves = {"good": [([(0.5, 1.0), (2.0, 0.2)], 10.0)], "bad": [([(0.0, 1.0)], 10.0)]}
    monkeypatch.setattr(anytime, "_run", lambda run, path, split: curves[path.name])
    paths = [synthetic_runs.make_run(tmp_path, name, [synthetic_runs.Made(0.2)]) for name in curves]
    runs = {path.name: [(read_run(path).summary, path)] for path in paths}
    assert list(traces_of(runs)[1]) == ["good", "bad"]
    assert traces_of({"bad": runs["bad"]})[1] == {}, "whether it yields can't be told"
