"""Whether a journal is what the method would have done: `propose` on every recorded prefix, again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from solversmith.contract.method import Proposal, SearchMethod, Signal
from solversmith.contract.model import Model
from solversmith.records.codec import to_json
from solversmith.records.run import ProposalRecord, Record
from solversmith.search.choice import Choice
from solversmith.search.proposals import recorded
from solversmith.search.schedules import schedule_of


def check(
    records: Iterable[Record],
    method: SearchMethod,
    *,
    seed: int,
    text: Callable[[str], str],
    schedule: str = "steady",
    models: Mapping[str, Model] | None = None,
) -> list[str]:
    """What is wrong with a journal, one sentence each; empty if every proposal is what the method proposes.

    Each proposal is made again from the records before the position that it saw, without anything that came
    later, and compared in all but what was measured. `models`, by role, are needed where one is a mixture.
    """
    following = schedule_of(schedule, seed, text, method.generation)
    choice = Choice(models or {})
    wrong: list[str] = []
    expected = 0
    for position, record in enumerate(records):
        if isinstance(record, ProposalRecord):
            history = following.seen(record.saw)
            proposal = method.propose(history, record.number)
            made = ""
            if isinstance(proposal, Proposal):
                made = choice.model_for(proposal, record.number, record.saw, history)
            wrong += _differences(record, proposal, position, made)
            if record.number != expected:
                wrong.append(f"{record.id} at position {position} should have number {expected}")
            expected += 1
        following.read(position, record)
        choice.read(position, record)
    return wrong


def _differences(record: ProposalRecord, proposal: Proposal | Signal, position: int, model: str) -> list[str]:
    if record.saw > position:
        return [f"{record.id} stands at position {position} and says that it saw {record.saw}"]
    if isinstance(proposal, Signal):
        return [f"{record.id}: the method says {proposal.value} instead"]
    made, found = to_json(recorded(proposal, record.number, record.saw, model)), to_json(record)
    names = [name for name in made if name != "measured" and made[name] != found[name]]
    return [f"{record.id}: {name} is {found[name]!r}, the method says {made[name]!r}" for name in names]
