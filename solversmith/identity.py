"""What `run.toml` says of a run: what was asked, what makes it this run, and where it runs."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from solversmith import __version__
from solversmith.contract.method import SearchMethod
from solversmith.contract.model import Mixture, Model
from solversmith.contract.problem import SPLITS, Problem
from solversmith.contract.running import Sandbox
from solversmith.isolation import Isolation, isolation_of
from solversmith.records.codec import canonical_json, sha256
from solversmith.settings import RunSettings, Scoring

_RECORDED = ("numpy", "scipy", "jax", "networkx", "openai", "ray", "h5py")


def described(
    settings: RunSettings,
    problem: Problem,
    model: Model,
    method: SearchMethod,
    sandbox: Sandbox,
    reflector: Model | None = None,
) -> dict[str, Any]:
    """`asked`, `identity` and `environment` of a run, as `RunDirectory.open` takes them."""
    identity = _identity(settings, problem, model, method, sandbox)
    if reflector is not None:
        identity["reflector"] = reflector.name
        identity["content"]["reflector"] = getattr(reflector, "content", None)
    return {
        "asked": _toml(asdict(settings)),
        "identity": _toml(identity),
        "environment": _toml(_environment(settings, problem, [model, reflector], sandbox)),
    }


def _identity(
    settings: RunSettings, problem: Problem, model: Model, method: SearchMethod, sandbox: Sandbox
) -> dict[str, Any]:
    """A change of any of this makes it another run."""
    limits, test_limits = (problem.limits(problem.cases(split)[0]) for split in SPLITS)
    parameters = ",".join(f"{key}={value}" for key, value in problem.parameters.items())
    asking = {**asdict(settings.asking), "price": None}  # a price decides nothing but the bill
    return {
        "problem": f"{problem.name}:{parameters}" if parameters else problem.name,
        "model": model.name,
        # What a bandit measures costs in decides what it does. It follows from the budget that is given.
        **({"cost_unit": unit} if (unit := getattr(model, "unit", None)) is not None else {}),
        "method": method.name,
        "method_settings": dict(method.settings()),
        "candidates": settings.candidates,
        "seed": settings.seed,
        "schedule": settings.schedule,
        "feedback": settings.feedback,
        **({"signals": True} if settings.signals else {}),
        **({"order": True} if settings.tells_order else {}),
        "asking": asking,
        "stopping": settings.stopping.criteria,
        "loss": problem.reference.get("loss"),
        **_isolated(isolation_of(sandbox)),
        "limits": {
            "wall_s": limits.wall_s,
            "test_wall_s": test_limits.wall_s,
            "threads": limits.threads,
            "memory_mib": limits.memory_bytes // 2**20,
            **_named(settings.scoring),
        },
        "content": {**content_of(problem), **_measures(problem, sandbox), **_given(settings, model)},
    }


def _named(scoring: Scoring) -> dict[str, str]:
    """Limits that are those of a preset, and not of a time limit that goes before it, have its name."""
    return {"named": scoring.preset} if scoring.preset and scoring.time_limit_s is None else {}


def _isolated(isolation: Isolation) -> dict[str, Any]:
    """Level and start: imports count on a program's clock, so that a cold start costs it seconds."""
    return {"isolation": isolation.level, "inner_level": isolation.inner, "start": isolation.start}


def content_of(problem: Problem, splits: Sequence[str] = SPLITS) -> dict[str, Any]:
    """Digests of what the model is told and what programs are run on: an edited problem is another one."""
    texts = [problem.statement, problem.template, problem.harness]
    cases: dict[str, Any] = {}
    for split in splits:
        found = problem.cases(split)
        body = [[case.digest, asdict(problem.limits(case))] for case in found]
        cases[split] = f"{len(found)} cases, {sha256(canonical_json(body))[:16]}"
    return {"texts": sha256(canonical_json(texts))[:16], **cases}


def _measures(problem: Problem, sandbox: Sandbox) -> dict[str, str]:
    """Digests of what losses are measured against and with: those of one run must be comparable."""
    packages = solver_environment(dict(sandbox.describe()))
    return {
        "reference": reference_digest(problem),
        "solver_environment": sha256(canonical_json(packages))[:16],
    }


def reference_digest(problem: Problem) -> str:
    """A digest of all that losses are measured against."""
    return sha256(canonical_json(dict(problem.reference)))[:16]


def _given(settings: RunSettings, model: Model) -> dict[str, Any]:
    """Digests of the files that the method and the model are made of, where they are somebody's own."""
    method = Path(settings.method).expanduser()
    source = method.read_bytes() if method.suffix == ".py" else None
    return {
        "method": None if source is None else hashlib.sha256(source).hexdigest()[:16],
        "model": getattr(model, "content", None),
    }


def _environment(
    settings: RunSettings, problem: Problem, models: Sequence[Model | None], sandbox: Sandbox
) -> dict[str, Any]:
    """Where it runs and what it may use; a change is recorded, and the run goes on."""
    description = dict(sandbox.describe())
    return {
        "budget": settings.stopping.budgets,
        "machine": machine(),
        "solver_environment": solver_environment(description),
        "versions": versions(),
        "reference": problem.reference,
        "failure_loss": problem.failure_loss,
        **_prices([model for model in models if model is not None]),
        "sandbox": description,
    }


def _prices(models: Sequence[Model]) -> dict[str, Any]:
    """What the writer's tokens cost; by name, where there are several models."""
    each: list[Model] = []
    for model in models:
        each += list(model.members.values()) if isinstance(model, Mixture) else [model]
    prices = {model.name: asdict(model.price) for model in each if model.price is not None}
    return {"price": prices.get(models[0].name), **({"prices": prices} if len(each) > 1 else {})}


def machine() -> dict[str, Any]:
    """Processor, cores and system, without a name that tells whose it is."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Of this package, of Python, and of what computes."""
    found = {"solversmith": __version__, "python": platform.python_version()}
    for name in _RECORDED:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def solver_environment(description: Mapping[str, Any]) -> dict[str, str]:
    """The interpreter and distributions that programs see, from a sandbox's description."""
    version = str(description.get("interpreter", {}).get("version") or platform.python_version())
    packages = description.get("solver_environment", {})
    return {"python": version.split()[0], **{str(name): str(packages[name]) for name in packages}}


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def _toml(value: Any) -> Any:
    """A value as TOML takes it; `None` is left out by the store."""
    if isinstance(value, Mapping):
        return {str(key): _toml(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_toml(item) for item in value if item is not None]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if hasattr(value, "item"):
        return value.item()
    return str(value)
