"""`older.py ABI`: level L2 where Landlock is of an older version, as far as the sandbox can tell.

Opening it attacks it; then a program that signals, and a program that uses processes, are run.
"""

from __future__ import annotations

import json
import sys

import scenarios

from sandbox import slot
from sandbox.local import LocalSandbox

SIGNALS = """
import os, signal
def solver(u):
    got = []
    signal.signal(signal.SIGUSR1, lambda number, frame: got.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    refused = []
    for pid in (os.getppid(), -1, 0):
        try:
            os.kill(pid, 0)
        except PermissionError:
            refused.append(pid)
    print(len(got), len(refused))
    return u
"""

if __name__ == "__main__":
    patched = f"supervisor.linux.landlock_abi = lambda: {int(sys.argv[1])}\nsupervisor.main"
    slot._BOOT = slot._BOOT.replace("supervisor.main", patched)
    with LocalSandbox("L2", packages=()) as sandbox:
        outcomes = {
            "signals": sandbox.run(scenarios.make_job(SIGNALS)),
            "pool": sandbox.run(scenarios.make_job(scenarios.SCENARIOS["pool"].program)),
        }
    print(json.dumps({name: scenarios.facts(outcome, 0.0) for name, outcome in outcomes.items()}))
