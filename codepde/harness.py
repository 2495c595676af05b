"""Runs inside the sandbox, as source: payload to arguments, returned value to declared arrays.

For every family: ``solver(*inputs, t_coordinate, *coefficients)``, without times where the problem is steady,
returns one array, or a tuple of several in the order of the family's outputs. It imports nothing of this
project.
"""

import json
from typing import Any

import numpy as np


def arguments(payload: bytes) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Positional arguments of the program's solver; arrays are fresh and may be written to."""
    header, body = _split(payload)
    arrays: list[Any] = []
    start = 0
    for _, shape in header["arrays"]:
        count = int(np.prod(shape))
        flat = np.frombuffer(body, dtype="<f8", count=count, offset=start)
        arrays.append(flat.astype(np.float64).reshape(shape).copy())
        start += 8 * count
    return (*arrays, *map(float, header["scalars"])), {}


def answer(value: Any, payload: bytes) -> dict[str, Any]:
    """Name to array of little-endian float64; raises `ValueError` saying what was expected."""
    header = _split(payload)[0]
    names = [name for name, _ in header["answer"]]
    fields = [value] if len(names) == 1 else _several(value, names)
    return {
        name: _field(field, name, tuple(shape), header)
        for (name, shape), field in zip(header["answer"], fields, strict=True)
    }


def _split(payload: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, body = bytes(payload).partition(b"\n")
    return json.loads(line), body


def _several(value: Any, names: list[str]) -> list[Any]:
    expected = f"expected a tuple of {len(names)} arrays: {', '.join(names)}"
    if not isinstance(value, (tuple, list)):
        raise ValueError(f"solver returned {_called(value)}, {expected}")
    if len(value) != len(names):
        raise ValueError(f"solver returned {len(value)} values, {expected}")
    return list(value)


def _field(value: Any, name: str, expected: tuple[int, ...], header: dict[str, Any]) -> Any:
    inputs = [given for given, _ in header["arrays"]]
    axes = ["batch", *(["time"] if "t_coordinate" in inputs else [])]
    axes += ["space"] if len(expected) - len(axes) == 1 else ["first", "second direction of space"]
    array = _as_array(value, name, f"expected an array ({', '.join(axes)})")
    if array.shape != expected:
        complaint = _complaint(array.shape, expected, axes, inputs[0])
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}: {complaint}")
    return np.ascontiguousarray(array, dtype="<f8")


def _as_array(value: Any, name: str, expected: str) -> Any:
    if value is None or isinstance(value, (str, bytes, dict, set)):
        raise ValueError(f"{name} is {_called(value)}, {expected}")
    if hasattr(value, "detach") and hasattr(value, "cpu"):  # a tensor that may carry a gradient
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
    except Exception as error:  # noqa: BLE001 - whatever the program's object raises is an answer
        raise ValueError(f"{name} is no array: {type(error).__name__}: {error}") from None
    if array.dtype.kind not in "fiu" and array.dtype.name != "bfloat16":
        raise ValueError(f"{name} has dtype {array.dtype}, expected real floating-point numbers")
    return array


def _called(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"


def _complaint(shape: tuple[int, ...], expected: tuple[int, ...], axes: list[str], first: str) -> str:
    if len(shape) != len(expected):
        return f"the axes are {', '.join(axes)}"
    if shape[0] != expected[0]:
        return f"one entry per sample of {first}"
    if axes[1] == "time" and shape[1] != expected[1]:
        return "one entry per time in t_coordinate, the initial state first"
    return f"the points of {first}, all of them"
