"""A hub on loopback with one data set, as much of it as the client asks for; it can break off, and lie.

with LoopbackHub({"TSP/valid_instances/a": b"..."}) as hub:
    listing("somebody/something", "TSP", hub.url)
"""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

REPOSITORY = "somebody/something"
REVISION = "c0ffee" + "0" * 34
LARGE = 1000  # bytes from which on a file is known by its SHA-256


@dataclass
class LoopbackHub:
    """The hub.

    `breaks_after`: how much of a file is ever sent, then the connection breaks. `lies`: other contents.
    """

    files: Mapping[str, bytes]
    breaks_after: int | None = None
    lies: Mapping[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)  # method, path, range
    tokens: list[str] = field(default_factory=list)

    def __enter__(self) -> LoopbackHub:
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hub.answer(self, body=True)

            def do_HEAD(self) -> None:
                hub.answer(self, body=False)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, request: http.server.BaseHTTPRequestHandler, body: bool) -> None:
        """One request."""
        path = urllib.parse.unquote(urllib.parse.urlsplit(request.path).path)
        self.asked.append((request.command, path, request.headers.get("Range")))
        self.tokens += [request.headers["Authorization"]] if "Authorization" in request.headers else []
        api = f"/api/datasets/{REPOSITORY}"
        resolve = f"/datasets/{REPOSITORY}/resolve/{REVISION}/"
        if path in (api, f"{api}/revision/{REVISION}"):
            self._json(request, {"id": REPOSITORY, "sha": REVISION, "siblings": [], "tags": []}, body)
        elif path.startswith(f"{api}/tree/{REVISION}"):
            folder = path.removeprefix(f"{api}/tree/{REVISION}").strip("/")
            self._json(
                request, [_entry(n, c) for n, c in self.files.items() if n.startswith(f"{folder}/")], body
            )
        elif path.startswith(resolve) and path.removeprefix(resolve) in self.files:
            self._file(request, path.removeprefix(resolve), body)
        else:
            request.send_response(404)
            request.send_header("X-Error-Code", "RepoNotFound")
            request.send_header("Content-Length", "0")
            request.end_headers()

    def _json(self, request: http.server.BaseHTTPRequestHandler, value: Any, body: bool) -> None:
        content = json.dumps(value).encode()
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if body:
            request.wfile.write(content)

    def _file(self, request: http.server.BaseHTTPRequestHandler, name: str, body: bool) -> None:
        content = self.lies.get(name, self.files[name])
        start = int((request.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.send_header("ETag", f'"{_etag(self.files[name])}"')
        request.send_header("X-Repo-Commit", REVISION)
        request.send_header("Accept-Ranges", "bytes")
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        if not body:
            return
        part = content[start:]
        if self.breaks_after is not None and len(content) > self.breaks_after:
            request.wfile.write(content[start : self.breaks_after])
            request.wfile.flush()
            request.close_connection = True
            request.connection.close()
            return
        request.wfile.write(part)


def _entry(name: str, content: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": "file", "path": name, "size": len(content), "oid": _git_sha1(content)}
    if len(content) >= LARGE:
        sha256 = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 130}
    return entry


def _etag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest() if len(content) >= LARGE else _git_sha1(content)


def _git_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
