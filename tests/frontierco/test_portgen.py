"""The generator of the DIMACS challenge: first numbers and points by a direct transcription."""

import numpy as np
import pytest

from frontierco import portgen
from frontierco.portgen import clustered, draws, family_seed, stream, uniform


def direct(seed: int, count: int) -> list[int]:
    """The same generator one number at a time, as it is described."""
    ring = [0] * 55
    ring[0] = last = seed
    following = 1
    for i in range(1, 55):
        position = 21 * i % 55
        ring[position] = following
        following = (last - following) % 10**9
        last = ring[position]
    a, b = 0, 24
    found = []
    for _ in range(165 + count):
        a, b = (a - 1) % 55, (b - 1) % 55
        ring[a] = (ring[a] - ring[b]) % 10**9
        found.append(ring[a])
    return found[165:]


@pytest.mark.parametrize("seed", [0, 1, 1000, 10001, 999_999_999])
@pytest.mark.parametrize("count", [0, 1, 23, 24, 25, 500])
def test_draws_equal_the_description(seed: int, count: int) -> None:
    assert draws(seed, count).tolist() == direct(seed, count)


def test_the_first_cities_of_e10k() -> None:
    """Published file E10k.0."""
    points = uniform(10_000, family_seed(10_000, 0))
    assert points[:2].tolist() == [[983148, 684709], [803445, 683312]]
    assert points[-1].tolist() == [837173, 917072]


def test_the_first_cities_of_c10k() -> None:
    """Published file C10k.0."""
    points = clustered(10_000, family_seed(10_000, 0))
    assert points[:2].tolist() == [[646511, 741489], [914314, 288840]]


def test_points_are_integers_inside_the_square() -> None:
    points = uniform(500, 7)
    assert points.shape == (500, 2)
    assert np.array_equal(points, np.floor(points))
    assert points.min() >= 0
    assert points.max() < 10**6


def test_more_numbers_are_drawn_where_many_are_rejected() -> None:
    assert all(np.isfinite(clustered(100, seed)).all() for seed in range(30))


def test_too_few_cities_for_a_centre() -> None:
    with pytest.raises(ValueError, match="at least 100 cities, not 99"):
        clustered(99, 1)


def test_seeds_of_the_published_names() -> None:
    assert [family_seed(1000, i) for i in (0, 1, 9)] == [1000, 10001, 10009]
    assert family_seed(31623, 0) == 31623


@pytest.mark.parametrize("block", [1, 23, 24, 55, 164, 165, 200, 1000])
def test_blocks_of_any_size_are_one_stream(block: int) -> None:
    parts, found = stream(1000, block), np.empty(0, dtype=np.int64)
    while len(found) < 400:
        found = np.concatenate([found, next(parts)])
    assert found[:400].tolist() == direct(1000, 400)


@pytest.mark.parametrize("block", [7, 100, 1 << 12])
def test_points_do_not_depend_on_the_pieces_they_are_made_in(block: int, monkeypatch) -> None:
    whole = uniform(300, 5), clustered(300, 5)
    real = portgen.stream
    monkeypatch.setattr(portgen, "stream", lambda seed: real(seed, block))
    assert np.array_equal(uniform(300, 5), whole[0])
    assert np.array_equal(clustered(300, 5), whole[1])
