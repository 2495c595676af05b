"""What an array may be."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.spec import MOST_DEPTH, ArraySpec, JsonSpec, Limits, declared

extents = st.lists(st.integers(1, 6), min_size=1, max_size=3)


@given(extents)
def test_a_fixed_shape_has_one_length(shape: list[int]) -> None:
    spec = ArraySpec("<f8", tuple(shape))
    assert spec.resolve(8 * math.prod(shape)) == tuple(shape)
    assert spec.largest() == 8 * math.prod(shape)


@given(extents, st.integers(0, 50), st.integers(0, 7))
def test_other_lengths_are_refused(shape: list[int], rows: int, odd: int) -> None:
    spec = ArraySpec("<i8", tuple(shape))
    nbytes = 8 * rows + odd
    if nbytes != spec.largest():
        with pytest.raises(ValueError, match="expected"):
            spec.resolve(nbytes)


@given(st.integers(0, 20), st.integers(0, 23))
def test_a_free_extent_follows_from_the_length(rows: int, odd: int) -> None:
    spec = ArraySpec("<f8", (None, 3), most_bytes=480)
    if odd:
        with pytest.raises(ValueError, match=r"expected|fill"):
            spec.resolve(24 * rows + odd)
    else:
        assert spec.resolve(24 * rows) == (rows, 3)


@pytest.mark.parametrize(
    "arguments", [("<f4", (3,)), ("<f8", (None,)), ("<f8", (None, None), 80), ("O", (1,)), (">f8", (1,))]
)
def test_declarations_that_make_no_sense(arguments: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match=r"answer array|free"):
        ArraySpec(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("arguments", [(0,), (-1,), (10, -1), (10, MOST_DEPTH + 1)])
def test_texts_that_make_no_sense(arguments: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least 1 byte and at most 256 levels"):
        JsonSpec(*arguments)


@pytest.mark.parametrize(
    "spec", [ArraySpec("<f8", (2, 3)), ArraySpec("<i8", (None, 2), 320), JsonSpec(7), JsonSpec(1 << 20, 3)]
)
def test_a_declaration_is_what_it_was_after_it_was_sent(spec: ArraySpec | JsonSpec) -> None:
    assert declared(json.loads(json.dumps(spec.declaration()))) == spec


def test_a_text_has_any_length_up_to_the_most() -> None:
    spec = JsonSpec(7)
    assert spec.largest() == 7
    spec.check(0)
    spec.check(7)
    with pytest.raises(ValueError, match="8 bytes, at most 7"):
        spec.check(8)


@pytest.mark.parametrize("change", [{"wall_s": 0}, {"threads": 0}, {"memory_bytes": -1}, {"processes": 0}])
def test_limits_are_positive(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Limits(**{"wall_s": 1.0, **change})  # type: ignore[arg-type]
