"""The jobs that run a task's own code: loading a file, asking for the dev cases, judging an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.errors import EnvironmentMismatch, IsolationUnavailable, MissingPackage, SandboxError
from sandbox.spec import EndedBy, Job, JsonSpec, Limits, Outcome
from solversmith.answers import BadAnswer, decode
from solversmith.contract.running import Sandbox
from solversmith.errors import BadData, MissingPrerequisite

LOAD, DEV_CASES, EVALUATE = "load_data", "get_dev", "eval_func"
MOST_BYTES = 256 << 20
MOST_DEPTH = 200
_ANSWER = {"value": JsonSpec(MOST_BYTES, MOST_DEPTH)}
_HERE = Path(__file__).parent
_IMPORT = re.compile(r"^from solversmith\.tasks\.encoding import .*$", re.MULTILINE)
_JUDGE = "_judged_by_solversmith"
# The published evaluation passes the scores of all instances of a file to `norm_score` at once.
_JUDGE_SOURCE = f"""

def {_JUDGE}(instance, solution, case, index, count):
    if not isinstance(solution, dict):
        return {{"invalid": "the answer is not encoded as it has to be"}}
    shared = sorted(set(instance) & set(solution))
    if shared:
        return {{"invalid": "the answer has keys of the instance: " + ", ".join(shared)}}
    import inspect
    try:
        named = inspect.signature({EVALUATE}).parameters
    except (TypeError, ValueError):
        named = {{}}
    settings = [key for key in sorted(solution) if key in named
                and named[key].default not in (inspect.Parameter.empty, None)]
    if settings:
        return {{"invalid": "the answer has keys that are settings of {EVALUATE}: " + ", ".join(settings)}}
    try:
        score = {EVALUATE}(**instance, **solution)
    except Exception as error:
        return {{"invalid": f"{{type(error).__name__}}: {{error}}"}}
    scores = ["not scored"] * count
    scores[index] = score
    try:
        normed = norm_score({{case: (scores, "")}}).get(case)
        return {{"score": score, "normed": None if normed is None else list(normed[0])[index]}}
    except Exception as error:
        return {{"invalid": f"norm_score: {{type(error).__name__}}: {{error}}"}}
"""


def harness(name: str) -> str:
    """The source of one of the harnesses, with the encoding in front."""
    own = (_HERE / f"{name}_harness.py").read_text(encoding="utf-8")
    encoding = (_HERE / "encoding.py").read_text(encoding="utf-8")
    return f"{encoding}\n{_IMPORT.sub('', own)}"


@dataclass(frozen=True)
class Boxes:
    """Runs what a task's `config.py` defines, in a sandbox."""

    config: Path
    source: str
    sandbox: Sandbox
    packages: tuple[str, ...]
    wall_s: float = 120.0

    def load(self, file: Path) -> list[Any]:
        """The instances of a data file, encoded.

        Raises `BadData` for what can't be loaded or does not cross.
        """
        try:
            content = file.read_bytes()
        except OSError as error:
            raise BadData(f"can't be read ({error.strerror or error})", file) from None
        value = self._value(LOAD, "load", file.name.encode() + b"\n" + content, file)
        if not isinstance(value, list) or not all(_is_instance(one) for one in value):
            raise BadData("load_data gave no instances", file)
        return value

    def dev_cases(self) -> Mapping[str, Sequence[int]] | None:
        """File name to the places of its dev instances, as `get_dev` says; `None` where there is no such."""
        value = self._value(DEV_CASES, "load", b"\n", self.config, missing=True)
        if value is None:
            return None
        try:
            return {str(name): [int(place) for place in places] for name, places in value["dict"]}
        except (TypeError, ValueError, LookupError):
            raise BadData("get_dev gives no dict of file names to places", self.config) from None

    def judge(self, instance: Any, solution: Any, case: str, index: int, count: int) -> dict[str, Any]:
        """`score` and `normed`, or why the answer is `invalid`.

        An answer on which the task's code fails or does not come to an end is invalid: the program made it.
        Raises `ValueError` for a fault of ours.
        """
        about = {"instance": instance, "solution": solution, "case": case, "index": index, "count": count}
        outcome = self._run(_JUDGE, "judge", json.dumps(about).encode(), self.source + _JUDGE_SOURCE)
        if outcome.ended_by is EndedBy.FAULT:
            raise ValueError(f"judging failed: {outcome.message}")
        if outcome.ended_by is not EndedBy.RETURNED or outcome.last is None:
            return {"invalid": f"eval_func did not come to an end on it: {_why(outcome)}"}
        value = self._decoded(EVALUATE, outcome, self.config)
        pairs = value.get("dict") if isinstance(value, dict) else None
        return dict(pairs or ())

    def _value(self, entry: str, kind: str, payload: bytes, about: Path, missing: bool = False) -> Any:
        outcome = self._run(entry, kind, payload, self.source)
        if missing and outcome.ended_by is EndedBy.NO_ENTRY_POINT:
            return None
        if outcome.ended_by is not EndedBy.RETURNED or outcome.last is None:
            raise BadData(f"{entry} of config.py can't be used: {_why(outcome)}", about)
        return self._decoded(entry, outcome, about)

    def _run(self, entry: str, kind: str, payload: bytes, program: str) -> Outcome:
        job = Job(
            harness=harness(kind),
            payload=payload,
            program=program,
            entry_point=entry,
            answer=_ANSWER,
            limits=Limits(self.wall_s, scratch_bytes=max(256 << 20, 2 * len(payload))),
            packages=self.packages,
        )
        try:
            return self.sandbox.run(job)
        except (IsolationUnavailable, EnvironmentMismatch, MissingPackage) as error:
            raise MissingPrerequisite(str(error)) from error
        except SandboxError as error:
            return Outcome(EndedBy.FAULT, message=str(error))

    def _decoded(self, entry: str, outcome: Outcome, about: Path) -> Any:
        try:
            return decode(_ANSWER, outcome, self.wall_s).last["value"]
        except BadAnswer as error:
            raise BadData(f"{entry} of config.py gave what can't be read: {error}", about) from None


def _why(outcome: Outcome) -> str:
    said = (outcome.message or outcome.stderr).strip().splitlines()
    what = said[-1] if said else str(outcome.ended_by)
    if outcome.ended_by is EndedBy.BAD_OUTPUT:
        return f"not importable: {what}"
    if outcome.ended_by is EndedBy.NO_ENTRY_POINT:
        return "there is none"
    return f"{outcome.ended_by}: {what}"


def _is_instance(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["dict"]
