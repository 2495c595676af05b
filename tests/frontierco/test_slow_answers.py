"""Legal answers that are as slow to score as a program can make them: many, each as large as allowed."""

from __future__ import annotations

import time

import numpy as np
import pytest

from frontierco.cases import CaseData
from frontierco.instances import Graph, PointSet
from sandbox.keeping import Keeper, Stamped
from sandbox.spec import ArraySpec, EndedBy, Frame, Outcome
from solversmith import registry
from solversmith.evaluate import job_of, judge

YIELDS = 50_000
MOST_S = 5.0  # of processor time, for what takes a tenth of a second


@pytest.mark.parametrize("name", ["tsp", "mis"])
@pytest.mark.parametrize("kind", ["as many as allowed", "each once", "one number"])
def test_many_large_answers_are_scored_in_bounded_time(name: str, kind: str) -> None:
    problem = registry.open_problem(name)
    case = max(problem.cases("dev"), key=lambda case: len(problem.pack(case)))
    ((key, spec),) = problem.answer(case).items()
    assert isinstance(spec, ArraySpec)
    assert spec.most_bytes is not None
    assert isinstance(case.data, CaseData)
    instance = case.data.instance
    assert isinstance(instance, PointSet | Graph)
    most = spec.most_bytes // 8
    size = len(instance.coordinates) if isinstance(instance, PointSet) else instance.num_vertices
    payload = {  # "each once" gets furthest: it is a tour, or a set full of conflicts
        "as many as allowed": np.arange(most),
        "each once": np.random.default_rng(0).permutation(size),
        "one number": np.zeros(most),
    }[kind].astype("<i8")
    job = job_of(problem, case, "def solve(): ...")
    keeper = Keeper(job.limits.wall_s, job.limits.kept_bytes)
    for number in range(YIELDS):
        moment = job.limits.wall_s * (number / YIELDS) ** 4  # more early than late: so most are kept
        keeper.add(Stamped(moment, number, payload.nbytes, (bytearray(payload.tobytes()),)))
    frames = tuple(
        Frame(stamp.t_s, stamp.seq, stamp.nbytes, {key: bytes(stamp.arrays[0])} if stamp.arrays else None)
        for stamp in keeper.frames
    )
    start = time.process_time()
    score = judge(problem, case, job, Outcome(EndedBy.WALL_LIMIT, frames, level="L3"))
    assert score.verdict.value in ("ok", "infeasible"), score.message
    assert time.process_time() - start < MOST_S
