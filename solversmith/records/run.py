"""What a run writes down, in the order of the journal. Every record is at most 4 kB as JSON.

Long texts (prompts, completions, programs, outputs, full scores) stand in the run's texts and are cited by
their SHA-256. Everything measured (times, hosts, pids, versions, resource use) stands under `measured`,
which `canonical` drops.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from solversmith.records.verdict import Verdict

INTERACT = "interact"
APPLIED, FAILED = "applied", "failed"


@dataclass(frozen=True)
class SessionRecord:
    """A process began to write into the run. Nothing but `measured`: host, pid, what changed, the time."""

    kind: ClassVar[str] = "session"
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ProposalRecord:
    """What a method wanted tried. `saw` is the journal position (number of records) it was made from."""

    kind: ClassVar[str] = "proposal"
    id: str  # "p0007"
    number: int
    what: str  # program | text | seed
    operator: str  # draft, refine, combine, mutate, ...: the method's word
    task: str  # draft | debug | refine | combine | mutate | text: the word that ends the prompt
    parents: tuple[str, ...]
    context: tuple[str, ...]  # ids of everything that is shown
    instruction: str  # SHA-256 of the text that the method rendered
    role: str  # writer | reflector
    temperature: float | None
    debug_rounds: int
    tags: Mapping[str, Any]
    saw: int
    measured: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""  # the member of a mixture that it is for; empty where one model alone serves the role
    interactions: int = 0  # programs that may be run, without a score, before one is handed in
    edits: bool = False  # whether a reply may be edits of the first program that is shown
    cutoff: tuple[int, float] | None = None  # (failed, loss) that it must reach: else its cases are cut off


@dataclass(frozen=True)
class CallRecord:
    """One try at a model call: `started` is durable before bytes leave; then one of the other events.

    `id` is the idempotency key within the run, the same for every try of (proposal, round, step). Charged
    are: a completed try with its tokens and cost; one in doubt, or failed with `most_tokens` stated (a whole
    reply that nobody can read), with the most it can cost; any other failed try with nothing. A failed try
    with the `finish_reason` "refused" is final: this request is never sent again. A completion that was kept
    on disk has no `started` and is charged with nothing.
    """

    kind: ClassVar[str] = "call"
    id: str  # "p0007.r1.s0"
    event: str  # started | completed | failed | in_doubt
    proposal: str
    round: int
    step: int
    request: str  # SHA-256 of the canonical request
    attempt: int  # which try, from 1
    most_usd: float | None = None  # the most it can cost: on started, in_doubt and charged failed tries
    most_tokens: int | None = None
    completion: str | None = None  # SHA-256 of the text
    reasoning: str | None = None
    model: str | None = None  # as resolved by the server; as asked for on all but completed
    finish_reason: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: float | None = None
    error: str | None = None
    measured: Mapping[str, Any] = field(default_factory=dict)
    from_cache: bool = False  # of completions kept on disk: nothing was sent, `cost_usd` is 0
    saved_usd: float | None = None  # what it cost when it was bought

    @property
    def original_usd(self) -> float | None:
        """What a completion cost, whoever paid for it."""
        return self.saved_usd if self.from_cache else self.cost_usd


@dataclass(frozen=True)
class RoundRecord:
    """One round of an attempt: a completion, the program found in it, and how it did on dev."""

    kind: ClassVar[str] = "round"
    proposal: str
    round: int
    what: str  # draft | debug | refine | ... | seed; or INTERACT: it was run, and not scored
    program: str | None  # SHA-256, None if no program was found
    verdict: Verdict
    loss: float | None
    failed: int
    cases: tuple[tuple[str, Verdict, float | None], ...]
    feedback: str  # SHA-256 of what the next round is told
    details: str  # SHA-256 of the full score as JSON
    features: Mapping[str, Any] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    error_floor: float | None = None  # how well the loss is known: losses no further apart are ties
    answers: str | None = None  # SHA-256 of the array of what it answered, where the method chooses by that
    edits: str = ""  # APPLIED | FAILED: the reply held edits of a program; empty: it did not

    @property
    def is_scored(self) -> bool:
        """Whether the program was handed in. What was only run is no result, however it ended."""
        return self.what != INTERACT


@dataclass(frozen=True)
class CandidateRecord:
    """An attempt that is over: the best of its rounds."""

    kind: ClassVar[str] = "candidate"
    id: str  # "c0007"
    proposal: str
    number: int
    round: int  # which round it is from
    rounds: int
    program: str | None
    verdict: Verdict
    loss: float | None
    failed: int
    features: Mapping[str, Any] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    error_floor: float | None = None


@dataclass(frozen=True)
class NoteRecord:
    """The result of a text proposal."""

    kind: ClassVar[str] = "note"
    id: str
    proposal: str
    number: int
    text: str  # SHA-256
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ConfirmationRecord:
    """One of the best two, run on dev once more: alone, with other draws, before the search is frozen."""

    kind: ClassVar[str] = "confirmation"
    candidate: str
    verdict: Verdict
    loss: float | None
    failed: int
    details: str  # SHA-256 of the full score as JSON
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SelectionRecord:
    """The search is frozen: which candidate goes to the test split, and what stopped the search."""

    kind: ClassVar[str] = "selection"
    candidate: str | None
    reason: str
    rule: str  # "best dev loss", ...
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TestRecord:
    """A selected candidate on the test split, once."""

    kind: ClassVar[str] = "test"
    candidate: str
    verdict: Verdict
    loss: float | None
    failed: int
    cases: int
    details: str  # SHA-256 of the full score as JSON
    measured: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Any] = field(default_factory=dict)  # loss, cases, failed of easy and hard apart
    __test__ = False  # not for pytest


Record = (
    SessionRecord
    | ProposalRecord
    | CallRecord
    | RoundRecord
    | CandidateRecord
    | NoteRecord
    | ConfirmationRecord
    | SelectionRecord
    | TestRecord
)
RECORD_TYPES: Mapping[str, type[Any]] = {
    cls.kind: cls
    for cls in (
        SessionRecord,
        ProposalRecord,
        CallRecord,
        RoundRecord,
        CandidateRecord,
        NoteRecord,
        ConfirmationRecord,
        SelectionRecord,
        TestRecord,
    )
}
