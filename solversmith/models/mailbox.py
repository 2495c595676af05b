"""The model `mailbox:DIR`: a person, or any tool that reads and writes files.

Each request becomes a file `NNNN.prompt.md` in the folder; the answer is whatever stands in
`NNNN.completion.md` beside it, once it has been left alone for a second (or was renamed into place). A prompt
appears whole or not at all. Its first line says whose it is: when a run is continued, it finds the prompts
that it had written, and their answers, and writes none twice.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from solversmith.contract.model import FREE, Completion, Price, Request
from solversmith.errors import MissingPrerequisite, UsageError
from solversmith.models.conversation import as_markdown, estimated
from solversmith.models.prices import price_of
from solversmith.records.codec import sha256

SUMMARY = "a person or any tool: DIR/NNNN.prompt.md, answered in DIR/NNNN.completion.md; mailbox:DIR"
SETTLED_S = 1.0  # so long after its last change an answer is whole
_POLL_S = 0.5
_NAME = re.compile(r"(\d{4,})\.(prompt|completion)\.md")
_HEADER = re.compile(r"<!-- solversmith (?P<call>\S+) (?P<request>[0-9a-f]{16})\b")


class MailboxModel:
    """Writes prompts and waits for answers, as long as it takes. Thread-safe; several runs may share it."""

    def __init__(
        self,
        folder: Path,
        name: str,
        price: Price | None = FREE,
        settled_s: float = SETTLED_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.folder, self.name, self.price = folder, name, price
        self._settled_s, self._sleep = settled_s, sleep
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}  # whose each number is, as far as it was read
        self._numbers: set[str] = set()

    def complete(self, request: Request, key: str) -> Completion:
        """The answer to the prompt of this call, which is written unless it is there. Raises `OSError`."""
        number = self._posted(request, key)
        answer = self.folder / f"{number}.completion.md"
        while (text := self._settled(answer)) is None:
            self._sleep(_POLL_S)
        return Completion(text, self.name, usage=estimated(request, text), measured={"mailbox": number})

    def _posted(self, request: Request, key: str) -> str:
        """The number of this call's prompt."""
        whose = f"{key} {sha256(repr(request))[:16]}"
        with self._lock:
            self._read()
            if (known := self._known.get(whose)) is not None:
                return known
            return self._post(whose, as_markdown(request))

    def _read(self) -> None:
        """Take note of what has appeared."""
        for file in self.folder.iterdir():
            name = _NAME.fullmatch(file.name)
            if name is None:
                continue
            self._numbers.add(name[1])
            if name[2] == "prompt" and name[1] not in self._known.values():
                with file.open(encoding="utf-8", errors="replace") as opened:
                    header = _HEADER.match(opened.readline(500))
                if header is not None:
                    self._known[f"{header['call']} {header['request']}"] = name[1]

    def _post(self, whose: str, text: str) -> str:
        number = max(map(int, self._numbers), default=0)
        while True:
            number += 1
            name = f"{number:04d}"
            body = f"<!-- solversmith {whose}; answer in {name}.completion.md -->\n\n{text}"
            if self._appeared(self.folder / f"{name}.prompt.md", body):
                self._known[whose] = name
                self._numbers.add(name)
                return name

    def _appeared(self, file: Path, text: str) -> bool:
        """Whether the file is there now, whole, and by us; False if somebody else took the name."""
        beside = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
        with beside.open("w", encoding="utf-8", errors="replace") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        try:
            os.link(beside, file)
        except FileExistsError:
            return False
        finally:
            beside.unlink()
        return True

    def _settled(self, file: Path) -> str | None:
        """The text of an answer that nobody is writing any more; `None` until there is one."""
        try:
            before = file.stat()
            if time.time() - before.st_mtime < self._settled_s:
                return None
            text = file.read_text(encoding="utf-8", errors="replace")
            after = file.stat()
        except OSError:
            return None
        same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
        return text if same and text.strip() else None


def build(argument: str, options: Mapping[str, Any]) -> MailboxModel:
    """The model; the folder is made if it is not there. Free unless a price is given.

    Raises `UsageError` without a folder, `MissingPrerequisite` if it can't be made or written.
    """
    if not argument:
        raise UsageError("the model 'mailbox' needs a folder: write --model mailbox:DIR")
    folder = Path(argument).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MissingPrerequisite(f"the mailbox {argument!r} can't be made: {error.strerror}") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise MissingPrerequisite(f"the mailbox {argument!r} can't be read and written")
    price = price_of(options)
    return MailboxModel(folder, f"mailbox:{argument}", FREE if price is None else price)
