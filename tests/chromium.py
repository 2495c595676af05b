"""A headless Chromium of the system, driven through a pipe with its own protocol: that needs no package.

Debian: `apt-get install chromium-headless-shell` (or `chromium`).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

# The protocol is spoken at descriptors 3 and 4; a shell can't put those with two digits there.
_START = """
import os, sys
ours = [os.dup(int(number)) for number in sys.argv[1:3]]
for place, number in zip((3, 4), ours):
    os.dup2(number, place)
    os.set_inheritable(place, True)
os.execv(sys.argv[3], sys.argv[3:])
"""
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def found() -> str | None:
    """The first of the known programs that is there."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """One page of a browser that can reach nothing; what it logs and asks for is kept."""

    def __init__(self, program: str, timeout_s: float = 120.0) -> None:
        self.logged: list[str] = []
        self.requests: list[str] = []
        self.loaded = False
        self._profile = tempfile.TemporaryDirectory(
            prefix="solversmith-chromium-", ignore_cleanup_errors=True
        )
        self._timeout_s, self._next = timeout_s, 0
        read, self._out = os.pipe()
        self._in, write = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _START, str(read), str(write), program, *self._flags()],
            pass_fds=(read, write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read)
        os.close(write)
        self._rest = b""
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def _flags(self) -> list[str]:
        # No sandbox of its own: as root it would not start, and the page is one that we made.
        return [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            "--no-first-run",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={self._profile.name}",
        ]

    def open(self, file: Path) -> None:
        """Load a file and wait until it is there."""
        self.loaded = False
        self.call("Page.navigate", {"url": file.resolve().as_uri()})
        while not self.loaded:
            self._receive()

    def call(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        """A command of the protocol to the page; its result. Raises `RuntimeError` for a refusal."""
        return self._call(method, parameters or {}, self._session)

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression. Raises `RuntimeError` for what it throws."""
        said = self.call("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        if "exceptionDetails" in said:
            raise RuntimeError(str(said["exceptionDetails"]))
        return said["result"].get("value")

    def resize(self, width: int, height: int = 800) -> None:
        """Make the window so many pixels wide."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", size)

    def screenshot(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", {"format": "png"})["data"])

    def _call(self, method: str, parameters: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        self._next += 1
        number = self._next
        body = {
            "id": number,
            "method": method,
            "params": parameters,
            **({"sessionId": session} if session else {}),
        }
        os.write(self._out, json.dumps(body).encode() + b"\0")
        while (answer := self._receive()).get("id") != number:
            pass
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _receive(self) -> dict[str, Any]:
        until = time.monotonic() + self._timeout_s
        while b"\0" not in self._rest:
            more = os.read(self._in, 1 << 16)
            if not more or time.monotonic() > until:
                raise RuntimeError("the browser ended or says nothing")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, event: str, about: dict[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self.loaded = True
        elif event == "Runtime.consoleAPICalled":
            self.logged.append(f"{about['type']}: {[arg.get('value') for arg in about['args']]}")
        elif event == "Runtime.exceptionThrown":
            self.logged.append(f"exception: {about['exceptionDetails'].get('text')}")
        elif event == "Log.entryAdded":
            self.logged.append(f"{about['entry']['level']}: {about['entry']['text']}")
        elif event == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])

    def __enter__(self) -> Page:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._call("Browser.close", {})
            self._process.wait(timeout=30)
        except (RuntimeError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._out)
        os.close(self._in)
        self._profile.cleanup()
