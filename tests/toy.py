"""A problem, a writer and a method that need no sandbox, no network and no clock: for tests of the loop.

A program of the toy problem is `def solver(): return NUMBER`; its loss is the distance from what a case
wants. It is read, never run. `return None` is a bad output, `return FAULT` a fault of ours, and so on.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.spec import ArraySpec, Limits
from solversmith.contract import (
    DEV,
    FREE,
    Answer,
    Case,
    CaseScore,
    Completion,
    History,
    Price,
    Proposal,
    Request,
    Score,
    Signal,
    Spent,
    TokenUsage,
    Verdict,
)
from solversmith.contract.method import Event
from solversmith.records import CandidateRecord, Record, RoundRecord, combine, sha256

DEV_REFERENCE, TEST_MARK = "REFERENCE-3141", "TESTSPLIT-2718"
WORDS = {"None": Verdict.BAD_OUTPUT, "FAULT": Verdict.INTERNAL_ERROR, "RAISE": Verdict.RUNTIME_ERROR}


def program(value: object) -> str:
    """A program of the toy problem."""
    return f"def solver():\n    return {value}\n"


def reply(value: object) -> str:
    """A completion that holds it."""
    return f"Here is a solver.\n\n```python\n{program(value)}```\n"


@dataclass(frozen=True)
class ToyProblem:
    """Return a number. Two cases on each split; whatever must not leave is marked."""

    name: str = "toy"
    parameters: Mapping[str, str] = field(default_factory=dict)
    statement: str = "Write `solver()` that returns a number. Packages: numpy."
    template: str = "def solver():\n    ...\n"
    entry_point: str = "solver"
    anytime: bool = False
    packages: tuple[str, ...] = ("numpy",)
    harness: str = f"# {TEST_MARK}"
    failure_loss: float = 100.0
    solvers: Mapping[str, str] = field(default_factory=lambda: {"trivial": program(TEST_MARK)})
    reference: Mapping[str, Any] = field(default_factory=lambda: {"kind": DEV_REFERENCE, "estimate": 0.5})
    forge: str = ""  # what a program says when it fails

    def cases(self, split: str) -> Sequence[Case]:
        """Cases that want 3 and 5."""
        mark = DEV_REFERENCE if split == DEV else TEST_MARK
        return [Case(f"{split}-{want}", split, f"{mark}-{want}", (want, mark)) for want in (3, 5)]

    def limits(self, case: Case) -> Limits:
        """Marked on the test split."""
        return Limits(wall_s=2.0 if case.split == DEV else 2718.0)

    def environment(self, case: Case) -> Mapping[str, str]:
        """None."""
        return {}

    def pack(self, case: Case) -> bytes:
        """Never used here."""
        return case.name.encode()

    def answer(self, case: Case) -> Mapping[str, ArraySpec]:
        """One number."""
        return {"x": ArraySpec("<f8", (1,))}

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """The distance."""
        return CaseScore(case.name, Verdict.OK, abs(float(answer.last["x"][0]) - case.data[0]))

    def feedback(self, score: Score) -> str:
        """Verdict, loss and message of each case."""
        return "\n".join(f"{c.case}: {c.verdict} loss {c.loss}\n{c.message}" for c in score.cases)


@dataclass
class ToyEvaluator:
    """Reads the number out of a program instead of running it. `observe` is told before each evaluation."""

    problem: ToyProblem = field(default_factory=ToyProblem)
    observe: Callable[[str, str], None] = lambda program, split: None
    faults: int = 0  # how many evaluations still fail by a fault of ours
    evaluated: list[tuple[str, str]] = field(default_factory=list)
    candidates: list[str | None] = field(default_factory=list)  # what each evaluation drew its seeds for
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def evaluate(self, program: str, split: str, *, candidate: str | None = None) -> Score:
        """The score over a split."""
        self.observe(program, split)
        with self._lock:
            self.evaluated.append((program, split))
            self.candidates.append(candidate)
            faulted = self.faults > 0
            self.faults -= faulted
        cases = [self._case(program, case, faulted) for case in self.problem.cases(split)]
        return combine(cases, self.problem.failure_loss)

    def tried(self, program: str, *, candidate: str | None = None) -> Score:
        """How it ends on dev, with what it prints, and no loss."""
        score = self.evaluate(program, DEV, candidate=candidate)
        said = {"stdout": "it says hello", "limit_s": 2.0}
        cases = [
            CaseScore(c.case, c.verdict, message=c.message, measured={**c.measured, **said})
            for c in score.cases
        ]
        return combine(cases, self.problem.failure_loss)

    def _case(self, program: str, case: Case, faulted: bool) -> CaseScore:
        if faulted:
            return CaseScore(case.name, Verdict.INTERNAL_ERROR, message="our machine fell over")
        try:
            returned = next(n for n in ast.walk(ast.parse(program)) if isinstance(n, ast.Return)).value
        except (SyntaxError, StopIteration):
            return CaseScore(case.name, Verdict.SYNTAX_ERROR, message="no such syntax")
        word = ast.unparse(returned) if returned is not None else "None"
        measured = {"wall_s": 0.01, "cpu_s": 0.25, "pid": os.getpid()}
        if word in WORDS:
            return CaseScore(
                case.name, WORDS[word], message=self.problem.forge or "it broke", measured=measured
            )
        loss = abs(float(word) - case.data[0])
        return CaseScore(case.name, Verdict.OK, loss, {"value": float(word)}, measured=measured)


@dataclass
class ToyModel:
    """Answers by the hash of the request, or from `script` by (sample, round); every call is logged."""

    script: Mapping[tuple[int, int], str] = field(default_factory=dict)
    log: Path | None = None
    name: str = "toy-writer"
    price: Price | None = FREE
    requests: list[tuple[str, Request]] = field(default_factory=list)
    before: Callable[[str], None] = lambda key: None

    def complete(self, request: Request, key: str) -> Completion:
        """A completion that depends on the request alone."""
        self.before(key)
        self.requests.append((key, request))
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(key + "\n")
        done = sum(message.role == "assistant" for message in request.messages)
        text = self.script.get((request.sample, done)) or self._made(request)
        return Completion(text, self.name, usage=TokenUsage(10, 5))

    def _made(self, request: Request) -> str:
        said = json.dumps([[m.role, m.content] for m in request.messages] + [request.sample, request.seed])
        number = int.from_bytes(hashlib.sha256(said.encode()).digest()[:4])
        if number % 4 == 0:
            return "I have no idea."
        return reply(("None", "RAISE", number % 97 / 8, number % 97 / 8)[number // 4 % 4])


def best_so_far(best: CandidateRecord | None, event: Event) -> CandidateRecord | None:
    """A step to fold."""
    if not isinstance(event, CandidateRecord) or event.loss is None:
        return best
    return event if best is None or best.loss is None or event.loss < best.loss else best


@dataclass(frozen=True)
class Climb:
    """A seed, then refinements of the best, drafts and notes; waits for something to refine."""

    n: int = 9
    generation: int = 3
    name: str = "climb"

    def settings(self) -> Mapping[str, Any]:
        """n."""
        return {"n": self.n}

    def propose(self, history: History, number: int) -> Proposal | Signal:
        """Everything that a method can propose, depending on everything that it can see."""
        if number >= self.n:
            return Signal.DONE
        if number == 0:
            return Proposal("seed", "seed", "draft", instruction=program(40))
        chance = random.Random(f"{history.seed} {number}").random()
        best = history.fold(best_so_far, None)
        if number == 4 and len(history.candidates) < 3:
            return Signal.WAIT
        if number % 4 == 3:
            said = f"{len(history.candidates)} candidates, {len(history.proposals)} proposals, {chance}"
            return Proposal("text", "reflect", "text", instruction=said, role="reflector")
        if best is None or chance < 0.3:
            return Proposal("program", "draft", "draft", debug_rounds=2, temperature=chance)
        notes = " ".join(history.text(note.text) for note in history.notes)
        return Proposal(
            "program",
            "refine",
            "refine",
            instruction=f"Improve it. {len(history.candidates)} {notes}",
            parents=(best.id,),
            context=(best.id,),
            debug_rounds=1,
            tags={"island": number % 2},
        )


class MemoryStore:
    """A `RunStore` that forgets all at the end."""

    def __init__(self, records: Iterable[Record] = (), texts: Mapping[str, str] | None = None) -> None:
        self.journal = list(records)
        self.texts = dict(texts or {})
        self.arrays: dict[str, Any] = {}
        self._lock = threading.Lock()

    def append(self, record: Record) -> int:
        """Write a record."""
        with self._lock:
            self.journal.append(record)
            return len(self.journal) - 1

    def records(self, start: int = 0) -> Iterator[Record]:
        """The records there are now, from this position on."""
        with self._lock:
            return iter(self.journal[start:])

    def put_text(self, text: str) -> str:
        """Keep a text."""
        self.texts[sha256(text)] = text
        return sha256(text)

    def text(self, sha: str) -> str:
        """A text."""
        return self.texts[sha]

    def put_array(self, array: Any) -> str:
        """Keep an array."""
        sha = hashlib.sha256(array.tobytes()).hexdigest()
        self.arrays[sha] = array
        return sha

    def array(self, sha: str) -> Any:
        """An array."""
        return self.arrays[sha]


def rounds_of(records: Iterable[Record], proposal: str) -> list[RoundRecord]:
    """The rounds of a proposal."""
    return [record for record in records if isinstance(record, RoundRecord) and record.proposal == proposal]


NOTHING_SPENT = Spent()
