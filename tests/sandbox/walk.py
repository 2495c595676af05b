"""`walk.py LEVEL PACKAGE...`: prints as JSON what a program finds that walks over everything it can see."""

from __future__ import annotations

import json
import sys

from sandbox.local import LocalSandbox
from sandbox.spec import ArraySpec, Job, Limits

HARNESS = """
import json
def arguments(payload):
    return json.loads(payload), {}
def answer(value, payload):
    text = json.dumps(value).encode()
    return {"found": text + b" " * (-len(text) % 8)}
"""
PROGRAM = """
import os, sys
def walk(marker, folders, names):
    imported = []
    for name in names:
        try:
            __import__(name)
            imported.append(name)
        except ImportError:
            pass
    marked = []
    for folder in ["/", *folders, *sys.path]:
        for parent, inside, files in os.walk(folder):
            inside[:] = [name for name in inside if os.path.join(parent, name) not in ("/proc", "/sys")]
            for name in files:
                if name == marker:
                    marked.append(os.path.join(parent, name))
    for folder in folders:
        try:
            open(os.path.join(folder, marker)).read()
            marked.append("read in " + folder)
        except OSError:
            pass
    return {"imported": imported, "marked": marked}
"""

if __name__ == "__main__":
    level, request, *packages = sys.argv[1:]
    answer = {"found": ArraySpec("<i8", (None,), most_bytes=1 << 20)}
    with LocalSandbox(level, packages=packages) as sandbox:
        outcome = sandbox.run(Job(HARNESS, request.encode(), PROGRAM, "walk", answer, Limits(60)))
        arrays = outcome.last.arrays if outcome.last else None
        found = {"message": outcome.message} if arrays is None else json.loads(arrays["found"])
        print(json.dumps({"level": sandbox.level, "base_prefix": sys.base_prefix, **found}))
