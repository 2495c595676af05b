"""`solversmith run`: let a model write solvers, and pick the best."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from solversmith import errors
from solversmith.cli.clusters import ADDRESS, RAY, demand_own_slots, demand_ray
from solversmith.cli.consent import agreeing
from solversmith.cli.interrupts import interrupting
from solversmith.cli.options import (
    COUNT,
    FILE,
    SCHEDULE,
    SECONDS,
    TOTAL,
    YES,
    Finite,
    Offered,
    beside_options,
    scoring_options,
    taken_scoring,
)
from solversmith.cli.terminal import note, say, say_json
from solversmith.discovery import names
from solversmith.settings import (
    DEFAULT_METHOD,
    DEFAULT_MODEL,
    Asking,
    Pacing,
    RunSettings,
    Stopping,
)

if TYPE_CHECKING:
    from solversmith.session import RunResult, Watcher

_SAFE = "what is recorded is safe, and the same command continues this run"
REFERENCE, SELF = "reference", "self"  # where dev losses come from
_USD = Finite(min=0)
_OWN_OPTIONS = {
    "n": "-n",
    "debug_rounds": "--debug-rounds",
    "interactions": "--interactions",
    "edits": "--edits",
}
_ASKING = ("temperature", "max_output_tokens", "reasoning_effort", "base_url", "price")
_STOPPING = {
    "max_usd": "usd",
    "max_tokens": "tokens",
    "max_calls": "calls",
    "max_wall": "wall_s",
    "max_cpu": "cpu_s",
    "target_loss": "target_loss",
    "no_improvement": "no_improvement",
}


def _pools() -> Iterable[str]:
    from solversmith import pools

    return pools.available()


@click.command("run")
@click.argument("problem")
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="offline, scripted:FILE, openai:NAME, ..."
)
@click.option(
    "--reflector",
    metavar="MODEL",
    help="Who writes what is no program, such as reflections. [default: the model]",
)
@click.option("--method", default=DEFAULT_METHOD, show_default=True, help="How the search goes about it.")
@click.option(
    "--set",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help="A setting of the method; repeat for others.",
)
@click.option("-n", "candidates", type=COUNT, default=8, show_default=True, help="How many candidates.")
@click.option(
    "--debug-rounds",
    type=click.IntRange(0, 1000),
    default=4,
    show_default=True,
    help="Repairs a candidate may have.",
)
@click.option(
    "--interactions",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    metavar="H",
    help="Programs that an attempt may run on dev, without a score, before it hands one in.",
)
@click.option(
    "--edits", is_flag=True, help="Replies may be edits (SEARCH/REPLACE) of a program that is shown."
)
@click.option(
    "--start",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="A program of yours that enters first, as a candidate; repeat for others.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides every draw.")
@click.option(
    "--schedule",
    type=SCHEDULE,
    metavar="NAME",
    default="steady",
    show_default=True,
    help="steady: results reach proposals as they come; generational: in whole generations.",
)
@click.option(
    "--pool",
    type=Offered("pool", _pools),
    metavar=f"[{'|'.join(names('solversmith.pools'))}]",
    default="threads",
    show_default=True,
    help="What carries attempts.",
)
@ADDRESS
@click.option(
    "--workers", type=click.IntRange(1, 256), default=2, show_default=True, help="Attempts at once."
)
@click.option(
    "--slots",
    type=click.IntRange(1, 256),
    help="Programs at once; attempts wait for models meanwhile. [default: as --workers, at most the cores]",
)
@click.option(
    "--repeats", type=click.IntRange(1, 1000), default=1, show_default=True, help="Runs of each case."
)
@click.option(
    "--cascade",
    type=COUNT,
    metavar="K",
    help="Leave out cases of a program that can't be among the K best any more.",
)
@click.option(
    "--confirm/--no-confirm",
    default=None,
    help="Run the best two again, alone, and let that decide. [default: where the clock makes losses]",
)
@click.option("--no-reuse", is_flag=True, help="Run equal programs on equal cases again.")
@click.option(
    "--reuse-timed", is_flag=True, help="Reuse scores of anytime programs, too, which depend on the clock."
)
@click.option("--name", help="The run's name. [default: derived from the settings]")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default="runs",
    show_default=True,
    help="Where runs lie.",
)
@click.option("--max-usd", type=_USD, metavar="USD", help="Stop before more than this is spent.")
@click.option("--max-tokens", type=TOTAL, help="Stop before more tokens than this are used.")
@click.option("--max-calls", type=TOTAL, help="Stop after so many model calls.")
@click.option("--max-wall", type=SECONDS, metavar="S", help="Start nothing after so many seconds.")
@click.option("--max-cpu", type=SECONDS, metavar="S", help="Stop after so much processor time of programs.")
@click.option("--target-loss", type=Finite(), help="Stop as soon as a candidate is this good.")
@click.option(
    "--no-improvement", type=COUNT, metavar="N", help="Stop when the last N candidates were no better."
)
@click.option("--base-url", metavar="URL", help="A compatible server.")
@click.option("--no-cache", is_flag=True, help="Buy every completion, also one that was bought before.")
@click.option("--max-in-flight", type=COUNT, metavar="N", help="Calls under way at one server.")
@click.option("--requests-per-minute", type=Finite(0, min_open=True), metavar="N", help="At one server.")
@click.option("--tokens-per-minute", type=Finite(0, min_open=True), metavar="N", help="At one server.")
@click.option("--price", metavar="IN/OUT", help="USD per million tokens.")
@click.option("--temperature", type=Finite(0, 2), help="Of the model.")
@click.option("--max-output-tokens", type=COUNT, help="Cap on one completion.")
@click.option("--reasoning-effort", help="low, medium, high: where the model has it.")
@click.option(
    "--feedback",
    "source",
    type=click.Choice([REFERENCE, SELF]),
    default=REFERENCE,
    show_default=True,
    help="What dev losses and feedback come from: the reference, or signals that need none.",
)
@click.option("--no-feedback", is_flag=True, help="Do not tell a repair what went wrong: an experiment.")
@beside_options
@click.option("--score-all", is_flag=True, help="Score every candidate on test, after the search is frozen.")
@click.option("--humans/--no-humans", default=True, help="Score the human programs, too, to stand beside it.")
@scoring_options
@YES
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object on stdout.")
def command(problem: str, as_json: bool, yes: bool, **given: Any) -> int:
    """Let a model write solvers of PROBLEM, run and score them, have failures repaired, and pick the best.

    The same command continues a run that was interrupted, with another --max-... if you like; of one that is
    over it prints the result and pays nothing.
    """
    address = given["address"]
    demand_ray(given["pool"], address)
    settings = settings_of(problem, given)
    if settings.pool == RAY:
        demand_own_slots(settings)
    result = _carried_out(settings, yes, address)
    if as_json:
        from solversmith.summary import as_object

        say_json(as_object(result.summary))
    else:
        report(result)
    if result.summary.selected is None:
        note("no candidate solved a case: `solversmith show` tells why")
        return errors.NO_VALID_CANDIDATE
    return errors.DONE


def settings_of(problem: str, given: dict[str, Any]) -> RunSettings:
    """The command's options as settings."""
    given.pop("address", None)  # where it is carried out makes it no other run
    scoring = taken_scoring(given)
    given["options"] = _method_options(given["options"])
    given["reuse"] = not given.pop("no_reuse")
    given |= {"signals": given.pop("source") == SELF, "feedback": not given.pop("no_feedback")}
    asking = Asking(**{name: given.pop(name) for name in _ASKING})
    pacing = Pacing(
        in_flight=given.pop("max_in_flight"),
        requests_per_minute=given.pop("requests_per_minute"),
        tokens_per_minute=given.pop("tokens_per_minute"),
        cached=not given.pop("no_cache"),
    )
    stopping = Stopping(**{name: given.pop(option) for option, name in _STOPPING.items()})
    return RunSettings(problem, scoring=scoring, asking=asking, stopping=stopping, pacing=pacing, **given)


