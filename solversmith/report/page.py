"""The whole page: overview and comparison of all runs, then each of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files

from solversmith import __version__
from solversmith.comparison.design import design
from solversmith.comparison.groups import grouped
from solversmith.comparison.overview import overview
from solversmith.comparison.statements import few_seeds, pairs_table, ranks_table
from solversmith.pictures.comparison import drawings
from solversmith.report.run import Reported, figures, run_section
from solversmith.tables.as_html import element, text
from solversmith.tables.model import Table
from solversmith.tables.runs import runs_table


def page(
    found: Sequence[Reported],
    lines: Callable[[Reported], Sequence[str]],
    *,
    value: str = "test",
    draw: bool = True,
    warnings: Sequence[str] = (),
) -> Iterator[str]:
    """The page in pieces.

    Parameters
    ----------
    lines
        What is said of the result of one run.
    value
        What solvers are compared by, where there are several runs.
    draw
        Whether there are figures, which need matplotlib.
    warnings
        What is wrong with the runs that were named.
    """
    names = ", ".join(one.name for one in found)
    title = f"solversmith: {names}" if len(names) < 80 else f"solversmith: {len(found)} runs"
    yield _head(title)
    yield f"<header><h1>{text(title)}</h1><p>made by solversmith {text(__version__)}</p></header>\n"
    yield from (f"<p class=warn>{text(line)}</p>\n" for line in warnings)
    links = "".join(f'<li><a href="#r{number}">{text(one.name)}</a></li>' for number, one in enumerate(found))
    yield f"<nav aria-label=runs><ul>{links}</ul></nav>\n<main>\n"
    runs = [(one.result.summary, one.result.humans) for one in found]
    yield f"<section id=all><h2>all runs</h2>{_wide(runs_table(runs))}</section>\n"
    if len(found) > 1:
        yield from _comparison(runs_of=found, value=value, draw=draw)
    for number, one in enumerate(found):
        yield from run_section(one, number, lines(one), draw)
    yield f"</main>\n<script>{script()}</script>\n</body>\n</html>\n"


def policy() -> str:
    """What a browser may do with the page: show it, and run one script, ours by its digest; load nothing."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def script() -> str:
    """The script of the page."""
    return (files(__package__) / "page.js").read_text(encoding="utf-8")


def _head(title: str) -> str:
    style = (files(__package__) / "page.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
    )


def _comparison(runs_of: Sequence[Reported], value: str, draw: bool) -> Iterator[str]:
    """Solvers against each other, by run where there is one problem, else by problem."""
    groups = grouped([(one.result.summary, one.result.humans) for one in runs_of])
    of = design(groups, value, "problem" if len(groups.problems) > 1 else "run")
    yield "<section id=solvers><h2>solvers</h2>\n"
    yield from (f"<p class=warn>{text(line)}</p>\n" for line in few_seeds(groups))
    yield _wide(overview(groups, value))
    for table in (pairs_table(of), ranks_table(of)):
        if table.rows:
            yield _wide(table)
    if draw:
        paths = [(one.result.summary, one.result.path) for one in runs_of]
        yield figures(drawings(groups, of, paths=paths))
    yield "</section>\n"


def _wide(table: Table) -> str:
    """A table wider than the page scrolls by itself; its notes do not."""
    return element(table, sortable=True, wide=True)
