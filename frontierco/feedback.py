"""A dev score in words: what a model is told before its next try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solversmith.contract import CaseScore, Score, Verdict

MOST_CHARACTERS = 1500
_MOST_A_LINE = 300
_MOST_CASES = 12
_MOST_HEAD = 800
_MOST_MESSAGES = 2


def describe(score: Score, sizes: Mapping[str, str]) -> str:
    """Verdict first, then one line a case: a number, its size, verdict, gap and where the curve stalled.

    Cases have numbers instead of names, and no best-known value appears. A message that several cases share
    is shown once, with its own lines. At most `MOST_CHARACTERS` characters, for any verdict.
    """
    lines = [f"verdict: {score.verdict}"]
    if score.loss is not None:
        lines.append(f"mean gap: {100 * score.loss:.2f} % (a failed case counts 100 %)")
    for number, case in enumerate(score.cases[:_MOST_CASES], 1):
        lines.append(_line(number, case, sizes.get(case.case)))
    if len(score.cases) > _MOST_CASES:
        lines.append(f"... and {len(score.cases) - _MOST_CASES} more cases")
    messages = _messages(score.cases)
    head = _cut("\n".join(lines), _MOST_HEAD if messages else MOST_CHARACTERS)
    room = (MOST_CHARACTERS - len(head)) // max(1, len(messages)) - 1
    return "\n".join([head, *(_without_middle(message, room) for message in messages)])


def _line(number: int, case: CaseScore, size: str | None) -> str:
    size = case.metrics.get("size", size)
    words = f"case {number}{f' ({size})' if size else ''}: {case.verdict}"
    if case.verdict is Verdict.OK:
        return f"{words}, {_quality(case)}"
    if case.verdict is Verdict.INFEASIBLE:
        return _cut(f"{words}: {case.message}", _MOST_A_LINE)
    return words


def _quality(case: CaseScore) -> str:
    metrics = case.metrics
    if case.loss is None:
        parts = [f"objective {metrics.get('objective')} (no best-known value)"]
    else:
        parts = [f"gap {100 * case.loss:.2f} %"]
    if metrics.get("regressed"):
        parts.append("an earlier solution was better than the last, which counts")
    first, last = case.measured.get("first_feasible_s"), case.measured.get("last_improvement_s")
    if first is not None and last is not None:
        limit_s = float(metrics["limit_s"])
        parts.append(f"first solution after {_share(first, limit_s)} of the time limit")
        parts.append(f"no improvement after {_share(last, limit_s)} of it")
    return ", ".join(parts)


def _share(spent_s: float, limit_s: float) -> str:
    """A coarse share: a finer one would make every prompt depend on the clock."""
    share = spent_s / limit_s
    return "less than 5 %" if share < 0.05 else f"about {max(10, 10 * round(10 * share))} %"


def _messages(cases: Sequence[CaseScore]) -> list[str]:
    """What failed cases say, equal messages once."""
    told: dict[str, list[int]] = {}
    for number, case in enumerate(cases, 1):
        if case.message and case.verdict not in (Verdict.OK, Verdict.INFEASIBLE):
            told.setdefault(case.message.strip(), []).append(number)
    return [
        f"case {', '.join(map(str, numbers[:_MOST_CASES]))} said:\n{message}"
        for message, numbers in list(told.items())[:_MOST_MESSAGES]
    ]


def _without_middle(text: str, most: int) -> str:
    """The beginning and, as the error stands there, more of the end."""
    if len(text) <= most:
        return text
    head = most // 3
    return f"{text[:head]}\n...\n{text[len(text) - (most - head - 5) :]}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
