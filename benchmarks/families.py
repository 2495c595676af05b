"""The tables of docs/pde-families.md: every PDE family, its reference, and what its human programs score.

    python benchmarks/families.py --keep FILE [--references FILE] [--data FOLDER] [--cache FOLDER]
                                  [--only NAME[:key=value,...]]... [--print] [--into docs/pde-families.md]

Scores `trivial`, `simple` and `expert` on a few samples of dev against the exact reference, and for the
families whose published numerics are known against a float32 run of that kind on the same samples. Where
`--data` has files in the published layout (`solversmith codepde data recreate`), their samples are scored
against them, too. Every result is appended to `--keep` at once and never measured again while program,
reference and samples are the same; `--print` measures nothing and prints what is there; `--into` writes it
into a page, between the lines `<!-- tables -->` and `<!-- end of tables -->`. `--references` is what
`benchmarks/references.py` kept: seconds and estimates. Programs may take a long while (`LIMIT_S`): times
are not judged here.
"""

# ruff: noqa: E402 - packages are found beside this folder, not in it
from __future__ import annotations

import argparse
import functools
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.settings import opened, settings
from codepde import derived
from codepde.batch import draw_batch
from codepde.cache import default_root
from codepde.family import Family
from codepde.problem import PdeProblem
from codepde.published import schemes
from codepde.published.layouts import find
from codepde.solutions import references
from solversmith.contract import DEV, Sandbox
from solversmith.errors import SolversmithError
from solversmith.evaluate import Evaluator
from solversmith.session import opened_sandbox
from solversmith.settings import Scoring

PROGRAMS = ("trivial", "simple", "expert")
SAMPLES = {"advection": 4, "burgers": 4, "reacdiff1d": 4, "kdv": 4}
FEW, FILE_SAMPLES = 2, 8  # samples of the other families, and of a file
LIMIT_S = 1800.0
EXACT, KIND, FILE, FLOORS = "exact", "kind", "file", "floors"
LOOKED_AT = 64  # samples of dev among which one of each kind is looked for
BEGIN, END = "<!-- tables -->\n", "<!-- end of tables -->\n"
CHEAP_STEPS = 400  # a frame of published numerics with more time steps than this is not run


@dataclass(frozen=True)
class Kept:
    """Results as lines of JSON, by a key of what they are results of."""

    path: Path
    lines: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, path: Path) -> Kept:
        """What a file has; nothing where there is none."""
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        found = map(json.loads, text.splitlines())
        return cls(path, {line["key"]: line for line in found})

    def add(self, key: str, **found: Any) -> None:
        """Append one."""
        self.lines[key] = {"key": key, **found, "load": round(os.getloadavg()[0], 1)}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(self.lines[key]) + "\n")


def samples_of(setting: str) -> int:
    """How many samples of dev a setting is scored on."""
    return SAMPLES.get(setting.partition(":")[0], FEW)


@functools.cache
def key_of(setting: str, against: str, program: str = "", source: str = "") -> str:
    """What a result is a result of."""
    version = opened(setting).family.version
    text = hashlib.sha256(source.encode()).hexdigest()[:12] if source else ""
    return "/".join([setting, version, against, str(samples_of(setting)), program, text])


def problems(setting: str, data: Path | None, cache: Path | None) -> Iterator[tuple[str, PdeProblem]]:
    """The setting as scored against each reference that can be had."""
    common: dict[str, Any] = {"cache": cache, "time_limit_s": LIMIT_S, "samples": samples_of(setting)}
    exact = opened(setting, **common)
    yield EXACT, exact
    family = exact.family
    known = family.name in schemes.SCHEMES
    if known and schemes.steps_per_frame(family.name, family.grid, family.coefficients) <= CHEAP_STEPS:
        yield KIND, opened(setting, reference="published", **common)
    if data is not None and family.published is not None:
        try:
            find(data, family.published, exact.parameters, DEV)
        except SolversmithError:
            return  # no such file
        common["samples"] = FILE_SAMPLES
        yield FILE, opened(setting, reference="published", cases="published", data=data, **common)


def measure(setting: str, sandbox: Sandbox, kept: Kept, data: Path | None, cache: Path | None) -> None:
    """All that is missing of one setting."""
    for against, problem in problems(setting, data, cache):
        for program in PROGRAMS:
            source = problem.solvers[program]
            key = key_of(setting, against, program, source)
            if key not in kept.lines:
                score = Evaluator(problem, sandbox).evaluate(source, DEV)
                metrics = score.cases[0].metrics
                seconds = score.cases[0].measured.get("cpu_s")
                kept.add(
                    key,
                    loss=score.loss,
                    verdict=score.verdict.value,
                    cpu_s=seconds,
                    **{name: metrics.get(name) for name in ("estimate", "error_floor", "kinds")},
                )
                print(f"{setting} {against} {program}: {score.verdict.value} {score.loss}", file=sys.stderr)
    if key_of(setting, FLOORS) not in kept.lines and is_default(setting):
        kept.add(key_of(setting, FLOORS), floors=floors(setting, cache))


def is_default(setting: str) -> bool:
    """Whether every parameter has its default."""
    return opened(setting).parameters == opened(setting.partition(":")[0]).parameters


