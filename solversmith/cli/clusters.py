"""Options of commands that may work on a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from solversmith.errors import UsageError

RAY = "ray"
Command = TypeVar("Command", bound=Callable[..., Any])

ADDRESS = click.option(
    "--address",
    metavar="ADDRESS",
    help="With --pool ray, which cluster: auto, HOST:PORT, ray://HOST:PORT, or local: one of this machine "
    "alone, for this command. [default: what RAY_ADDRESS says, else local]",
    envvar="RAY_ADDRESS",
)


def pool_options(*names: str) -> Callable[[Command], Command]:
    """Add `--pool`, one of these names, and `--address`."""

    def add(command: Command) -> Command:
        command = ADDRESS(command)
        pool = click.option(
            "--pool",
            type=click.Choice(names),
            default=names[0],
            show_default=True,
            help="What carries attempts.",
        )
        return pool(command)

    return add


def demand_ray(pool: str, address: str | None) -> None:
    """Raise `UsageError` where an address is given and nothing goes there."""
    given = click.get_current_context().get_parameter_source("address")
    if pool != RAY and address and given is click.core.ParameterSource.COMMANDLINE:
        raise UsageError(f"--address {address} is for --pool ray: add that, or leave it out")
