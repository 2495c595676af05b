"""JAX in float64 on the CPU, without changing anything for others in this process."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def double_precision() -> Iterator[None]:
    """Within this context, and in this thread only, JAX computes in float64 on the CPU."""
    import jax

    with _enable_x64()(True), jax.default_device(jax.local_devices(backend="cpu")[0]):
        yield


@contextmanager
def single_precision() -> Iterator[None]:
    """Within this context, and in this thread only, JAX computes in float32 on the CPU."""
    import jax

    with _enable_x64()(False), jax.default_device(jax.local_devices(backend="cpu")[0]):
        yield


def _enable_x64() -> Any:
    """The context that JAX has for this; releases before 0.8 or so have it in another module."""
    import jax

    if callable(getattr(jax, "enable_x64", None)):
        return jax.enable_x64
    return importlib.import_module("jax.experimental").enable_x64
