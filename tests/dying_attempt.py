"""One attempt in a process that can be killed: `python dying_attempt.py FOLDER URL [DIE_AT_PROGRAM]`.

The process kills itself with -9 when it is about to evaluate a program that holds DIE_AT_PROGRAM.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from toy import ToyEvaluator, ToyProblem

from solversmith import models, pools
from solversmith.broker import Broker
from solversmith.methods.best_of_n import BestOfN
from solversmith.search import search
from solversmith.store import RunDirectory


def main(folder: Path, url: str, die_at: str | None) -> None:
    """The run, made or continued."""

    def observe(program: str, split: str) -> None:
        if die_at is not None and die_at in program:
            os.kill(os.getpid(), signal.SIGKILL)

    problem = ToyProblem()
    model = models.build("openai:any", {"base_url": url})
    with RunDirectory.open(folder, {"identity": {"problem": "toy"}}) as store:
        search(
            problem=problem,
            method=BestOfN(1, debug_rounds=4),
            broker=Broker(store, {"writer": model}, run_id=store.run_id),
            evaluator=ToyEvaluator(problem, observe=observe),
            pool=pools.chosen("threads"),
            workers=2,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
