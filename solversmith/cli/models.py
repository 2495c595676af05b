"""`solversmith models`: who can write programs."""

from __future__ import annotations

import click

from solversmith.cli.offers import listed


@click.command("models")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(name: str | None, as_json: bool) -> int:
    """List the models that `run --model` takes."""
    from solversmith import models

    return listed("model", models.available(), name, as_json)
