"""`solversmith doctor`: what this machine can isolate, on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from solversmith import errors
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
    found = {**found, "machine": machine(), "versions": {**found["versions"], **versions()}}
    if as_json:
        say_json(found)
    else:
        _page(found)
    if found.get("level") in _ENOUGH:
        return errors.DONE
    note("programs can't be confined here: `score` and `run` refuse to start any, unless with --unsafe-exec")
    return errors.PREREQUISITE


def _page(found: Mapping[str, Any]) -> None:
    about = found["interpreter"]
    say(f"isolation level: {found['level']}")
    for probe in found["probes"]:
        _probe(probe)
    say("not given at this level:")
    for text in found["not_given"]:
        say(f"     {text}")
    say(f"interpreter: {_text(about.get('executable', 'none'))}, Python {about.get('version', '?')}")
    say(f"solver environment: {_text(found['solver_environment']) or 'none'}")
    say(f"machine: {_text(found['machine'])}")
    say(f"versions: {_text(found['versions'])}")


def _probe(probe: Mapping[str, Any]) -> None:
    say(f"[{'ok' if probe.get('ok') else '--'}] {probe.get('name')}: {probe.get('detail', '')}")
    if not probe.get("ok") and probe.get("remedy"):
        say(f"     to get it: {probe['remedy']}")


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_text(item) for item in value)
    return str(value)
