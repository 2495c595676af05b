"""What a canonical journal does not depend on, and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from solversmith.records.canonical import canonical
from solversmith.records.run import (
    CallRecord,
    CandidateRecord,
    NoteRecord,
    ProposalRecord,
    Record,
    RoundRecord,
    SelectionRecord,
    SessionRecord,
    TestRecord,
)
from solversmith.records.verdict import Verdict

SHA = "0" * 64


def proposal(number: int, saw: int) -> ProposalRecord:
    return ProposalRecord(
        f"p{number:04d}", number, "program", "draft", "draft", (), (), SHA, "writer", None, 1, {}, saw
    )


def call(number: int, event: str, attempt: int = 1, round: int = 0) -> CallRecord:
    name = f"p{number:04d}"
    return CallRecord(f"{name}.r{round}.s0", event, name, round, 0, SHA, attempt, most_tokens=attempt)


def evaluated(number: int, verdict: Verdict = Verdict.OK) -> RoundRecord:
    return RoundRecord(f"p{number:04d}", 0, "draft", SHA, verdict, None, 0, (), SHA, SHA)


def candidate(number: int, verdict: Verdict = Verdict.OK) -> CandidateRecord:
    return CandidateRecord(f"c{number:04d}", f"p{number:04d}", number, 0, 1, SHA, verdict, None, 0)


def attempt(number: int) -> list[Record]:
    return [call(number, "started"), call(number, "completed"), evaluated(number), candidate(number)]


FIRST: list[Record] = [proposal(0, 0), proposal(1, 0)]
RESULTS = [*attempt(0), *attempt(1)]


def whole(first: Sequence[Record], dropped: Sequence[Record] = ()) -> list[Record]:
    """Two generations: the second saw everything of the first."""
    saw = len(first)
    second: list[Record] = [proposal(2, saw), *attempt(2), NoteRecord("n3", "p0003", 3, SHA)]
    return [*first, *second, *dropped, SelectionRecord("c0000", "3 candidates", "best"), final()]


def final() -> TestRecord:
    return TestRecord("c0000", Verdict.OK, 0.1, 0, 3, SHA)


PLAIN = canonical(whole([*FIRST, *RESULTS]))


def test_what_stays() -> None:
    kinds = [line.partition('"kind":"')[2].partition('"')[0] for line in PLAIN.splitlines()]
    attempts = ["proposal", "call", "round", "candidate"] * 3
    assert kinds == [*attempts, "note", "selection", "test"]
    assert '"saw":2' in PLAIN
    assert "measured" not in PLAIN
    assert '"attempt"' not in PLAIN


@given(st.permutations([attempt(0), attempt(1)]), st.data())
def test_the_order_of_work_within_a_generation_does_not_matter(
    attempts: list[list[Record]], data: st.DataObject
) -> None:
    mixed: list[Record] = []
    rests = [list(attempt) for attempt in attempts]
    while any(rests):
        rest = data.draw(st.sampled_from([rest for rest in rests if rest]))
        mixed.append(rest.pop(0))
    assert canonical(whole([*FIRST, *mixed])) == PLAIN


dropped = st.sampled_from(
    [
        SessionRecord({"pid": 3}),
        call(0, "failed", 1),
        call(1, "in_doubt", 2),
        call(1, "started", 3),
        evaluated(1, Verdict.INTERNAL_ERROR),
        candidate(7, Verdict.INTERNAL_ERROR),
        replace(final(), verdict=Verdict.INTERNAL_ERROR),
    ]
)


@given(st.lists(st.tuples(dropped, st.integers(0, len(RESULTS)))), st.lists(dropped))
def test_retries_doubts_sessions_and_our_faults_do_not_matter(
    inserted: list[tuple[Record, int]], late: list[Record]
) -> None:
    results = list(RESULTS)
    for record, position in inserted:
        results.insert(position, record)
    assert canonical(whole([*FIRST, *results], late)) == PLAIN


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=3), st.integers(1, 9))
def test_what_was_measured_and_which_try_it_was_do_not_matter(measured: dict[str, int], attempt: int) -> None:
    changed = [replace(record, measured=measured) for record in [*FIRST, *RESULTS]]
    tried = [
        replace(r, attempt=attempt, most_usd=0.5, error="x") if isinstance(r, CallRecord) else r
        for r in changed
    ]
    assert canonical(whole(tried)) == PLAIN


def test_everything_else_matters() -> None:
    journal = whole([*FIRST, *RESULTS])
    others: list[list[Record]] = [
        journal[1:],
        [*journal, evaluated(9)],
        [replace(r, loss=0.5) if isinstance(r, RoundRecord) else r for r in journal],
        [replace(r, completion=SHA) if isinstance(r, CallRecord) else r for r in journal],
        [replace(r, saw=6) if isinstance(r, ProposalRecord) else r for r in journal],
    ]
    assert len({PLAIN, *map(canonical, others)}) == 6


def test_numbers_beyond_the_padding_are_in_order() -> None:
    lines = canonical([proposal(10_000, 0), proposal(9_999, 0)]).splitlines()
    assert ["p9999" in line for line in lines] == [True, False]


def test_a_position_beyond_the_journal_is_its_end() -> None:
    assert '"saw":1' in canonical([candidate(0), proposal(1, 99)])
