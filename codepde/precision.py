"""JAX in float64 on the CPU, without changing anything for others in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def double_precision() -> Iterator[None]:
    """Within this context, and in this thread only, JAX computes in float64 on the CPU."""
    import jax

    enable = jax.enable_x64 if callable(getattr(jax, "enable_x64", None)) else _older_enable()
    with enable(True), jax.default_device(jax.local_devices(backend="cpu")[0]):
        yield


def _older_enable():  # type: ignore[no-untyped-def]  # the same context under its name in older releases
    from jax.experimental import enable_x64

    return enable_x64
