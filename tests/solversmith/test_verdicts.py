"""The verdict table, row by row, and the page that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.spec import EndedBy
from solversmith.records import Verdict
from solversmith.verdicts import verdict_of

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def rows() -> list[tuple[bool, EndedBy, bool, str]]:
    """The table of the page, one row for every combination that it names."""
    text = PAGE.read_text(encoding="utf-8").split("## The verdict table", 1)[1]
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith(("| any |", "| yes |", "| no |")):
            anytimes = {"any": (True, False), "yes": (True,), "no": (False,)}[cells[0]]
            answers = {"any": (True, False), "yes": (True,), "no": (False,)}[cells[2]]
            endings = [EndedBy(name) for name in re.findall(r"\w+", cells[1])]
            verdict = cells[3].strip("`")
            found += [(a, e, w, verdict) for a in anytimes for e in endings for w in answers]
    return found


@pytest.mark.parametrize(("anytime", "ended_by", "answered", "verdict"), rows())
def test_a_row_of_the_page(anytime: bool, ended_by: EndedBy, answered: bool, verdict: str) -> None:
    expected = None if verdict == "what score says" else Verdict(verdict)
    assert verdict_of(anytime, ended_by, answered) is expected


def test_the_page_covers_every_combination_once() -> None:
    named = [row[:3] for row in rows()]
    assert len(named) == len(set(named))
    assert set(named) == {(a, e, w) for a in (True, False) for e in EndedBy for w in (True, False)}
