"""How well signals that need no reference rank programs: their rank correlation with the true loss.

    python benchmarks/signals.py [PROBLEM ...] [--variants 8] [--samples 4] [--cache FOLDER]
                                 [--keep FILE] [--json | --markdown]

For each problem, by default every PDE family at its default parameters, the human programs and variants of
the simple ones, as the offline model writes them, are scored twice on dev: against the reference, and by the
signals alone. Printed are every program's loss, its signals, and over the programs that were valid both times
Spearman's rank correlation of the loss with each signal and with their combination; 1 is the same order. They
are printed a second time without the program `trivial`, which as a rule solves another equation consistently:
just what no signal can see. A correlation is left out where fewer than 4 programs were valid, or a signal is
the same for all. With `--keep` what is measured is added to a file of JSON lines, and what is in there is not
measured again; `--markdown` prints a table of it.
"""

# ruff: noqa: E402 - packages are found beside this folder, not in it
from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

from solversmith import registry
from solversmith.contract import DEV, Problem, ProblemOptions, Request
from solversmith.evaluate import Evaluator
from solversmith.extract import extract
from solversmith.models.offline import OfflineModel, simple_programs
from solversmith.prompts import first_messages
from solversmith.session import opened_sandbox
from solversmith.settings import Scoring

COMBINED, TRIVIAL = "combined", "trivial"
FEWEST = 4
# The cheap ones first. darcy has one signal, and no time.
FAMILIES = (
    "advection",
    "burgers",
    "reacdiff1d",
    "kdv",
    "ks",
    "poisson2d",
    "allen_cahn2d",
    "wave2d",
    "ns2d",
    "darcy",
    "cns1d",
)
COLUMNS = ("half_grid", "restart", "shift", "moving_frame", "budgets", "residual", COMBINED)


def programs(problem: Problem, variants: int) -> Iterator[tuple[str, str]]:
    """Names and sources: human programs, then drafts of the offline model."""
    yield from problem.solvers.items()
    model = OfflineModel({problem.name: simple_programs(problem.solvers)})
    messages = first_messages(problem, "draft")
    for sample in range(variants):
        request = Request(messages=messages, max_output_tokens=16384, sample=sample, seed=0)
        source = extract(model.complete(request, f"v{sample}").text, problem.entry_point)
        if source is not None:
            yield f"variant {sample}", source


def rows(problem: Problem, variants: int) -> Iterator[dict[str, Any]]:
    """Of each program the name, the true loss and the signals; `None` for what failed."""
    with opened_sandbox(problem, Scoring()) as sandbox:
        true, alone = Evaluator(problem, sandbox), Evaluator(problem, sandbox, signals=True)
        for name, source in programs(problem, variants):
            loss = true.evaluate(source, DEV).loss
            found = alone.evaluate(source, DEV)
            signals = dict(found.cases[0].metrics.get("signals", {}))
            if found.loss is not None:
                signals[COMBINED] = found.loss
            yield {"program": name, "loss": loss, "signals": signals}


def correlations(found: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Signal to Spearman's rank correlation with the loss, over the programs that have both."""
    from scipy.stats import spearmanr

    valid = valid_of(found)
    if len(valid) < FEWEST:
        return {}
    losses = [row["loss"] for row in valid]
    result = {}
    for name in valid[0]["signals"]:
        values = [row["signals"][name] for row in valid]
        if len(set(values)) > 1 and len(set(losses)) > 1:
            result[name] = round(float(spearmanr(losses, values).statistic), 3)
    return result


def valid_of(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that have both a loss and signals."""
    return [row for row in found if row["loss"] is not None and row["signals"]]


def shown(name: str, found: Sequence[Mapping[str, Any]]) -> str:
    """All of it as text."""
    lines = [name]
    for row in found:
        loss = "failed" if row["loss"] is None else f"{row['loss']:.3g}"
        signals = ", ".join(f"{key} {value:.2g}" for key, value in row["signals"].items())
        lines.append(f"  {row['program']:12} loss {loss:10} {signals or 'failed'}")
    for what, counted in (("", found), (", without trivial", without_trivial(found))):
        told = ", ".join(f"{key} {value:+.2f}" for key, value in correlations(counted).items())
        lines.append(f"  rank correlation over {len(valid_of(counted))} programs{what}: {told or 'none'}")
    return "\n".join(lines)


def without_trivial(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The programs that at least try to solve the equation."""
    return [row for row in found if row["program"] != TRIVIAL]


def markdown(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """Correlations as a table: two rows a problem, the second without `trivial`."""
    lines = [f"| | programs | {' | '.join(f'`{name}`' for name in COLUMNS)} |", "|---" * 9 + "|"]
    for problem, found in kept.items():
        for what, counted in (
            (problem, found["programs"]),
            ("without `trivial`", without_trivial(found["programs"])),
        ):
            told = correlations(counted)
            cells = [f"{told[name]:.2f}" if name in told else "–" for name in COLUMNS]
            lines.append(f"| {what} | {len(valid_of(counted))} | {' | '.join(cells)} |")
    return "\n".join(lines)


def kept_in(file: Path | None) -> dict[str, dict[str, Any]]:
    """By problem, what was measured before."""
    lines = file.read_text(encoding="utf-8").splitlines() if file is not None and file.exists() else []
    return {found["problem"]: found for found in map(json.loads, lines)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("problems", nargs="*", default=list(FAMILIES))
    parser.add_argument("--variants", type=int, default=8)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    kept = kept_in(given.keep)
    for spec in given.problems:
        if spec not in kept:
            kept[spec] = measured(spec, given)
            if given.keep is not None:
                with given.keep.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(kept[spec]) + "\n")
        if not given.as_json and not given.markdown:
            print(shown(spec, kept[spec]["programs"]), flush=True)
    if given.as_json:
        print(json.dumps(kept, indent=1))
    if given.markdown:
        print(markdown(kept))


def measured(spec: str, given: argparse.Namespace) -> dict[str, Any]:
    """One problem: its programs, and the correlations over them."""
    load = os.getloadavg()[0]
    options = ProblemOptions(samples=given.samples, cache=given.cache)
    found = list(rows(registry.open_problem(spec, options), given.variants))
    return {
        "problem": spec,
        "samples": given.samples,
        "load": load,
        "programs": found,
        "correlations": correlations(found),
        "without_trivial": correlations(without_trivial(found)),
    }


if __name__ == "__main__":
    main()
