"""The parts of the shim that decide something, outside of any box."""

from __future__ import annotations

import array
import linecache
import sys
from typing import Any

import numpy as np
import pytest

from sandbox import shim

ANSWER = [["u", "<f8", [2, None]], ["k", "<i8", [1]]]


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
