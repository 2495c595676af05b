"""What each method proposes on a scripted history: operators, tasks, parents, context and tags, pinned.

`python tests/solversmith/methods/test_golden.py` writes the file anew, to be read before it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from solversmith import methods
from solversmith.contract import Proposal, Signal, Verdict
from solversmith.history import Past
from solversmith.records import CandidateRecord, NoteRecord, sha256
from solversmith.search.proposals import recorded

GOLDEN = Path(__file__).with_name("golden.txt")
N, MOST, SEED = 12, 30, 5
# Loss, failed cases and lines of the candidates in turn. A partial failure has the lowest loss of all, and
# must not be taken for the best; one result comes twice.
RESULTS = ((0.9, 0, 30), (None, 2, 20), (0.5, 0, 60), (0.01, 1, 25), (0.5, 0, 80), (0.3, 0, 40), (0.7, 0, 15))
NAMES = sorted(methods.available())


def lines(name: str, error: float | None = None) -> Iterator[str]:
    """One line a proposal, each carried out before the next is asked for; the third is a fault of ours.

    With an error, losses of candidates that are equal without it are up to 0.8 of it apart.
    """
    method = methods.build(name, {"n": N, "debug_rounds": 2})
    texts: dict[str, str] = {}
    past = Past(SEED, texts.__getitem__)
    for number in range(MOST):
        proposal = method.propose(past.view(len(past.events)), number)
        if isinstance(proposal, Signal):
            yield f"{name} {number} {proposal.value}"
            return
        yield f"{name} {number} {_line(proposal)}"
        record = recorded(proposal, number, len(past.events))
        past.add(len(past.events), record)
        past.add(len(past.events), _result(proposal, record.id, number, texts, error))


def _line(proposal: Proposal) -> str:
    shown = f"{','.join(proposal.parents) or '-'} of {','.join(proposal.context) or '-'}"
    tags = json.dumps(proposal.tags, separators=(",", ":")) if proposal.tags else ""
    return f"{proposal.operator} {proposal.task} rounds={proposal.debug_rounds} {shown} {tags}".rstrip()


def _result(
    proposal: Proposal, name: str, number: int, texts: dict[str, str], error: float | None
) -> CandidateRecord | NoteRecord:
    if number == 2:
        return CandidateRecord(f"c{number:04d}", name, number, 0, 1, None, Verdict.INTERNAL_ERROR, None, 0)
    if proposal.what == "text":
        text = f"note {number}"
        texts[sha256(text)] = text
        return NoteRecord(f"n{number:04d}", name, number, sha256(text))
    loss, failed, size = RESULTS[number % len(RESULTS)]
    verdict = Verdict.OK if not failed else Verdict.RUNTIME_ERROR
    features = {"lines": size, "nodes": 5 * size, "loops": size // 10, "functions": 1}
    if error is not None and loss is not None:
        loss += 0.2 * error * (number % 5 - 2) * (-1 if number % 2 else 1)
    return CandidateRecord(
        f"c{number:04d}", name, number, 0, 1, "0", verdict, loss, failed, features, error_floor=error
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_proposes_what_is_pinned(name: str) -> None:
    pinned = [line for line in GOLDEN.read_text().splitlines() if line.split(" ")[0] == name]
    assert list(lines(name)) == pinned


@pytest.mark.parametrize("name", NAMES)
def test_differences_within_the_error_of_the_reference_change_nothing(name: str) -> None:
    """Losses of a rank, however they are told apart by noise, are ties that the number decides."""
    pinned = [line for line in GOLDEN.read_text().splitlines() if line.split(" ")[0] == name]
    assert list(lines(name, error=0.05)) == pinned


if __name__ == "__main__":
    GOLDEN.write_text("".join(f"{line}\n" for name in NAMES for line in lines(name)))
