"""A problem whose loss is a function of a program's knobs, and a writer that only changes knobs.

Needs no sandbox, no clock and no loop: what a method reaches here depends on its proposals alone. The writer
is blind: it changes the program that the instruction names first and looks at no loss, so that whatever is
gained beyond chance is gained by the choice of parents.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from solversmith.contract import Proposal, SearchMethod, Signal, Verdict
from solversmith.history import Past
from solversmith.records import CandidateRecord, NoteRecord, sha256
from solversmith.search.proposals import recorded

KNOBS = 12
FEATURES = {"lines": KNOBS, "knobs": KNOBS, "nodes": 3 * KNOBS, "functions": 0, "loops": 0, "imports": []}
STEPS = {"refine": 0.3, "debug": 0.3, "mutate": 0.4}
WORST = 10.0
CROSSED_STEP = 0.3
_KNOB = re.compile(r"= ([\d.]+)  #")
_ID = re.compile(r"\bc\d{4,}\b")


def program_of(values: Sequence[float]) -> str:
    """A program with these knobs, as the problems of the catalogue declare them."""
    return "".join(f"K{k} = {value:.4f}  # knob: linear 0 1.0\n" for k, value in enumerate(values))


def values_of(program: str) -> list[float]:
    """The values of its knobs."""
    return [float(value) for value in _KNOB.findall(program)]


@cache
def goal(seed: int) -> list[float]:
    """Where the loss is 0: elsewhere for every seed, and near the ends of all knobs, far from most drafts."""
    rng = random.Random(f"goal {seed}")
    far = [0.05 + 0.1 * rng.random() for _ in range(KNOBS)]
    return [far[0], *(1.0 - away if rng.random() < 0.5 else away for away in far[1:])]


def loss_of(program: str, seed: int) -> float | None:
    """A bowl with ripples; `None`, a failure, where the first knob is too large."""
    values = values_of(program)
    if values[0] > 0.85:
        return None
    away = [value - best for value, best in zip(values, goal(seed), strict=True)]
    return sum(x * x + 0.002 * (1.0 - math.cos(8.0 * math.pi * x)) for x in away)


@dataclass
class Walk:
    """One search, a call at a time. `shuffled`: each program that is shown is another, drawn at random."""

    method: SearchMethod
    seed: int
    shuffled: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)  # by candidate
    proposals: list[Proposal] = field(default_factory=list)
    past: Past = field(init=False)

    def __post_init__(self) -> None:
        self.past = Past(self.seed, self.texts.__getitem__)

    def best(self, calls: int) -> float:
        """The lowest loss after so many calls."""
        losses = [WORST]
        while len(self.proposals) < calls:
            candidate = self.step()
            if candidate is not None and candidate.loss is not None:
                losses.append(candidate.loss)
        return min(losses)

    def step(self) -> CandidateRecord | None:
        """One proposal carried out; the candidate, if it was for a program."""
        position, number = len(self.past.events), len(self.proposals)
        proposal = self.method.propose(self.past.view(position), number)
        assert not isinstance(proposal, Signal), proposal
        self.proposals.append(proposal)
        record = recorded(proposal, number, position)
        self.past.add(position, record)
        if proposal.what == "text":
            self.past.add(position + 1, NoteRecord(f"n{number:04d}", record.id, number, self._put("Go on.")))
            return None
        program = self._written(self._confused(proposal) if self.shuffled else proposal, number)
        loss = loss_of(program, self.seed)
        candidate = CandidateRecord(
            id=f"c{number:04d}",
            proposal=record.id,
            number=number,
            round=0,
            rounds=1,
            program=self._put(program),
            verdict=Verdict.OK if loss is not None else Verdict.NON_FINITE,
            loss=loss,
            failed=int(loss is None),
            features=FEATURES,
        )
        self.programs[candidate.id] = program
        self.past.add(position + 1, candidate)
        return candidate

    def _put(self, text: str) -> str:
        self.texts[sha256(text)] = text
        return sha256(text)

    def _written(self, proposal: Proposal, number: int) -> str:
        if proposal.what == "seed":
            return proposal.instruction
        rng = random.Random(f"writer {self.seed} {number}")
        named = [name for name in _ID.findall(proposal.instruction) if name in proposal.context]
        sources = [self.programs[name] for name in dict.fromkeys(named)]
        if proposal.task == "draft" or not sources:
            return program_of([rng.random() for _ in range(KNOBS)])
        values = values_of(sources[0])
        if proposal.task == "combine" and len(sources) > 1:
            other = values_of(sources[1])
            values = [one if rng.random() < 0.5 else two for one, two in zip(values, other, strict=True)]
            return program_of([_moved(value, CROSSED_STEP, rng) for value in values])
        return program_of([_moved(value, STEPS.get(proposal.task, 0.3), rng) for value in values])

    def _confused(self, proposal: Proposal) -> Proposal:
        rng = random.Random(f"confused {self.seed} {len(self.proposals)}")
        known = sorted(self.programs)
        other = {name: known[int(rng.random() * len(known))] for name in proposal.context}
        context = tuple(other[name] for name in proposal.context)
        said = _ID.sub(lambda found: other.get(found[0], found[0]), proposal.instruction)
        return replace(proposal, context=context, instruction=said)


def _moved(value: float, step: float, rng: random.Random) -> float:
    """By up to `step`, small steps being likelier; folded back at the ends."""
    moved = abs(value + step * (rng.random() + rng.random() - 1.0))
    return 2.0 - moved if moved > 1.0 else moved
