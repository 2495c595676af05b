"""Lines about a run that several commands print."""

from __future__ import annotations

from solversmith.floors import stated_error
from solversmith.records.run import FAILED
from solversmith.summary import Summary
from solversmith.tables.beside import order_lines
from solversmith.tables.model import bounded_text, counted, seconds_text, usd_text


def on_test_line(summary: Summary) -> str:
    """How the chosen candidate did on the cases that the search never saw."""
    test = summary.test
    if test is None:
        return "test: nothing was chosen" if summary.finished else "test: not scored yet"
    floor = stated_error(summary.around("reference", {})) if test.floor is None else test.floor
    loss = "no loss" if test.loss is None else f"loss {bounded_text(test.loss, floor)}"
    apart = "" if summary.gap is None else f", {summary.gap.text}"
    return f"test: {test.id} {test.verdict}, {loss}{apart} (scored once, after the search was frozen)"


def beside_lines(summary: Summary) -> list[str]:
    """What else was measured on test."""
    return [] if summary.test is None else list(order_lines(summary.test.beside))


def confirmed_line(summary: Summary) -> str | None:
    """What came of running the best two again; `None` where that was not done."""
    floor = stated_error(summary.around("reference", {}))
    told = [
        f"{each.id} {'no loss' if each.loss is None else bounded_text(each.loss, each.floor or floor)}"
        for each in summary.confirmed
    ]
    return f"again: {', '.join(told)} (the best two on dev, run once more, alone)" if told else None


def rounds_line(summary: Summary) -> str | None:
    """Runs without a score, and how many replies with edits could not be applied; `None` without either."""
    replies = sum(summary.edits.values())
    failed = summary.edits.get(FAILED, 0)
    parts = [
        counted(summary.runs, "run") + " before programs were handed in" if summary.runs else "",
        f"{failed} of {replies} replies with edits could not be applied ({failed / replies:.0%})"
        if replies
        else "",
    ]
    return "rounds: " + " · ".join(filter(None, parts)) if any(parts) else None


def ledger_line(summary: Summary) -> str:
    """Candidates, repairs, calls, tokens, money and time."""
    total = summary.ledger.total
    money = "price unknown" if total.unpriced else f"{usd_text(total.usd)} USD"
    parts = [
        counted(summary.candidates, "candidate")
        + f", {summary.valid} valid, {len(summary.repaired)} repaired",
        counted(total.completed, "call") + (f" (+{total.failed} failed)" if total.failed else ""),
        f"{total.input_tokens:,} tokens in, {total.output_tokens:,} out",
        money,
    ]
    if total.from_cache:
        parts.append(f"{total.from_cache} kept from before ({usd_text(total.saved_usd)} USD then)")
    if total.in_doubt:
        most = (
            f"{total.in_doubt_tokens:,} tokens" if total.unpriced else f"{usd_text(total.in_doubt_usd)} USD"
        )
        parts.append(f"{total.in_doubt} in doubt, at most {most} of it")
    if summary.wall_s is not None:
        parts.append(seconds_text(summary.wall_s))
    return "ledger: " + " · ".join(parts)
