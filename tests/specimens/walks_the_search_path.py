# verdict: ok
# row: 62
# at L0: REACHED a file of ours
# Everything below what modules are looked for in, and what packaging wrote about where things come from.
import os, sys

NAMES = ("codepde", "frontierco", "solversmith", "problems", "sandbox")
ROOT = bytes.fromhex("@HEX OF ROOT@")

def folders():
    yield from dict.fromkeys([*sys.path, "@PACKAGES@", "/solver-env", "/usr/lib/python3/dist-packages"])

def solver(x):
    if os.access("@ROOT@/sandbox/spec.py", os.R_OK):
        try:
            with open("@ROOT@/sandbox/spec.py"):
                print("REACHED a file of ours")
        except OSError:
            pass
    for top in folders():
        for folder, below, files in os.walk(top):
            depth = folder.count("/") - top.count("/")
            if depth == 0:
                for name in (*below, *files):
                    if name.partition(".")[0].partition("-")[0] in NAMES:
                        print("REACHED", top, name)
            below[:] = [name for name in below if depth < 2 and name != "__pycache__"]
            for name in files:
                if name in ("RECORD", "direct_url.json", "top_level.txt") or name.endswith((".pth", ".egg-link")):
                    try:
                        with open(f"{folder}/{name}", "rb") as file:
                            text = file.read()
                    except OSError:
                        continue
                    if ROOT in text or b"solversmith" in text:
                        print("REACHED", folder, name)
    return x
