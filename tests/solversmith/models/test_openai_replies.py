"""Replies of many shapes, read or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.contract.model import Completion, Message, Request, TokenUsage
from solversmith.errors import CallFailed
from solversmith.models.openai_replies import completion_of, retry_after_s

REQUEST = Request((Message("user", "hello"),), 10)


def read(message: dict[str, Any], **reply: Any) -> Completion:
    body = {"choices": [{"message": message, "finish_reason": reply.pop("finish", "stop")}], **reply}
    return completion_of(json.dumps(body).encode(), REQUEST, "asked")


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": "a"}, "a", ""),
        ({"content": None, "reasoning_content": "r"}, "", "r"),
        ({"content": "a", "reasoning": "r"}, "a", "r"),
        ({"content": [{"type": "text", "text": "a"}, {"type": "image"}, {"text": "b"}]}, "ab", ""),
        ({"content": None, "refusal": "no"}, "no", ""),
        ({}, "", ""),
    ],
)
def test_messages(message: dict[str, Any], text: str, reasoning: str) -> None:
    completion = read(message, finish="length")
    assert (completion.text, completion.reasoning, completion.finish_reason) == (text, reasoning, "length")
    assert completion.model == "asked"


@pytest.mark.parametrize(
    ("content", "finish", "text", "reasoning"),
    [
        ("<think>\nwell\n</think>\n\nanswer", "stop", "answer", "well"),
        ("<think>well", "length", "", "well"),
        ("<think>well", "stop", "<think>well", ""),
        ("say <think>x</think>", "stop", "say <think>x</think>", ""),
    ],
)
def test_reasoning_in_tags_is_kept_beside_the_answer(
    content: str, finish: str, text: str, reasoning: str
) -> None:
    completion = read({"content": content}, finish=finish)
    assert (completion.text, completion.reasoning) == (text, reasoning)
    own = read({"content": content, "reasoning": "own"}, finish=finish)
    assert (own.text, own.reasoning) == (content, "own")


@pytest.mark.parametrize(
    ("said", "meant"),
    [("MAX_TOKENS", "length"), ("model_length", "length"), ("SAFETY", "content_filter"), (None, "stop")],
)
def test_finish_reasons_have_one_spelling(said: str | None, meant: str) -> None:
    assert read({"content": "a"}, finish=said).finish_reason == meant


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 5, "completion_tokens": 7}, TokenUsage(5, 7)),
        ({"prompt_tokens": 5, "completion_tokens": 7, "prompt_tokens_details": None}, TokenUsage(5, 7)),
        (
            {"prompt_tokens": 5, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 9}},
            TokenUsage(5, 7, 5),
        ),
        ({"prompt_tokens": 5, "completion_tokens": -7}, TokenUsage(5, 1, measured=False)),
        ({"prompt_tokens": 6}, TokenUsage(6, 1, measured=False)),
        ({"prompt_tokens": True, "completion_tokens": 7}, TokenUsage(5, 7, measured=False)),
        (None, TokenUsage(5, 1, measured=False)),
        ({}, TokenUsage(5, 1, measured=False)),
        ("many", TokenUsage(5, 1, measured=False)),
    ],
)
def test_usage(usage: Any, tokens: TokenUsage) -> None:
    assert read({"content": "a"}, usage=usage).usage == tokens


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["choices", "message", "content", "usage", "x"]), inner, max_size=3)
    ),
)


@given(json_values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50))
def test_any_reply_is_a_completion_or_a_charged_failure(body: bytes) -> None:
    problem = None
    try:
        completion = completion_of(body, REQUEST, "asked")
        assert isinstance(completion.text, str)
        assert isinstance(completion.reasoning, str)
    except CallFailed as error:
        problem = error
    assert problem is None or (problem.retry, problem.charged) == (True, True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5", "retry-after-ms": "20"}, 0.02),
        ({"retry-after": "Sun, 22 Nov 2026 03:00:10 GMT"}, 10.0),
        ({"retry-after": "Sun, 22 Nov 2026 02:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after-ms": "x", "retry-after": "2"}, 2.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, now_s=1795316400.0) == seconds
