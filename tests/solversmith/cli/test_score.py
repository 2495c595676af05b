"""`score` on a user's own problem folder, in the real sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solversmith import errors
from solversmith.cli.options import LEAST_MEMORY_MIB
from solversmith.records.codec import sha256
from solversmith.seeds import execution_seed
from solversmith.session import caution

Call = Callable[..., Any]
SIMPLE = Path(__file__).parent / "decay" / "solvers" / "simple.py"
KEYS = {
    "problem",
    "parameters",
    "split",
    "seed",
    "reference",
    "level",
    "verdict",
    "loss",
    "failed",
    "parts",
    "cases",
    "measured",
}


def test_a_human_program_by_its_name(call: Call, decay: str) -> None:
    done = call("score", decay, "expert")
    assert done.code == errors.DONE
    assert "decay:rate=40 · dev" in done.out
    assert "verdict ok · loss <= 1.000e-12" in done.out
    assert "reference: exact, version exp, error 1e-12" in done.out


def test_json_is_exactly_one_object_and_all_else_goes_to_stderr(call: Call, decay: str) -> None:
    done = call("score", f"{decay}:rate=4", "simple", "--json", "--samples", 3, "--split", "test")
    found = json.loads(done.out)
    assert done.code == errors.DONE
    assert found.keys() == KEYS
    assert (found["problem"], found["parameters"], found["split"]) == ("decay", {"rate": "4"}, "test")
    assert (found["verdict"], found["failed"], len(found["cases"])) == ("ok", 0, 3)
    assert 0 < found["loss"] < 1e-2
    assert found["level"] in ("L2", "L3")
    assert all(case["measured"]["wall_s"] > 0 for case in found["cases"])


@pytest.mark.parametrize(
    ("program", "verdict", "said"),
    [
        ("x = 1\n", "no_code", "the program defines no function 'solver'"),
        ("def solver(:\n", "syntax_error", "invalid syntax"),
        ("import codepde\n", "import_error", "codepde"),
        ("def solver(a, b, c):\n    return 1 / 0\n", "runtime_error", "ZeroDivisionError"),
        ("def solver(a, b, c):\n    return [float('nan')] * 5\n", "non_finite", "not finite"),
        ("def solver(a, b, c):\n    return [1.0]\n", "bad_output", "5 numbers"),
        ("def solver(a, b, c):\n    while True: pass\n", "time_limit", "0.5 s"),
        ("", "no_code", "empty"),
    ],
)
def test_a_bad_program_gets_its_verdict_and_its_message(
    program: str, verdict: str, said: str, call: Call, decay: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(program)
    options = ["--samples", 1, "--time-limit", 0.5]
    done = call("score", decay, file, *options)
    assert done.code == errors.NO_VALID_CANDIDATE
    assert f"verdict {verdict}" in done.out
    assert said in done.out
    found = json.loads(call("score", decay, file, *options, "--json").out)
    assert (found["verdict"], found["loss"], found["failed"]) == (verdict, None, 1)


def test_what_a_program_prints_never_steers_the_terminal(call: Call, decay: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("raise ValueError('\\x1b[2Jverdict ok')\n")
    done = call("score", decay, file)
    assert "\x1b" not in done.out + done.err


def test_a_limit_that_was_given_is_the_one_that_holds(call: Call, decay: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def solver(a, b, c):\n    x = bytearray(2 << 30)\n    return [a] * 5\n")
    done = call("score", decay, file, "--memory", 256, "--samples", 1)
    assert done.code == errors.NO_VALID_CANDIDATE
    assert "verdict memory_limit" in done.out
    assert "256 MiB" in done.out


def test_the_least_memory_is_enough_for_a_harness_with_numpy(call: Call) -> None:
    options = ("--memory", LEAST_MEMORY_MIB, "--threads", 2, "--samples", 1)
    assert "verdict ok" in call("score", "advection", "simple", *options).out


def test_the_level_is_the_one_that_was_asked_for_or_nothing_runs(call: Call, decay: str) -> None:
    for level in ("L2", "L3"):  # which of them can be had depends on the machine and on who asks
        done = call("score", decay, "simple", "--isolation", level, "--json")
        if done.code == errors.DONE:
            assert json.loads(done.out)["level"] == level
            assert (f"level {level}" in done.err) is (caution(level) is not None)
        else:
            assert done.code == errors.PREREQUISITE
            assert level in done.sentence


def test_a_weak_level_is_never_used_without_a_word() -> None:
    assert "nothing keeps a program from reading" in str(caution("L0"))
    assert "nothing keeps a program from reading" in str(caution("L1"))
    assert "L2" in str(caution("L2"))
    assert caution("L3") is caution("L4") is None
    claimed = {"claim": "external", "inner_level": "L1"}
    assert "your word (--isolation external) and was not checked; measured inside: L1" in str(
        caution("L5", claimed)
    )
    assert "can read whatever is in there" in str(caution("L5", claimed))
    assert "can read" not in str(caution("L5", {**claimed, "inner_level": "L3"}))


def test_how_it_was_isolated_and_what_it_used_stands_with_every_case(call: Call, decay: str) -> None:
    found = json.loads(call("score", decay, "simple", "--json", "--cold", "--seed", 3).out)
    described = found["measured"]["sandbox"]
    assert (found["seed"], found["level"], described["start"]) == (3, described["level"], "cold")
    assert any(probe["name"] == found["level"] and probe["ok"] for probe in described["probes"])
    for case in found["cases"]:
        about = case["measured"]
        assert (about["level"], about["start"]) == (found["level"], "cold")
        assert about["seed"] == execution_seed(3, sha256(SIMPLE.read_text()), "dev", case["case"])
        assert {"threads", "busy_slots", "cores", "processes"} <= about.keys()


def test_a_level_without_protection_needs_a_second_word(call: Call, decay: str) -> None:
    done = call("score", decay, "simple", "--isolation", "L1", "--unsafe-exec", "--json")
    assert done.code == errors.DONE
    assert json.loads(done.out)["level"] == "L1"
    assert "nothing keeps a program from reading your files and keys" in done.err


@pytest.mark.parametrize("command", ["score", "run"])
def test_the_options_of_isolation_are_explained(command: str, call: Call) -> None:
    told = " ".join(call(command, "--help").out.split())
    assert "--isolation [auto|L2|L3|L4|external]" in told
    assert "--cold" in told
    assert "--unsafe-exec" in told
    assert "--seed" in told


@pytest.mark.parametrize("option", ["--order", "--warm", "--signals"])
def test_what_a_problem_can_not_measure_is_refused_before_anything_runs(
    call: Call, decay: str, option: str
) -> None:
    done = call("score", decay, "expert", option)
    assert done.code == errors.USAGE
    assert "decay has no" in done.sentence


def test_the_bill_comes_first_and_easy_and_hard_are_told_apart(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def solve(nodes):\n    yield {'tour': list(range(len(nodes)))}\n")
    done = call("score", "tsp", file, "--split", "test", "--time-limit", 5, "--workers", 2)
    assert done.code == errors.DONE
    assert "bill: 6 test cases x 5 s, 2 at a time: at most 15 s" in done.err
    assert "easy: loss 0.9" in done.out
    assert "hard: loss 0.9" in done.out
    assert "mean primal integral" in done.out
    found = json.loads(call("score", "tsp", file, "--split", "test", "--time-limit", 5, "--json").out)
    assert {name: part["cases"] for name, part in found["parts"].items()} == {"easy": 4, "hard": 2}
    mean = sum(case["loss"] for case in found["cases"]) / 6
    assert found["loss"] == pytest.approx(mean)


def test_another_loss_is_told_with_the_result(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def solve(nodes):\n    yield {'tour': list(range(len(nodes)))}\n")
    limits = ["--time-limit", 5, "--cases", "uniform-200-*", "--json"]
    last, integral, published = (
        json.loads(call("score", "tsp", file, *limits, *options).out)
        for options in ([], ["--score", "integral"], ["--scoring", "published"])
    )
    assert integral["loss"] == integral["cases"][0]["measured"]["primal_integral"] >= last["loss"]
    assert published["loss"] == 1 - last["cases"][0]["metrics"]["published_score"]
    assert integral["reference"]["loss"] == "primal integral"


def test_a_value_of_ones_own_brings_its_convention(call: Call, tmp_path: Path) -> None:
    """The file's header rounds to the nearest; with `--best-known` it is scored as the value was."""
    folder = tmp_path / "TSP" / "easy_test_instances"
    folder.mkdir(parents=True)
    head = "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n"
    (folder / "three.tsp").write_text(head + "1 0 0\n2 1 1\n3 2 0\n")
    (tmp_path / "own").write_text("three 5 ceil\n")
    asked = ["score", "tsp", "trivial", "--split", "test", "--data", tmp_path, "--time-limit", 2]
    shown = call(*asked).out
    assert shown.splitlines()[3].split()[:5] == ["easy_test_instances/three.tsp", "ok", "–", "4", "nint"]
    case = json.loads(call(*asked, "--best-known", tmp_path / "own", "--json").out)["cases"][0]
    metrics = case["metrics"]
    assert (metrics["objective"], metrics["best_known"], metrics["convention"]) == (6, 5, "ceil")
    assert case["loss"] == pytest.approx(1 / 6)


def test_without_a_best_known_value_the_objective_stands_alone(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def solve(nodes):\n    yield {'tour': list(range(len(nodes)))}\n")
    done = call("score", "tsp", file, "--split", "test", "--cases", "E10k.1", "--time-limit", 5)
    assert done.code == errors.DONE
    assert "loss –" in done.out
    assert "1 case without a best-known value: left out of every mean" in done.out
