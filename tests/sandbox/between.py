"""`between.py LEVEL`: runs programs one after the other in one slot and prints as JSON what crossed between them.

The first leaves all it can behind, the second looks for it; a third does both, which shows that looking finds
it. Others draw random numbers, or look through their memory for texts of programs that came before.
"""

# ruff: noqa: E501 - traces stand in one line each
from __future__ import annotations

import contextlib
import json
import secrets
import struct
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from scenarios import make_job  # type: ignore[import-not-found, unused-ignore]

from sandbox import tree
from sandbox.local import LocalSandbox
from sandbox.spec import Outcome

TRACES = r"""
import builtins, codecs, ctypes, decimal, fcntl, gc, linecache, math, os, resource, signal, socket, sys
import threading, time, warnings
import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
kept = []

def call(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")

def lock(path):
    kept.append(os.open(path, os.O_RDONLY))
    fcntl.flock(kept[-1], fcntl.LOCK_EX)

def locked(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    os.close(fd)
    return False

def bind():
    kept.append(socket.socket(socket.AF_UNIX))
    kept[-1].bind("\0left")

def reachable():
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0left")
    return True

class Finder:
    def find_spec(self, name, path=None, target=None):
        return None

def search(name):
    return codecs.lookup("ascii") if name == "left" else None

def knows(name):
    try:
        return bool(codecs.lookup(name))
    except LookupError:
        return False

def of_libc():
    return ctypes.c_int.in_dll(libc, "optind")

TRACES = {
    "a file in scratch": (lambda: open("left", "w").close(), lambda: os.path.exists("left")),
    "a file in shared memory": (lambda: open("/dev/shm/left", "w").close(), lambda: os.path.exists("/dev/shm/left")),
    "shared memory by number": (lambda: call(libc.shmget(77, 4096, 0o1666)), lambda: libc.shmget(77, 0, 0) >= 0),
    "semaphores by number": (lambda: call(libc.semget(77, 1, 0o1666)), lambda: libc.semget(77, 0, 0) >= 0),
    "a message queue": (lambda: call(libc.msgget(77, 0o1666)), lambda: libc.msgget(77, 0) >= 0),
    "an abstract socket": (bind, reachable),
    "a lock": (lambda: lock(os.__file__), lambda: locked(os.__file__)),
    "a priority": (lambda: os.nice(3), lambda: os.nice(0) == 3),
    "processors": (lambda: os.sched_setaffinity(0, {0}), lambda: False),
    "a limit": (
        lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (177, 177)),
        lambda: resource.getrlimit(resource.RLIMIT_NOFILE) == (177, 177),
    ),
    "a variable": (lambda: os.environ.update(LEFT="1"), lambda: "LEFT" in os.environ),
    "a file mask": (lambda: os.umask(0o157), lambda: os.umask(0o022) == 0o157),
    "a flag of its input": (
        lambda: fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK),
        lambda: bool(fcntl.fcntl(0, fcntl.F_GETFL) & os.O_NONBLOCK),
    ),
    "an ignored signal": (
        lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
        lambda: signal.getsignal(signal.SIGUSR1) == signal.SIG_IGN,
    ),
    "a blocked signal": (
        lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]),
        lambda: signal.SIGUSR2 in signal.pthread_sigmask(signal.SIG_BLOCK, []),
    ),
    "an alarm": (
        lambda: signal.setitimer(signal.ITIMER_REAL, 1000), lambda: signal.getitimer(signal.ITIMER_REAL)[0] > 0,
    ),
    "a personality": (lambda: call(libc.personality(0x40000)), lambda: bool(libc.personality(0xFFFFFFFF) & 0x40000)),
    "memory of the C library": (lambda: setattr(of_libc(), "value", 77), lambda: of_libc().value == 77),
    "a module": (lambda: sys.modules.update(left=os), lambda: "left" in sys.modules),
    "a name in a module": (lambda: setattr(np, "left", 1), lambda: hasattr(np, "left")),
    "a replaced function": (lambda: setattr(np.linalg, "norm", abs), lambda: np.linalg.norm is abs),
    "a replaced builtin": (lambda: setattr(builtins, "sorted", list), lambda: sorted is list),
    "an error state": (lambda: np.seterr(over="raise"), lambda: np.geterr()["over"] == "raise"),
    "print options": (
        lambda: np.set_printoptions(precision=3), lambda: np.get_printoptions()["precision"] == 3,
    ),
    "a warnings filter": (
        lambda: warnings.filterwarnings("error", "left"), lambda: "left" in str(warnings.filters),
    ),
    "a search path": (lambda: sys.path.append("/left"), lambda: "/left" in sys.path),
    "a finder": (lambda: sys.meta_path.append(Finder()), lambda: "Finder" in str(list(map(type, sys.meta_path[3:])))),
    "a recursion limit": (lambda: sys.setrecursionlimit(777), lambda: sys.getrecursionlimit() == 777),
    "a switch interval": (lambda: sys.setswitchinterval(0.5), lambda: sys.getswitchinterval() == 0.5),
    "a collector that is off": (gc.disable, lambda: not gc.isenabled()),
    "a codec": (lambda: codecs.register(search), lambda: knows("left")),
    "a decimal context": (lambda: setattr(decimal.getcontext(), "prec", 7), lambda: decimal.getcontext().prec == 7),
    "lines of a source": (lambda: linecache.cache.update(left=1), lambda: "left" in linecache.cache),
    "a stack size": (lambda: threading.stack_size(1 << 20), lambda: threading.stack_size() == 1 << 20),
}

def leave():
    for name, (act, _) in TRACES.items():
        try:
            act()
            print("LEFT", name)
        except OSError:
            print("REFUSED", name)

def find():
    for name, (_, found) in TRACES.items():
        try:
            if found():
                print("FOUND", name)
        except OSError:
            pass

"""

