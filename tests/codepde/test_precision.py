"""float64 without a trace."""

from __future__ import annotations

import threading

import jax.numpy as jnp
import numpy as np

from codepde.precision import double_precision


def dtype_now() -> str:
    return str(jnp.asarray(np.ones(2)).dtype)


def test_inside_it_is_double_and_outside_it_is_as_before() -> None:
    before = dtype_now()
    with double_precision():
        assert dtype_now() == "float64"
    assert dtype_now() == before


def test_other_threads_keep_their_precision() -> None:
    before, seen = dtype_now(), []
    with double_precision():
        other = threading.Thread(target=lambda: seen.append(dtype_now()))
        other.start()
        other.join()
    assert seen == [before]
