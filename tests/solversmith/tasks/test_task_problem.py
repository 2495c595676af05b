"""A task folder of others from loading to judging, each in a box of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.local import LocalSandbox
from solversmith.cli.main import main
from solversmith.contract import DEV, TEST, Answer, Problem, ProblemOptions, Solution, Verdict
from solversmith.errors import BadData, UsageError
from solversmith.evaluate import Evaluator
from solversmith.registry import open_problem

Make = Callable[..., Path]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox() as opened:
        yield opened


def opened(folder: Path, **options: Any) -> Problem:
    return open_problem(str(folder), ProblemOptions(**options))


def scored(problem: Problem, sandbox: LocalSandbox, program: str, split: str = DEV) -> Any:
    return Evaluator(problem, sandbox).evaluate(program, split).cases


def test_a_program_is_scored_on_a_task_folder_by_the_command_line(
    make_task: Make, tmp_path: Path, capsys
) -> None:
    """From `config.py` and data files to a loss, a failed case among them."""
    program = tmp_path / "mine.py"
    program.write_text(
        "def solve(**kwargs):\n"
        "    return {'chosen': [0] * 2 if 4 in kwargs['numbers'] and 9 not in kwargs['numbers'] else [2]}\n"
    )
    code = main(["score", str(make_task()), str(program), "--split", "test", "--time-limit", "3", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [(case["case"], case["verdict"], case["loss"]) for case in found["cases"]] == [
        ("a.txt[1]", "ok", 0.0),
        ("b.txt[0]", "infeasible", None),
    ]
    assert (found["failed"], found["loss"]) == (1, 0.5)


def test_it_is_a_problem_with_the_cases_that_get_dev_names(make_task: Make) -> None:
    told: list[str] = []
    problem = opened(make_task(), progress=told.append)
    assert isinstance(problem, Problem)
    assert [case.name for case in problem.cases(DEV)] == ["a.txt[0]"]
    assert [case.name for case in problem.cases(TEST)] == ["a.txt[1]", "b.txt[0]"]
    assert "Split the numbers into two groups" in problem.statement
    assert "It is given `numbers`." in problem.statement
    assert problem.template.startswith("def solve(**kwargs):")
    assert told[-1] == "split: programs are not given label_best"
    case = problem.cases(DEV)[0]
    assert b"label" not in problem.pack(case)
    assert problem.pack(case) == b'{"dict":[["numbers",[1,2,3]]]}'


def test_other_labels_make_another_case_of_the_same_instance(make_task: Make) -> None:
    """Losses are measured against them: a run must not go on where they were changed."""
    folder = make_task()
    (one,) = opened(folder).cases(DEV)
    (folder / "a.txt").write_text("7 1 2 3\n0 4 5 9\n")
    problem = opened(folder)
    (other,) = problem.cases(DEV)
    assert problem.pack(one) == problem.pack(other)
    assert one.digest != other.digest


def test_answers_are_judged_by_the_tasks_own_code(make_task: Make, sandbox: LocalSandbox) -> None:
    problem = opened(make_task())
    (best,) = scored(problem, sandbox, "def solve(numbers):\n    yield {'chosen': [0, 1]}\n")
    assert (best.verdict, best.loss, best.metrics["score"]) == (Verdict.OK, 0.0, 1)
    (empty,) = scored(problem, sandbox, "def solve(**kwargs):\n    return {'chosen': []}\n")
    assert (empty.verdict, empty.loss) == (Verdict.OK, pytest.approx(1 - 1 / 7))
    first, second = scored(problem, sandbox, "def solve(numbers):\n    return {'chosen': [2]}\n", TEST)
    assert (first.loss, second.loss) == (0.0, pytest.approx(1 - 1 / 2))


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        ("{'chosen': [0, 0]}", Verdict.INFEASIBLE, "Exception: a place is chosen twice"),
        ("{'chosen': [9]}", Verdict.INFEASIBLE, "IndexError"),
        ("{'places': [0]}", Verdict.INFEASIBLE, "TypeError"),
        ("{'chosen': [], 'label_best': 7}", Verdict.INFEASIBLE, "has keys of the instance: label_best"),
        ("{'chosen': {0}}", Verdict.BAD_OUTPUT, "is of type set, which does not cross"),
        ("[0]", Verdict.BAD_OUTPUT, "expected a dict, got list"),
    ],
)
def test_what_the_task_refuses_or_what_does_not_cross(
    make_task: Make, sandbox: LocalSandbox, answer: str, verdict: Verdict, said: str
) -> None:
    (case,) = scored(opened(make_task()), sandbox, f"def solve(**kwargs):\n    return {answer}\n")
    assert (case.verdict, case.loss) == (verdict, None)
    assert said in case.message


def test_a_program_has_neither_config_nor_data_nor_labels(make_task: Make, sandbox: LocalSandbox) -> None:
    folder = make_task()
    paths = [str(folder / name) for name in ("config.py", "a.txt")]
    program = (
        "import os\n"
        "def solve(**kwargs):\n"
        f"    seen = [os.path.exists(path) for path in {paths!r}]\n"
        "    seen += ['config.py' in os.listdir('.'), 'a.txt' in os.listdir('.'), 'label_best' in kwargs]\n"
        "    return {'chosen': [0, 0] if any(seen) else [0, 1]}\n"
    )
    (case,) = scored(opened(folder), sandbox, program)
    assert case.loss == 0.0


def test_a_forged_answer_is_a_failed_case_and_nothing_more(make_task: Make) -> None:
    problem = opened(make_task())
    case = problem.cases(DEV)[0]
    for forged in ({"ndarray": ["O", [1], ""]}, {"x": 1}, 5, {"tuple": []}):
        found = problem.score(case, Answer((Solution(1.0, {"solution": forged}),), 1.0, 10.0, "returned"))
        assert (found.verdict, found.loss) == (Verdict.INFEASIBLE, None)


def test_an_answer_sets_no_setting_of_the_judge(make_task: Make, sandbox: LocalSandbox) -> None:
    problem = opened(make_task(("chosen, **kwargs)", "chosen, most=1, hint=None, **kwargs)")))
    (case,) = scored(problem, sandbox, "def solve(**k):\n    return {'chosen': [0, 1], 'most': 9}\n")
    assert case.verdict is Verdict.INFEASIBLE
    assert "settings of eval_func: most" in case.message
    (case,) = scored(problem, sandbox, "def solve(**k):\n    return {'chosen': [0, 1], 'hint': 9}\n")
    assert case.loss == 0.0


def test_what_the_judge_says_is_told_without_labels(make_task: Make, sandbox: LocalSandbox) -> None:
    told = 'raise Exception(f"{label_best} is best, not 7{label_best}: a place is chosen twice")'
    folder = make_task(('raise Exception("a place is chosen twice")', told))
    problem = opened(folder)
    (case,) = scored(problem, sandbox, "def solve(**k):\n    return {'chosen': [0, 0]}\n")
    assert case.message == "Exception: ... is best, not 70: a place is chosen twice"


@pytest.mark.parametrize(
    "key", ["optimum", "best", "lower_bound", "known_best", "target_cost", "Label", "solution"]
)
def test_keys_that_are_called_like_answers_are_dropped(make_task: Make, key: str) -> None:
    folder = make_task(("label_best", key))
    assert opened(folder).cases(DEV)[0].data.keys == ("numbers",)


@pytest.mark.parametrize("key", ["upper_bound", "target_cost", "bound", "targets"])
def test_inputs_that_the_skeleton_names_stay(make_task: Make, key: str) -> None:
    folder = make_task(
        ("label_best", key), ("Return the places", f"Return, within `{key}` and bound of targets, the places")
    )
    assert opened(folder).cases(DEV)[0].data.keys == ("numbers", key)


def test_a_norm_that_is_no_number_is_a_failure(make_task: Make, sandbox: LocalSandbox) -> None:
    problem = opened(make_task(("1 / s", "float('nan')")))
    (case,) = scored(problem, sandbox, "def solve(**k):\n    return {'chosen': [0, 1]}\n")
    assert case.verdict is Verdict.NON_FINITE


def test_a_judge_that_fails_on_an_answer_fails_the_case(make_task: Make, sandbox: LocalSandbox) -> None:
    problem = opened(make_task(("1 / s", "1 / (s - 1)")))
    (case,) = scored(problem, sandbox, "def solve(numbers):\n    return {'chosen': [2]}\n")
    assert (case.verdict, case.message) == (
        Verdict.INFEASIBLE,
        "norm_score: ZeroDivisionError: division by zero",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"numbers": row[1:]', '"numbers": set(row)'), r"not importable: .*\['numbers'\] is of type set"),
        (
            ("    return [{", "    return 5\n    return [{"),
            "load_data returns a int; expected a list of dicts",
        ),
        (
            ("    return [{", "    return [5]\n    return [{"),
            "returns a list of int; expected dicts",
        ),
        (("int(word)", "int('x' + word)"), "load_data of config.py can't be used: exception: ValueError"),
        (("def norm_score", "def other"), "lacks norm_score; a task defines DESCRIPTION, solve"),
        (("def solve(**kwargs)", "def solve((**kwargs)"), "is no Python"),
        (("def load_data", "import nowhere_to_be_found\ndef load_data"), "import_error"),
        (('{"a.txt": [0]}', "[5]"), "get_dev gives no dict of file names to places"),
    ],
)
def test_a_task_that_can_not_be_used_is_one_sentence(make_task: Make, change: Any, said: str) -> None:
    folder = make_task(change)
    with pytest.raises(BadData, match=said):
        opened(folder).cases(DEV)


def test_labels_may_be_listed(make_task: Make) -> None:
    folder = make_task(("label_best", "answer"))
    (folder / "labels.txt").write_text("answer\n")
    assert b"answer" not in opened(folder).pack(opened(folder).cases(DEV)[0])


def test_one_instance_in_both_splits_is_refused(make_task: Make) -> None:
    folder = make_task(data={"a.txt": "0 1 2 3\n5 1 2 3\n"})
    with pytest.raises(BadData, match=r"a.txt\[0\] \(dev\) and a.txt\[1\] \(test\) are one instance"):
        opened(folder).cases(DEV)


def test_without_get_dev_the_first_of_each_file_is_dev(make_task: Make) -> None:
    problem = opened(make_task(("def get_dev", "def other")))
    assert [case.name for case in problem.cases(DEV)] == ["a.txt[0]", "b.txt[0]"]


def test_a_folder_without_data(make_task: Make) -> None:
    with pytest.raises(BadData, match="no data file stands beside config"):
        opened(make_task(data={})).cases(DEV)


def test_options_that_a_task_has_no_use_for(make_task: Make) -> None:
    folder = make_task()
    with pytest.raises(UsageError, match="split has no use for --scoring: leave it out"):
        opened(folder, scoring="published")
    with pytest.raises(BadData, match="no case of dev in this task matches --cases"):
        opened(folder, cases="c*").cases(DEV)
