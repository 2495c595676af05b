"""`make demo`: watch programs being written, run, scored and repaired, on a PDE and on a tour.

Nothing is paid and no network is used: the writer is `offline`, which is no language model. Every command is
shown before it runs, so it can be typed again; a second `make demo` only prints the results.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import time

# With these seeds the draw of the knobs makes some first drafts fail, and a debugging round repairs them.
COMMANDS = (
    ("run", "burgers", "-n", "6", "--seed", "18", "--samples", "4", "--time-limit", "20", "--workers", "2"),
    ("run", "tsp", "-n", "6", "--seed", "2", "--samples", "3", "--time-limit", "3", "--workers", "2"),
)
FURTHER = """
Go on from here:
  solversmith run burgers --model openai:NAME     a real model; OPENAI_API_KEY, or --base-url
  solversmith score tsp mine.py                   a program of your own
  solversmith problems burgers                    what a model is told
  solversmith table                               every run so far, beside the human programs
(activate the environment first: . .venv/bin/activate)"""


def main() -> int:
    """Run both commands; the first exit code that is not 0."""
    start_s = time.monotonic()
    for arguments in COMMANDS:
        print(f"\n$ {shlex.join(['solversmith', *arguments])}", flush=True)
        done = subprocess.run([sys.executable, "-m", "solversmith.cli.main", *arguments], check=False)
        if done.returncode:
            return done.returncode
    print(f"\nBoth runs took {time.monotonic() - start_s:.0f} s.{FURTHER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
