"""The model `offline`: free, deterministic, needs no network. It is no language model.

It recombines human programs: it drafts from a problem's simple ones (never trivial or expert), draws,
perturbs and crosses the knobs that they declare, and repairs by the verdict in the feedback. It reads only
the messages of the request, its sample and its seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from solversmith.contract.model import FREE, Completion, Message, Price, Request, TokenUsage
from solversmith.errors import UsageError
from solversmith.models.offline_writer.writing import answer

SUMMARY = "no language model: recombines the problem's simple human programs; free, needs no network"
BYTES_PER_TOKEN = 4


@dataclass(frozen=True)
class OfflineModel:
    """Answers requests from simple human programs, given by problem name."""

    simple_programs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    name: str = "offline"
    price: Price | None = FREE

    def complete(self, request: Request, key: str) -> Completion:
        """A sentence and a program in a fence, cut at the output cap; the same for equal requests.

        Usage is estimated: UTF-8 bytes of all messages, and of the answer, over four, rounded up.
        """
        whole = answer(request, self.simple_programs)
        text = _cut(whole, request.max_output_tokens)
        finish_reason = "stop" if text == whole else "length"
        return Completion(text, self.name, finish_reason, _usage(request.messages, text))


def build(argument: str, options: Mapping[str, Any]) -> OfflineModel:
    """The model. `options["simple_programs"]` maps problem names to sources; it may be absent.

    Raises `UsageError` if anything stands behind the colon.
    """
    if argument:
        raise UsageError(f"the model 'offline' takes no argument, not {argument!r}: write --model offline")
    return OfflineModel(dict(options.get("simple_programs") or {}))


def simple_programs(solvers: Mapping[str, str]) -> tuple[str, ...]:
    """Those of a problem's human programs that may be drafted from: `simple` and `simple_*`, by name."""
    names = sorted(name for name in solvers if name == "simple" or name.startswith("simple_"))
    return tuple(solvers[name] for name in names)


def _cut(text: str, most_tokens: int) -> str:
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) <= most_tokens * BYTES_PER_TOKEN:
        return text
    return encoded[: most_tokens * BYTES_PER_TOKEN].decode("utf-8", "ignore")


def _usage(messages: Sequence[Message], text: str) -> TokenUsage:
    said = sum(_tokens(message.content) for message in messages)
    return TokenUsage(input_tokens=said, output_tokens=_tokens(text), measured=False)


def _tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)
