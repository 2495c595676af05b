"""Results from elsewhere, so that neural and commercial solvers stand in the same tables.

Either a table of claimed objectives (`instance,objective,time`), which nobody has checked and which is marked
so, or a folder of solution files, which are checked and scored like any program's answer. A case that is
missing or failed counts, as everywhere.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from solversmith import rounds
from solversmith.contract.problem import INTEGRAL, SPLITS, Answer, Case, Problem, Solution, WithResults
from solversmith.errors import BadData, MissingPrerequisite, SolversmithError, UsageError
from solversmith.identity import content_of, reference_digest
from solversmith.records.score import CaseScore, Score, combine
from solversmith.records.verdict import Verdict

FILE = "import.json"
FORMAT = 1
_MOST_BYTES = 256 << 20
_FAILED = (
    "",
    "-",
    "infeasible",
    "timeout",
    "nan",
    "none",
)  # what stands for an objective where there is none
_MISSING = "nothing was handed in for this case"


@dataclass(frozen=True)
class Imported:
    """A solver's results on a split of a problem, as they were imported."""

    name: str
    problem: str
    split: str
    verified: bool
    source: str  # name of the file or folder, without its path
    digest: str  # SHA-256 of what was read
    verdict: Verdict
    loss: float | None
    failed: int
    cases: tuple[Mapping[str, Any], ...]
    parts: Mapping[str, Any] = field(default_factory=dict)
    wall_s: float | None = None  # as claimed, over all cases
    content: Mapping[str, Any] = field(default_factory=dict)  # digests: what it may stand beside
    reference: Mapping[str, Any] = field(default_factory=dict)


def imported(
    problem: Problem, source: Path, name: str, split: str, tell: Callable[[str], None] = lambda text: None
) -> Imported:
    """The results in a CSV file or in a folder of solution files.

    Raises
    ------
    UsageError
        A problem, or a loss, that results from elsewhere can't have.
    BadData
        A file that can't be read, names an instance that is in neither split, or twice.
    """
    if not isinstance(problem, WithResults):
        raise UsageError(f"{problem.name} takes no results from elsewhere: its answers are no files")
    if INTEGRAL in str(problem.reference.get("loss")):
        raise UsageError("results from elsewhere have no curve over time: leave out --score integral")
    if not source.exists():
        raise BadData("there is no such file or folder", source)
    cases = problem.cases(split)
    read_source = _from_folder if source.is_dir() else _from_table
    scores, digest, times = read_source(problem, cases, source, tell)
    score = combine([scores.get(case.name, _missing(case)) for case in cases], problem.failure_loss)
    reference = problem.reference
    return Imported(
        name=name,
        problem=problem.name,
        split=split,
        verified=source.is_dir(),
        source=source.name,
        digest=digest,
        verdict=score.verdict,
        loss=score.loss,
        failed=score.failed,
        cases=tuple(_plain(case, times.get(case.case)) for case in score.cases),
        parts=rounds.parts_of(score, problem.failure_loss),
        wall_s=math.fsum(times.values()) if times else None,
        content={**content_of(problem, _readable(problem)), "reference": reference_digest(problem)},
        reference={key: value for key, value in reference.items() if key != "cases"},
    )


def as_score(found: Imported) -> Score:
    """Its cases as a score, for the tables of scores."""
    cases = tuple(
        CaseScore(
            str(case["case"]),
            Verdict(case["verdict"]),
            case["loss"],
            case["metrics"],
            str(case["message"]),
            measured={"wall_s": case["time_s"]} if case["time_s"] is not None else {},
        )
        for case in found.cases
    )
    return Score(found.verdict, found.loss, cases)