DRAWS = """
import os, random, uuid
import numpy as np

def solver(u):
    print(np.random.default_rng().integers(2**62), uuid.uuid4().hex, os.urandom(8).hex(), random.SystemRandom().random())
    return [random.random(), np.random.random(), float(np.random.randint(2**31))]
"""

# What is looked for is known by its first half and a digest: the whole would be found in the search itself.
LOOKS = """
import hashlib

def solver(u):
    wanted = {wanted!r}
    with open("/proc/self/maps") as file:
        spans = [line.split()[0].split("-") for line in file if line.split()[1].startswith("rw")]
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for start, end in spans:
            memory.seek(int(start, 16))
            data = memory.read(int(end, 16) - int(start, 16))
            for half, digest in wanted:
                at = data.find(half.encode())
                while at >= 0:
                    if hashlib.sha256(data[at:at + 16]).hexdigest() == digest:
                        print("FOUND", half)
                    at = data.find(half.encode(), at + 1)
    return u
"""

_STATE = ("Uid", "Gid", "CapPrm", "CapEff", "SigBlk", "SigIgn", "NoNewPrivs", "Seccomp", "Cpus_allowed_list")


def after(what: str) -> str:
    """The traces, and what to do with them."""
    return f"{TRACES}\ndef solver(u):\n    {what}\n    return u\n"


def told(outcome: Outcome, word: str) -> list[str]:
    """What a program printed behind this word. Raises `AssertionError` for one that failed."""
    assert outcome.ended_by.value == "returned", (outcome.message, outcome.stderr)
    lines = outcome.stdout.splitlines()
    return [line.removeprefix(word).strip() for line in lines if line.startswith(word)]


