"""Long texts by their SHA-256, one JSON object a line, appended only."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

from solversmith.errors import BadJournal, MissingText
from solversmith.records.codec import canonical_json, sha256
from solversmith.store.files import AppendFile, read_lines, whole_lines

# Keys are sorted, so the hash comes first; what a text holds is checked when it is read.
_LINE = re.compile(rb'\{"sha256":"([0-9a-f]{64})","text":".*"\}\n', re.DOTALL)


class Texts:
    """The texts of a run: an index in memory, the texts on disk. Thread-safe."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        """Read the index. Raises `BadJournal` for a line that is not a text."""
        self.path = path
        self._index: dict[str, tuple[int, int]] = {}
        self._file = AppendFile(path) if writable else None
        self._lock = threading.Lock()
        self._under_way: dict[str, threading.Event] = {}
        data = read_lines(path)
        end = 0
        for number, line in enumerate(data[: whole_lines(data)].splitlines(keepends=True), start=1):
            match = _LINE.fullmatch(line)
            if match is None:
                raise BadJournal(f"{path}, line {number}: not a text of a run; restore it from a copy")
            self._index[match[1].decode()] = (end, len(line))
            end += len(line)

    def put(self, text: str) -> str:
        """Keep a text; its hash. Durable on return; a text that is there already is not written again."""
        sha = sha256(text)
        while sha not in self._index:
            with self._lock:
                other = self._under_way.get(sha)
                mine = self._under_way.setdefault(sha, threading.Event())
            if other is not None:  # somebody else writes it; if that fails, it is tried here
                other.wait()
                continue
            try:
                if sha not in self._index:
                    self._write(sha, text)
            finally:
                with self._lock:
                    del self._under_way[sha]
                mine.set()
        return sha

    def _write(self, sha: str, text: str) -> None:
        assert self._file is not None, "a reader keeps no texts"
        line = encoded({"sha256": sha, "text": text})
        self._index[sha] = (self._file.append(line), len(line))

    def get(self, sha: str) -> str:
        """A text by its hash. Raises `MissingText`, and `BadJournal` if what is stored has another hash."""
        if sha not in self._index:
            raise MissingText(f"{self.path} lacks the text {sha[:12]}; restore it from a copy")
        begin, size = self._index[sha]
        if self._file is not None:
            line = self._file.read(begin, size)
        else:
            with self.path.open("rb") as file:
                file.seek(begin)
                line = file.read(size)
        try:
            text = str(json.loads(line.decode("utf-8", "surrogatepass"))["text"])
        except ValueError:
            text = None
        if text is None or sha256(text) != sha:
            raise BadJournal(f"{self.path}: the text {sha[:12]} was changed; restore it from a copy")
        return text

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def encoded(value: object) -> bytes:
    """One line. Lone surrogates, which programs can print, survive as they are."""
    return (canonical_json(value) + "\n").encode("utf-8", "surrogatepass")
