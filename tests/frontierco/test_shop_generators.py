"""The families of random shops: their shapes, and that a seed means one shop."""

import itertools

import numpy as np
import pytest

from frontierco.shop_generators import similar_times_shop, uniform_shop, work_centre_shop


def options_of(shop):
    cuts = shop.first_option
    return [(shop.machines[a:b], shop.times[a:b]) for a, b in itertools.pairwise(cuts)]


def test_work_centres() -> None:
    shop = work_centre_shop(30, 20, 1)
    assert shop.size == "jobs=30 machines=20 ops=150"
    assert shop.times.min() >= 10
    assert shop.times.max() <= 30
    for number, (machines, _) in enumerate(options_of(shop)):
        centres = sorted({(machine - 1) // 4 for machine in machines.tolist()})
        assert len(machines) == 4 * len(centres), "centres are whole"
        expected = {0: [0], 4: [4]}.get(number % 5)
        assert centres == expected if expected else set(centres) <= {1, 2, 3}
    assert len({len(machines) for machines, _ in options_of(shop)}) == 3


@pytest.mark.parametrize("machines", [8, 10, 0])
def test_too_few_centres(machines: int) -> None:
    with pytest.raises(ValueError, match="do not make three or more centres"):
        work_centre_shop(5, machines, 1)


def test_uniform() -> None:
    shop = uniform_shop(20, 6, 7, 1)
    assert shop.size == "jobs=20 machines=6 ops=140"
    assert set(np.diff(shop.first_option).tolist()) == set(range(1, 7))
    assert 1 <= shop.times.min() < 5
    assert 95 < shop.times.max() <= 99


def test_similar_times() -> None:
    shop = similar_times_shop(40, 10, (5, 9), 0.3, 1)
    assert set(np.diff(shop.first_operation).tolist()) == {5, 6, 7, 8, 9}
    for machines, times in options_of(shop):
        assert len(machines) >= 1
        assert times.max() - times.min() <= 0.3 * times.max() / 0.85 + 1
    assert np.diff(shop.first_option).mean() == pytest.approx(3, abs=0.4)


@pytest.mark.parametrize(
    ("make", "digest"),
    [
        (lambda seed: work_centre_shop(10, 12, seed), "a45d3f5d90919595"),
        (lambda seed: uniform_shop(6, 5, 4, seed), "b7967fe0e22f1339"),
        (lambda seed: similar_times_shop(6, 5, (2, 4), 0.4, seed), "76e749586a81acc0"),
    ],
)
def test_a_seed_means_one_shop_everywhere(make, digest: str) -> None:
    assert make(7).digest == make(7).digest
    assert make(7).digest != make(8).digest
    assert make(7).digest[:16] == digest
