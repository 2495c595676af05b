"""At 64 calls on a landscape each evolutionary method beats best of n, by its choice of parents alone."""

from __future__ import annotations

import math
from functools import cache

import pytest
from landscape import KNOBS, Walk, goal, loss_of, program_of, values_of
from scipy.stats import wilcoxon

from solversmith import methods

CALLS, SEEDS, LEVEL = 64, 20, 0.01
EVOLVING = ("eoh", "funsearch", "greedy-refine", "map-elites", "mcts", "reevo", "refine", "tree")


@cache
def reached(name: str, shuffled: bool = False) -> tuple[float, ...]:
    """Logarithms of the lowest losses, seed by seed; texts are calls, too."""
    method = methods.build(name, {"n": CALLS, "debug_rounds": 0})
    return tuple(math.log(Walk(method, seed, shuffled).best(CALLS)) for seed in range(SEEDS))


def is_better(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """By a paired one-sided test of signed ranks."""
    return bool(wilcoxon(one, other, alternative="less").pvalue < LEVEL)


@pytest.mark.parametrize("name", EVOLVING)
def test_it_beats_best_of_n_at_equal_calls(name: str) -> None:
    assert is_better(reached(name), reached("best-of-n"))


@pytest.mark.parametrize("name", EVOLVING)
def test_the_lead_is_gone_when_parents_are_shuffled(name: str) -> None:
    assert not is_better(reached(name, shuffled=True), reached("best-of-n"))
    assert is_better(reached(name), reached(name, shuffled=True))


def test_the_landscape_is_a_function_of_the_knobs() -> None:
    best = program_of(goal(3))
    assert loss_of(best, 3) == pytest.approx(0.0, abs=1e-5)
    assert loss_of(best, 4) != loss_of(best, 3)
    assert loss_of(program_of([0.9] * KNOBS), 3) is None
    assert values_of(best) == pytest.approx(goal(3), abs=1e-4)
