"""Completions kept on disk, so that what was bought once need not be bought again, by whatever run.

An entry is found by the end point, the server's name of the model, the whole request (with the run's seed and
the sample), and round and step of the attempt: two seeds, or two samples, never share one. It holds the
completion and what it cost then; the prompt is not in it. Entries appear whole, and are only for this user to
read; one that can't be read counts as none.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from solversmith.broker.requests import request_text
from solversmith.contract.model import Completion, Request, TokenUsage
from solversmith.records.codec import canonical_json, sha256

VARIABLE = "SOLVERSMITH_COMPLETIONS"  # names another folder
_VERSION = 1


@dataclass(frozen=True)
class Bought:
    """A completion, and what it cost when it was bought; `None` if the price was unknown."""

    completion: Completion
    cost_usd: float | None


@dataclass(frozen=True)
class CompletionCache:
    """A folder of completions. Any number of processes may use it at once."""

    folder: Path

    def key(self, endpoint: str, request: Request, round: int, step: int) -> str:
        """What an entry is found by."""
        asked = [_VERSION, endpoint, request_text(replace(request, model="")), round, step]
        return sha256(canonical_json(asked))

    def get(self, key: str) -> Bought | None:
        """The entry, if there is one."""
        try:
            found = json.loads(self._file(key).read_text(encoding="utf-8"))
            said = found["completion"]
            usage = TokenUsage(**said.pop("usage"))
            return Bought(Completion(**said, usage=usage), found["cost_usd"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, key: str, bought: Bought) -> None:
        """Keep a completion. A folder that can't be written is no reason to lose a run."""
        said: dict[str, Any] = asdict(replace(bought.completion, measured={}))
        text = canonical_json({"completion": said, "cost_usd": bought.cost_usd})
        file = self._file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
            with open(handle, "w", encoding="utf-8", errors="replace") as opened:  # noqa: PTH123 - a descriptor
                opened.write(text)
            Path(name).replace(file)
        except OSError:
            return

    def _file(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


def default_folder() -> Path | None:
    """Where completions of this user are kept: see `VARIABLE`, `XDG_CACHE_HOME`; `None` without a home."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME", "")
    try:
        root = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return root / "solversmith" / "completions"
