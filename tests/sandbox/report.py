"""`report.py WHAT...`: prints as JSON what each gives: `doctor`, an isolation, or `unsafe`."""

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


def asked(what: str) -> object:
    if what == "doctor":
        return examine(["numpy"])
    return opened("auto", unsafe_exec=True) if what == "unsafe" else opened(what)


if __name__ == "__main__":
    print(json.dumps({what: asked(what) for what in sys.argv[1:]}))
