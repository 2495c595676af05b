"""What this machine gives, found out by using it: for people (`solversmith doctor`) and for records."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox import backend, environment, gvisor, levels, linux, mechanisms, portable, remedies, timing
from sandbox.choice import Probe
from sandbox.errors import IsolationUnavailable, SandboxError
from sandbox.execution import LEAST_POLL_S, MOST_POLL_S, POLL_S
from sandbox.local import PACKAGES, LocalSandbox
from sandbox.spec import ArraySpec, EndedBy, Job, Limits, Outcome

_IMPORTS_HARNESS = """
import json
def arguments(payload):
    return (json.loads(payload),), {}
def answer(value, payload):
    text = json.dumps(value).encode()
    return {"found": text + b" " * (-len(text) % 8)}
"""
_IMPORTS_PROGRAM = """
import importlib
def look(names):
    found = {}
    for name in names:
        try:
            found[name] = str(getattr(importlib.import_module(name), "__version__", "imported"))
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found
"""
_WITH_NAMESPACES = ("L3", "L4", "L5")
_GENERAL = re.compile(r"L\d( by .*)?")  # says that a level failed, not why
_UNREADABLE = "an unprivileged user can't read"
_MEMORY = {
    "poller": "the sum over the processes is looked at every {usual:g} ms, near its limit every {least:g} "
    "ms, and every {most:g} ms where a look takes long: what grows by 1 GB a second can pass its limit by "
    "{least:g} MB, in the last case by {most:g} MB. Measured with limits of 256 MiB on 2 busy cores: one "
    "process passed its limit by about 5 MB, six that grew together by 21 to 230 MB in the median, and by "
    "about 300 MB at most; leave that much free",
    "cgroup": "the kernel holds the sum to its limit",
    "none": "nothing caps the sum over the processes",
}


def examine(packages: Sequence[str] = PACKAGES, root: str = "/") -> dict[str, Any]:
    """Level, probes, the interpreter and solver environment as a program sees them, what is not given.

    Never raises for what this machine lacks: then `level` is `L0` and the probes say why.

    Parameters
    ----------
    root
        Where `proc` and `sys` lie that are read for facts; what is probed by use is this machine's own.
    """
    facts = remedies.facts(root)
    report: dict[str, Any] = {"level": "L0", "interpreter": {}, "solver_environment": {}, "imports": {}}
    report |= {"backend": "", "without": [], "not_given": list(_nothing_given())}
    probes = mechanisms.probe(facts) if sys.platform == "linux" else []
    try:
        probes += _opened(packages, report)
    except IsolationUnavailable as error:
        probes += error.probes or [Probe("isolation", False, str(error), levels.remedy(str(error)))]
    except SandboxError as error:
        probes.append(Probe("solver environment", False, str(error)))
    report["without"] = [*report["without"], *_without(probes, report["level"])]
    report["probes"] = [probe.to_json() for probe in probes]
    report["to_raise"] = _to_raise(probes, report["level"])
    report["not_given"] += map(_second_fence, report["without"])
    report["memory"] = memory(report["level"])
    report["threads"] = threads()
    found = gvisor.find()
    report["gvisor"] = found.to_json()
    report["timing"] = [finding.to_json() for finding in _seen_from(found, timing.find(root))]
    report["system"] = facts.to_json() | {"wsl": facts.wsl}
    report["versions"] = _versions()
    return report


def _opened(packages: Sequence[str], report: dict[str, Any]) -> list[Probe]:
    """Open the best sandbox, fill in what it says of itself and what is seen in it; its probes."""
    if sys.platform != "linux":
        raise IsolationUnavailable(portable.SENTENCE)
    with LocalSandbox("auto", packages=packages) as sandbox:
        described = sandbox.describe()
        names = [environment.import_name(name) for name in packages]
        outcome = sandbox.run(_imports_job(names))
        second = sandbox.run(_imports_job(()))  # the first also waited for the one that all are forked from
    report["level"] = described["level"]
    report["backend"] = described["backend"]
    report["without"] = list(described["omitted"])
    report["not_given"] = list(described["not_given"])
    report["interpreter"] = described["interpreter"]
    report["solver_environment"] = described["solver_environment"]
    report["imports"] = _imports(outcome, names)
    report["start"] = _start(described, second)
    probes = [Probe(**probe) for probe in described["probes"]]
    return [*probes, _imports_probe(report["imports"])]


def _imports_job(names: Sequence[str]) -> Job:
    """What importing each package of the allow-list gives, inside."""
    return Job(
        harness=_IMPORTS_HARNESS,
        payload=json.dumps(names).encode(),
        program=_IMPORTS_PROGRAM,
        entry_point="look",
        answer={"found": ArraySpec("<i8", (None,), most_bytes=1 << 16)},
        limits=Limits(wall_s=120),
    )


def _imports(outcome: Outcome, names: Sequence[str]) -> dict[str, str]:
    if outcome.ended_by is not EndedBy.RETURNED or outcome.last is None or outcome.last.arrays is None:
        return dict.fromkeys(names, f"{outcome.ended_by.value}: {outcome.message}")
    return dict(json.loads(outcome.last.arrays["found"]))


def _imports_probe(imports: Mapping[str, str]) -> Probe:
    failed = {name: text for name, text in imports.items() if ": " in text}
    detail = ", ".join(f"{name} {text}" for name, text in (failed or imports).items())
    advice = "install these packages as wheels where every user can read them" if failed else ""
    return Probe("solver environment", not failed, detail, advice)


def _start(described: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """How programs are started: `warm` if from an interpreter that has imported the packages already."""
    kind = outcome.detail.get("start") or described.get("start") or "cold"
    return {"kind": kind, "first_instruction_s": outcome.usage.start_s}


def _nothing_given() -> tuple[str, ...]:
    return levels.NOT_GIVEN["L0"] if sys.platform == "linux" else portable.NOT_GIVEN


def _without(probes: Sequence[Probe], level: str) -> list[str]:
    """Landlock, where it is missing: with namespaces a level can do without."""
    if level not in _WITH_NAMESPACES:
        return []
    return [probe.name for probe in probes if probe.name == remedies.LANDLOCK and not probe.ok]


def _second_fence(missing: str) -> str:
    return f"{missing}, which this machine lacks or refuses: the other mechanisms alone deny what it would"


def _to_raise(probes: Sequence[Probe], level: str) -> list[dict[str, str]]:
    """What to do, per mechanism that failed; what only says that a level failed is left to these."""
    failed = [probe for probe in probes if not probe.ok]
    if level in _WITH_NAMESPACES:
        failed = [probe for probe in failed if probe.name != "bwrap"]  # which would add nothing
    exact = [probe for probe in failed if probe.remedy and not _is_general(probe)]
    general = [] if any(probe.name != "L4" for probe in exact) else [p for p in failed if _is_general(p)]
    told = [{"for": probe.name, "remedy": probe.remedy} for probe in (*exact, *general) if probe.remedy]
    for probe in failed:
        _, sign, reason = probe.detail.partition(_UNREADABLE)
        if sign:
            told.append({"for": probe.name, "remedy": reason.partition(": ")[2]})
    return told


def _seen_from(found: gvisor.Gvisor, findings: Sequence[timing.Finding]) -> list[timing.Finding]:
    """Inside gVisor nothing that seems fine is known to be: its files are not its host's."""
    if not found.inside:
        return list(findings)
    hidden = "gVisor does not show what its host does"
    return [replace(one, ok=None, detail=hidden) if one.ok else one for one in findings]


