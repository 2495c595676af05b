"""One seed for each execution: stable for ever, different for whatever differs."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.seeds import SEEDS, candidate_of_program, candidate_of_run, execution_seed

TEXT = st.text(alphabet=st.characters(codec=None), max_size=20)
ARGUMENTS = st.tuples(st.integers(0, 2**70), TEXT, TEXT, TEXT, st.integers(0, 99))


@pytest.mark.parametrize(
    ("arguments", "seed"),
    [
        ((0, "c0000.r0", "dev", "dev-0", 0), 134650746),
        ((18, "c0003.r1", "test", "nu=0.1/test", 2), 106017576),
        ((0, candidate_of_program("def solver(): ...\n"), "dev", "größe", 0), 549733022),
    ],
)
def test_the_formula_is_the_documented_one_for_ever(
    arguments: tuple[int, str, str, str, int], seed: int
) -> None:
    assert execution_seed(*arguments) == seed


def test_the_formula_can_be_worked_out_by_hand() -> None:
    digest = hashlib.sha256(b'[0,"c0000.r0","dev","dev-0",0]').hexdigest()
    assert execution_seed(0, "c0000.r0", "dev", "dev-0") == int(digest[:8], 16)


def test_another_process_with_another_hash_seed_draws_the_same() -> None:
    source = "from solversmith.seeds import execution_seed as f; print(f(7, 'c0001.r2', 'dev', 'a', 1))"
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    told = subprocess.run([sys.executable, "-c", source], env=environment, capture_output=True, check=True)
    assert int(told.stdout) == execution_seed(7, "c0001.r2", "dev", "a", 1)


@given(ARGUMENTS)
def test_a_seed_is_one_that_numpy_takes(arguments: tuple[int, str, str, str, int]) -> None:
    assert 0 <= execution_seed(*arguments) < SEEDS


@given(ARGUMENTS, ARGUMENTS)
def test_what_differs_draws_apart(
    one: tuple[int, str, str, str, int], other: tuple[int, str, str, str, int]
) -> None:
    assert (execution_seed(*one) == execution_seed(*other)) is (one == other)


def test_a_run_of_many_candidates_and_cases_hardly_ever_draws_alike() -> None:
    candidates = [candidate_of_run(number, round) for number in range(50) for round in range(4)]
    every = itertools.product((0, 1), candidates, ("dev", "test"), map(str, range(12)), (0, 1))
    seeds = [execution_seed(*arguments) for arguments in every]
    assert len(seeds) == 19_200
    assert len(seeds) - len(set(seeds)) <= 2  # 0.04 are to be expected


def test_equal_programs_of_a_run_draw_apart_and_of_no_run_alike() -> None:
    assert len({candidate_of_run(3, 1), candidate_of_run(1, 3), candidate_of_run(31, 0)}) == 3
    assert candidate_of_program("x = 1\n") == candidate_of_program("x = 1\n") != candidate_of_program("x = 1")
