"""Random instances of facility location: the family's figures, and the same for the same seed."""

import numpy as np
import pytest

from frontierco.facilitygen import random_facilities


def test_the_figures_of_the_family() -> None:
    instance = random_facilities(400, 600, 5, 11)
    assert instance.costs.shape == (400, 600)
    assert instance.size == "facilities=400 customers=600"
    assert set(instance.demands) == set(range(5, 35))
    assert instance.capacities.sum() / instance.demands.sum() == pytest.approx(5, rel=0.01)
    assert np.array_equal(instance.capacities, np.rint(instance.capacities))
    spread = instance.capacities / (5 * instance.demands.sum() / (400 * 84.5))
    assert 9.0 < spread.min() < spread.max() < 170.0
    each = instance.fixed_costs / np.sqrt(instance.capacities)
    assert (instance.fixed_costs >= 100 * np.sqrt(instance.capacities)).all()
    assert (instance.fixed_costs <= 109 * np.sqrt(instance.capacities) + 89).all()
    assert each.mean() > 104


def test_costs_are_distances_in_a_plane() -> None:
    """All unit costs from two facilities differ by the distance between them at most."""
    instance = random_facilities(30, 200, 3, 5)
    unit = instance.costs / instance.demands
    assert 0 < unit.min() < unit.max() < 10 * np.sqrt(2)
    away = np.abs(unit[:, None] - unit[None]).max(axis=2)
    assert (away <= (unit[:, None] + unit[None]).min(axis=2) + 1e-9).all()


def test_a_seed_is_one_instance() -> None:
    assert random_facilities(20, 30, 3, 7).digest == random_facilities(20, 30, 3, 7).digest
    assert random_facilities(20, 30, 3, 7).digest != random_facilities(20, 30, 3, 8).digest
    assert random_facilities(50, 120, 3, 7101).digest.startswith("f24e0e03621fa64c")


@pytest.mark.parametrize(("n", "m", "ratio"), [(0, 1, 2), (1, 0, 2), (1, 1, 1)])
def test_what_can_not_be_made(n: int, m: int, ratio: float) -> None:
    with pytest.raises(ValueError, match="ratio > 1"):
        random_facilities(n, m, ratio, 1)
