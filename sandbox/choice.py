"""Which level: the best that withstands the attack on ourselves, or the one asked for, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sandbox import attack, binary, cgroup, environment, interpreter, levels, linux
from sandbox.backend import Plan
from sandbox.binary import Bwrap
from sandbox.cgroup import Place
from sandbox.environment import SolverEnvironment
from sandbox.errors import IsolationUnavailable
from sandbox.interpreter import View
from sandbox.slot import Slot

# What may be left out of namespaces, since the system call filter denies it as well: first nothing.
_OMISSIONS: tuple[tuple[str, ...], ...] = (
    *((), ("net",), ("proc",), ("net", "proc")),
    *(("disable-userns",), ("proc", "disable-userns"), ("net", "proc", "disable-userns")),
)


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
class Way:
    """How a level is reached."""

    level: str
    way: str  # as in `Plan`
    omit: tuple[str, ...] = ()
    bwrap: Bwrap | None = None
    warm: bool = False
    place: Place | None = None  # of control groups

    @property
    def backend(self) -> str:
        """In words."""
        by = {"own": "own launcher: ", "bubblewrap": "bubblewrap: ", "confined": ""}[self.way]
        made_of = levels.BACKENDS[self.level]
        return by + (made_of if linux.landlock_abi() else made_of.replace("Landlock + ", ""))


@dataclass(frozen=True)
class Choice:
    """A level that held, and what was tried on the way."""

    level: str  # as recorded
    way: Way
    probes: tuple[Probe, ...]
    reported: dict[str, Any]


def plan(view: View, solver: SolverEnvironment, way: Way) -> Plan:
    """The plan of a way for one solver environment."""
    return Plan(
        level=way.level,
        way=way.way,
        python=view.python,
        search=view.search,
        shown=view.shown,
        links=view.links,
        hidden=view.hidden,
        solver=tuple((source, relative) for relative, source in solver.entries),
        bwrap=None if way.bwrap is None else way.bwrap.to_json(),
        place=None if way.place is None else asdict(way.place),
        omit=way.omit,
        warm=way.warm,
        preload=environment.preloaded(solver) if way.warm else (),
    )


def choose(
    isolation: str,
    unsafe_exec: bool,
    view: View,
    solver: SolverEnvironment,
    launcher: str = "auto",
    warm: bool = True,
) -> Choice:
    """The level to use, and the way to it.

    Raises
    ------
    IsolationUnavailable
        No allowed level held; the message names what failed and what to do.
    EnvironmentMismatch
        The interpreter in the box is not this one.
    """
    probes: list[Probe] = []
    for level in _allowed(isolation, unsafe_exec):
        ways, refused = _ways(level, launcher, warm)
        probes += refused
        failures: dict[str, list[tuple[Way, str]]] = {}
        for way in ways:
            tried = try_way(view, solver, way)
            if isinstance(tried, dict):
                for name, tries in failures.items():
                    text = _first_and_last(tries)
                    probes.append(Probe(f"{level} by {name}", False, text, levels.remedy(text)))
                probes.append(Probe(level, True, _held(way)))
                recorded = levels.CLAIMED if isolation == "external" else level
                return Choice(recorded, way, tuple(probes), tried)
            failures.setdefault(way.way, []).append((way, tried))
        if failures:
            text = "; ".join(map(_first_and_last, failures.values()))
            probes.append(Probe(level, False, text, levels.remedy(text)))
    raise IsolationUnavailable(_sentence(isolation, unsafe_exec, probes), tuple(probes))


def _first_and_last(tries: Sequence[tuple[Way, str]]) -> str:
    """Why one launcher failed with everything, and the last other reason, with what was left out then."""
    _, first = tries[0]
    others = [f"{first}; without {', '.join(way.omit)}: {text}" for way, text in tries if text != first]
    return others[-1] if others else first


def _ways(level: str, launcher: str, warm: bool) -> tuple[list[Way], list[Probe]]:
    """The ways to a level, the preferred first, and why others are closed."""
    place: Place | None = None
    if level == "L4":
        try:
            place = cgroup.find()
        except OSError as error:
            return [], [Probe(level, False, str(error), cgroup.remedy(str(error)))]
        cgroup.sweep(place)
    elif level != "L3":
        return [Way(level, "confined")], []
    ways: list[Way] = []
    refused: list[Probe] = []
    if launcher in ("auto", "own"):
        ways += [Way(level, "own", omit, warm=warm, place=place) for omit in _OMISSIONS]
    if launcher in ("auto", "bubblewrap"):
        bwrap, reasons = binary.find()
        if bwrap is not None:
            ways += [Way(level, "bubblewrap", omit, bwrap, place=place) for omit in _OMISSIONS]
        elif launcher == "bubblewrap":
            detail = "; ".join(reasons)
            refused.append(Probe(level, False, f"no bwrap that works: {detail}", levels.remedy("no bwrap")))
    return ways, refused


def _allowed(isolation: str, unsafe_exec: bool) -> tuple[str, ...]:
    if isolation == "auto":
        return levels.ORDER if unsafe_exec else levels.SAFE
    if isolation == "external":
        return levels.ORDER
    if isolation not in levels.ORDER:
        raise IsolationUnavailable(f"no isolation named {isolation!r}; known: {', '.join(levels.CHOICES)}")
    if isolation not in levels.SAFE and not unsafe_exec:
        raise IsolationUnavailable(
            f"{isolation} protects nothing on this machine from a program; it needs --unsafe-exec"
        )
    return (isolation,)


def _held(way: Way) -> str:
    without = f"; without {', '.join(way.omit)}, which this machine refuses" if way.omit else ""
    return f"{way.backend}; withstood the attack on itself{without}"


def _sentence(isolation: str, unsafe_exec: bool, probes: list[Probe]) -> str:
    tried = ". ".join(f"{p.name}: {p.detail}" + (f" (to do: {p.remedy})" if p.remedy else "") for p in probes)
    last = "" if unsafe_exec or isolation != "auto" else ". --unsafe-exec runs programs without protection"
    return f"this machine does not give the isolation that is needed. {tried}{last}"


def try_way(view: View, solver: SolverEnvironment, way: Way) -> dict[str, Any] | str:
    """Attack a way from inside: what the launcher reported if it held, otherwise what went wrong.

    A warm start is attacked with nothing imported: what is imported changes nothing about the box.
    """
    slot = Slot(replace(plan(view, solver, way), preload=()))
    try:
        slot.open()
        with attack.targets() as target:
            job = target.job(slot.pid or 0)
            outcome = slot.run(job, interpreter.expected(solver), {})
            achieved = attack.survived(outcome, target)
    except IsolationUnavailable as error:
        return str(error).removeprefix(f"{way.level}: ")
    finally:
        slot.close()
    if way.level in levels.SAFE and achieved:
        return "; ".join(achieved)
    if outcome.last is None:
        return "; ".join(achieved)
    return dict(outcome.detail["reported"])
