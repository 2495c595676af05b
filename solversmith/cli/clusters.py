"""Options of commands that may work on a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from solversmith.errors import UsageError

if TYPE_CHECKING:
    from solversmith.settings import RunSettings

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


def demand_own_slots(settings: RunSettings, where: str = "") -> None:
    """Raise `UsageError` where a run on a cluster says how many programs run at once."""
    if settings.slots is not None:
        raise UsageError(
            f"{where}slots={settings.slots} can't be kept with --pool ray: every node of a cluster runs as "
            "many programs at once as it has free cores; leave it out"
        )
