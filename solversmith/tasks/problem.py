"""A task folder behind the door `Problem`."""

from __future__ import annotations

import atexit
import fnmatch
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sandbox.errors import EnvironmentMismatch, IsolationUnavailable, MissingPackage
from sandbox.spec import Limits
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.problem import DEV, SPLITS, TEST, Answer, Case, JsonAnswer, ProblemOptions
from solversmith.contract.running import Sandbox
from solversmith.errors import BadData, MissingPrerequisite, UsageError
from solversmith.records.codec import canonical_json, sha256
from solversmith.records.score import CaseScore, Score
from solversmith.records.verdict import Verdict
from solversmith.tasks.boxes import MOST_BYTES, MOST_DEPTH, Boxes, harness
from solversmith.tasks.folder import TaskFolder

PACKAGES = ("numpy", "scipy", "networkx")
TIME_LIMIT_S = 10.0  # as CO-Bench has it
_MOST_FEEDBACK = 1500
_INTERFACE = """

## Interface
Define `solve(**kwargs)`. It is given {keys}. It returns, or yields again and again, a dict as the skeleton
shows; the last whole one that has arrived when the time is over counts. Values may be None, bool, int, float,
str, lists, tuples, dicts, numpy arrays of numbers and networkx graphs.

## Limits
{wall_s:g} s for each instance, counted from the moment when the program starts, its imports included;
{threads} core(s), {memory_gib:g} GiB of memory. Only the standard library and {packages} can be imported.
There is no network.

## Score
The task's own score, normalised so that 1 is the best known; the loss is 1 minus it. An answer that the task
refuses counts as a failed case, with the loss 1.
"""


@dataclass(frozen=True)
class Loaded:
    """One instance, encoded: what the program gets, and all of it for the judge."""

    given: Any
    whole: Any
    file: str
    index: int
    count: int
    keys: tuple[str, ...]

    def without_labels(self, text: str) -> str:
        """What the task's code said of an answer, and a model is told, without the labels' values."""
        hidden = [value for key, value in self.whole["dict"] if key not in self.keys]
        for value in hidden:
            if isinstance(value, int | float | str) and str(value):
                text = re.sub(rf"(?<![\w.]){re.escape(str(value))}(?![\w.]*\d)", "...", text)
        return text


