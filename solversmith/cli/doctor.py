"""`solversmith doctor`: what this machine can isolate, on one page."""

from __future__ import annotations

import click

from solversmith import errors
from solversmith.cli import cluster
from solversmith.cli.doctor_page import page
from solversmith.cli.terminal import note, say, say_json

_PACKAGES = ("numpy", "scipy", "networkx", "jax")
_ENOUGH = ("L2", "L3", "L4", "L5")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(as_json: bool) -> int:
    """Probe what this machine can isolate, by using it, and say how to get more.

    Exit code 0 if programs can be confined (L2 or better), else 3.
    """
    from sandbox.doctor import examine
    from solversmith.identity import machine, versions

    found = examine(_PACKAGES)
    enough = found.get("level") in _ENOUGH
    found = {**found, "machine": machine(), "versions": {**found["versions"], **versions()}}
    found["ray"] = cluster.facts(confined=enough)
    if as_json:
        say_json(found)
    else:
        for line in page(found):
            say(line)
    if enough:
        return errors.DONE
    note("programs can't be confined here: `score` and `run` refuse to start any, unless with --unsafe-exec")
    return errors.PREREQUISITE
