"""The parts of the shim that decide something, outside of any box."""

from __future__ import annotations

import array
import linecache
import sys
from typing import Any

import numpy as np
import pytest

from sandbox import shim

ANSWER = [["u", "<f8", [2, None], 96], ["k", "<i8", [1], None]]
JSON = [["plan", "json", [3], 40]]


def test_arrays_of_the_declared_kind_pass_in_the_declared_order() -> None:
    value = {"k": array.array("q", [7]), "u": np.ones((2, 3))}
    first, second = shim.declared(value, ANSWER)
    assert (first.nbytes, second.nbytes) == (48, 8)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"u": np.ones((2, 3))}, "keys"),
        ([1, 2], "keys"),
        ({"u": np.ones((3, 2)), "k": array.array("q", [7])}, r"shape \(3, 2\), expected \(2, any\)"),
        ({"u": np.ones((2, 3), "f4"), "k": array.array("q", [7])}, "format 'f'"),
        ({"u": np.ones((2, 3), complex), "k": array.array("q", [7])}, "format"),
        ({"u": np.ones((2, 6))[:, ::2], "k": array.array("q", [7])}, "not contiguous"),
        ({"u": np.ones((2, 3)), "k": array.array("d", [7])}, "expected <i8"),
        ({"u": np.ones(()), "k": array.array("q", [7])}, r"shape \(\)"),
    ],
)
def test_others_are_refused_with_the_reason(value: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        shim.declared(value, ANSWER)


def test_empty_arrays_and_raw_bytes() -> None:
    assert shim.checked("u", np.ones((2, 0)), "<f8", [2, None]).nbytes == 0
    assert shim.checked("u", b"12345678", "<f8", [1]).nbytes == 8


def encoded(value: Any) -> bytes:
    (view,) = shim.declared({"plan": value}, JSON)
    return bytes(view)


class Lie(int):
    """Calls itself 7, whatever it is."""

    def __repr__(self) -> str:
        return "7"

    __str__ = __format__ = __repr__  # type: ignore[assignment]


def test_plain_values_become_text_and_text_passes() -> None:
    assert encoded({"a": [1, 2.5, None, True, "é"]}) == '{"a":[1,2.5,null,true,"é"]}'.encode()
    assert encoded(b'{"a": NaN}') == b'{"a": NaN}'  # read strictly outside, where the program can't reach
    assert encoded((Lie(3), [Lie(4)])) == b"[3,[4]]"
    shared = [1]
    assert encoded([shared, shared]) == b"[[1],[1]]"


def test_arrays_and_text_side_by_side() -> None:
    first, second = shim.declared({"plan": [1], "u": np.ones((2, 1))}, [ANSWER[0], *JSON])
    assert (first.nbytes, bytes(second)) == (16, b"[1]")


CYCLE: list[Any] = []
CYCLE += [CYCLE, CYCLE]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (float("nan"), "plan can't be written as JSON: .*not JSON compliant"),
        ([float("-inf")], "not JSON compliant"),
        ("\ud800", "surrogates not allowed"),
        ({1, 2}, "type set is not JSON"),
        (np.int64(3), "type int64 is not JSON"),
        ([10**5000], "digits"),
        ({1: 2}, "plan has a key of type int, expected a string"),
        ([{"a": {None: 2}}], "key of type NoneType"),
        ([[[[1]]]], "plan is nested more than 3 deep"),
        (CYCLE, "nested more than 3 deep"),
        ("x" * 40, "plan has 42 bytes as JSON, at most 40"),
        (b"x" * 41, "plan has 41 bytes"),
    ],
    ids=lambda part: part if isinstance(part, str) else type(part).__name__,
)
def test_what_is_no_json_is_refused_with_the_reason(value: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        encoded(value)


def test_the_depth_is_the_one_that_the_reader_allows() -> None:
    for depth, value in enumerate([1, [], [[]], {"a": {"b": {}}}]):
        assert shim.encoded("plan", value, depth, 100)
        if depth:
            with pytest.raises(ValueError, match=f"more than {depth - 1} deep"):
                shim.encoded("plan", value, depth - 1, 100)


def test_a_traceback_shows_the_programs_own_lines_only() -> None:
    text = "import json\ndef f():\n    json.loads('{')\n"
    try:
        shim.load("solver_program", "program.py", text).f()
    except ValueError as error:
        shown = shim.traceback_of(error, "program.py")
    finally:
        sys.modules.pop("solver_program", None)
        linecache.cache.pop("program.py", None)
    assert shown.startswith("  File \"program.py\", line 3, in f\n    json.loads('{')\nJSONDecodeError: ")
    assert "json/decoder" not in shown


def test_a_deep_traceback_is_cut() -> None:
    text = "def f(n):\n    return f(n - 1) if n else 1 / 0\n"
    try:
        shim.load("solver_program", "program.py", text).f(100)
    except ZeroDivisionError as error:
        shown = shim.traceback_of(error, "program.py")
    finally:
        sys.modules.pop("solver_program", None)
        linecache.cache.pop("program.py", None)
    assert "... 89 more ..." in shown
    assert len(shown) < shim.MOST_MESSAGE


@pytest.mark.parametrize(
    ("error", "ended_by"),
    [
        (MemoryError(), "memory_limit"),
        (ModuleNotFoundError(), "import_error"),
        (SystemExit(1), "exited"),
        (KeyboardInterrupt(), "exception"),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory"), "memory_limit"),
        (RuntimeError("no"), "exception"),
    ],
)
def test_what_an_exception_means(error: BaseException, ended_by: str) -> None:
    assert shim.ending(error) == ended_by
