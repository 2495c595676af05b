# verdict: ok
# row: 1, 8
# Whatever can be listed, to its end: nothing of it is ours, or a reference, or another program.
import os

OURS = {"codepde", "frontierco", "solversmith", "problems", "best_known.json", "expert.py", "reference.h5", "candidates", "journal.jsonl"}
PASSED_OVER = ("/proc", "/sys", "/usr/share", "/usr/lib/x86_64-linux-gnu")

def solver(x):
    seen = 0
    for folder, folders, files in os.walk("/"):
        for name in (*folders, *files):
            if name in OURS and "networkx" not in folder and not folder.startswith("/solver-env"):
                print("REACHED", folder, name)
        folders[:] = [name for name in folders if f"{folder.rstrip('/')}/{name}" not in PASSED_OVER]
        seen += 1
        if seen > 5000:
            break
    return x
