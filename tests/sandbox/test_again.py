"""A second call in the same process: what it gets, when it gets it, and what it may take."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.local import LocalSandbox
from sandbox.portable import Portable
from sandbox.spec import EndedBy, Outcome

OTHER = struct.pack("<3d", 4.0, 5.0, 6.0)
COUNTING = "calls = 0\ndef solver(u):\n    global calls\n    calls += 1\n"


@pytest.fixture(scope="module", params=["confined", "portable"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[LocalSandbox | Portable]:
    made = LocalSandbox("L3", packages=()) if request.param == "confined" else Portable((), unsafe_exec=True)
    with made:
        yield made


def answers(outcome: Outcome) -> list[tuple[float, ...]]:
    return [struct.unpack("<3d", frame.arrays["u"]) for frame in outcome.frames if frame.arrays]


def test_the_same_process_is_called_with_other_arguments(sandbox: Any, make_job: Any) -> None:
    outcome = sandbox.run(make_job(COUNTING + "    return [calls * x for x in u]", again=OTHER))
    assert outcome.ended_by is EndedBy.RETURNED
    assert answers(outcome) == [(1.0, 2.0, 3.0), (8.0, 10.0, 12.0)]
    first, second = outcome.frames
    assert first.t_s <= outcome.usage.again_s <= second.t_s <= outcome.usage.wall_s


def test_without_a_second_payload_there_is_one_call(sandbox: Any, make_job: Any) -> None:
    outcome = sandbox.run(make_job(COUNTING + "    return [calls * x for x in u]"))
    assert answers(outcome) == [(1.0, 2.0, 3.0)]
    assert outcome.usage.again_s == 0.0


def test_nothing_of_it_is_there_before_the_first_answer(sandbox: Any, make_job: Any) -> None:
    look = "    import select\n    return [float(bool(select.select([3], [], [], 0.3)[0]))] * 3"
    outcome = sandbox.run(make_job(COUNTING + look, again=OTHER))
    assert answers(outcome)[0] == (0.0, 0.0, 0.0)


def test_each_call_has_the_whole_limit(sandbox: Any, make_job: Any) -> None:
    slow = "    import time\n    time.sleep(2.6)\n    return u"
    outcome = sandbox.run(make_job(COUNTING + slow, again=OTHER, limits={"wall_s": 5.0}))
    assert outcome.ended_by is EndedBy.RETURNED
    assert outcome.usage.wall_s > 5.0


def test_the_second_call_is_stopped_at_its_limit_and_the_first_answer_stays(
    sandbox: Any, make_job: Any
) -> None:
    hangs = "    import time\n    time.sleep(600 if calls == 2 else 0)\n    return u"
    outcome = sandbox.run(make_job(COUNTING + hangs, again=OTHER, limits={"wall_s": 2.0}))
    assert outcome.ended_by is EndedBy.WALL_LIMIT
    assert answers(outcome) == [(1.0, 2.0, 3.0)]
    assert outcome.usage.wall_s >= outcome.usage.again_s + 2.0


def test_an_exception_of_the_second_call_is_the_programs(sandbox: Any, make_job: Any) -> None:
    outcome = sandbox.run(make_job(COUNTING + "    return u if calls == 1 else 1 / 0", again=OTHER))
    assert outcome.ended_by is EndedBy.EXCEPTION
    assert "ZeroDivisionError" in outcome.message
    assert len(outcome.frames) == 1


def test_a_first_call_that_fails_has_no_second(sandbox: Any, make_job: Any) -> None:
    outcome = sandbox.run(make_job(COUNTING + "    return 1 / 0", again=OTHER))
    assert outcome.ended_by is EndedBy.EXCEPTION
    assert outcome.usage.again_s == 0.0


def test_what_yields_is_called_once(make_job: Any) -> None:
    with pytest.raises(ValueError, match="called once"):
        make_job("", anytime=True, again=OTHER)
