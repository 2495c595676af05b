"""Which level: the best that withstands the attack on ourselves, or the one asked for, or none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sandbox import attack, binary, interpreter, levels
from sandbox.backend import Plan
from sandbox.binary import Bwrap
from sandbox.environment import SolverEnvironment
from sandbox.errors import IsolationUnavailable
from sandbox.interpreter import View
from sandbox.slot import Slot

# What may be left out of L3, since the system call filter denies it as well: first nothing.
_OMISSIONS: tuple[tuple[str, ...], ...] = ((), ("net",), ("proc",), ("net", "proc"), ("disable-userns",))


@dataclass(frozen=True)
class Probe:
    """A mechanism that was tried, by using it."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """For records and people."""
        return asdict(self)


@dataclass(frozen=True)
class Choice:
    """A level that held, and what was tried on the way."""

    level: str
    omit: tuple[str, ...]
    bwrap: Bwrap | None
    probes: tuple[Probe, ...]
    reported: dict[str, Any]


def plan(
    view: View, solver: SolverEnvironment, level: str, omit: tuple[str, ...], bwrap: Bwrap | None
) -> Plan:
    """The plan of a level for one solver environment."""
    return Plan(
        level=level,
        python=view.python,
        search=view.search,
        shown=view.shown,
        links=view.links,
        hidden=view.hidden,
        solver=tuple((source, relative) for relative, source in solver.entries),
        bwrap=bwrap.to_json() if bwrap is not None and level == "L3" else None,
        omit=omit,
    )


def choose(isolation: str, unsafe_exec: bool, view: View, solver: SolverEnvironment) -> Choice:
    """The level to use.

    Raises
    ------
    IsolationUnavailable
        No allowed level held; the message names what failed and what to do.
    EnvironmentMismatch
        The interpreter in the box is not this one.
    """
    allowed = _allowed(isolation, unsafe_exec)
    bwrap, refused = binary.find()
    probes: list[Probe] = []
    for level in allowed:
        if level == "L3" and bwrap is None:
            detail = "; ".join(refused)
            probes.append(Probe("L3", False, f"no bwrap that works: {detail}", levels.remedy("no bwrap")))
            continue
        failure = ""
        for omit in _OMISSIONS if level == "L3" else _OMISSIONS[:1]:
            tried = try_level(plan(view, solver, level, omit, bwrap), solver)
            if isinstance(tried, dict):
                probes.append(Probe(level, True, _held(level, omit)))
                used = bwrap if level == "L3" else None
                return Choice(level, omit, used, tuple(probes), tried)
            failure = failure or tried
        probes.append(Probe(level, False, failure, levels.remedy(failure)))
    raise IsolationUnavailable(_sentence(isolation, unsafe_exec, probes), tuple(probes))


def _allowed(isolation: str, unsafe_exec: bool) -> tuple[str, ...]:
    if isolation == "auto":
        return levels.ORDER if unsafe_exec else levels.SAFE
    if isolation not in levels.ORDER:
        raise IsolationUnavailable(f"no isolation named {isolation!r}; known: {', '.join(levels.CHOICES)}")
    if isolation not in levels.SAFE and not unsafe_exec:
        raise IsolationUnavailable(
            f"{isolation} protects nothing on this machine from a program; it needs --unsafe-exec"
        )
    return (isolation,)


def _held(level: str, omit: tuple[str, ...]) -> str:
    without = f"; without {', '.join(omit)}, which this machine refuses" if omit else ""
    return f"{levels.BACKENDS[level]}; withstood the attack on itself{without}"


def _sentence(isolation: str, unsafe_exec: bool, probes: list[Probe]) -> str:
    tried = ". ".join(f"{p.name}: {p.detail}" + (f" (to do: {p.remedy})" if p.remedy else "") for p in probes)
    last = "" if unsafe_exec or isolation != "auto" else ". --unsafe-exec runs programs without protection"
    return f"this machine does not give the isolation that is needed. {tried}{last}"


def try_level(tried: Plan, solver: SolverEnvironment) -> dict[str, Any] | str:
    """Attack a level from inside: what the launcher reported if it held, otherwise what went wrong."""
    slot = Slot(tried)
    try:
        slot.open()
        with attack.targets() as target:
            job = target.job(slot.pid or 0)
            outcome = slot.run(job, interpreter.expected(solver), {})
            achieved = attack.survived(outcome, target)
    except IsolationUnavailable as error:
        return str(error).removeprefix(f"{tried.level}: ")
    finally:
        slot.close()
    if tried.level in levels.SAFE and achieved:
        return "; ".join(achieved)
    if outcome.last is None:
        return "; ".join(achieved)
    return dict(outcome.detail["reported"])
