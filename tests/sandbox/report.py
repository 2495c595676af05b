"""`report.py WHAT...`: what each gives, as JSON.

A level, `unsafe`, `backend` and `described` (of L3), `doctor`, `mechanisms`.

`mechanisms` are probed as on a system whose AppArmor restricts user namespaces.
"""

from __future__ import annotations

import dataclasses
import json
import sys

from sandbox import mechanisms, remedies
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
    if what == "mechanisms":
        facts = dataclasses.replace(remedies.facts(), apparmor_restricts=True)
        return [probe.to_json() for probe in mechanisms.probe(facts)]
    if what in ("backend", "described"):
        with LocalSandbox("L3", packages=()) as sandbox:
            return sandbox.describe() if what == "described" else sandbox.describe()["backend"]
    return opened("auto", unsafe_exec=True) if what == "unsafe" else opened(what)


if __name__ == "__main__":
    print(json.dumps({what: asked(what) for what in sys.argv[1:]}))
