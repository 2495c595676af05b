"""The model `openai:NAME`: any server that speaks OpenAI's chat completions, through the official client."""

from __future__ import annotations

import importlib
import importlib.util
import ipaddress
import os
import re
import threading
import urllib.parse
import weakref
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from solversmith.contract.model import Completion, Price, Request
from solversmith.errors import CallFailed, CallProblem, MissingPrerequisite, UsageError
from solversmith.models.openai_presets import STYLES, Facts, Place, lines, place_of
from solversmith.models.openai_replies import completion_of, connection_problem, status_problem, whole
from solversmith.models.prices import price_of

if TYPE_CHECKING:
    from openai import OpenAI

SUMMARY = (
    "a language model at a compatible server: openai:NAME, openai:SERVER/NAME, openai:NAME@URL, or --base-url"
)
KEY_VARIABLE, URL_VARIABLE = "OPENAI_API_KEY", "OPENAI_BASE_URL"  # the key: where no preset names another
details = lines
DEFAULT_TIMEOUT_S = 600.0
_CONNECT_S = 10.0
_IDLE_S = 1.0
_NO_KEY = "none"  # the client wants some text
_CAPS = ("max_completion_tokens", "max_tokens")  # OpenAI's name now, and what most other servers know
_REASONING = re.compile(r"(^|/)(o\d|gpt-[5-9])")
_OPTIONAL = ("temperature", "seed", "reasoning_effort", "reasoning", "thinking", "enable_thinking")
_OWN = ("thinking", "enable_thinking", "reasoning")  # no parameters of the client's
_NOT_KNOWN = re.compile(
    r"not support|unsupported|unknown|unrecogni[sz]ed|unexpected|extra (inputs|fields)"
    r"|not (permitted|allowed)|use '?max_",
    re.IGNORECASE,
)


class OpenAIModel:
    """One model at one server. Thread-safe; the client's own retries are off, every try is the broker's.

    A server may refuse the name of the output cap, `temperature`, `seed` or how reasoning is asked for. That
    refusal is a failed try; from then on the other name is used, or the setting is left out and named under
    `measured`, where `output_cap` stands if the model allows less than was asked for.
    """

    def __init__(
        self, argument: str, place: Place, key_variable: str, key: str, price: Price | None, timeout_s: float
    ) -> None:
        self.argument, self.model, self.url, self.price = argument, place.model, place.url, price
        self._facts: Facts = place.facts
        self._key_variable, self._key, self._timeout_s = key_variable, key, timeout_s
        self._lock = threading.Lock()
        self._client: OpenAI | None = None
        server = place.server
        newer = _REASONING.search(self.model) is not None
        first = server.cap if server is not None else _CAPS[0 if newer else 1]
        self._caps = sorted(_CAPS, key=lambda cap: cap != first)  # the first is used
        self._style = STYLES[server.reasoning if server is not None else "effort"]
        self._dropped: set[str] = set()

    @property
    def name(self) -> str:
        """As on the command line."""
        return f"openai:{self.argument}"

    @property
    def endpoint(self) -> str:
        """The server and its name of the model: what a completion is kept under."""
        return f"{self.url} {self.model}"

    def complete(self, request: Request, key: str) -> Completion:
        """One try, with the idempotency key as the header `Idempotency-Key`.

        Raises
        ------
        CallFailed
            A refusal, a whole reply without a completion, or no connection.
        CallInDoubt
            The request left and no whole reply came back, or none in time.
        """
        import openai

        cap = self._cap(request)
        settings = self._settings(request, cap)
        said = [{"role": message.role, "content": whole(message.content)} for message in request.messages]
        try:
            # Not `chat.completions.create`: it holds every setting against the types that it knows, which
            # costs as much as sending them, and knows none of what other servers take.
            reply = self._connected().post(
                f"{self.url.rstrip('/')}/chat/completions",  # whole, which spares the client two parses
                cast_to=openai.HttpxBinaryResponseContent,
                body={"model": self.model, "messages": said, "stream": False, **settings},
                options={"headers": {"Idempotency-Key": key}},
            )
            body = reply.content
        except openai.APIStatusError as error:
            raise self._refused(error, settings) from error
        except openai.APIConnectionError as error:
            raise connection_problem(error, self.url) from error
        return self._noted(completion_of(body, request, self.model), cap, request)

    def _cap(self, request: Request) -> int:
        """The output cap that the model allows."""
        known = (self._facts.output_tokens, self._facts.context_tokens)
        return min([request.max_output_tokens, *(limit for limit in known if limit is not None)])

    def _settings(self, request: Request, cap: int) -> dict[str, Any]:
        effort = request.reasoning_effort
        with self._lock:
            settings: dict[str, Any] = {
                self._caps[0]: cap,
                "temperature": request.temperature,
                "seed": seed_of(request),
                **({} if effort is None else self._style(effort, cap)),
            }
            return {k: v for k, v in settings.items() if v is not None and k not in self._dropped}

    def _refused(self, error: Any, settings: Mapping[str, Any]) -> CallProblem:
        said = str(error.message)
        if self._key != _NO_KEY:
            said = said.replace(self._key, "[key]")
        if error.status_code in (400, 422) and self._adapt(said, settings):
            text = f"the server at {self.url} does not take a setting: {said[:200]}"
            return CallFailed(text, retry=True, retry_after_s=0.0)
        return status_problem(
            error.status_code, said, error.response.headers, self.model, self.url, self._key_variable
        )

    def _adapt(self, said: str, settings: Mapping[str, Any]) -> bool:
        """Whether the next try will leave out or rename what this one was refused for."""
        if not _NOT_KNOWN.search(said):
            return False
        with self._lock:
            cap = next(name for name in _CAPS if name in settings)
            if cap in said:
                if cap == self._caps[0] and len(self._caps) > 1:
                    self._caps.pop(0)
                return cap != self._caps[0]
            refused = [name for name in _OPTIONAL if name in settings and name in said]
            self._dropped.update(refused)
            return bool(refused)

    def _noted(self, completion: Completion, cap: int, request: Request) -> Completion:
        measured = dict(completion.measured)
        if self._dropped:
            measured["left_out"] = sorted(self._dropped)
        if cap < request.max_output_tokens:
            measured["output_cap"] = cap
        return replace(completion, measured=measured)

    def _connected(self) -> OpenAI:
        import openai

        with self._lock:
            if self._client is None:
                self._client = openai.OpenAI(
                    api_key=self._key,
                    base_url=self.url,
                    max_retries=0,
                    timeout=openai.Timeout(self._timeout_s, connect=min(_CONNECT_S, self._timeout_s)),
                    http_client=openai.DefaultHttpxClient(limits=_limits()),
                )
                weakref.finalize(self, self._client.close)
            return self._client


