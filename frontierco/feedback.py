"""A dev score in words: what a model is told before its next try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solversmith.contract import CaseScore, Score, Verdict

MOST_CHARACTERS = 1500
GAP = "gap"
_STALLED = 0.8  # of the limit: whoever improves later than this was still under way
_MOST_A_LINE = 300
_MOST_CASES = 12
_MOST_HEAD = 800
_MOST_MESSAGES = 2


def describe(score: Score, sizes: Mapping[str, str], loss_name: str = GAP) -> str:
    """Verdict first, then one line a case: a number, its size, verdict, gap and where the curve stalled.

    `loss_name` says what the loss is, where it is not the gap itself. Cases have numbers instead of names,
    and no best-known value appears. A message that several cases share is shown once, with its own lines. At
    most `MOST_CHARACTERS` characters, for any verdict.
    """
    lines = [f"verdict: {score.verdict}"]
    if score.loss is not None:
        lines.append(f"mean {loss_name}: {100 * score.loss:.2f} % (a failed case counts 100 %)")
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
    gap = metrics.get("gap", case.loss)
    parts = []
    if case.loss is not None and case.loss != gap:
        parts.append(f"loss {100 * case.loss:.2f} %")
    if gap is None:
        parts.append(f"objective {metrics.get('objective')} (no best-known value)")
    else:
        against = " to the best human program" if metrics.get("stand_in") else ""
        parts.append(f"gap {100 * gap:.2f} %{against}")
    if metrics.get("regressed"):
        parts.append("an earlier solution was better than the last, which counts")
    return ", ".join([*parts, *_course(case)])


def _course(case: CaseScore) -> list[str]:
    """When the first solution came, when half of the way was done, and where the curve stalls."""
    measured = case.measured
    first, last = measured.get("first_feasible_s"), measured.get("last_improvement_s")
    if first is None or last is None:
        return []
    limit_s = float(case.metrics["limit_s"])
    parts = [f"first solution after {_share(first, limit_s)} of the time limit"]
    half, ended = measured.get("half_way_s"), measured.get("wall_s")
    if half is not None:
        parts.append(f"half of the way after {_share(half, limit_s)}")
    if last < _STALLED * limit_s:
        parts.append(f"stalls: no improvement after {_share(last, limit_s)} of it")
    else:
        parts.append("still improving near the end of it")
    if ended is not None and ended < _STALLED * limit_s:
        parts.append(f"the program ended after {_share(ended, limit_s)} of it")
    return parts


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
