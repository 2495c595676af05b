"""Requests as text, and bounds on what one can cost before it is sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from solversmith.contract.model import Price, Request, TokenUsage
from solversmith.records.codec import canonical_json

_FRAME_TOKENS = 16  # what a chat template may put around one message
_MARGIN = 1.2  # on the most tokens a byte that were measured in this run


@dataclass(frozen=True)
class Most:
    """The most that one try can cost. `usd` is `None` where the price is unknown.

    `estimated`: the input is bounded by what was measured of others, which a strange text may exceed.
    """

    tokens: int
    usd: float | None
    input_bytes: int = 0
    estimated: bool = False


def request_text(request: Request) -> str:
    """The request as canonical JSON. Its SHA-256 is the request hash."""
    body = asdict(request)
    if not request.model:  # as where there were no mixtures yet
        del body["model"]
    return canonical_json(body)


def input_bytes(request: Request) -> int:
    """UTF-8 bytes of all messages: no fewer than tokens, as a token holds at least one byte."""
    return sum(len(message.content.encode("utf-8", "surrogatepass")) for message in request.messages)


def input_bound(request: Request, tokens_per_byte: float | None) -> int:
    """The most input tokens that a request can have.

    Bytes of the text, until usage is seen; then the largest ratio that was measured with a margin of a fifth,
    an estimate, never above the bytes. Plus 16 tokens for each message and for the reply's opening.
    """
    rate = 1.0 if tokens_per_byte is None else min(1.0, _MARGIN * tokens_per_byte)
    return int(input_bytes(request) * rate) + _FRAME_TOKENS * (len(request.messages) + 1)


def most_cost(request: Request, price: Price | None, tokens_per_byte: float | None) -> Most:
    """The most that one try at this request can cost: the input bound and the whole output cap."""
    tokens_in = input_bound(request, tokens_per_byte)
    usd = None
    if price is not None:
        dearest = TokenUsage(tokens_in, request.max_output_tokens)
        if price.cached_usd is not None and price.cached_usd > price.input_usd:
            dearest = TokenUsage(tokens_in, request.max_output_tokens, cached_tokens=tokens_in)
        usd = price.cost_usd(dearest)
    estimated = tokens_per_byte is not None and _MARGIN * tokens_per_byte < 1
    return Most(tokens_in + request.max_output_tokens, usd, input_bytes(request), estimated)
