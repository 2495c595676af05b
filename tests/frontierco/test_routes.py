"""The check of routes, against its definition, and the published arithmetic with its traps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.evaluation import MOST_VIOLATIONS
from frontierco.fleets import FleetInstance
from frontierco.routes import OFFSETS, ROUTES, evaluate_routes, published_length, routes_violations


def fleet(count: int, capacity: int = 10, depot: int = 0, seed: int = 0) -> FleetInstance:
    random = np.random.RandomState(100 * seed + count)
    demands = random.randint(1, capacity + 1, size=count)
    demands[depot] = 0
    points = random.randint(0, 50, (count, 2)).astype(float)
    return FleetInstance(points, demands, capacity, depot, "nint")


def arrays(routes):
    row = [node for route in routes for node in route]
    offsets = np.cumsum([0, *map(len, routes)])
    return {ROUTES: np.array(row, dtype=np.int64), OFFSETS: offsets.astype(np.int64)}


def by_definition(instance: FleetInstance, routes) -> float | None:
    """The length of the routes, or `None` if they break a rule: one node after another."""
    depot, visits, total = instance.depot, [], 0
    for route in routes:
        stops = list(route)
        if stops and stops[0] == depot:
            stops = stops[1:]
        if stops and stops[-1] == depot:
            stops = stops[:-1]
        if any(not 0 <= stop < len(instance.demands) or stop == depot for stop in stops):
            return None
        if sum(int(instance.demands[stop]) for stop in stops) > instance.capacity:
            return None
        visits += stops
        for one, two in zip([depot, *stops], [*stops, depot], strict=True):
            total += math.floor(math.dist(instance.coordinates[one], instance.coordinates[two]) + 0.5)
    return total if sorted([*visits, depot]) == list(range(len(instance.demands))) else None


@st.composite
def solutions(draw):
    """An instance, and routes that are often right: a split of a permutation, with the depot or without."""
    count = draw(st.integers(1, 8))
    depot = draw(st.integers(0, count - 1))
    instance = fleet(count, draw(st.sampled_from([10, 40])), depot, draw(st.integers(0, 5)))
    order = draw(st.permutations([i for i in range(count) if i != depot]))
    cuts = sorted(draw(st.lists(st.integers(0, count - 1), max_size=count)))
    routes = [list(order[a:b]) for a, b in zip([0, *cuts], [*cuts, count], strict=True)]
    for route in routes:
        if draw(st.booleans()):
            route.insert(0, depot)
        if draw(st.booleans()):
            route.append(depot)
    return instance, routes


@given(solutions())
def test_the_objective_is_the_definition(solution) -> None:
    instance, routes = solution
    evaluation = evaluate_routes(instance, arrays(routes), "nint")
    assert evaluation.objective == by_definition(instance, routes)
    assert len(evaluation.violations) <= MOST_VIOLATIONS


@given(solutions(), st.data())
def test_every_mutation_is_judged_by_the_definition(solution, data) -> None:
    instance, routes = solution
    routes = [list(route) for route in routes]
    route = data.draw(st.sampled_from(routes))
    node = data.draw(st.integers(-2, len(instance.demands) + 1))
    at = data.draw(st.integers(0, len(route)))
    kind = data.draw(st.sampled_from(["insert", "replace", "delete"]))
    if kind == "insert":
        route.insert(at, node)
    elif route and kind == "replace":
        route[at - 1] = node
    elif route:
        del route[at - 1]
    evaluation = evaluate_routes(instance, arrays(routes), "nint")
    assert evaluation.objective == by_definition(instance, routes)


@given(solutions(), st.data())
def test_a_customer_left_out_or_served_twice_is_always_caught(solution, data) -> None:
    instance, routes = solution
    customers = [i for i in range(len(instance.demands)) if i != instance.depot]
    if not customers:
        return
    one = data.draw(st.sampled_from(customers))
    without = [[node for node in route if node != one] for route in routes]
    assert evaluate_routes(instance, arrays(without), "nint").objective is None
    assert evaluate_routes(instance, arrays([*routes, [one]]), "nint").objective is None


SQUARE = FleetInstance(
    np.array([(0, 0), (0, 10), (10, 10), (10, 0)], dtype=float), np.array([0, 3, 4, 5]), 8, 0, "nint"
)


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([[0, 1, 2, 0], [0, 3, 0]], []),
        ([[1, 2], [3, 0], []], []),
        ([[0, 1, 2, 3, 0]], ["route 0 carries 12, capacity 8"]),
        ([[1], [2], [3], [1]], ["customer 1 visited twice (routes 0 and 3)"]),
        ([[1, 1], [2], [3]], ["customer 1 visited twice (routes 0 and 0)"]),
        ([[1], [2], [1], [1]], ["customer 1 visited 3 times (routes 0 and 2)", "customer 3 never visited"]),
        ([[0, 1, 0, 2, 0], [3]], ["route 0 visits the depot 0 on its way; split it there"]),
        ([[0, 0, 0], [1, 2], [3]], ["route 0 visits the depot 0 on its way; split it there"]),
        ([[0], [0, 0], [1, 2], [3]], []),
        ([[1, 2], [4]], ["node 4 (route 1) is none of 0..3", "customer 3 never visited"]),
        ([[1, 2], [-1, 3]], ["node -1 (route 1) is none of 0..3"]),
        ([], [f"customer {i} never visited" for i in (1, 2, 3)]),
    ],
)
def test_violations_in_words(routes, expected) -> None:
    assert list(routes_violations(SQUARE, arrays(routes))) == expected
    assert (evaluate_routes(SQUARE, arrays(routes), "nint").objective is None) == bool(expected)


def test_conventions() -> None:
    routes = arrays([[1, 2], [3]])
    assert evaluate_routes(SQUARE, routes, "exact").objective == pytest.approx(40 + math.sqrt(200))
    assert evaluate_routes(SQUARE, routes, "nint").objective == 54
    assert evaluate_routes(SQUARE, routes, "ceil").objective == 55


def test_the_exact_objective_does_not_depend_on_order_or_direction() -> None:
    instance = FleetInstance(np.random.RandomState(5).rand(41, 2), np.ones(41, dtype=np.int64), 4, 0, "nint")
    routes = np.arange(1, 41).reshape(10, 4).tolist()
    lengths = {
        evaluate_routes(instance, arrays(form), "exact").objective
        for form in (routes, routes[::-1], [route[::-1] for route in routes])
    }
    assert len(lengths) == 1


@pytest.mark.parametrize("offsets", [[], [0], [0, 2], [1, 3], [0, 4, 3], [0, -1, 3], [0, 2**62, 3]])
def test_offsets_that_divide_nothing(offsets) -> None:
    broken = {ROUTES: np.array([1, 2, 3]), OFFSETS: np.array(offsets, dtype=np.int64)}
    assert "do not divide the 3 stops" in evaluate_routes(SQUARE, broken, "nint").violations[0]
    assert "do not divide" in str(published_length(SQUARE, broken))


def test_extreme_entries_are_data() -> None:
    largest = np.iinfo(np.int64).max
    assert evaluate_routes(SQUARE, arrays([[largest, -largest - 1], [2], [3]]), "nint").objective is None


def test_the_smallest_instances() -> None:
    assert evaluate_routes(fleet(1), arrays([]), "nint").objective == 0
    assert evaluate_routes(fleet(1), arrays([[0, 0], []]), "nint").objective == 0
    assert evaluate_routes(fleet(1), arrays([[0, 0, 0]]), "nint").objective is None


class TestPublished:
    """What the published evaluation says of the same routes."""

    def test_it_never_rounds(self) -> None:
        routes = arrays([[0, 1, 2, 0], [0, 3, 0]])
        assert published_length(SQUARE, routes) == pytest.approx(40 + math.sqrt(200))
        assert evaluate_routes(SQUARE, routes, "nint").objective == 54

    def test_a_customer_visited_twice_passes(self) -> None:
        routes = arrays([[0, 1, 2, 0], [0, 3, 0], [0, 1, 0]])
        assert published_length(SQUARE, routes) == pytest.approx(60 + math.sqrt(200))
        assert evaluate_routes(SQUARE, routes, "nint").objective is None

    def test_the_depot_on_the_way_passes(self) -> None:
        assert published_length(SQUARE, arrays([[0, 1, 0, 2, 0], [0, 3, 0]])) == pytest.approx(
            40 + 2 * math.sqrt(200)
        )

    def test_a_single_depot_is_a_route(self) -> None:
        assert published_length(SQUARE, arrays([[0], [0, 1, 2, 0], [0, 3, 0]])) == pytest.approx(
            40 + math.sqrt(200)
        )

    @pytest.mark.parametrize(
        ("routes", "reason"),
        [
            ([[0, 1, 2, 0], []], "route 1 is an empty list"),
            ([[1, 2], [0, 3, 0]], "route 0 does not start and end at the depot"),
            ([[0, 1, 2, 0], [0, 3]], "route 1 does not start and end at the depot"),
            ([[0, 1, 2, 3, 0]], "route 0 exceeds the capacity"),
            ([[0, 1, 1, 2, 0], [0, 3, 0]], "route 0 exceeds the capacity"),
            ([[0, 1, 2, 0]], "customer 3 is not visited"),
            ([[0, 1, 9, 0]], "outside the instance"),
            ([], "customer 1 is not visited"),
        ],
    )
    def test_what_it_rejects(self, routes, reason: str) -> None:
        assert reason in str(published_length(SQUARE, arrays(routes)))

    @given(solutions())
    def test_it_agrees_with_ours_on_good_routes_up_to_rounding(self, solution) -> None:
        instance, routes = solution
        whole = [
            [instance.depot, *(n for n in route if n != instance.depot), instance.depot] for route in routes
        ]
        ours = evaluate_routes(instance, arrays(whole), "exact").objective
        theirs = published_length(instance, arrays(whole))
        assert theirs == pytest.approx(ours) if ours is not None else isinstance(theirs, str)
