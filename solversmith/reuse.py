"""Scores of cases kept on disk, so that an equal program is not run again on an equal case.

An entry is found by the program, the case's content, its limits, the run's seed and the repeat, by how it was
scored, and by all that executions of a run have in common: problem, reference, solver environment, isolation,
start, machine, and the sources of what executes and scores. It holds numbers and words that we made, as
JSON. What may be different the next time is not kept: whatever a limit or a signal ended, and faults of ours.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.spec import Limits
from solversmith.contract.problem import Case
from solversmith.records.codec import canonical_json, sha256
from solversmith.records.score import CaseScore
from solversmith.records.verdict import Verdict
from solversmith.rounds import SAVED

FOLDER = "evaluations"
REUSED = "reused"
_STABLE = (
    Verdict.SYNTAX_ERROR,
    Verdict.IMPORT_ERROR,
    Verdict.RUNTIME_ERROR,
    Verdict.BAD_OUTPUT,
    Verdict.NON_FINITE,
    Verdict.INFEASIBLE,
    Verdict.OK,
)
_SOURCES = ("solversmith", "codepde", "frontierco", "sandbox", "problems")


@dataclass(frozen=True)
class Reuse:
    """A folder of scores. Any number of threads and processes may use it at once.

    `about` is a digest of what all executions have in common. `timed`: scores of anytime programs, which
    depend on the clock, are used, too.
    """

    folder: Path
    about: str
    timed: bool = False

    def key(self, program: str, case: Case, limits: Limits, drawn: Sequence[Any]) -> str:
        """What an entry is found by; `drawn`: seed, repeat, and how it is scored."""
        return sha256(canonical_json([self.about, sha256(program), case.digest, asdict(limits), list(drawn)]))

    def get(self, key: str) -> CaseScore | None:
        """The entry if there is one, marked: it cost no processor time now."""
        try:
            found = json.loads(self._file(key).read_text(encoding="utf-8"))
            score = CaseScore(**{**found, "verdict": Verdict(found["verdict"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None
        used_s = score.measured.get("cpu_s", 0.0)
        return replace(score, measured={**score.measured, REUSED: True, SAVED: used_s, "cpu_s": 0.0})

    def put(self, key: str, score: CaseScore) -> None:
        """Keep a score that would be the same the next time. A folder that can't be written is no reason to
        lose a run.
        """
        if score.verdict not in _STABLE:
            return
        said = {name: value for name, value in vars(score).items() if name != "values"}
        file = self._file(key)
        try:
            kept = {**said, "metrics": dict(score.metrics), "measured": dict(score.measured)}
            # In the order that they came in: what is told to a model must not depend on where it was kept.
            text = json.dumps(kept, ensure_ascii=False, allow_nan=False)
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as opened:
                opened.write(text)
            Path(name).replace(file)
        except OSError:
            return

    def _file(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


@cache
def sources_digest() -> str:
    """A digest of our own sources: another version of what executes or scores is another measurement."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for package in _SOURCES:
        for file in sorted((root / package).rglob("*.py")):
            digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
