"""The door of a model: one request in, one completion out, no retries of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class Message:
    """One message of a chat."""

    role: str  # system | user | assistant
    content: str


@dataclass(frozen=True)
class Request:
    """What is asked. Two requests are the same call exactly if all of this is equal."""

    messages: tuple[Message, ...]
    max_output_tokens: int
    temperature: float | None = None
    reasoning_effort: str | None = None
    seed: int = 0  # of the run
    sample: int = 0  # number of the proposal: tells equal prompts apart
    role: str = "writer"  # writer | reflector
    model: str = ""  # the member of a mixture that is asked; empty where there is one model alone


@dataclass(frozen=True)
class TokenUsage:
    """Tokens of one completion, as the server reports them; `measured` False where they were estimated."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0  # part of input_tokens
    reasoning_tokens: int = 0  # part of output_tokens
    measured: bool = True


CUT = ("length", "content_filter")  # finish reasons of a text that is not whole: a cap, a filter


@dataclass(frozen=True)
class Completion:
    """What came back, whole. `finish_reason` is `stop`, or one of `CUT` where it breaks off.

    `measured` may say `output_cap`, where a model allows fewer output tokens than were asked for.
    """

    text: str
    model: str
    finish_reason: str = "stop"
    usage: TokenUsage = field(default_factory=TokenUsage)
    reasoning: str = ""
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Price:
    """USD per million tokens, with the date it was read."""

    input_usd: float
    output_usd: float
    cached_usd: float | None = None  # None: as input
    date: str = ""

    def cost_usd(self, usage: TokenUsage) -> float:
        """What a completion with this usage costs."""
        cached = self.input_usd if self.cached_usd is None else self.cached_usd
        fresh = usage.input_tokens - usage.cached_tokens
        return (
            fresh * self.input_usd + usage.cached_tokens * cached + usage.output_tokens * self.output_usd
        ) / 1e6


FREE = Price(0.0, 0.0, 0.0)


@runtime_checkable
class Model(Protocol):
    """A writer of programs.

    One that answers from a file may have a text `content`, a digest of it: with another, it is another run.
    """

    @property
    def name(self) -> str:
        """As on the command line: `openai:NAME`, `scripted:FILE`, `offline`."""
        ...

    @property
    def price(self) -> Price | None:
        """`None` if unknown: then no budget in USD can be kept."""
        ...

    def complete(self, request: Request, key: str) -> Completion:
        """One try under the idempotency key. Raises `CallFailed` or `CallInDoubt`; thread-safe."""
        ...


@dataclass(frozen=True)
class Arm:
    """What a member of a mixture has done, as far as a proposal sees it.

    `gain` is the sum of how much its programs improved on the best so far, each from 0 to 1; calls, tokens
    and USD are those of completions, by `asked` of its proposals.
    """

    proposals: int = 0  # of programs, with a result or without
    gain: float = 0.0
    asked: int = 0
    calls: int = 0
    tokens: int = 0
    usd: float = 0.0


@runtime_checkable
class Mixture(Protocol):
    """A model that is several. Which of them writes is chosen when a proposal is made, and stands in it."""

    @property
    def members(self) -> Mapping[str, Model]:
        """The models by their names, in the order in which they were given; no mixtures."""
        ...

    def choose(self, seed: int, number: int, arms: Mapping[str, Arm]) -> str:
        """The name of the member that proposal `number` is for. Pure."""
        ...


class ModelModule(Protocol):
    """What `solversmith/models/NAME.py` has at module level."""

    SUMMARY: str

    def build(self, argument: str, options: Mapping[str, Any]) -> Model:
        """The model from what stands behind the colon. Raises `UsageError` or `MissingPrerequisite`."""
        ...
