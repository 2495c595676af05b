"""Runs inside the sandbox, as source: payload to arguments, returned value to declared arrays.

For the scalar families in one dimension: ``solver(u0_batch, t_coordinate, *coefficients)`` returns one array
``(batch, frames, num_points)``. It imports nothing of this project.
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
    """``{"trajectory": array}`` of little-endian float64; raises `ValueError` saying what was expected."""
    expected = tuple(_split(payload)[0]["answer"])
    array = _as_array(value)
    if array.shape != expected:
        raise ValueError(
            f"trajectory has shape {array.shape}, expected {expected}: {_complaint(array.shape, expected)}"
        )
    return {"trajectory": np.ascontiguousarray(array, dtype="<f8")}


def _split(payload: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, body = bytes(payload).partition(b"\n")
    return json.loads(line), body


def _as_array(value: Any) -> Any:
    if value is None:
        raise ValueError("solver returned None, expected an array (batch, time, space)")
    if isinstance(value, (str, bytes, dict, set)):
        raise ValueError(f"solver returned a {type(value).__name__}, expected an array (batch, time, space)")
    if hasattr(value, "detach") and hasattr(value, "cpu"):  # a tensor that may carry a gradient
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
    except Exception as error:  # noqa: BLE001 - whatever the program's object raises is an answer
        raise ValueError(f"what solver returned is no array: {type(error).__name__}: {error}") from None
    if array.dtype.kind not in "fiu" and array.dtype.name != "bfloat16":
        raise ValueError(f"trajectory has dtype {array.dtype}, expected real floating-point numbers")
    return array


def _complaint(shape: tuple[int, ...], expected: tuple[int, ...]) -> str:
    if len(shape) != len(expected):
        return "the axes are batch, time, space"
    if shape[0] != expected[0]:
        return "one trajectory per initial state"
    if shape[1] != expected[1]:
        return "one entry per time in t_coordinate, the initial state first"
    return "the points of u0_batch, all of them"