def processes(supervisor: int) -> dict[int, list[set[str]]]:
    """The supervisor and what is below it: what a program might have changed there, and open descriptors."""
    found = {}
    for pid in (supervisor, *tree.descendants(supervisor)):
        place = Path(f"/proc/{pid}")
        state = {
            line
            for line in (place / "status").read_text(errors="replace").split("\n")
            if line.startswith(_STATE)
        }
        state.add("nice: " + (place / "stat").read_text(errors="replace").rpartition(")")[2].split()[16])
        state.update(
            f"{name}: {(place / name).read_text()}" for name in ("limits", "oom_score_adj", "cgroup")
        )
        descriptors = set()
        with contextlib.suppress(PermissionError):
            descriptors = {path.name for path in (place / "fd").iterdir()}
        found[pid] = [state, descriptors]
    return found


def changes(before: dict[int, list[set[str]]], supervisor: int) -> list[str]:
    """What is not as before. A descriptor is closed a moment after the end of a program was told."""
    for _ in range(50):
        now = processes(supervisor)
        found = [f"process {pid}" for pid in before.keys() ^ now.keys()]
        for pid in before.keys() & now.keys():
            (state, descriptors), (state_now, descriptors_now) = before[pid], now[pid]
            found += [
                *(state ^ state_now),
                *(f"descriptor {number}" for number in descriptors_now - descriptors),
            ]
        if not found:
            break
        time.sleep(0.02)
    return found


def traces(sandbox: LocalSandbox) -> dict[str, Any]:
    """What was left, what the next program found, and whether the sandbox's own processes are as before."""
    sandbox.run(make_job("def solver(u):\n    return u"))
    supervisor = sandbox._all[0].pid
    assert supervisor is not None
    before = processes(supervisor)
    left = sandbox.run(make_job(after("leave()")))
    changed = changes(before, supervisor)
    found = told(sandbox.run(make_job(after("find()"))), "FOUND")
    both = sandbox.run(make_job(after("leave(); find()")))
    return {
        "left": told(left, "LEFT"),
        "refused": told(left, "REFUSED"),
        "found": found,
        "found by the one that left it": told(both, "FOUND"),
        "sandbox changed": changed + changes(before, supervisor),
        "processes": len(before),
        "start": sandbox.describe()["start"],
    }


def draws(sandbox: LocalSandbox) -> list[Any]:
    """Numbers that were drawn and what was printed, by seeds 1, 1 and 2."""
    outcomes = [sandbox.run(make_job(DRAWS, seed=seed)) for seed in (1, 1, 2)]
    found: list[Any] = []
    for outcome in outcomes:
        assert outcome.last is not None, outcome.message
        assert outcome.last.arrays is not None
        found.append([struct.unpack("<3d", outcome.last.arrays["u"]), outcome.stdout.split()])
    return found


def memory(sandbox: LocalSandbox) -> dict[str, bool]:
    """Which texts of programs that ran before a later one finds in its own memory."""
    program, payload, variable = (secrets.token_hex(8) for _ in range(3))
    job = make_job(
        f"SIGN = {program!r}\ndef solver(u):\n    return u",
        payload=b"PAYLOAD-" + payload.encode(),
        # Of several sizes: what is used again in memory is overwritten.
        environment={f"V{number}": variable * 2**number for number in range(8)},
    )
    for _ in range(2):
        sandbox.run(job)
    own = secrets.token_hex(8)
    wanted = [(sign[:8], sha256(sign.encode()).hexdigest()) for sign in (program, payload, variable, own)]
    found = told(sandbox.run(make_job(f"SIGN = {own!r}\n{LOOKS.format(wanted=wanted)}")), "FOUND")
    names = ("program", "payload", "environment", "own")
    return {name: half in found for name, (half, _) in zip(names, wanted, strict=True)}


def main(level: str) -> None:
    """Print all of it."""
    with LocalSandbox(level, packages=("numpy",)) as sandbox:
        found = {"traces": traces(sandbox), "draws": draws(sandbox)}
        if level == "L3":  # elsewhere each program is a fresh interpreter, and can't read its own /proc
            found["memory"] = memory(sandbox)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
