"""Whatever a program returns for integers, as int64; and a number that it claims.

The source of this module is put in front of a problem's harness and runs inside the sandbox, where nothing
of this project is: it imports numpy only.
"""

from typing import Any

import numpy as np

_NUMBERS = (int, float, np.integer, np.floating)
_LARGEST_EXACT = 2.0**53


def integers(values: Any, key: str) -> Any:
    """One row of int64 from a list, tuple, set, range, array or scalar of integers.

    Integral floats pass for integers; booleans, NaN, fractions, text and anything else do not. Raises
    `ValueError` that names `key` and what was found.
    """
    if values is None or isinstance(values, (str, bytes, bytearray, dict)):
        raise ValueError(f"{key!r} is {type(values).__name__}; expected a list of integers")
    if isinstance(values, np.ndarray) and values.dtype != object:
        return _as_int64(np.atleast_1d(values), key)
    row = list(values) if hasattr(values, "__iter__") else [values]
    for kind in set(map(type, row)):
        if kind is bool or not issubclass(kind, _NUMBERS):
            raise ValueError(f"{key!r} has an entry of type {kind.__name__}; expected integers")
    try:
        return _as_int64(np.array(row) if row else np.empty(0, dtype=np.int64), key)
    except OverflowError:
        raise ValueError(f"{key!r} has an integer that does not fit 64 bits") from None


def member(value: Any, key: str) -> Any:
    """What a yielded dict holds under `key`; other keys (a claimed objective) are ignored."""
    if not isinstance(value, dict):
        raise ValueError(f"expected a dict with the key {key!r}, got {type(value).__name__}")
    if key not in value:
        found = ", ".join(repr(name) for name in list(value)[:5]) or "none"
        raise ValueError(f"the dict has no key {key!r}; its keys: {found}")
    return value[key]


def claimed(value: Any, key: str) -> Any:
    """The finite number under `key` as one float64, kept and not trusted; none if there is no such number."""
    try:
        number = np.float64(float(value.get(key)))
    except Exception:  # noqa: BLE001 (a program may have put anything there)
        number = np.float64("nan")
    return np.array([number] if np.isfinite(number) else [], dtype="<f8")


def _as_int64(array: Any, key: str) -> Any:
    if array.ndim != 1:
        raise ValueError(f"{key!r} has shape {array.shape}; expected one row of integers")
    if array.dtype.kind == "f":
        whole = np.trunc(array) == array
        if not np.all(whole & (np.abs(array) <= _LARGEST_EXACT)):  # written so that NaN fails
            bad = array[~(whole & (np.abs(array) <= _LARGEST_EXACT))][0]
            raise ValueError(f"{key!r} has the entry {bad}; expected integers")
    elif array.dtype.kind not in "iu":
        raise ValueError(f"{key!r} has entries of type {array.dtype}; expected integers")
    elif array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{key!r} has an integer that does not fit 64 bits")
    return array.astype(np.int64)