def _method_options(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs. Raises `UsageError`; what a name or value may be is for the method to say."""
    options: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise errors.UsageError(f"--set takes NAME=VALUE, not {pair!r}")
        if name in _OWN_OPTIONS:
            raise errors.UsageError(f"--set {pair}: use {_OWN_OPTIONS[name]} for that")
        options[name] = value
    return options


def report(result: RunResult) -> None:
    """The result of a run: its table, the ledger, and where everything lies."""
    from solversmith.cli.report import (
        beside_lines,
        confirmed_line,
        ledger_line,
        on_test_line,
        rounds_line,
    )
    from solversmith.tables import as_text
    from solversmith.tables.runs import result_table

    summary, path = result.summary, result.path
    say(as_text(result_table(summary, result.humans)))
    lines = (confirmed_line(summary), on_test_line(summary), *beside_lines(summary), rounds_line(summary))
    for line in filter(None, (*lines, ledger_line(summary))):
        say(line)
    if summary.selected is not None:
        say(f"program: {path / 'best.py'}")
        say(f"look:    solversmith show {path} {summary.selected.id}")
    if summary.repaired:
        say(f"repair:  solversmith show {path} {summary.repaired[0]}   (failed, was told why, repaired)")
    say(f"compare: solversmith table {path}")


def _on_ray(settings: RunSettings, watcher: Watcher, address: str | None) -> RunResult:
    from solversmith.remote.driving import run_carried_out
    from solversmith.sweeps.stopping import Stop

    stop = Stop()
    with interrupting(stop, watcher.tell):
        return run_carried_out(settings, watcher, stop, address)


def _carried_out(settings: RunSettings, yes: bool, address: str | None) -> RunResult:
    from solversmith.cli.live import shown
    from solversmith.session import Watcher, carried_out

    with shown() as live:
        try:
            agree = agreeing(live.tell, yes, live.paused)
            watcher = Watcher(live.begin, live.observe, live.tell, agree)
            if settings.pool == RAY:
                return _on_ray(settings, watcher, address)
            return carried_out(settings, watcher)
        except KeyboardInterrupt:
            live.tell(f"stopping; {_SAFE}" if live.recorded else "stopping")
            raise
        except (errors.UsageError, errors.BadJournal):
            raise
        except errors.SolversmithError as error:
            if live.recorded and "same command" not in str(error):
                live.tell(_SAFE)
            raise
