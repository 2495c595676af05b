"""`solversmith`: the one command. Sub-commands are imported when they are called."""

from __future__ import annotations

import difflib
import errno
import importlib
import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence

import click

from solversmith import __version__, errors
from solversmith.cli.terminal import forgiving_streams, note

COMMANDS: Mapping[str, str] = {
    "run": "Let a model write solvers and pick the best.",
    "sweep": "Many runs from one file, resumable; status, cancel.",
    "score": "Score one program; no model is asked.",
    "show": "What happened in a run, round by round.",
    "table": "Runs and human programs side by side.",
    "compare-methods": "Search methods on one budget, over seeds.",
    "compare": "Solvers against each other, and what may be concluded.",
    "report": "Runs as one page that needs no network.",
    "export": "Runs as training data or flat tables.",
    "data": "Instances: list, get, verify, make.",
    "import": "Results from elsewhere in the same tables.",
    "problems": "The problems, or one of them in full.",
    "models": "Who can write programs.",
    "methods": "How the search can go about it.",
    "codepde": "PDE references and published data as files.",
    "doctor": "What this machine can isolate, and how to get more.",
}
_MODULES = {
    "import": "importing",
    "compare-methods": "compare_methods",
    "report": "reporting",
    "export": "exporting",
}  # where the name of a command can be no module's
_NAME, _COMPLETION = "solversmith", "_SOLVERSMITH_COMPLETE"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
BROKEN_PIPE = 128 + signal.SIGPIPE


class LazyGroup(click.Group):
    """A group whose sub-commands live in modules of their own, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command `solversmith.cli.NAME.command`."""
        if cmd_name not in COMMANDS:
            return None
        module = _MODULES.get(cmd_name, cmd_name)
        command = importlib.import_module(f"solversmith.cli.{module}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; close matches in the error."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], COMMANDS, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]!r}?" if close else "see solversmith --help"
            raise click.UsageError(f"no command named {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="solversmith")
@click.option("--debug", is_flag=True, help="Show a traceback where something fails.")
def cli(debug: bool) -> None:
    """Language models write solvers; the workbench finds out, honestly, how good they are.

    Try `solversmith run burgers` or `solversmith score tsp simple`.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 no valid candidate, 2 usage, 3 prerequisite,
    4 a fault of ours, 130 interrupted.
    """
    if sys.stdout is None:  # how Python says that it was closed; the next file would become it
        note("error: stdout is closed, so there is nowhere to write the result; leave it open")
        return errors.PREREQUISITE
    forgiving_streams()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    try:
        result = _invoked(arguments)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 (the outermost edge: everything gets its sentence)
        if isinstance(error, BrokenPipeError):
            return _reader_gone()
        if debug:
            traceback.print_exc()
        if isinstance(error, OSError) and error.errno in _FULL:
            return _nothing_written(error)
        return _explained(error)
    return result if isinstance(result, int) else errors.DONE


def _invoked(arguments: list[str]) -> object:
    """What the command returns. Without `click.main`, which turns a broken pipe into exit code 1."""
    if _COMPLETION in os.environ:
        return cli.main(arguments, prog_name=_NAME, complete_var=_COMPLETION, standalone_mode=False)
    try:
        with cli.make_context(_NAME, arguments) as context:
            return cli.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code


def _reader_gone() -> int:
    """Quietly end: Python would complain once more when it flushes at exit."""
    _drop_stdout()
    return BROKEN_PIPE


def _nothing_written(error: OSError) -> int:
    """What is written with care says so itself; what is left is the result, where stdout is a full disk."""
    note(f"error: can't write {error.filename or 'the result to stdout'}: {error.strerror}; make room for it")
    if error.filename is None:
        _drop_stdout()
    return errors.PREREQUISITE


def _drop_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _explained(error: BaseException) -> int:
    """One sentence on stderr for whatever went wrong; its exit code."""
    if isinstance(error, errors.SolversmithError):
        what = "internal fault" if isinstance(error, errors.InternalFault) else "error"
        note(f"{what}: {error}")
        return error.exit_code
    if isinstance(error, click.ClickException):
        note(f"error: {_one_sentence(error)}")
        return errors.USAGE
    if isinstance(error, KeyboardInterrupt | click.Abort):
        note("interrupted")
        return errors.INTERRUPTED
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else errors.FAULT
    note(
        f"internal fault: {type(error).__name__}: {error}. This is ours, not yours: the same command with "
        "--debug shows where; what a run has recorded is safe, and the same command continues it."
    )
    return errors.FAULT


def _one_sentence(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    see = f" (see {context.command_path} --help)" if context is not None else ""
    return message[:1].lower() + message[1:] + see


if __name__ == "__main__":
    sys.exit(main())
