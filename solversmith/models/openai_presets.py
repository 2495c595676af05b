"""What is known of servers and models before anything is asked of them: `presets.toml`, read once."""

from __future__ import annotations

import re
import tomllib
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from solversmith.contract.model import FREE, Price

DEFAULT = "openai"
_DATED = r"(-\d{8}|-\d{4}-\d{2}-\d{2}|-latest)?"  # the same model under the day of its release
_LEAST_BUDGET = 1024  # of thinking, as Anthropic wants it
_SHARES = {"minimal": 0.0, "low": 0.125, "medium": 0.25, "high": 0.5, "xhigh": 0.75, "max": 0.75}


@dataclass(frozen=True)
class Server:
    """An end point: where it is, which variable holds its key, and how it wants to be asked."""

    name: str
    url: str
    key: str
    cap: str  # the name of the output cap
    reasoning: str  # one of STYLES
    names: str = ""  # model names that are taken to be here
    hosts: tuple[str, ...] = ()
    free: bool = False

    @property
    def is_local(self) -> bool:
        """Somebody's own: its address says nothing of who answers there."""
        return urllib.parse.urlsplit(self.url).hostname == "localhost"


@dataclass(frozen=True)
class Facts:
    """What is known of a model at a server. `None`: unknown."""

    price: Price | None = None
    context_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class Place:
    """Where a name leads: the server's own name of the model, its address, and the preset if there is one."""

    model: str
    url: str
    server: Server | None

    @property
    def facts(self) -> Facts:
        """Of this model there."""
        return facts_of(self.server, self.model)


def place_of(argument: str, url: str | None) -> Place:
    """Where `openai:ARGUMENT` leads.

    `NAME@http://...` names the address itself. With that, or with a `url`, the rest is the server's own name
    of the model, whatever it looks like, and a preset is found by the host. Else `SERVER/NAME` names a server
    of the presets, a name such as `claude-...` belongs to one, and any other is OpenAI's.
    """
    if (own := re.fullmatch(r"(?P<name>.*?)@(?P<url>https?://.*)", argument)) is not None:
        argument, url = own["name"], own["url"]
    if url is not None:
        url = url.strip().rstrip("/")
        return Place(argument, url, server_at(url))
    head, slash, rest = argument.partition("/")
    known = servers()
    if slash and head in known:
        return Place(rest, known[head].url, known[head])
    found = (server for server in known.values() if server.names and re.fullmatch(server.names, argument))
    server = next(found, known[DEFAULT])
    return Place(argument, server.url, server)


def server_at(url: str) -> Server | None:
    """The preset whose host this is; local addresses are nobody's."""
    try:
        host = urllib.parse.urlsplit(url).hostname
    except ValueError:  # whoever builds the model says what is wrong with it
        return None
    for server in servers().values():
        if not server.is_local and host in (urllib.parse.urlsplit(server.url).hostname, *server.hosts):
            return server
    return None


def facts_of(server: Server | None, model: str) -> Facts:
    """Price and limits of a model, by its name or its name with a date."""
    if server is None:
        return Facts()
    if server.free:
        return Facts(FREE)
    rows = _presets()["models"].get(server.name, [])
    # The whole name first: `name-5-5` is no `name-5` of some day.
    for pattern in ("", _DATED):
        for row in rows:
            if re.fullmatch(re.escape(row["name"]) + pattern, model):
                fresh, written, cached = map(float, row["usd"])
                price = Price(fresh, written, cached, _presets()["prices"]["date"])
                return Facts(price, row.get("context"), row.get("output"))
    return Facts()


@cache
def servers() -> Mapping[str, Server]:
    """By name."""
    found = _presets()["servers"].items()
    return {name: Server(name, **{**row, "hosts": tuple(row.get("hosts", ()))}) for name, row in found}


def lines() -> list[str]:
    """For people: each server, its key variable, and its models with prices."""
    told = []
    for server in servers().values():
        told.append(f"{server.name}/NAME  {server.url}  key: {server.key}{' (if it asks)' * server.is_local}")
        for row in _presets()["models"].get(server.name, []):
            fresh, written, cached = row["usd"]
            context = f"{row['context']:,} tokens" if "context" in row else "context unknown"
            told.append(f"  {row['name']}  {fresh:g}/{written:g} USD, cached {cached:g}; {context}")
    date = _presets()["prices"]["date"]
    return [*told, f"prices per million tokens as of {date}, from a secondary source: check, or give --price"]


@cache
def _presets() -> Mapping[str, Any]:
    text = resources.files("solversmith.models").joinpath("presets.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _thinking_budget(effort: str, cap: int) -> dict[str, Any]:
    """Anthropic's: tokens to think with, out of the cap; less than it asks for at least means none."""
    tokens = int(cap * _SHARES.get(effort, _SHARES["medium"]))
    if effort == "none" or tokens < _LEAST_BUDGET:
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": tokens}}


def _thinking_type(effort: str, cap: int) -> dict[str, Any]:
    """DeepSeek's: on or off, and how much."""
    if effort == "none":
        return {"thinking": {"type": "disabled"}}
    return {"thinking": {"type": "enabled"}, "reasoning_effort": effort}


# By the style's name: what a request gets for an effort (`none`, `low`, `medium`, `high`, ...) and a cap.
STYLES: Mapping[str, Callable[[str, int], dict[str, Any]]] = {
    "effort": lambda effort, cap: {"reasoning_effort": effort},
    "enable_thinking": lambda effort, cap: {"enable_thinking": effort != "none"},
    "reasoning_object": lambda effort, cap: {"reasoning": {"effort": effort}},
    "thinking_budget": _thinking_budget,
    "thinking_type": _thinking_type,
}
