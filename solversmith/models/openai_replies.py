"""What an OpenAI-compatible server says: whole replies to completions, everything else to call problems."""

from __future__ import annotations

import email.utils
import json
import re
import time
from collections.abc import Mapping
from typing import Any

from solversmith.contract.model import CUT, Completion, Request, TokenUsage
from solversmith.errors import CallFailed, CallInDoubt, CallProblem

_MOST_SAID = 300
_RETRIED = {408, 409, 425, 429}
_TOO_MUCH = {429, 529}  # the second is Anthropic's: overloaded
_NOT_IMPLEMENTED = 501
# No byte of the request has left when these are raised. Names, as old clients rest on httpx, new on httpx2.
_UNSENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
_OUT_OF_CREDIT = re.compile(
    r"insufficient_quota|billing_hard_limit|exceeded your current quota|credit balance|insufficient balance",
    re.I,
)
_NO_KEY = re.compile(r"api[ _]?key", re.I)
_THOUGHT = re.compile(r"\s*<think>(?P<thought>.*?)(?P<end></think>|\Z)", re.DOTALL)
_REASONS = {
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "safety": "content_filter",
}
_OF_THE_REQUEST = {400, 413, 414, 422, 451}
# What servers call a conversation that is too long, or that a filter stops.
_OF_WHAT_IT_SAYS = re.compile(
    r"context[ _](length|window|size)|too many tokens|(prompt|input) is too long"
    r"|content[ _](filter|policy|management)|moderation|flagged|inappropriate content",
    re.I,
)


def completion_of(body: bytes, request: Request, name: str) -> Completion:
    """The completion in a whole reply. Raises `CallFailed`, charged and worth another try, if it is none."""
    try:
        reply = json.loads(body)
        choice = reply["choices"][0]
        message = choice["message"]
        text = _text(message.get("content") or message.get("refusal"))
        reasoning = _text(message.get("reasoning_content") or message.get("reasoning"))
        ended = _ended(choice.get("finish_reason"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        said = body[:_MOST_SAID].decode("utf-8", "replace")
        raise CallFailed(
            f"the server's reply holds no completion: {said!r}", retry=True, charged=True
        ) from None
    usage = _usage(reply.get("usage"), request, text + reasoning)
    if not reasoning:
        reasoning, text = _apart(text, ended)
    return Completion(
        text=text,
        model=str(reply.get("model") or name),
        finish_reason=ended,
        usage=usage,
        reasoning=reasoning,
        measured={"reply": str(reply.get("id") or "")[:100]},
    )


def _ended(reason: Any) -> str:
    """The finish reason in one spelling: servers have several for a cap and a filter."""
    said = str(reason or "stop")
    return _REASONS.get(said.lower(), said)


def _apart(text: str, ended: str) -> tuple[str, str]:
    """Reasoning that stands before the answer in tags, and the answer. Tags that never close are text,
    unless the reply breaks off: then it is all reasoning.
    """
    found = _THOUGHT.match(text)
    if found is None or (not found["end"] and ended not in CUT):
        return "", text
    return found["thought"].strip(), text[found.end() :].lstrip()


def connection_problem(error: Exception, url: str) -> CallProblem:
    """What a connection that failed means: nothing sent, or in doubt."""
    cause = error.__cause__ or error
    kind = type(cause).__name__
    if kind in _UNSENT:
        return CallFailed(
            f"no server answers at {url} ({str(cause) or kind}); start it, or check --base-url",
            retry=True,
            sent=False,
        )
    return CallInDoubt(f"the reply of {url} broke off: {kind}: {cause}"[:_MOST_SAID], retry=True)


def status_problem(
    status: int,
    said: str,
    headers: Mapping[str, str],
    model: str,
    url: str,
    key_variable: str = "OPENAI_API_KEY",
) -> CallFailed:
    """What a refusal means, with what to do about it."""
    said = " ".join(said.split())[:_MOST_SAID]
    answer = f"the server at {url} answered {status}"
    if status in (400, 402, 403, 429) and _OUT_OF_CREDIT.search(said):
        return CallFailed(f"{answer}: the credit of this key is used up ({said})", retry=False)
    if _refuses_what_is_said(status, said):
        refusal = f"{answer}: it refuses the request: {said}"
        return CallFailed(refusal, retry=False, usage=True, refused=f"{status}: {said}")
    if status in _RETRIED or (status >= 500 and status != _NOT_IMPLEMENTED):
        after_s, limited = retry_after_s(headers), status in _TOO_MUCH
        return CallFailed(f"{answer}: {said}", retry=True, retry_after_s=after_s, limited=limited)
    if status in (401, 403) or (
        status == 400 and _NO_KEY.search(said)
    ):  # what it says may hold parts of the key
        return CallFailed(f"{answer}: it does not accept {key_variable} for {model!r}; check it", retry=False)
    if status == 404:
        return CallFailed(
            f"{answer}: no model {model!r} there, or no chat completions at this --base-url ({said})",
            retry=False,
            usage=True,
        )
    return CallFailed(f"{answer}: it refuses the request: {said}", retry=False, usage=True)


def _refuses_what_is_said(status: int, said: str) -> bool:
    """Whether it may be this one request that the server never answers, and not the model or the key."""
    if status in (401, 404) or status in _RETRIED or (status in (400, 403) and _NO_KEY.search(said)):
        return False
    return status in _OF_THE_REQUEST or (status < 500 and _OF_WHAT_IT_SAYS.search(said) is not None)


def retry_after_s(headers: Mapping[str, str], now_s: float | None = None) -> float | None:
    """Seconds of `retry-after-ms` or `Retry-After` (seconds or a date); `None` if neither can be read."""
    for name, scale in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * scale
        except (KeyError, ValueError):
            continue
        return seconds if 0 <= seconds < float("inf") else None
    try:
        date = email.utils.parsedate_to_datetime(headers["retry-after"])
        return max(0.0, date.timestamp() - (time.time() if now_s is None else now_s))
    except (KeyError, ValueError, OverflowError):
        return None


def whole(text: str) -> str:
    """The text as UTF-8 can carry it: a lone surrogate, which programs can print, becomes `?`."""
    return text.encode("utf-8", "replace").decode()


def _text(content: Any) -> str:
    """Text as it is, or the joined texts of content parts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return whole(content)
    return whole("".join(part["text"] for part in content if isinstance(part.get("text"), str)))


def _usage(reported: Any, request: Request, answer: str) -> TokenUsage:
    """As reported; for what is not, the bound: a byte a token, and the output cap."""
    sent, written = _count(reported, "prompt_tokens"), _count(reported, "completion_tokens")
    measured = sent > 0 and (written > 0 or not answer)
    if not sent:
        sent = sum(_bytes(message.content) for message in request.messages)
    if not written:
        written = min(_bytes(answer), request.max_output_tokens)
    details = reported if isinstance(reported, dict) else {}
    cached = _count(details.get("prompt_tokens_details"), "cached_tokens")
    reasoning = _count(details.get("completion_tokens_details"), "reasoning_tokens")
    return TokenUsage(sent, written, min(cached, sent), min(reasoning, written), measured=measured)


def _count(table: Any, key: str) -> int:
    """A number of tokens; 0 for whatever is none."""
    value = table.get(key) if isinstance(table, dict) else None
    return max(0, value) if isinstance(value, int) and not isinstance(value, bool) else 0


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
