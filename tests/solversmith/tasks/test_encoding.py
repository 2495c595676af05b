"""Values cross as what they were, and others are refused by their type."""

from __future__ import annotations

import collections
import json
import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.tasks.encoding import MOST_DEPTH, NotImportable, decode, encode

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=9))
hashable = st.one_of(scalars, st.tuples(st.integers(), st.text(max_size=3)))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(hashable, inner, max_size=4),
    ),
    max_leaves=20,
)


def crossed(value: Any) -> Any:
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


def same(one: Any, other: Any) -> bool:
    """Equal, and of equal types all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    return bool(one == other)


@given(values)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert same(crossed(value), value)


def test_numbers_that_json_lacks() -> None:
    assert math.isnan(crossed(math.nan))
    assert crossed([math.inf, -math.inf, 10**40, -(2**63)]) == [math.inf, -math.inf, 10**40, -(2**63)]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", ">i4", "float32", "<f8"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 4)])
def test_arrays(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    found = crossed(array)
    assert found.shape == shape
    assert found.dtype == array.dtype.newbyteorder("<")
    assert (found == array).all()
    assert found.flags.writeable


def test_numpy_scalars_become_plain_ones_and_odd_dicts_too() -> None:
    found = crossed([np.int32(3), np.float64(0.5), np.bool_(True)])
    assert same(found, [3, 0.5, True])
    assert same(crossed(collections.OrderedDict(a=1)), {"a": 1})
    assert same(crossed(collections.defaultdict(list, a=[1])), {"a": [1]})


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_graphs(kind: Any) -> None:
    graph = kind(name="x")
    graph.add_node(7, weight=1.5)
    graph.add_edge("a", (1, 2), cost=3)
    found = crossed(graph)
    assert type(found) is kind
    assert found.graph == {"name": "x"}
    assert list(found.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(found.edges(data=True)) == list(graph.edges(data=True))


class Own:
    """A type of a task's own."""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({1, 2}, "it is of type set"),
        (b"x", "it is of type bytes"),
        (1j, "it is of type complex"),
        ({"a": [0, Own()]}, r"it\['a'\]\[1\] is of type .*Own"),
        (lambda: None, "of type function"),
        (np.array([Own()]), "a numpy array of object"),
        (np.array(["a"]), "a numpy array of <U1"),
        ({frozenset(): 1}, "a key of it is of type frozenset"),
        (collections.namedtuple("P", "x")(1), "of type .*P"),
    ],
)
def test_anything_else_is_refused_by_its_type(value: Any, words: str) -> None:
    with pytest.raises(NotImportable, match=words):
        encode(value)


def test_what_is_nested_too_deeply() -> None:
    value: Any = 0
    for _ in range(MOST_DEPTH + 1):
        value = [value]
    with pytest.raises(NotImportable, match="nested more than 60 deep"):
        encode(value)
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(NotImportable, match="nested more than"):
        encode(endless)


@pytest.mark.parametrize(
    "text", ['{"set": []}', "{}", '{"tuple": [], "dict": []}', '{"ndarray": ["O", [1], ""]}', '{"int": "x"}']
)
def test_what_is_never_encoded_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"encoded|invalid"):
        decode(json.loads(text))
