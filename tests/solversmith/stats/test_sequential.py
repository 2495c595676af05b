"""A search that learns is not a pool, and is not estimated as one."""

from __future__ import annotations

import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith import stats
from solversmith.errors import UsageError

STEPS = st.lists(st.builds(stats.Step, st.floats(0, 100), st.none() | st.floats(-1, 1)), max_size=12)


@given(STEPS, st.floats(0, 120))
def test_the_best_so_far(steps: list[stats.Step], budget: float) -> None:
    known = [step.loss for step in steps if step.spent <= budget and step.loss is not None]
    assert stats.best_at_budget(stats.curve(steps), budget) == min(known, default=None)


def test_a_pool_s_estimate_is_wrong_for_a_hill_climb() -> None:
    """Each step improves on the last: the best of the first 4 of 16 is nothing like the best of any 4."""
    rng = random.Random(1)
    runs = []
    for _ in range(400):
        loss, losses = 1.0, []
        for _ in range(16):
            loss *= rng.uniform(0.7, 1.0)
            losses.append(loss)
        runs.append(losses)
    truth = fmean(run[3] for run in runs)
    curves = [stats.curve(stats.Step(i + 1, loss) for i, loss in enumerate(run)) for run in runs]
    assert fmean(stats.best_at_budget(one, 4) or 0.0 for one in curves) == pytest.approx(truth)
    assert fmean(stats.best_at_k(run, 4) for run in runs) < truth / 2


@pytest.mark.parametrize(
    "step", [stats.Step(-1, 0.1), stats.Step(float("nan"), 0.1), stats.Step(1, float("inf"))]
)
def test_nonsense_is_refused(step: stats.Step) -> None:
    with pytest.raises(UsageError):
        stats.curve([step])
