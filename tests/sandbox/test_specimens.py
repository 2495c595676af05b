"""Hostile and broken programs, each with the verdict that stands in its first line, at every level there is.

A specimen's head, of which only the first line is required:

- ``# verdict: ok or crash``, where levels differ ``# verdict: L3=ok L2=crash``;
- ``# problem: target`` or ``anytime`` instead of `bare`: a real harness, of a PDE or combinatorial problem;
  ``json``: the answer is JSON text;
- ``# wall: 1`` and ``# cpu: 1``, limits in seconds, ``# memory: 64`` in MiB;
- ``# levels: L3`` if no other level promises to withstand it;
- ``# plain user: yes`` if it also runs as one;
- ``# append: EXPRESSION`` for text that nobody wants to look at, appended to the program;
- ``# at L0: REACHED this, REACHED that``: what it must achieve without isolation, for an attack that fails
  there too proves nothing;
- ``# machine: x86_64`` if it means nothing elsewhere;
- ``# hole: WHY`` if it is known to succeed: the test fails when it no longer does.

Whatever its verdict is, a specimen may not print REACHED or a canary, nor say anything with control
characters in it; it leaves no process, mount, file or open descriptor, and the supervisor lives on.
"""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest
import specimen_place
from _pytest.mark import ParameterSet

SPECIMENS = Path(__file__).parents[1] / "specimens"
KEY = f"sk-specimen-{secrets.token_hex(8)}"
ROOT_USER = os.geteuid() == 0
FORBIDDEN = ("REACHED", "CANARY-", KEY)
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufe00-\ufe0f\ud800-\udfff\U000e0000-\U000e0fff]"
)
MOST_TEXT = 200_000


@dataclass(frozen=True)
class Specimen:
    """A program and what its head says."""

    name: str

    @cached_property
    def text(self) -> str:
        """The program."""
        text = (SPECIMENS / f"{self.name}.py").read_text(encoding="utf-8")
        return text + str(eval(self.head["append"])) if "append" in self.head else text

    @cached_property
    def head(self) -> dict[str, str]:
        """The lines of its head."""
        lines = (SPECIMENS / f"{self.name}.py").read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# verdict: "), f"{self.name}: the first line is the verdict"
        found = re.findall(
            r"^# (verdict|problem|wall|cpu|levels|plain user|append|at L0|machine|memory|hole): (.*)$",
            "\n".join(lines),
            re.M,
        )
        return dict(found)

    def verdicts(self, level: str) -> set[str]:
        """What may come out."""
        told = self.head["verdict"]
        by_level = dict(part.split("=") for part in told.split()) if "=" in told else {}
        return set(by_level.get(level, told).split(" or "))

    def order(self) -> dict[str, object]:
        """For the bench."""
        cpu_s = self.head.get("cpu")
        return {
            "text": self.text,
            "problem": self.head.get("problem", "bare"),
            "memory_bytes": int(self.head.get("memory", 256)) << 20,
            "wall_s": float(self.head.get("wall", 20)),
            "cpu_s": None if cpu_s is None else float(cpu_s),
        }


def all_specimens() -> list[Specimen]:
    """Those that mean something on this machine."""
    found = [Specimen(path.stem) for path in sorted(SPECIMENS.glob("*.py"))]
    return [s for s in found if s.head.get("machine", platform.machine()) == platform.machine()]


def parameters() -> list[ParameterSet]:
    """Each at its levels; as this user, and as a plain user the ones that say so."""
    found = []
    for specimen in all_specimens():
        for level in specimen.head.get("levels", "L3 L2").split():
            who = ["root"] if ROOT_USER else ["plain"]
            if ROOT_USER and "plain user" in specimen.head:
                who.append("plain")
            for user in who:
                marks = [pytest.mark.xfail(reason=specimen.head["hole"])] if "hole" in specimen.head else []
                name = f"{specimen.name}-{user}-{level}"
                found.append(pytest.param(specimen, user, level, id=name, marks=marks))
    return found


@pytest.fixture(scope="session")
def benches() -> Iterator[object]:
    """Gives a bench for a user and a level, started when first asked for."""
    place = specimen_place.make_place() if ROOT_USER else None

    @cache
    def bench(user: str, level: str) -> specimen_place.Bench:
        if place is None or (user, level) == ("root", "L3"):
            return specimen_place.direct(level, KEY)
        return specimen_place.staged(level, KEY, place, plain=user == "plain")

    started: list[specimen_place.Bench] = []

    def get(user: str, level: str) -> specimen_place.Bench:
        found = bench(user, level)
        if found not in started:
            started.append(found)
        if "unavailable" in found.greeting:
            pytest.skip(found.greeting["unavailable"])
        assert found.greeting["level"] == level
        return found

    try:
        yield get
        codes = [found.close() for found in started]
        assert not any(codes)
    finally:
        if place is not None:
            shutil.rmtree(place)


@pytest.mark.parametrize(("specimen", "user", "level"), parameters())
def test_has_its_verdict_and_leaves_nothing(specimen: Specimen, user: str, level: str, benches) -> None:
    result = benches(user, level).run(specimen.order())
    texts = [result[key] for key in ("message", "said", "stdout", "stderr")]
    assert result["verdict"] in specimen.verdicts(level), (result["verdict"], texts)
    assert not [word for word in FORBIDDEN if any(word in text for text in texts)], texts
    assert not result["contacts"]
    assert not result["left"]
    assert not any(UNSEEN.search(text) or len(text) > MOST_TEXT for text in texts), texts
    assert result["level"] == level


@pytest.mark.parametrize(
    "specimen", [pytest.param(s, id=s.name) for s in all_specimens() if "at L0" in s.head]
)
def test_would_succeed_without_isolation(specimen: Specimen, benches) -> None:
    result = benches("plain", "L0").run(specimen.order())
    for success in specimen.head["at L0"].split(", "):
        assert success in result["stdout"], result
