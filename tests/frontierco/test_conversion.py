"""What a program may return for integers, and what it may not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontierco.conversion import integers, member

int64 = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(int64))
def test_every_row_of_integers_comes_back(values) -> None:
    for form in (
        values,
        tuple(values),
        np.array(values, dtype=np.int64),
        iter(values),
        dict.fromkeys(values),
    ):
        if isinstance(form, dict):
            form = form.keys()
        found = integers(form, "tour")
        assert found.dtype == np.int64
        assert found.tolist() == list(dict.fromkeys(values) if hasattr(form, "mapping") else values)


@given(st.sets(int64))
def test_sets(values) -> None:
    assert set(integers(values, "x").tolist()) == set(integers(frozenset(values), "x").tolist()) == values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1.0, 2.0], [1, 2]),
        ([1, 2.0], [1, 2]),
        (np.array([1.0, -0.0]), [1, 0]),
        (np.arange(3, dtype=np.uint8), [0, 1, 2]),
        (np.float32(4), [4]),
        (range(3), [0, 1, 2]),
        ([np.int64(3), np.int32(4), np.float64(5)], [3, 4, 5]),
        (np.array([1, 2], dtype=object), [1, 2]),
        (5, [5]),
        (np.int16(5), [5]),
        (np.array(5), [5]),
        ([], []),
        (np.array([]), []),
        ((x for x in (1, 2)), [1, 2]),
        (np.arange(6)[::-2], [5, 3, 1]),
    ],
)
def test_forms_that_pass(value, expected) -> None:
    found = integers(value, "tour")
    assert (found.dtype, found.tolist()) == (np.int64, expected)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "is NoneType"),
        ("123", "is str"),
        (b"123", "is bytes"),
        ({1: 2}, "is dict"),
        ([True, 1], "of type bool"),
        ([np.bool_(True)], "of type bool"),
        (np.array([True]), "of type bool"),
        (True, "of type bool"),
        (["1"], "of type str"),
        ([None], "of type NoneType"),
        ([[1, 2], [3, 4]], "of type list"),
        ([1, (2,)], "of type tuple"),
        ([1 + 0j], "of type complex"),
        (np.array([1j]), "of type complex128"),
        (np.array(["1"]), "of type <U1"),
        ([0.5], "entry 0.5"),
        ([float("nan")], "entry nan"),
        ([1, float("inf")], "entry inf"),
        (np.array([np.nan]), "entry nan"),
        ([1e300], r"entry 1e\+300"),
        ([2**63], "does not fit 64 bits"),
        ([-(2**63) - 1], "of type object|does not fit"),
        ([10**400], "of type object|does not fit"),
        (np.array([2**64 - 1], dtype=np.uint64), "does not fit 64 bits"),
        (np.zeros((2, 2)), r"shape \(2, 2\)"),
        (object(), "of type object"),
    ],
)
def test_forms_that_do_not_pass(value, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        integers(value, "tour")
    assert "'tour'" in str(caught.value)


def test_the_result_is_a_copy() -> None:
    mine = np.arange(3)
    found = integers(mine, "tour")
    mine[0] = 9
    assert found.tolist() == [0, 1, 2]


def test_other_keys_are_ignored() -> None:
    assert member({"objective": 0, "tour": [1]}, "tour") == [1]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1, 2], "expected a dict with the key 'tour', got list"),
        (None, "got NoneType"),
        ({}, "no key 'tour'; its keys: none"),
        ({"path": [], 3: 4}, "no key 'tour'; its keys: 'path', 3"),
    ],
)
def test_a_missing_key(value, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        member(value, "tour")
