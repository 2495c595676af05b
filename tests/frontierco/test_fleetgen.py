"""Random fleets: seeds, recipes and what every instance must be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontierco.fleetgen import DEMANDS, DEPOTS, LAYOUTS, FleetRecipe, random_fleet
from problems.co.cvrp.problem import DEFINITION

recipes = st.builds(
    FleetRecipe,
    st.integers(2, 60),
    st.sampled_from(DEPOTS),
    st.sampled_from(LAYOUTS),
    st.sampled_from(DEMANDS),
    st.floats(1.0, 25.0),
)


@given(recipes, st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_every_instance_is_sound(recipe: FleetRecipe, seed: int) -> None:
    instance = random_fleet(recipe, seed)
    assert len(instance.coordinates) == recipe.num_customers + 1
    assert len(np.unique(instance.coordinates, axis=0)) == recipe.num_customers + 1
    assert ((instance.coordinates >= 0) & (instance.coordinates <= 1000)).all()
    assert instance.demands[instance.depot] == 0
    assert instance.demands[1:].min() >= 1
    assert instance.demands.max() <= instance.capacity
    mean = instance.demands[1:].mean()
    assert instance.capacity >= recipe.route_size * mean - 1e-2 * recipe.route_size * mean
    assert random_fleet(recipe, seed).digest == instance.digest


def test_seeds_are_fixed_for_good() -> None:
    digests = {case.name: case.make().digest[:12] for cases in DEFINITION.built_in.values() for case in cases}
    assert digests["random-100-41100"] == "5823faa29ce8"
    assert digests["clustered-300-41300"] == "0cd7153d6a2a"
    assert len(set(digests.values())) == len(digests)


def test_clusters_are_denser_than_chance() -> None:
    def mean_nearest(layout: str) -> float:
        points = random_fleet(FleetRecipe(400, "central", layout, "unitary", 5.0), 1).coordinates
        away = np.linalg.norm(points[:, None] - points[None], axis=2) + 1e9 * np.eye(len(points))
        return float(away.min(axis=1).mean())

    assert mean_nearest("clustered") < mean_nearest("half-clustered") < mean_nearest("random")


def test_demands_of_a_quadrant_are_large() -> None:
    instance = random_fleet(FleetRecipe(300, "central", "random", "quadrant", 5.0), 1)
    x, y = instance.coordinates[1:].T
    large = (x < 500) != (y < 500)
    assert instance.demands[1:][large].min() > 50 >= instance.demands[1:][~large].max()


@pytest.mark.parametrize(
    "change",
    [{"depot": "nowhere"}, {"layout": "x"}, {"demand": "x"}, {"num_customers": 1}, {"route_size": 0.5}],
)
def test_recipes_that_make_no_sense(change) -> None:
    good = {
        "num_customers": 5,
        "depot": "central",
        "layout": "random",
        "demand": "unitary",
        "route_size": 3.0,
    }
    with pytest.raises(ValueError, match=r"none of|needs"):
        FleetRecipe(**{**good, **change})
