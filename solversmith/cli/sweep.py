"""`solversmith sweep`: many runs from one file; `sweep status` and `sweep cancel` look at it and stop it."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solversmith import errors
from solversmith.cli.clusters import RAY, demand_own_slots, demand_ray, pool_options
from solversmith.cli.interrupts import INTERRUPTED, interrupting
from solversmith.cli.options import SECONDS, TOTAL, YES, Finite
from solversmith.cli.terminal import note, say, say_json

if TYPE_CHECKING:
    from solversmith.sweeps import Ended, Row, Sweep
    from solversmith.sweeps.stopping import Stop

STATUS, CANCEL = "status", "cancel"
DEFAULT_WORKERS = 2
_AGAIN = "the same command goes on from there"


@click.command("sweep")
@click.argument("words", nargs=-1, required=True, metavar="[status|cancel] FILE")
@click.option("--dry-run", is_flag=True, help="Only say how many runs, calls, USD and CPU hours it takes.")
@click.option(
    "--workers",
    type=click.IntRange(1, 65536),
    help="Attempts at once, over all runs. [default: what the file says, else 2]",
)
@click.option(
    "--max-usd", type=Finite(min=0), metavar="USD", help="Of all runs together; goes before the file's."
)
@click.option("--max-tokens", type=TOTAL, help="Likewise.")
@click.option("--max-calls", type=TOTAL, help="Likewise.")
@click.option(
    "--max-wall", type=SECONDS, metavar="S", help="Begin nothing after so many seconds of this command."
)
@pool_options("threads", RAY)
@YES
@click.option("--json", "as_json", is_flag=True, help="Status and estimate as one JSON object on stdout.")
def command(
    words: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
    pool: str,
    address: str | None,
    **given: Any,
) -> int:
    """Carry out every run that FILE (TOML) asks for; `sweeps/example.toml` explains itself.

    The same command resumes it: what is done is not done again, and never paid again. Ctrl-C, or `sweep
    cancel FILE` from anywhere, begins nothing more and finishes what runs; a second Ctrl-C stops at once.
    """
    from solversmith import sweeps
    from solversmith.cli.sweep_terms import terms

    demand_ray(pool, address)
    action, file = _taken(words)
    sweep = _with_options(sweeps.read(file, terms()), given)
    for run in sweep.runs if pool == RAY else ():
        demand_own_slots(run.settings, f"{file}: the run {run.id}: ")
    if action == STATUS:
        return _status(sweep, as_json)
    if action == CANCEL:
        return _cancel(sweep)
    if dry_run:
        return _dry(sweep, as_json)
    _consented(sweep, yes)
    return _carried_out(sweep, pool, address)


def _taken(words: tuple[str, ...]) -> tuple[str, Path]:
    """The action, empty for carrying it out, and the file."""
    *action, file = words
    if not action and file not in (STATUS, CANCEL):
        return "", Path(file)
    if len(action) == 1 and action[0] in (STATUS, CANCEL):
        return action[0], Path(file)
    raise errors.UsageError(f"sweep takes a file, or status or cancel and a file, not {' '.join(words)!r}")


def _with_options(sweep: Sweep, given: dict[str, Any]) -> Sweep:
    """What the command line says goes before what the file says."""
    names = {"max_usd": "usd", "max_tokens": "tokens", "max_calls": "calls", "max_wall": "wall_s"}
    limits = {name: given[option] for option, name in names.items() if given[option] is not None}
    workers = given["workers"] if given["workers"] is not None else sweep.workers
    return replace(sweep, budget=replace(sweep.budget, **limits), workers=workers)


def _dry(sweep: Sweep, as_json: bool) -> int:
    from solversmith import sweeps

    estimate = sweeps.estimated(sweep, note)
    if as_json:
        say_json({**asdict(estimate), "ids": [run.id for run in sweep.runs]})
        return errors.DONE
    for run in sweep.runs:
        say(run.id)
    say(estimate.text)
    return errors.DONE


def _consented(sweep: Sweep, yes: bool) -> None:
    """Say what it takes, and ask where that is long. Raises `UsageError` for a no."""
    from solversmith import sweeps
    from solversmith.cli.consent import agreeing

    estimate = sweeps.estimated(sweep, note)
    agreeing(note, yes)(estimate.bill(sweep.workers or DEFAULT_WORKERS))


def _status(sweep: Sweep, as_json: bool) -> int:
    from solversmith import sweeps
    from solversmith.sweeps.standing import carried_out_by, counted

    rows, holder = sweeps.rows(sweep), carried_out_by(sweep)
    if as_json:
        by = None if holder is None else {"host": holder.host, "pid": holder.pid}
        say_json({"folder": str(sweep.folder), "carried_out_by": by, "runs": [asdict(row) for row in rows]})
        return errors.DONE
    width = max(len(row.id) for row in rows)
    for row in rows:
        say(f"{row.id.ljust(width)}  {_told(row)}")
    say(counted(rows))
    who = "nobody" if holder is None else f"process {holder.pid} on {holder.host} since {holder.since}"
    say(f"carried out now by {who}")
    return errors.DONE


def _told(row: Row) -> str:
    losses = "  ".join(
        f"{name} {value:.3e}" for name, value in (("dev", row.dev), ("test", row.test)) if value is not None
    )
    parts = [row.state, f"{row.candidates}/{row.wanted} candidates", losses, row.why]
    return "  ".join(part for part in parts if part)


def _cancel(sweep: Sweep) -> int:
    from solversmith.sweeps.standing import carried_out_by
    from solversmith.sweeps.stopping import cancel

    holder = carried_out_by(sweep)
    if holder is None:
        note(f"nobody carries out the sweep in {sweep.folder} now")
        return errors.DONE
    cancel(sweep.folder)
    note(f"process {holder.pid} on {holder.host} begins nothing more, finishes what runs, and ends")
    return errors.DONE


def _carried_out(sweep: Sweep, pool: str, address: str | None) -> int:
    from solversmith.sweeps.stopping import Stop

    stop = Stop(sweep.budget.wall_s)
    with interrupting(stop):
        if pool == RAY:
            from solversmith.remote.driving import sweep_carried_out

            return _told_end(sweep, sweep_carried_out(sweep, stop, note, address), stop)
        return _told_end(sweep, _in_threads(sweep, stop), stop)


def _in_threads(sweep: Sweep, stop: Stop) -> list[Ended]:
    """In this process: as many runs side by side as there are workers, each with its share of them."""
    from solversmith.session import Means
    from solversmith.sweeps.carrying import carried_out

    return carried_out(sweep, Means(), workers=sweep.workers or DEFAULT_WORKERS, stop=stop, tell=note)


def _told_end(sweep: Sweep, ended: list[Ended], stop: Stop) -> int:
    """What a person should know at the end; the exit code."""
    failed = [each for each in ended if each.state == "failed"]
    done = sum(each.state == "done" for each in ended)
    note(
        f"{done} of {len(ended)} runs are done, {len(failed)} failed; "
        f"compare: solversmith table --dir {sweep.folder}"
    )
    if stop() and done < len(ended):
        note(f"stopped: {stop.reason}; {_AGAIN}")
    if any(each.exit_code == errors.FAULT for each in failed):
        return errors.FAULT
    if failed:
        return failed[0].exit_code
    return errors.INTERRUPTED if stop() and stop.reason == INTERRUPTED else errors.DONE
