"""A sandbox whose slots are elsewhere: what it says of itself, and what becomes of a worker that is lost."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.errors import SandboxError
from sandbox.spec import EndedBy, Outcome
from solversmith.contract import Failed, Lost, Sandbox
from solversmith.errors import MissingPrerequisite
from solversmith.gated import Gated
from solversmith.isolation import Isolation
from solversmith.remote.far_sandbox import FarSandbox
from solversmith.remote.parcel import Recipe
from solversmith.remote.work import Descriptions, SandboxKind, refuse_another
from solversmith.settings import RunSettings

KIND = SandboxKind("auto", False, False, ("numpy",))
ABOUT = {"level": "L3", "start": "warm", "solver_environment": {"numpy": "2.0"}}


class Hands:
    """Answers from another thread."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.works = list(answers), list[Any]()

    def call(self, work: Any, task: Any, done: Any) -> None:
        self.works.append(work)
        threading.Thread(target=done, args=(self.answers.pop(0),)).start()


def test_it_is_what_the_first_worker_says_and_executes_on_any() -> None:
    outcome = Outcome(EndedBy.RETURNED, level="L3")
    hands = Hands(ABOUT, outcome)
    sandbox = FarSandbox(hands, KIND)
    assert isinstance(sandbox, Sandbox)
    assert (sandbox.level, sandbox.describe()) == ("L3", ABOUT)
    assert sandbox.run(None) == outcome  # type: ignore[arg-type]
    assert hands.works[0] == Descriptions(KIND)


def test_a_lost_worker_is_a_fault_of_ours_and_what_it_raised_is_raised() -> None:
    sandbox = FarSandbox(Hands(ABOUT, Lost("gone"), Failed(MissingPrerequisite("no level"))), KIND)
    with pytest.raises(SandboxError, match="gone"):
        sandbox.run(None)  # type: ignore[arg-type]
    with pytest.raises(MissingPrerequisite, match="no level"):
        sandbox.run(None)  # type: ignore[arg-type]


class Described:
    """A sandbox that only says what it is."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        self.about, self.level = about, str(about["level"])

    def describe(self) -> Mapping[str, Any]:
        return self.about

    def run(self, job: Any) -> Outcome:
        return Outcome(EndedBy.RETURNED)

    def close(self) -> None: ...


def recipe(**changes: Any) -> Recipe:
    import platform

    made = {"python": platform.python_version(), "numpy": "2.0"}
    given: dict[str, Any] = {"isolation": Isolation("L3", "warm"), "environment": made} | changes
    return Recipe(settings=RunSettings("tsp"), stand_ins={}, answers=False, digest="x", **given)


def test_a_node_that_isolates_otherwise_or_has_other_versions_is_refused_by_name() -> None:
    refuse_another(recipe(), Described(ABOUT))
    with pytest.raises(MissingPrerequisite, match=r"isolates at L3 .* began at L2"):
        refuse_another(recipe(isolation=Isolation("L2", "warm")), Described(ABOUT))
    with pytest.raises(MissingPrerequisite, match=r"other versions .*\(numpy\)"):
        refuse_another(recipe(environment={**recipe().environment, "numpy": "1.0"}), Described(ABOUT))


def test_no_more_programs_run_in_a_process_than_it_has_slots() -> None:
    slots, running, most = threading.BoundedSemaphore(2), list[int](), list[int]()
    lock = threading.Lock()

    class Counting(Described):
        def run(self, job: Any) -> Outcome:
            with lock:
                running.append(1)
                most.append(len(running))
            threading.Event().wait(0.01)
            with lock:
                running.pop()
            return Outcome(EndedBy.RETURNED)

    sandboxes = [Gated(Counting(ABOUT), slots) for _ in range(2)]  # of two kinds
    threads = [threading.Thread(target=sandboxes[n % 2].run, args=(None,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert max(most) == 2
