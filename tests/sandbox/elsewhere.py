"""`elsewhere.py`: level L1 as on another system, in a mount namespace whose /proc and /sys are empty.

A call that only Linux has kills whichever process makes it. Prints as JSON what became of
some scenarios, and that the traps are set.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import refusing
import scenarios

from sandbox import bpf, seccomp, syscalls
from sandbox.portable import Portable

LINUX_ONLY = (
    *("prctl", "pidfd_open", "pidfd_send_signal", "unshare", "setns", "mount", "ptrace"),
    *("process_vm_readv", "io_uring_setup", "bpf"),
)
LANDLOCK = (444, 445, 446)
NAMES = [
    *("doubles", "numpy", "generator", "error", "syntax", "sys.exit", "null dereference", "endless"),
    *("processor time", "flood", "last words", "garbage on the channel", "sleeps at exit", "scratch", "pool"),
]


def trap() -> None:
    machine = seccomp.machine()
    numbers = [*(syscalls.number(name, machine) for name in LINUX_ONLY), *LANDLOCK]
    checks = [bpf.Check(number, bpf.KILL_PROCESS) for number in numbers if number is not None]
    refusing.install(bpf.assemble(syscalls.AUDIT_ARCH[machine], checks, x32=False))


def killed_by(program: str) -> int:
    """The signal that ends a program of these words."""
    return -subprocess.run([sys.executable, "-I", "-S", "-c", program], check=False).returncode


if __name__ == "__main__":
    trap()
    calls = {
        "prctl": "import ctypes; ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)",
        "pidfd_open": "import os; os.pidfd_open(os.getpid())",
        "landlock": "import ctypes; ctypes.CDLL(None).syscall(444, None, 0, 1)",
    }
    found = {}
    with Portable([], unsafe_exec=True, cap_memory=False) as sandbox:
        for name in NAMES:
            scenario = scenarios.SCENARIOS[name]
            before = time.monotonic()
            outcome = sandbox.run(
                scenarios.make_job(scenario.program, packages=("numpy",), **scenario.changes)
            )
            found[name] = scenarios.facts(outcome, time.monotonic() - before)
        described = sandbox.describe()
    report = {
        "proc": os.listdir("/proc"),
        "traps": {name: killed_by(program) == signal.SIGSYS for name, program in calls.items()},
        "described": described,
        "found": found,
    }
    print(json.dumps(report))
