"""Which server a name leads to, under whose key, and how it is asked; nothing is ever sent there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from loopback_server import LoopbackServer, good

from solversmith import models
from solversmith.contract.model import FREE, Message, Price, Request
from solversmith.errors import MissingPrerequisite, UsageError
from solversmith.models.openai import OpenAIModel
from solversmith.models.openai_presets import STYLES, Server, facts_of, lines, place_of, server_at, servers

REQUEST = Request((Message("user", "hello"),), 200_000, reasoning_effort="high")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for server in servers().values():
        monkeypatch.delenv(server.key, raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


@pytest.mark.parametrize(
    ("argument", "url", "server", "model"),
    [
        ("gpt-5-mini", None, "openai", "gpt-5-mini"),
        ("something-new", None, "openai", "something-new"),
        ("claude-opus-5", None, "anthropic", "claude-opus-5"),
        ("gemini-2.5-pro", None, "google", "gemini-2.5-pro"),
        ("deepseek-chat", None, "deepseek", "deepseek-chat"),
        ("qwen-plus", None, "qwen", "qwen-plus"),
        ("openrouter/anthropic/claude-opus-5", None, "openrouter", "anthropic/claude-opus-5"),
        ("ollama/qwen3:8b", None, "ollama", "qwen3:8b"),
        ("vllm/openai/gpt-oss-20b", None, "vllm", "openai/gpt-oss-20b"),
        # With an address the name is the server's own, whatever it looks like.
        ("anthropic/claude-opus-5", "https://openrouter.ai/api/v1", "openrouter", "anthropic/claude-opus-5"),
        ("qwen-plus", "https://dashscope.aliyuncs.com/compatible-mode/v1/", "qwen", "qwen-plus"),
        ("ollama/x", "http://localhost:11434/v1", None, "ollama/x"),
        ("qwen3:8b@http://box:11434/v1", "https://api.openai.com/v1", None, "qwen3:8b"),
        ("a@b", None, "openai", "a@b"),
    ],
)
def test_where_a_name_leads(argument: str, url: str | None, server: str | None, model: str) -> None:
    place = place_of(argument, url)
    assert (place.server.name if place.server else None, place.model) == (server, model)
    if url is None and place.server is not None:
        assert place.url == place.server.url


def test_the_key_is_the_servers_own_and_no_other_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")
    with pytest.raises(MissingPrerequisite, match="ANTHROPIC_API_KEY") as caught:
        models.build("openai:claude-opus-5")
    assert "OPENAI_API_KEY" not in str(caught.value)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-0123456789abcdef")
    model = models.build("openai:claude-opus-5")
    assert model.price == Price(5, 25, 0.5, "2026-11")
    assert models.build("openai:claude-opus-5", {"price": "1/2"}).price == Price(1, 2)


def test_a_server_of_ones_own_is_free_if_it_is_named_as_such() -> None:
    assert models.build("openai:ollama/qwen3:8b").price is FREE
    assert models.build("openai:qwen3:8b", {"base_url": "http://localhost:11434/v1"}).price is None


def test_a_server_alone_is_no_model() -> None:
    with pytest.raises(UsageError, match="SERVER/NAME"):
        models.build("openai:ollama/")


def test_a_secret_behind_the_at_is_refused_without_being_shown() -> None:
    with pytest.raises(UsageError, match="no user or password") as caught:
        models.build("openai:x@http://me:hush@localhost:1/v1")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("gpt-5", 1.25),
        ("gpt-5-2025-08-07", 1.25),
        ("gpt-5-latest", 1.25),
        ("claude-sonnet-5-5", 2),
        ("claude-haiku-4-5-20251001", 1),
    ],
)
def test_a_date_behind_a_name_is_the_same_model(model: str, known: float) -> None:
    server = place_of(model, None).server
    price = facts_of(server, model).price
    assert price is not None
    assert price.input_usd == known


@pytest.mark.parametrize("model", ["gpt-5-pro", "gpt-5-huge", "gpt-55", "claude-opus-5-6", "gpt-5.1-codex"])
def test_a_like_name_is_another_model(model: str) -> None:
    assert facts_of(place_of(model, None).server, model).price is None


def test_every_preset_is_sound() -> None:
    for server in servers().values():
        assert server.reasoning in STYLES
        assert re.fullmatch(r"[A-Z_]+_API_KEY", server.key)
        assert server.cap in ("max_tokens", "max_completion_tokens")
        assert server.is_local == server.free
        assert server_at(server.url) == (None if server.is_local else server)
    told = "\n".join(lines())
    assert "gpt-5-mini  0.25/2 USD" in told
    assert "2026-11" in told


@pytest.mark.parametrize(
    ("style", "effort", "sent"),
    [
        ("effort", "high", {"reasoning_effort": "high"}),
        ("enable_thinking", "high", {"enable_thinking": True}),
        ("enable_thinking", "none", {"enable_thinking": False}),
        ("reasoning_object", "low", {"reasoning": {"effort": "low"}}),
        ("thinking_budget", "high", {"thinking": {"type": "enabled", "budget_tokens": 100_000}}),
        ("thinking_budget", "none", {}),
        ("thinking_type", "max", {"thinking": {"type": "enabled"}, "reasoning_effort": "max"}),
        ("thinking_type", "none", {"thinking": {"type": "disabled"}}),
    ],
)
def test_how_reasoning_is_asked_for(
    style: str, effort: str, sent: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackServer([good()]) as loopback:
        server = Server("own", loopback.url, "OWN_API_KEY", "max_tokens", style)
        monkeypatch.setattr("solversmith.models.openai_presets.server_at", lambda url: server)
        model = models.build("openai:m", {"base_url": loopback.url})
        model.complete(Request(REQUEST.messages, 200_000, reasoning_effort=effort), "k")
    plain = ("model", "messages", "max_tokens", "stream", "seed")
    assert {key: value for key, value in loopback.requests[0].body.items() if key not in plain} == sent


def test_a_model_is_asked_for_no_more_than_it_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer([good(), good()]) as loopback:
        monkeypatch.setattr("solversmith.models.openai_presets.server_at", lambda url: servers()["openai"])
        model = models.build("openai:gpt-5", {"base_url": loopback.url})
        assert isinstance(model, OpenAIModel)
        assert model.complete(REQUEST, "k").measured["output_cap"] == 128_000
        assert "output_cap" not in model.complete(Request(REQUEST.messages, 9), "k").measured
    assert [asked.body["max_completion_tokens"] for asked in loopback.requests] == [128_000, 9]
