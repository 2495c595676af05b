"""What this machine gives, found out by using it: for people (`solversmith doctor`) and for records."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from sandbox import binary, choice, environment, interpreter, levels, linux
from sandbox.choice import Probe
from sandbox.environment import SolverEnvironment
from sandbox.errors import IsolationUnavailable, SandboxError
from sandbox.local import PACKAGES
from sandbox.slot import Slot
from sandbox.spec import ArraySpec, EndedBy, Job, Limits

_TRY_S = 20

# Each is run by a fresh interpreter and says what happened on its last line.
_USER_NAMESPACE = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)
if libc.unshare(0x10000000) < 0:
    sys.exit("unshare: " + os.strerror(ctypes.get_errno()))
print("an ordinary user may make one")
"""
_MOUNT_NAMESPACE = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x00020000) < 0:
    sys.exit("unshare: " + os.strerror(ctypes.get_errno()))
print("root may make a private one")
"""
_SECCOMP = """
import ctypes, os, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
code = bytes.fromhex(sys.argv[1])
text = ctypes.create_string_buffer(code, len(code))
program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(text)))
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
    sys.exit("prctl: " + os.strerror(ctypes.get_errno()))
try:
    socket.socket()
    sys.exit("a socket could be made under the filter")
except PermissionError:
    print("filter in force, sockets denied")
"""
_LANDLOCK = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
version = libc.syscall(444, None, 0, 1)
if version < 1:
    sys.exit("no Landlock: " + os.strerror(ctypes.get_errno()))
rules = struct.pack("<Q", 1 << 2)
ruleset = libc.syscall(444, rules, len(rules), 0)
if ruleset < 0 or libc.prctl(38, 1, 0, 0, 0) or libc.syscall(446, ruleset, 0):
    sys.exit("Landlock: " + os.strerror(ctypes.get_errno()))
try:
    open(sys.executable, "rb")
    sys.exit("Landlock: a file could be read under it")
except PermissionError:
    covers = ["files"] + ["TCP"] * (version >= 4) + ["signals and abstract sockets"] * (version >= 6)
    print(f"version {version}, covers " + ", ".join(covers))
"""

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


def examine(packages: Sequence[str] = PACKAGES) -> dict[str, Any]:
    """Level, probes, the interpreter and solver environment as a program sees them, what is not given.

    Never raises for what this machine lacks: then `level` is `L0` and the probes say why.
    """
    probes = list(_mechanisms())
    report: dict[str, Any] = {"level": "L0", "interpreter": {}, "solver_environment": {}, "imports": {}}
    try:
        view = interpreter.view()
        solver = environment.resolve(packages)
        chosen = choice.choose("auto", False, view, solver)
        probes += chosen.probes
        report["level"] = chosen.level
        report["interpreter"] = chosen.reported
        report["solver_environment"] = dict(solver.versions)
        plan = choice.plan(view, solver, chosen.way)
        report["imports"] = _imports(Slot(plan), solver)
        probes.append(_imports_probe(report["imports"]))
    except IsolationUnavailable as error:
        probes += error.probes or [Probe("isolation", False, str(error), levels.remedy(str(error)))]
    except SandboxError as error:
        probes.append(Probe("solver environment", False, str(error)))
    report["probes"] = [probe.to_json() for probe in probes]
    report["not_given"] = list(levels.NOT_GIVEN[report["level"]])
    report["versions"] = {
        "python": sys.version.split()[0],
        "kernel": platform.release(),
        "machine": platform.machine(),
        "landlock": linux.landlock_abi(),
    }
    return report


def _mechanisms() -> list[Probe]:
    found, refused = binary.find()
    if found is None:
        bwrap = Probe("bwrap", False, "; ".join(refused), levels.remedy("no bwrap"))
    else:
        bwrap = Probe("bwrap", True, f"{found.path}, version {found.version}, sha256 {found.sha256}")
    probes = [bwrap, _tried("user namespace", _USER_NAMESPACE)]
    if os.geteuid() == 0:
        probes.append(_tried("private mount namespace", _MOUNT_NAMESPACE))
    probes.append(_tried("Landlock", _LANDLOCK))
    probes.append(_seccomp())
    return probes


def _seccomp() -> Probe:
    from sandbox import seccomp

    try:
        code = seccomp.program_filter(seccomp.machine(), namespaces=True, landlock_abi=0, pid=0)
    except OSError as error:
        return Probe("seccomp filter", False, str(error))
    return _tried("seccomp filter", _SECCOMP, code.hex())


def _tried(name: str, program: str, *arguments: str) -> Probe:
    """Use a mechanism in a child."""
    command = [sys.executable, "-I", "-S", "-c", program, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TRY_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Probe(name, False, str(error))
    if done.returncode == 0:
        return Probe(name, True, done.stdout.strip())
    detail = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return Probe(name, False, detail, levels.remedy(f"{name}: {detail}"))


def _imports(slot: Slot, solver: SolverEnvironment) -> dict[str, str]:
    """What importing each package of the allow-list gives, inside."""
    names = [environment.import_name(name) for name in solver.packages]
    job = Job(
        harness=_IMPORTS_HARNESS,
        payload=json.dumps(names).encode(),
        program=_IMPORTS_PROGRAM,
        entry_point="look",
        answer={"found": ArraySpec("<i8", (None,), most_bytes=1 << 16)},
        limits=Limits(wall_s=120),
    )
    try:
        outcome = slot.run(job, interpreter.expected(solver), {})
    finally:
        slot.close()
    if outcome.ended_by is not EndedBy.RETURNED or outcome.last is None or outcome.last.arrays is None:
        return dict.fromkeys(names, f"{outcome.ended_by.value}: {outcome.message}")
    return dict(json.loads(outcome.last.arrays["found"]))


def _imports_probe(imports: dict[str, str]) -> Probe:
    failed = {name: text for name, text in imports.items() if ": " in text}
    detail = ", ".join(f"{name} {text}" for name, text in (failed or imports).items())
    advice = "install these packages as wheels where every user can read them" if failed else ""
    return Probe("solver environment", not failed, detail, advice)
