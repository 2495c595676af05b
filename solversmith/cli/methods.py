"""`solversmith methods`: how the search can go about it."""

from __future__ import annotations

import click

from solversmith.cli.offers import listed


@click.command("methods")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(name: str | None, as_json: bool) -> int:
    """List the search methods that `run --method` takes."""
    from solversmith import methods

    return listed("method", methods.available(), name, as_json)