def _limits() -> Any:
    """Of the client's connections.

    A server may close an open connection that is idle while a request is on its way: that call would be in
    doubt, and charged, for nothing. Servers wait for five seconds at least, so none is used after one.
    """
    library = importlib.import_module("httpx2" if importlib.util.find_spec("httpx2") else "httpx")
    return library.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=_IDLE_S)


def seed_of(request: Request) -> int:
    """The seed that is sent: another one for each sample, or equal prompts would have equal answers."""
    return (request.seed * 1_000_003 + request.sample) % 2**31


def build(argument: str, options: Mapping[str, Any]) -> OpenAIModel:
    """The model. Options: `base_url`, `timeout_s`, and the price (see `prices.price_of`; else the preset's).

    The key is that of the environment's variable that the server's preset names, or OPENAI_API_KEY, and
    nothing else; a server on this machine or network needs none. Raises `UsageError`, `MissingPrerequisite`.
    """
    if not argument:
        raise UsageError("the model 'openai' needs a name: write --model openai:NAME")
    given = str(options.get("base_url") or os.environ.get(URL_VARIABLE) or "").strip()
    place = place_of(argument, given or None)
    if not place.model:
        raise UsageError(f"'openai:{argument}' names a server and no model: write openai:SERVER/NAME")
    variable = KEY_VARIABLE if place.server is None else place.server.key
    host = _host(place.url)
    key = os.environ.get(variable, "").strip()
    if not key and not _is_local(host):
        raise MissingPrerequisite(
            f"model 'openai:{argument}' needs a key for {place.url}: put it into the environment variable "
            f"{variable}, or name a local server with --base-url"
        )
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise MissingPrerequisite(f"{variable} holds characters that no key has; set it again")
    timeout_s = float(options.get("timeout_s") or DEFAULT_TIMEOUT_S)
    price = price_of(options)
    price = place.facts.price if price is None else price
    return OpenAIModel(argument, place, variable, key or _NO_KEY, price, timeout_s)


def _host(url: str) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") and parts.port != 0 else None
        secret = parts.username is not None or parts.password is not None
    except ValueError:
        host, secret = None, False
    if secret:  # addresses are recorded, and stand in messages
        raise UsageError(
            "an address must hold no user or password: write http://HOST:PORT/v1, and put the key into "
            f"{KEY_VARIABLE}"
        )
    if not host:
        raise UsageError(f"{url!r} is no address of a server: write --base-url http://HOST:PORT/v1")
    return host


def _is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host
    return address.is_loopback or address.is_private