def floors(setting: str, cache: Path | None) -> dict[str, float | None]:
    """The floor of the first sample of each kind; `None` where the states are exact."""
    family = opened(setting).family
    looked_at = draw_batch(family, DEV, LOOKED_AT if family.floor else 1)
    first = {kind: looked_at.kinds.index(kind) for kind in sorted(set(looked_at.kinds))}
    if family.floor is None:
        return dict.fromkeys(first)
    batch = derived.chosen(family, looked_at, list(first.values()))
    solved = references(family, batch, cache or default_root())
    return {kind: reference.floor for kind, reference in zip(first, solved, strict=True)}


def loss_cell(line: Mapping[str, Any] | None) -> str:
    """A loss to two digits; `≤` where it is no larger than the reference's own error."""
    if line is None:
        return "–"
    if line["loss"] is None or line["verdict"] != "ok":
        return str(line["verdict"])
    floor = line.get("error_floor")
    if floor is not None and line["loss"] <= floor:
        return f"≤ {floor:.1e}"
    return f"{line['loss']:.2g}" if line["loss"] >= 0.01 else f"{line['loss']:.1e}"


@functools.cache
def sources(name: str) -> Mapping[str, str]:
    """The human programs of a family."""
    return opened(name).solvers


def program_cells(setting: str, against: str, kept: Kept) -> list[str]:
    """Of the three programs; `–` for what was not measured."""
    solvers = sources(setting.partition(":")[0])
    keys = [key_of(setting, against, program, solvers[program]) for program in PROGRAMS]
    return [loss_cell(kept.lines.get(key)) for key in keys]


def estimate_cell(setting: str, kept: Kept, costs: Mapping[str, Mapping[str, Any]]) -> str:
    """The largest estimate that was seen, on the samples of the cost benchmark or else on those scored."""
    if setting in costs:
        return ", ".join(f"{value:.0e}" for value in costs[setting]["estimates"].values())
    source = sources(setting.partition(":")[0])["trivial"]
    line = kept.lines.get(key_of(setting, EXACT, "trivial", source))
    estimate = None if line is None else line["estimate"]
    return "–" if estimate is None else f"{estimate:.0e}"


def rows(name: str, chosen: list[str], kept: Kept, costs: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The table of one family."""
    against = [EXACT, *(each for each in (KIND, FILE) if any(has(setting, each, kept) for setting in chosen))]
    told = {EXACT: "", KIND: " (float32 kind)", FILE: " (file)"}
    heads = ["parameters", "estimate", "wall s", "CPU s"]
    heads += [program + told[each] for each in against for program in PROGRAMS]
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for setting in chosen:
        cost = costs.get(setting)
        cells = [setting.partition(":")[2] or "none", estimate_cell(setting, kept, costs)]
        cells += ["–", "–"] if cost is None else [f"{cost['wall_s']:.2g}", f"{cost['cpu_s']:.2g}"]
        cells += [cell for each in against for cell in program_cells(setting, each, kept)]
        yield f"| {' | '.join(cells)} |"


def has(setting: str, against: str, kept: Kept) -> bool:
    """Whether any program was scored against that."""
    return any(cell != "–" for cell in program_cells(setting, against, kept))


def section(
    name: str, chosen: list[str], kept: Kept, costs: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """What the page says of one family."""
    yield f"\n### {name}\n"
    seen: dict[str, tuple[str, Family]] = {}
    for setting in chosen:
        family = opened(setting).family
        seen.setdefault(family.version, (setting, family))
    for setting, family in seen.values():
        own = f" ({setting.partition(':')[2]} and what has the same reference)" if len(seen) > 1 else ""
        yield f"`{family.equation}`{own}. Reference `{family.version}`: {family.method}."
        yield f"Valid for: {family.validity or 'any state and coefficient'}. No estimate exceeds"
        yield f"{family.most_estimate:g}. Programs scored on {samples_of(name)} samples of dev."
        line = next((kept.lines.get(key_of(each, FLOORS)) for each in chosen if is_default(each)), None)
        if line is not None:
            told = [f"{kind} {'exact' if f is None else f'{f:.0e}'}" for kind, f in line["floors"].items()]
            yield f"Floors at the default parameters, one sample of each kind: {', '.join(told)}."
        yield ""
    yield from rows(name, chosen, kept, costs)


def main() -> None:
    """Measure what is missing, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--references", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--only", action="append", default=[], metavar="NAME[:key=value,...]")
    parser.add_argument("--print", action="store_true", dest="only_print")
    parser.add_argument("--into", type=Path)
    given = parser.parse_args()
    kept = Kept.read(given.keep)
    chosen = list(dict.fromkeys(settings(given.only)))
    if not given.only_print:
        with opened_sandbox(opened(chosen[0]), Scoring()) as sandbox:
            for setting in chosen:
                measure(setting, sandbox, kept, given.data, given.cache)
    lines = given.references.read_text(encoding="utf-8").splitlines() if given.references else []
    costs: dict[str, dict[str, Any]] = {}
    for found in map(json.loads, lines):  # a setting may have a line of its own for its memory
        costs.setdefault(found["setting"], {}).update(found)
    lines = []
    for name in dict.fromkeys(setting.partition(":")[0] for setting in chosen):
        own = [setting for setting in chosen if setting.partition(":")[0] == name]
        lines += section(name, own, kept, costs)
    if given.into is None:
        print("\n".join(lines))
    else:
        page = given.into.read_text(encoding="utf-8")
        (head, rest), tables = page.split(BEGIN), "\n".join(lines)
        given.into.write_text(f"{head}{BEGIN}{tables}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
