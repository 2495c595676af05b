"""Against a real server on loopback: what is sent, and what each kind of answer becomes."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any

import pytest
from loopback_server import LoopbackServer, Reply, garbage, good, half, hang_up, refused, slow

from solversmith import models
from solversmith.contract.model import Completion, Message, Price, Request, TokenUsage
from solversmith.errors import CallFailed, CallInDoubt, MissingPrerequisite, UsageError
from solversmith.models.openai import OpenAIModel, seed_of

KEY = "sk-test-0123456789abcdef"
REQUEST = Request((Message("system", "be brief"), Message("user", "hello")), 50, 0.5, "low", seed=3, sample=4)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


def built(url: str, name: str = "small", **options: Any) -> OpenAIModel:
    model = models.build(f"openai:{name}", {"base_url": url, **options})
    assert isinstance(model, OpenAIModel)
    return model


def ask(reply: Reply, **options: Any) -> Completion:
    with LoopbackServer([reply]) as server:
        return built(server.url, **options).complete(REQUEST, "run-p0001.r0.s0")


def test_what_is_sent() -> None:
    with LoopbackServer() as server:
        built(server.url).complete(REQUEST, "run-p0001.r0.s0")
    asked = server.requests[0]
    assert asked.key == "run-p0001.r0.s0"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body == {
        "model": "small",
        "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"}],
        "max_tokens": 50,
        "temperature": 0.5,
        "reasoning_effort": "low",
        "seed": seed_of(REQUEST),
        "stream": False,
    }


def test_a_connection_is_used_again_at_once_and_not_once_a_server_may_have_closed_it() -> None:
    with LoopbackServer([good(), good(), refused(500)]) as server:
        model = built(server.url)
        for key, opened in (("a", 1), ("b", 1)):
            model.complete(REQUEST, key)
            assert server.connections == opened
        time.sleep(1.2)
        with pytest.raises(CallFailed):
            model.complete(REQUEST, "c")
        assert server.connections == 2  # the old one was idle for too long
        model.complete(REQUEST, "d")
        assert server.connections == 3  # the server said that it closes


def test_a_whole_answer() -> None:
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 30,
        "prompt_tokens_details": {"cached_tokens": 64},
        "completion_tokens_details": {"reasoning_tokens": 20},
    }
    completion = ask(good("answer", usage=usage, message={"reasoning_content": "thought"}))
    assert completion.text == "answer"
    assert completion.reasoning == "thought"
    assert completion.model == "small-resolved"
    assert completion.usage == TokenUsage(100, 30, 64, 20)


def test_what_utf8_can_not_carry_is_replaced() -> None:
    with LoopbackServer([good("bad \ud800 text")]) as server:
        completion = built(server.url).complete(Request((Message("user", "printed \udc80"),), 5), "k")
    assert server.requests[0].body["messages"][0]["content"] == "printed ?"
    assert completion.text == "bad ? text"


def test_unreported_usage_is_bounded_by_bytes() -> None:
    assert ask(good("answer", usage=None)).usage == TokenUsage(13, 6, measured=False)


@pytest.mark.parametrize("reply", [half(), hang_up()])
def test_a_reply_that_breaks_off_is_in_doubt(reply: Reply) -> None:
    with pytest.raises(CallInDoubt) as caught:
        ask(reply)
    assert caught.value.retry


def test_a_reply_that_comes_too_late_is_in_doubt() -> None:
    with pytest.raises(CallInDoubt, match="ReadTimeout"):
        ask(slow(1.0), timeout_s=0.2)


@pytest.mark.parametrize("body", [b"<html>", b'{"choices": []}', b"[1]", b'{"error": {"message": "x"}}', b""])
def test_an_unreadable_reply_is_a_charged_failure(body: bytes) -> None:
    with pytest.raises(CallFailed, match="no completion") as caught:
        ask(garbage(body))
    assert caught.value.charged
    assert caught.value.retry


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_refusal_that_passes_is_worth_another_try(status: int) -> None:
    with pytest.raises(CallFailed, match=str(status)) as caught:
        ask(refused(status, retry_after="7"))
    assert (caught.value.retry, caught.value.charged, caught.value.retry_after_s) == (True, False, 7.0)


@pytest.mark.parametrize(
    ("reply", "usage", "words"),
    [
        (refused(401, f"Incorrect API key provided: {KEY}"), False, "OPENAI_API_KEY"),
        (refused(403, "no"), False, "OPENAI_API_KEY"),
        (refused(404, "The model does not exist"), True, "no model 'small'"),
        (refused(400, "maximum context length is 10 tokens"), True, "maximum context length"),
        (refused(429, "insufficient_quota"), False, "credit"),
    ],
)
def test_a_refusal_that_stays_says_what_to_do(reply: Reply, usage: bool, words: str) -> None:
    with pytest.raises(CallFailed, match=words) as caught:
        ask(reply)
    assert (caught.value.retry, caught.value.usage) == (False, usage)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "maximum context length is 10 tokens"),
        (400, "The response was filtered: content_filter"),
        (400, "something else"),
        (403, "Your input was flagged"),
        (413, "too large"),
        (422, "unprocessable"),
        (402, "prompt is too long for this plan"),
    ],
)
def test_a_refusal_of_what_one_request_says_is_told_apart(status: int, said: str) -> None:
    with pytest.raises(CallFailed) as caught:
        ask(refused(status, said))
    assert caught.value.refused is not None
    assert caught.value.refused.startswith(f"{status}: ")
    assert said in caught.value.refused
    assert not caught.value.retry


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "API key not valid. Please pass a valid API key."),
        (400, "Your credit balance is too low to access the API"),
        (401, "content_filter"),
        (402, "pay first"),
        (403, "no"),
        (404, "no such model; context length unknown"),
        (429, "context length"),
        (500, "the moderation service is down"),
        (501, "not implemented"),
    ],
)
def test_a_refusal_that_the_next_request_meets_too_is_none_of_one_request(status: int, said: str) -> None:
    with pytest.raises(CallFailed) as caught:
        ask(refused(status, said))
    assert caught.value.refused is None


def test_a_refused_connection_sent_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(CallFailed, match=url) as caught:
            built(url).complete(REQUEST, "k")
    assert (caught.value.sent, caught.value.retry) == (False, True)


def picky(refusals: Mapping[str, str]) -> LoopbackServer:
    """A server that refuses requests with certain settings."""

    def answer(asked: Any) -> Reply:
        wrong = next((name for name in refusals if name in asked.body), None)
        return good() if wrong is None else refused(400, refusals[wrong])

    return LoopbackServer(answer)


def test_the_other_name_of_the_output_cap_is_tried_and_remembered() -> None:
    said = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    with picky({"max_tokens": said}) as server:
        model = built(server.url)
        with pytest.raises(CallFailed) as caught:
            model.complete(REQUEST, "k")
        assert (caught.value.retry, caught.value.retry_after_s) == (True, 0.0)
        model.complete(REQUEST, "k")
        model.complete(REQUEST, "k")
    assert ["max_completion_tokens" in asked.body for asked in server.requests] == [False, True, True]


def test_a_setting_that_is_not_taken_is_left_out_and_noted() -> None:
    refusals = {"temperature": "Unsupported value: 'temperature'", "seed": "unknown field seed"}
    with picky(refusals) as server:
        model = built(server.url)
        for _ in refusals:
            with pytest.raises(CallFailed):
                model.complete(REQUEST, "k")
        completion = model.complete(REQUEST, "k")
    assert completion.measured["left_out"] == ["seed", "temperature"]


def test_a_cap_that_is_too_large_is_not_a_name_that_is_not_known() -> None:
    said = "max_tokens is too large: this model supports at most 10"
    with picky({"max_tokens": said}) as server, pytest.raises(CallFailed, match="too large") as caught:
        built(server.url).complete(REQUEST, "k")
    assert caught.value.usage


def test_reasoning_models_get_the_newer_name() -> None:
    with LoopbackServer() as server:
        built(server.url, "gpt-5-mini").complete(REQUEST, "k")
    assert server.requests[0].body["max_completion_tokens"] == 50


def test_samples_have_seeds_of_their_own() -> None:
    requests = [Request((), 1, seed=seed, sample=sample) for seed in range(3) for sample in range(50)]
    assert len({seed_of(request) for request in requests}) == 150


def test_a_key_is_needed_for_a_server_elsewhere_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(MissingPrerequisite, match="OPENAI_API_KEY"):
        models.build("openai:gpt-5")
    with pytest.raises(MissingPrerequisite, match=r"models\.example\.org"):
        models.build("openai:x", {"base_url": "https://models.example.org/v1"})
    for url in ("http://localhost:8000/v1", "http://127.0.0.1:1/v1", "http://10.1.2.3/v1", "http://box/v1"):
        assert models.build("openai:x", {"base_url": url}).name == "openai:x"


def test_the_address_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:9/v1/")
    model = models.build("openai:x")
    assert isinstance(model, OpenAIModel)
    assert model.url == "http://localhost:9/v1"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/v1", "http://", "http://x:port/v1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(UsageError, match="--base-url"):
        models.build("openai:x", {"base_url": url})


def test_an_address_that_holds_a_secret_is_refused_without_being_shown() -> None:
    with pytest.raises(UsageError, match="no user or password") as caught:
        models.build("openai:x", {"base_url": "http://me:hush-hush@localhost:9/v1"})
    assert "hush" not in str(caught.value)


def test_an_odd_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-schlüssel and more")
    with pytest.raises(MissingPrerequisite, match="OPENAI_API_KEY") as caught:
        models.build("openai:x")
    assert "schl" not in str(caught.value)


def test_name_and_price() -> None:
    with pytest.raises(UsageError, match="openai:NAME"):
        models.build("openai")
    assert models.build("openai:x").price is None
    assert models.build("openai:x", {"price": "1.25/10"}).price == Price(1.25, 10.0)
