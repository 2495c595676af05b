"""Random p-median instances: seeds, and what every instance must be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontierco.mediangen import random_customers
from problems.co.cpmp.problem import DEFINITION


@given(st.integers(1, 80), st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_every_instance_is_sound(count: int, data, seed: int) -> None:
    number = data.draw(st.integers(1, count))
    instance = random_customers(count, number, seed)
    assert instance.size == f"n={count} p={number}"
    assert ((instance.coordinates >= 0) & (instance.coordinates <= 1000)).all()
    assert len(np.unique(instance.capacities)) == 1
    assert 1 <= instance.demands.min() <= instance.demands.max() <= instance.capacities[0]
    used = instance.demands.sum() / (number * instance.capacities[0])
    assert used <= 0.96
    if instance.capacities[0] > instance.demands.max():
        assert instance.demands.sum() / (number * (instance.capacities[0] - 1)) > 0.82
    assert random_customers(count, number, seed).digest == instance.digest


def test_seeds_are_fixed_for_good() -> None:
    digests = {case.name: case.make().digest[:12] for cases in DEFINITION.built_in.values() for case in cases}
    assert digests["random-100-10-51100"] == "b087bfcc81cb"
    assert digests["random-3000-600-75000"] == "94007be2e574"
    assert len(set(digests.values())) == len(digests)


@pytest.mark.parametrize("number", [0, 6])
def test_as_many_medians_as_there_may_be(number: int) -> None:
    with pytest.raises(ValueError, match="medians among 5 customers"):
        random_customers(5, number, 1)
