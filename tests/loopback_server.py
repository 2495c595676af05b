"""An OpenAI-compatible server on loopback that does as it is told, also badly, and counts what it did.

    with LoopbackServer([refused(429, retry_after="0"), half(), good("```python\\n...```")]) as server:
        model = models.build("openai:any", {"base_url": server.url})

A script is a list of replies, given in order of arrival and then `good()` for ever, or a function of what
was asked (`Asked`), which tells calls apart by their idempotency key whatever the order.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it arrived. `tries` counts those with this key, from 1; `number` all, from 0."""

    number: int
    key: str
    tries: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What to do with a request. `part` of the bytes is sent, then the connection is closed.

    `body` `None`: a completion of `text` with the given usage.
    """

    text: str = "no code here"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    part: float = 1.0
    delay_s: float = 0.0
    usage: Mapping[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30}
    )
    message: Mapping[str, Any] = field(default_factory=dict)
    finish: str = "stop"

    @property
    def closes(self) -> bool:
        """Whether the connection ends with it, as at every real server after a fault."""
        return self.status != 200 or self.body is not None or self.part < 1


def good(text: str = "no code here", **changes: Any) -> Reply:
    """A whole completion."""
    return Reply(text, **changes)


def refused(status: int, message: str = "not now", *, retry_after: str | None = None) -> Reply:
    """A whole refusal."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Reply(status=status, headers=headers, body=json.dumps({"error": {"message": message}}).encode())


def half(text: str = "lost") -> Reply:
    """A completion of which half the body arrives."""
    return Reply(text, part=0.75)


def hang_up() -> Reply:
    """The request is taken, and the connection closed without a word."""
    return Reply(part=0.0)


def garbage(body: bytes = b'{"choices": [{"mess') -> Reply:
    """A whole reply with status 200 that nobody can read."""
    return Reply(body=body)


def used(sent: int, written: int, text: str = "no code here", **changes: Any) -> Reply:
    """A whole completion with a usage of its own."""
    usage = {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written}
    return Reply(text, usage=usage, **changes)


def huge(text: str = "x", size: int = 1_000_000) -> Reply:
    """A whole completion that is large."""
    return Reply((text * (size // len(text) + 1))[:size])


def slow(delay_s: float, text: str = "late") -> Reply:
    """A completion after a while."""
    return Reply(text, delay_s=delay_s)


class _Listening(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # many callers at once are no refused connections


class LoopbackServer:
    """The server, running in threads of this process until closed.

    Attributes
    ----------
    url
        For `--base-url`.
    requests
        Everything that was asked, in order of arrival.
    whole
        How often each key was answered with a whole completion.
    tokens
        Sums of the usage that whole completions stated.
    connections
        How many were opened.
    """

    def __init__(self, script: Sequence[Reply] | Callable[[Asked], Reply] = ()) -> None:
        self._script, self._lock = script, threading.Lock()
        self.requests: list[Asked] = []
        self.whole: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        self.connections = 0
        self._tries: Counter[str] = Counter()
        self._http = _Listening(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> LoopbackServer:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _arrived(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> tuple[Asked, Reply]:
        with self._lock:
            key = headers.get("idempotency-key", "")
            self._tries[key] += 1
            asked = Asked(len(self.requests), key, self._tries[key], body, headers)
            self.requests.append(asked)
        if callable(self._script):
            return asked, self._script(asked)
        return asked, self._script[asked.number] if asked.number < len(self._script) else good()

    def _answer(self, connection: socket.socket, asked: Asked, reply: Reply) -> None:
        time.sleep(reply.delay_s)
        if reply.delay_s and _has_left(connection):
            return
        data = _response(asked, reply)
        with contextlib.suppress(OSError):
            connection.sendall(data[: int(len(data) * reply.part)])
            if reply.status == 200 and reply.body is None and reply.part == 1:
                with self._lock:
                    self.whole[asked.key] += 1
                    self.tokens.update({k: v for k, v in (reply.usage or {}).items() if isinstance(v, int)})

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                server.connections += 1

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked, reply = server._arrived(headers, body)
                server._answer(self.connection, asked, reply)
                self.close_connection = reply.closes or headers.get("connection") == "close"

            def log_message(self, *words: object) -> None:
                pass

        return Handler


def _response(asked: Asked, reply: Reply) -> bytes:
    body = _completion(asked, reply) if reply.body is None else reply.body
    lines = [f"HTTP/1.1 {reply.status} Told", "Content-Type: application/json"]
    lines += ["Connection: close"] if reply.closes else []
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in reply.headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _completion(asked: Asked, reply: Reply) -> bytes:
    message = {"role": "assistant", "content": reply.text, **reply.message}
    completion = {
        "id": f"chatcmpl-{asked.number}",
        "object": "chat.completion",
        "created": 0,
        "model": f"{asked.body.get('model')}-resolved",
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        **({} if reply.usage is None else {"usage": reply.usage}),
    }
    # Long enough that half of it never holds the end.
    return json.dumps({"padding": " " * 600, **completion}).encode()


def _has_left(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
