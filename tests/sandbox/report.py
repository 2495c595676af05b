"""Prints as JSON what `doctor` finds, and what opening a sandbox at each choice gives."""

from __future__ import annotations

import json
import sys

from sandbox.doctor import examine
from sandbox.errors import IsolationUnavailable
from sandbox.local import LocalSandbox


def opened(isolation: str, unsafe_exec: bool = False) -> str:
    try:
        with LocalSandbox(isolation, unsafe_exec=unsafe_exec, packages=()) as sandbox:
            return sandbox.level
    except IsolationUnavailable as error:
        return str(error)


if __name__ == "__main__":
    found = {isolation: opened(isolation) for isolation in sys.argv[1:]}
    found["unsafe"] = opened("auto", unsafe_exec=True)
    print(json.dumps({"doctor": examine(["numpy"]), "opened": found}))
