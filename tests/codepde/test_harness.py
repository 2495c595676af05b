"""The part that runs inside the sandbox, as the source that it is sent as."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import codepde.problem
from codepde.batch import draw_batch, pack

SOURCE = Path(codepde.problem.__file__).with_name("harness.py").read_text(encoding="utf-8")
SHAPE = (2, 5, 16)


@pytest.fixture
def harness() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "harness"}
    exec(compile(SOURCE, "harness.py", "exec"), names)  # noqa: S102 - our own source, as the sandbox runs it
    return names


@pytest.fixture
def payload(toy: ModuleType) -> bytes:
    family = toy.family(k=0.3)
    return pack(family, draw_batch(family, "dev", 2))


def test_it_imports_numpy_and_the_standard_library_only() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= {"numpy", *sys.stdlib_module_names}


def test_arguments_are_the_published_signature(
    harness: dict[str, Any], payload: bytes, toy: ModuleType
) -> None:
    (states, times, k), keywords = harness["arguments"](payload)
    assert np.array_equal(states, draw_batch(toy.family(), "dev", 2).inputs["u0_batch"])
    assert np.array_equal(times, toy.GRID.times)
    assert (type(k), k, keywords) == (float, 0.3, {})


def test_arguments_are_fresh_and_may_be_written_to(harness: dict[str, Any], payload: bytes) -> None:
    (states, times, _), _ = harness["arguments"](payload)
    states[:] = 0.0
    times[:] = 0.0
    (again, later, _), _ = harness["arguments"](payload)
    assert again.any()
    assert later.any()
    assert (states.dtype, states.flags["C_CONTIGUOUS"], states.flags["OWNDATA"]) == (np.float64, True, True)


class Tensor:
    """Looks like a tensor of a library that tracks gradients."""

    def __init__(self, values: np.ndarray) -> None:
        self._values = values

    def detach(self) -> Tensor:
        return self

    cpu = detach

    def numpy(self) -> np.ndarray:
        return self._values


def as_jax(values: np.ndarray) -> Any:
    import jax.numpy as jnp

    return jnp.asarray(values)


@pytest.mark.parametrize(
    "convert",
    [
        np.asarray,
        np.asfortranarray,
        np.ndarray.tolist,
        lambda values: values.astype(np.float32),
        lambda values: values.astype(">f8"),
        lambda values: np.flip(values, axis=1)[:, ::-1],
        as_jax,
        Tensor,
    ],
)
def test_real_arrays_of_any_make_are_taken(
    harness: dict[str, Any], payload: bytes, convert: Callable[[np.ndarray], Any]
) -> None:
    values = np.random.default_rng(0).normal(size=SHAPE)
    found = harness["answer"](convert(values), payload)["trajectory"]
    assert found.dtype.str == "<f8"
    assert found.flags["C_CONTIGUOUS"]
    assert found == pytest.approx(values, abs=1e-6)


def test_values_that_are_not_finite_are_not_its_business(harness: dict[str, Any], payload: bytes) -> None:
    assert np.isnan(harness["answer"](np.full(SHAPE, np.nan), payload)["trajectory"]).all()


class Liar:
    """Raises when it is made an array of."""

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        raise KeyError("no")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            np.zeros((2, 4, 16)),
            r"trajectory has shape \(2, 4, 16\), expected \(2, 5, 16\): one entry per time in t_coordinate, "
            "the initial state first",
        ),
        (np.zeros((1, 5, 16)), "one entry per sample of u0_batch"),
        (np.zeros((2, 5, 1)), "the points of u0_batch"),
        (np.zeros((5, 16)), "the axes are batch, time, space"),
        (np.zeros((*SHAPE, 1)), "the axes are batch, time, space"),
        (1.0, r"shape \(\)"),
        (None, r"trajectory is None, expected an array \(batch, time, space\)"),
        ("text", "str"),
        ({"trajectory": np.zeros(SHAPE)}, "dict"),
        (np.zeros(SHAPE, dtype=complex), "complex128"),
        (np.zeros(SHAPE, dtype=bool), "bool"),
        (np.zeros(SHAPE, dtype=object), "object"),
        ([[1.0], [1.0, 2.0]], "no array"),
        ((value for value in range(3)), "object"),
        (Liar(), "KeyError"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(
    harness: dict[str, Any], payload: bytes, value: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        harness["answer"](value, payload)


@pytest.fixture(params=["pair", "steady_pair"])
def several(request: pytest.FixtureRequest, toy: ModuleType) -> tuple[bytes, tuple[int, ...]]:
    family = getattr(toy, request.param)()
    return pack(family, draw_batch(family, "dev", 2)), (2, *family.grid.shape)


def test_arguments_of_several_fields_come_in_order(
    harness: dict[str, Any], several: tuple[bytes, tuple[int, ...]], toy: ModuleType
) -> None:
    payload, shape = several
    arrays, _ = harness["arguments"](payload)
    inputs = draw_batch(toy.pair() if len(shape) == 4 else toy.steady_pair(), "dev", 2).inputs
    assert len(arrays) == (4 if len(shape) == 4 else 3)
    for given, name in zip(arrays, ("u0", "v0", "rates"), strict=False):
        assert np.array_equal(given, inputs[name])


@pytest.mark.parametrize("kind", [tuple, list])
def test_several_fields_are_a_tuple_in_order(
    harness: dict[str, Any], several: tuple[bytes, tuple[int, ...]], kind: type
) -> None:
    payload, shape = several
    u, v = np.random.default_rng(0).normal(size=(2, *shape))
    found = harness["answer"](kind([u.astype(np.float32), v.tolist()]), payload)
    assert list(found) == ["u", "v"]
    assert found["u"] == pytest.approx(u, abs=1e-6)
    assert np.array_equal(found["v"], v)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda u: u, r"solver returned a ndarray, expected a tuple of 2 arrays: u, v"),
        (lambda u: None, r"solver returned None, expected a tuple"),
        (lambda u: (u,), r"solver returned 1 values, expected a tuple of 2 arrays: u, v"),
        (lambda u: (u, u, u), "3 values"),
        (lambda u: {"u": u, "v": u}, "a dict"),
        (lambda u: (u, u > 0), "v has dtype bool"),
        (lambda u: (u.astype(complex), u), "u has dtype complex128"),
        (lambda u: (u, None), r"v is None, expected an array \(batch, "),
        (lambda u: (u, u[:1]), r"v has shape \(1, .*one entry per sample of u0"),
        (lambda u: (u, u[..., :3]), r"v has shape .*the points of u0, all of them"),
        (lambda u: (u, u[..., 0]), r"v has shape .*the axes are batch, .*first, second direction of space"),
    ],
)
def test_what_is_wrong_with_which_field_is_said(
    harness: dict[str, Any],
    several: tuple[bytes, tuple[int, ...]],
    wrong: Callable[[np.ndarray], Any],
    message: str,
) -> None:
    payload, shape = several
    with pytest.raises(ValueError, match=message):
        harness["answer"](wrong(np.zeros(shape)), payload)
