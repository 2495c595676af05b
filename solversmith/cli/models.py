"""`solversmith models`: who can write programs."""

from __future__ import annotations

import click

from solversmith.cli.offers import listed
from solversmith.cli.terminal import say


@click.command("models")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(name: str | None, as_json: bool) -> int:
    """List the models that `run --model` takes; of NAME also what it knows, such as servers and prices."""
    from solversmith import models

    code = listed("model", models.available(), name, as_json)
    if name is not None and not as_json:
        for line in models.details(name):
            say(line)
    return code