def written(found: Imported, folder: Path) -> Path:
    """Keep it in a folder of its own below `folder`. Raises `UsageError` if there is a run of that name."""
    home = folder / found.name
    if (home / "run.toml").exists():
        raise UsageError(f"{found.name!r} is a run in {folder}/: give the import another --name")
    try:
        home.mkdir(parents=True, exist_ok=True)
        beside = home / f".{FILE}"
        body = {"format": FORMAT, "kind": "import", **asdict(found)}
        beside.write_text(json.dumps(body, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        beside.replace(home / FILE)
    except OSError as error:
        raise MissingPrerequisite(f"can't write {home}: {error.strerror or error}") from None
    return home


def read(home: Path) -> Imported:
    """What `written` wrote. Raises `BadData`."""
    try:
        body = json.loads((home / FILE).read_text(encoding="utf-8"))
        if body.pop("format") != FORMAT or body.pop("kind") != "import":
            raise ValueError("another format")
        return Imported(**{**body, "verdict": Verdict(body["verdict"]), "cases": tuple(body["cases"])})
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise BadData(f"no imported results can be read ({error})", home / FILE) from None


def _from_table(
    problem: WithResults, cases: Sequence[Case], source: Path, tell: Callable[[str], None]
) -> tuple[dict[str, CaseScore], str, dict[str, float]]:
    content = _bytes(source)
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.DictReader(text.splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadData(f"no CSV in UTF-8 ({error})", source) from None
    columns = {(name or "").strip().lower(): name for name in (rows[0] if rows else {})}
    if not {"instance", "objective"} <= columns.keys():
        raise BadData(
            "expected the columns instance, objective and, if known, time; and at least one row", source, 1
        )
    named = _by_name(problem, cases)
    scores: dict[str, CaseScore] = {}
    times: dict[str, float] = {}
    for number, row in enumerate(rows, 2):
        case = _case_of(problem, named, str(row[columns["instance"]] or ""), source, number)
        if case is None:
            continue
        if case.name in scores:
            raise BadData(f"instance {case.name} stands twice", source, number)
        scores[case.name] = _claimed(problem, case, str(row[columns["objective"]] or ""), source, number)
        if "time" in columns and (stated := str(row[columns["time"]] or "").strip()):
            times[case.name] = _number(stated, "time", source, number, least=0.0)
    return scores, hashlib.sha256(content).hexdigest(), times


def _claimed(problem: WithResults, case: Case, text: str, source: Path, number: int) -> CaseScore:
    if text.strip().lower() in _FAILED:
        message = f"no objective was handed in: {text.strip() or 'nothing'}"
        return CaseScore(case.name, Verdict.INFEASIBLE, None, {"part": case.part}, message)
    return problem.claimed(case, _number(text, "objective", source, number))


def _from_folder(
    problem: WithResults, cases: Sequence[Case], source: Path, tell: Callable[[str], None]
) -> tuple[dict[str, CaseScore], str, dict[str, float]]:
    named = _by_name(problem, cases)
    scores: dict[str, CaseScore] = {}
    digest = hashlib.sha256()
    for file in sorted(path for path in source.rglob("*") if path.is_file() and path.name[0] != "."):
        names = (file.stem, file.stem.removesuffix(".opt"), file.name)
        case = next(filter(None, (_case_of(problem, named, name, file, None) for name in names)), None)
        if case is None:
            tell(f"{file.name} is left out: no case of this split has that name")
            continue
        if case.name in scores:
            raise BadData(f"a second solution of {case.name}", file)
        content = _bytes(file)
        digest.update(hashlib.sha256(content).digest())
        tell(f"checking {file.name}")
        try:
            arrays = problem.solution(case, content, file)
        except BadData as error:
            scores[case.name] = CaseScore(
                case.name, Verdict.BAD_OUTPUT, None, {"part": case.part}, str(error)
            )
            continue
        score = problem.score(case, Answer((Solution(0.0, arrays),), 0.0, 1.0, "returned"))
        scores[case.name] = CaseScore(
            case.name, score.verdict, score.loss, score.metrics, score.message, score.fingerprint
        )
    if not scores:
        raise BadData("no solution of any case is in it: a file is named like its instance", source)
    return scores, digest.hexdigest(), {}


def _by_name(problem: WithResults, cases: Sequence[Case]) -> dict[str, Case]:
    """Raises `UsageError` where two cases have one name, for then results could go to the wrong one."""
    named: dict[str, Case] = {}
    for case in cases:
        other = named.setdefault(problem.instance_name(case.name), case)
        if other is not case:
            raise UsageError(
                f"{other.name} and {case.name} have the same name but for folder and suffix: choose one of "
                "them by --cases"
            )
    return named


def _case_of(
    problem: WithResults, named: Mapping[str, Case], name: str, source: Path, number: int | None
) -> Case | None:
    """The case that a name means; where it stands in a line of a table, it has to mean one."""
    case = named.get(problem.instance_name(name.strip()))
    if case is not None or number is None:
        return case
    known = ", ".join(list(named)[:5])
    raise BadData(f"no case of this split is named {name.strip()!r}; there are {known} ...", source, number)


def _readable(problem: Problem) -> list[str]:
    """The splits that the options leave any case in: --cases may choose from one of them only."""
    found = []
    for split in SPLITS:
        with contextlib.suppress(SolversmithError):
            problem.cases(split)
            found.append(split)
    return found


def _missing(case: Case) -> CaseScore:
    return CaseScore(case.name, Verdict.INFEASIBLE, None, {"part": case.part}, _MISSING)


def _plain(case: CaseScore, time_s: float | None) -> dict[str, Any]:
    return {
        "case": case.case,
        "verdict": str(case.verdict),
        "loss": case.loss,
        "metrics": dict(case.metrics),
        "message": case.message,
        "time_s": time_s,
    }


def _number(text: str, what: str, source: Path, line: int, least: float = -math.inf) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= least) or "_" in text:
        raise BadData(f"{what} {text.strip()!r} is no number that it can be", source, line)
    return int(value) if value.is_integer() and what == "objective" else value


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise BadData(f"more than {_MOST_BYTES} bytes", file)
        return file.read_bytes()
    except OSError as error:
        raise BadData(f"can't be read ({error.strerror or error})", file) from None