@dataclass(frozen=True)
class TaskProblem:
    """A task, its options, and the instances that its own code loaded in a box. Raises `BadData`."""

    folder: TaskFolder
    options: ProblemOptions = field(default_factory=ProblemOptions)
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    entry_point = "solve"
    anytime = True
    packages = PACKAGES
    failure_loss = 1.0

    def __post_init__(self) -> None:
        self.options.refuse(self.name, "data", "best_known", "scoring", "score", "preset")
        if not self.folder.description.strip():
            raise BadData("DESCRIPTION is empty", self.folder.path)

    @property
    def name(self) -> str:
        """The folder's."""
        return self.folder.path.name

    @property
    def parameters(self) -> Mapping[str, str]:
        """None."""
        return {}

    @property
    def statement(self) -> str:
        """The task's own description, and how answers are taken here."""
        limits = self._limits()
        keys = ", ".join(f"`{key}`" for key in self.cases(DEV)[0].data.keys) or "nothing"
        about = _INTERFACE.format(
            keys=keys,
            wall_s=limits.wall_s,
            threads=limits.threads,
            memory_gib=limits.memory_bytes / (1 << 30),
            packages=", ".join(PACKAGES),
        )
        return f"# {self.name}\n\n{self.folder.description.strip()}{about}"

    @property
    def template(self) -> str:
        """The task's own skeleton."""
        return self.folder.skeleton

    @property
    def harness(self) -> str:
        """Decodes an instance and encodes an answer."""
        return harness("solve")

    @property
    def solvers(self) -> Mapping[str, str]:
        """Programs in `solvers/` of the folder, if there are any."""
        return ProblemFolder(self.folder.path).solvers

    @property
    def reference(self) -> Mapping[str, Any]:
        """The task's own normalisation, by the digest of its code."""
        return {"kind": "the task's own norm_score", "version": sha256(self.folder.source)[:12]}

    def cases(self, split: str) -> Sequence[Case]:
        """The instances of a split: `get_dev` says which are dev. Raises `BadData` and `UsageError`."""
        if split not in SPLITS:
            raise UsageError(f"a split is {' or '.join(SPLITS)}, not {split!r}")
        found = [case for case in self._all() if case.split == split]
        if self.options.cases is not None:
            found = [case for case in found if fnmatch.fnmatchcase(case.name, self.options.cases)]
        if not found:
            raise BadData(
                f"no case of {split} in this task" + (" matches --cases" if self.options.cases else ""),
                self.folder.path,
            )
        return found[: self.options.samples]

    def limits(self, case: Case) -> Limits:
        """The same for every case."""
        return self._limits()

    def environment(self, case: Case) -> Mapping[str, str]:
        """Nothing besides the sandbox's own."""
        return {}

    def pack(self, case: Case) -> bytes:
        """The encoded instance without its labels."""
        return canonical_json(case.data.given).encode("utf-8")

    def answer(self, case: Case) -> Mapping[str, JsonAnswer]:
        """One encoded dict."""
        return {"solution": JsonAnswer(MOST_BYTES, MOST_DEPTH)}

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """What the task's code says of the last answer, in a box of its own."""
        data: Loaded = case.data
        found = self._boxes().judge(data.whole, answer.last["solution"], data.file, data.index, data.count)
        metrics = {"score": _plain(found.get("score")), "solutions": len(answer.solutions)}
        if "invalid" in found:
            said = data.without_labels(str(found["invalid"]))
            return CaseScore(case.name, Verdict.INFEASIBLE, None, metrics, said)
        score, normed = _plain(found.get("score")), _plain(found.get("normed"))
        if score is None or (normed is None and found.get("normed") is not None):
            message = "the task's score is no finite number"
            return CaseScore(case.name, Verdict.NON_FINITE, None, metrics, message)
        metrics |= {"objective": score, "published_score": normed}
        loss = None if normed is None else 1.0 - normed
        return CaseScore(case.name, Verdict.OK, loss, metrics, fingerprint={"objective": score})

    def feedback(self, score: Score) -> str:
        """Verdict, mean, then a line for each case without its name."""
        lines = [f"verdict: {score.verdict}"]
        for number, case in enumerate(score.cases[:20], 1):
            told = f"loss {case.loss:.4g}" if case.loss is not None else case.message[:200]
            lines.append(f"case {number}: {case.verdict} {told}".rstrip())
        return "\n".join(lines)[:_MOST_FEEDBACK]

    def _all(self) -> list[Case]:
        if "cases" not in self._kept:
            self._kept["cases"] = self._loaded()
        found: list[Case] = self._kept["cases"]
        return found

    def _loaded(self) -> list[Case]:
        boxes, tell = self._boxes(), self.options.progress or (lambda text: None)
        dev = boxes.dev_cases()
        cases: list[Case] = []
        dropped: set[str] = set()
        for file in self.folder.files:
            name = file.relative_to(self.folder.path).as_posix()
            tell(f"{self.name}: loading {name} in a box of its own")
            instances = boxes.load(file)
            for index, instance in enumerate(instances):
                data = self._case_data(instance, file.name, index, len(instances))
                dropped |= {str(key) for key, _ in instance["dict"]} - set(data.keys)
                digest = sha256(canonical_json(instance))  # labels too: losses depend on them
                cases.append(Case(f"{name}[{index}]", _split(dev, name, file.name, index), digest, data))
        if dropped:
            tell(f"{self.name}: programs are not given {', '.join(sorted(dropped))}")
        _refuse_shared(cases, self.folder.path)
        return cases

    def _case_data(self, instance: Any, file: str, index: int, count: int) -> Loaded:
        kept = [pair for pair in instance["dict"] if not self.folder.is_label(str(pair[0]))]
        keys = tuple(str(key) for key, _ in kept)
        return Loaded({"dict": kept}, instance, file, index, count, keys)

    def _boxes(self) -> Boxes:
        if "boxes" not in self._kept:
            self._kept["boxes"] = Boxes(
                self.folder.path / "config.py", self.folder.source, _opened(), PACKAGES
            )
        boxes: Boxes = self._kept["boxes"]
        return boxes

    def _limits(self) -> Limits:
        options = self.options
        return Limits(
            wall_s=options.time_limit_s or TIME_LIMIT_S,
            threads=options.threads or 1,
            memory_bytes=options.memory_bytes or 4 << 30,
        )


def _refuse_shared(cases: Sequence[Case], where: object) -> None:
    """Raises `BadData` where programs are given the same on both splits, whatever the labels say."""
    seen: dict[str, Case] = {}
    for case in cases:
        first = seen.setdefault(sha256(canonical_json(case.data.given)), case)
        if first.split != case.split:
            raise BadData(
                f"{first.name} ({first.split}) and {case.name} ({case.split}) are one instance; "
                "what is searched on must not be tested on",
                where,
            )


def _split(dev: Mapping[str, Sequence[int]] | None, path: str, name: str, index: int) -> str:
    """As `get_dev` says; without it the first instance of each file, or what stands in `valid_instances`."""
    if dev is not None:
        return DEV if index in dev.get(name, dev.get(path, ())) else TEST
    return DEV if path.startswith("valid_instances/") or (index == 0 and "/" not in path) else TEST


@cache
def _opened() -> Sandbox:
    """One for all tasks of this process; what a task's code does in it is gone when its job is over."""
    from sandbox.opening import open_sandbox

    try:
        sandbox = open_sandbox(packages=PACKAGES, slots=2)
    except (IsolationUnavailable, EnvironmentMismatch, MissingPackage) as error:
        raise MissingPrerequisite(f"{error} (`solversmith doctor` tells more)") from error
    atexit.register(sandbox.close)
    return sandbox


def _plain(value: Any) -> float | int | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if number and math.isfinite(value) else None
