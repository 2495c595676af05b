"""A cluster to work on: one of ours on this machine, or one that is there. `ray stop` is never called."""

from __future__ import annotations

import logging
import os
import secrets as random_token
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from solversmith.broker.keys import NAMES
from solversmith.errors import MissingPrerequisite, UsageError

LOCAL = "local"
_MOST_STORE = 256 << 20  # bytes of shared memory for a cluster of ours: it carries programs and scores
# Before Ray is imported: nothing is reported to anybody, and nothing is written over progress.
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_enable_metrics_collection": "0",
    "RAY_worker_niceness": "0",  # programs are timed: 15 of Ray's would let everything else go before them
    # How long its own processes may take to come up: on a busy machine, long.
    "RAY_agent_register_timeout_ms": "240000",
    "RAY_worker_register_timeout_seconds": "240",
    "RAY_gcs_server_request_timeout_seconds": "120",
}
_ANSWER_S = 10.0  # for a head to take a connection
_TRIES = 3  # at a cluster of ours, where what has no setting came up too late
_TOO_SOON_S = 10.0  # what fails before that is no matter of time


def secrets() -> dict[str, str]:
    """Variables of this process that look like keys; those of Ray itself are none."""
    return {
        name: value
        for name, value in os.environ.items()
        if NAMES.fullmatch(name) and not name.startswith("RAY_")
    }


@contextmanager
def joined(address: str | None = None, *, cores: int | None = None, **further: Any) -> Iterator[None]:
    """Be a driver of a cluster for the time of the block.

    Parameters
    ----------
    address
        `auto`: the one that this machine belongs to. `HOST:PORT` of a head. `ray://HOST:PORT`: through a
        client's port. `local` or none: one of ours on this machine, which ends with the block.
    cores
        Of a cluster of ours; none: as many as this process may use.

    Raises
    ------
    MissingPrerequisite
        There is no such cluster, or it can't be joined.
    """
    _refuse_silent(address or LOCAL)
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    with _own_token(address or LOCAL):  # before Ray is imported, when it reads this, and never again
        import ray

        if ray.is_initialized():
            raise UsageError("this process has joined a cluster already")
        with _without_secrets():
            _init(ray, address or LOCAL, cores, further)
        _silence()
        try:
            yield
        finally:
            ray.shutdown()


def _refuse_silent(address: str) -> None:
    """Raise `MissingPrerequisite` where nobody listens at HOST:PORT: Ray would try it for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return  # `auto`, or something that Ray itself refuses at once
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_S).close()
    except (OSError, OverflowError) as error:
        raise MissingPrerequisite(
            f"can't join the Ray cluster {address!r}: nobody answers there ({error}); is its head up?"
        ) from error


def _init(ray: Any, address: str, cores: int | None, further: dict[str, Any]) -> None:
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL, **further}
    if address == LOCAL:
        options |= {
            "num_cpus": cores or len(os.sched_getaffinity(0)),
            "include_dashboard": False,
            "object_store_memory": _MOST_STORE,
        }
    for left in range(_TRIES - 1 if address == LOCAL else 0, -1, -1):
        begun_s = time.monotonic()
        try:
            ray.init(address=address, **options)
            return
        except Exception as error:  # it raises anything, `Exception` itself too
            ray.shutdown()
            if left and time.monotonic() - begun_s > _TOO_SOON_S:
                continue
            said = " ".join(str(error).split())[:300]
            raise MissingPrerequisite(
                f"can't join the Ray cluster {address!r}: {said}{_advice(address)}"
            ) from error


def _silence() -> None:
    """Where a worker or a node is lost Ray prints pages of its log on stdout, which is for results alone.

    Nothing that it is asked by `init` changes that.
    """
    from ray._private import worker

    printing: Any = worker
    if hasattr(printing, "print_to_stdstream"):
        printing.print_to_stdstream = _nothing


def _nothing(*_: Any, **__: Any) -> None:
    """What was lost is told by whoever carries on without it."""


def _advice(address: str) -> str:
    token = Path(os.environ.get("RAY_AUTH_TOKEN_PATH") or "~/.ray/auth_token").expanduser()
    if address != LOCAL and not token.is_file() and "RAY_AUTH_TOKEN" not in os.environ:
        return f"; if it asks for a token, put the one of its head into {token}"
    return ""


@cache
def _token() -> str:
    """One for all clusters of this process: Ray reads it once, and never again."""
    return random_token.token_hex(32)


@contextmanager
def _own_token(address: str) -> Iterator[None]:
    """A cluster of ours asks for a token that is nowhere but in the environment of its processes.

    Otherwise Ray would write one into the user's home, readable by all. Programs see no environment.
    """
    if address != LOCAL or "RAY_AUTH_MODE" in os.environ:
        yield
        return
    if "ray" in sys.modules and not _token.cache_info().currsize:
        raise UsageError(
            "Ray was imported before it was told to ask for a token: let solversmith import it, or set "
            "RAY_AUTH_MODE before that"
        )
    own = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": _token()}
    os.environ.update(own)
    try:
        yield
    finally:
        for name in own:
            os.environ.pop(name, None)


@contextmanager
def _without_secrets() -> Iterator[None]:
    """Processes that Ray starts inherit the environment: a worker has no use for keys of models."""
    hidden = secrets()
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)
