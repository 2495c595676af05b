"""Nothing crosses from one program to the next in the same slot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PLACES = ("this user, L3", "plain user, L3", "plain user, L2")
# What no program can leave, at any level.
REFUSED = {
    "shared memory by number", "semaphores by number", "a message queue", "an abstract socket", "a lock",
    "a priority", "processors",
}  # fmt: skip
IN_NAMESPACES = {"a file in shared memory"}  # without a mount namespace that folder is everybody's


@pytest.fixture(scope="module")
def found(plain_user: Any) -> Callable[[str], dict[str, Any]]:
    """What came out in a place."""

    @cache
    def visit(place: str) -> dict[str, Any]:
        if place.startswith("plain"):
            done = plain_user.run("between.py", place[-2:])
        else:
            command = [sys.executable, "-B", str(Path(__file__).with_name("between.py")), place[-2:]]
            search = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
            environment = {**os.environ, "PYTHONPATH": search}
            done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    return visit


@pytest.mark.parametrize("place", PLACES)
class TestBetweenPrograms:
    def test_the_next_one_finds_nothing(self, place: str, found: Callable[[str], dict[str, Any]]) -> None:
        traces = found(place)["traces"]
        refused = REFUSED if place.endswith("L3") else REFUSED | IN_NAMESPACES
        assert set(traces["refused"]) == refused
        assert len(traces["left"]) > 25
        # Or finding nothing would prove nothing.
        assert set(traces["found by the one that left it"]) == set(traces["left"])
        assert traces["found"] == []

    def test_the_processes_of_the_sandbox_are_as_before(
        self, place: str, found: Callable[[str], dict[str, Any]]
    ) -> None:
        """The same ones: the next program is a fork of the process that the first one was a fork of."""
        traces = found(place)["traces"]
        warm = place.endswith("L3")
        assert traces["start"] == ("warm" if warm else "cold")
        assert traces["processes"] == (4 if warm else 1)
        assert traces["sandbox changed"] == []

    def test_the_same_seed_gives_the_same_numbers_and_another_one_others(
        self, place: str, found: Callable[[str], dict[str, Any]]
    ) -> None:
        (first, _), (same, _), (other, _) = found(place)["draws"]
        assert first == same
        assert not set(first) & set(other)

    def test_what_is_not_seeded_is_nobody_elses(
        self, place: str, found: Callable[[str], dict[str, Any]]
    ) -> None:
        drawn = [text for _, texts in found(place)["draws"] for text in texts]
        assert len(drawn) == 12
        assert len(set(drawn)) == 12


@pytest.mark.parametrize("place", [place for place in PLACES if place.endswith("L3")])
@pytest.mark.parametrize(
    "what",
    [
        "program",
        "payload",
        "environment",
    ],
)
def test_memory_holds_nothing_of_programs_before(
    what: str, place: str, found: Callable[[str], dict[str, Any]]
) -> None:
    memory = found(place)["memory"]
    assert memory["own"], "the search finds nothing at all"
    assert not memory[what]
