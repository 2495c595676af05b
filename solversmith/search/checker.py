"""Whether a journal is what the method would have done: `propose` on every recorded prefix, again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from solversmith.contract.method import Proposal, SearchMethod, Signal
from solversmith.records.codec import to_json
from solversmith.records.run import ProposalRecord, Record
from solversmith.search.proposals import recorded
from solversmith.search.schedules import schedule_of


def check(
    records: Iterable[Record],
    method: SearchMethod,
    *,
    seed: int,
    text: Callable[[str], str],
    schedule: str = "steady",
) -> list[str]:
    """What is wrong with a journal, one sentence each; empty if every proposal is what the method proposes.

    Each proposal is made again from the records before the position that it saw, without anything that came
    later, and compared in all but what was measured.
    """
    following = schedule_of(schedule, seed, text, method.generation)
    wrong: list[str] = []
    expected = 0
    for position, record in enumerate(records):
        if isinstance(record, ProposalRecord):
            wrong += _differences(record, method.propose(following.seen(record.saw), record.number), position)
            if record.number != expected:
                wrong.append(f"{record.id} at position {position} should have number {expected}")
            expected += 1
        following.read(position, record)
    return wrong


def _differences(record: ProposalRecord, proposal: Proposal | Signal, position: int) -> list[str]:
    if record.saw > position:
        return [f"{record.id} stands at position {position} and says that it saw {record.saw}"]
    if isinstance(proposal, Signal):
        return [f"{record.id}: the method says {proposal.value} instead"]
    made, found = to_json(recorded(proposal, record.number, record.saw)), to_json(record)
    names = [name for name in made if name != "measured" and made[name] != found[name]]
    return [f"{record.id}: {name} is {found[name]!r}, the method says {made[name]!r}" for name in names]