def _is_general(probe: Probe) -> bool:
    """Whether it says that a level failed; L4 also says why, where it is for want of control groups."""
    return bool(_GENERAL.fullmatch(probe.name)) and not probe.detail.startswith("cgroup: ")


def memory(level: str) -> dict[str, Any]:
    """What holds the memory of a program's processes together within its limit, and how exactly."""
    kind = {"L4": "cgroup", "L3": "poller", "L2": "poller"}.get(level, "none")
    numbers = {"least": 1000 * LEAST_POLL_S, "usual": 1000 * POLL_S, "most": 1000 * MOST_POLL_S}
    return {"kind": kind, "detail": _MEMORY[kind].format(**numbers)}


def threads(count: int = 1) -> dict[str, Any]:
    """Cores that programs may use, and the variables that tell libraries to start `count` threads."""
    named = backend.box_environment(count, {}, "")
    affinity = getattr(os, "sched_getaffinity", None)
    return {
        "cores": len(affinity(0)) if affinity else os.cpu_count(),
        "of": os.cpu_count(),
        "environment": {key: value for key, value in named.items() if key.endswith("_THREADS")},
    }


def _versions() -> dict[str, Any]:
    return {
        "python": sys.version.split()[0],
        "kernel": platform.release(),
        "machine": platform.machine(),
        "landlock": linux.landlock_abi() if sys.platform == "linux" else 0,
    }
