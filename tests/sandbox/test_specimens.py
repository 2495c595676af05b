"""Hostile and broken programs, each with the verdict that stands in its first line, on every way there is.

A specimen's head, of which only the first line is required:

- ``# verdict: ok or crash``, where levels or ways differ ``# verdict: L3=ok L3-bubblewrap=crash L2=crash``;
- ``# row: 41, 42``: the attacks of the index in `tests/specimens/README.md` that it is;
- ``# problem: target`` or ``anytime`` instead of `bare`: a real harness, of a PDE or combinatorial problem;
  ``json``: the answer is JSON text;
- ``# wall: 1`` and ``# cpu: 1``, limits in seconds, ``# memory: 64`` in MiB, ``# inodes: 2000``;
- ``# loss: 14`` if it must be scored with that, whatever it claims;
- ``# beside: NAME``: the specimen of that name runs at the same time, and must not notice;
- ``# after: others`` if programs with longer and shorter environments must have run in its slot before;
- ``# levels: L3`` if no other level promises to withstand it;
- ``# append: EXPRESSION`` for text that nobody wants to look at, appended to the program;
- ``# at L0: REACHED this, REACHED that``: what it must achieve without isolation, for an attack that fails
  there too proves nothing; it is tried on every way to L3, others on the usual one;
- ``# machine: x86_64`` if it means nothing elsewhere;
- ``# hole: WHY``, or ``# hole at L3: WHY``, if it is known to succeed: the test fails when it no longer does.

Whatever its verdict is, a specimen may not print REACHED or a canary, nor say anything with control
characters in it, nor anything that in a prompt could pose as ours, nor be scored slowly; it leaves no
process, mount, file, open descriptor, socket or memory, and the supervisor lives on.
"""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
import specimen_place
from _pytest.mark import ParameterSet

ROOT = Path(__file__).parents[2]
SPECIMENS = ROOT / "tests" / "specimens"
KEY = f"sk-specimen-{secrets.token_hex(8)}"
ROOT_USER = os.geteuid() == 0
USERS = ("root", "plain") if ROOT_USER else ("plain",)
WAYS = ("L3", "L2", "L3-bubblewrap", "L3-cold")
FORBIDDEN = ("REACHED", "CANARY-", KEY)
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufe00-\ufe0f\ud800-\udfff\U000e0000-\U000e0fff]"
)
MOST_TEXT = 200_000
MOST_SCORING_S = 5.0
ROWS = 70
_HEAD = (
    "verdict|row|problem|wall|cpu|memory|inodes|loss|beside|after"
    "|levels|append|at L0|machine|hole|hole at L[0-9]"
)

Benches = Callable[[str, str], specimen_place.Bench]


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
        return dict(re.findall(rf"^# ({_HEAD}): (.*)$", "\n".join(lines), re.M))

    @property
    def rows(self) -> set[int]:
        """The attacks that it is."""
        return {int(number) for number in self.head.get("row", "").split(", ") if number}

    def verdicts(self, way: str) -> set[str]:
        """What may come out."""
        told = self.head["verdict"]
        by_way = dict(re.findall(r"(L[0-9][^=\s]*)=(.*?)(?= L[0-9]|$)", told))
        return set(by_way.get(way, by_way.get(way.partition("-")[0], told)).split(" or "))

    def hole(self, way: str) -> str | None:
        """Why it is known to succeed."""
        return self.head.get("hole", self.head.get(f"hole at {way.partition('-')[0]}"))

    def order(self, seed: int = 0) -> dict[str, object]:
        """For the bench."""
        cpu_s, beside = self.head.get("cpu"), self.head.get("beside")
        return {
            "text": self.text,
            "problem": self.head.get("problem", "bare"),
            "memory_bytes": int(self.head.get("memory", 256)) << 20,
            "inodes": int(self.head.get("inodes", 20_000)),
            "wall_s": float(self.head.get("wall", 20)),
            "cpu_s": None if cpu_s is None else float(cpu_s),
            "beside": None if beside is None else Specimen(beside).text,
            "after": self.head.get("after"),
            "seed": seed,
        }


def all_specimens() -> list[Specimen]:
    """Those that mean something on this machine."""
    found = [Specimen(path.stem) for path in sorted(SPECIMENS.glob("*.py"))]
    return [s for s in found if s.head.get("machine", platform.machine()) == platform.machine()]


def parameters() -> list[ParameterSet]:
    """Each as root and as a plain user, at its levels; the other ways to L3 for proven attacks."""
    found = []
    for user in USERS:
        for way in WAYS:
            level, _, other = way.partition("-")
            for specimen in all_specimens():
                levels = specimen.head.get("levels", "L3 L2").split()
                proven = "at L0" in specimen.head or f"{way}=" in specimen.head["verdict"]
                if level in levels and (proven or not other):
                    why = specimen.hole(way)
                    marks = [] if why is None else [pytest.mark.xfail(reason=why)]
                    name = f"{specimen.name}-{user}-{way}"
                    found.append(pytest.param(specimen, user, way, id=name, marks=marks))
    return found


@pytest.fixture(scope="session")
def benches() -> Iterator[Benches]:
    """Gives a bench for a user and a way, started when first asked for."""
    place = specimen_place.make_place() if ROOT_USER else None
    started: list[specimen_place.Bench] = []

    @cache
    def bench(user: str, way: str) -> specimen_place.Bench:
        if place is None or (user, way) == ("root", "L3"):
            found = specimen_place.direct(way, KEY)
        else:
            found = specimen_place.staged(way, KEY, place, plain=user == "plain")
        started.append(found)
        return found

    try:
        yield bench
        codes = [found.close() for found in started]
        assert not any(codes)
    finally:
        if place is not None:
            shutil.rmtree(place)


def run(benches: Benches, user: str, way: str, specimen: Specimen, seed: int = 0) -> dict[str, Any]:
    """What came of it; skipped where the way is closed, which `test_no_way_is_closed` does not forgive."""
    bench = benches(user, way)
    if "unavailable" in bench.greeting:
        pytest.skip(bench.greeting["unavailable"])
    return bench.run(specimen.order(seed))


def ours(result: dict[str, Any], problem: str, entry_point: str) -> list[str]:
    """The lines of a prompt that are not a program's, as they must be."""
    quotes = ["```text", "```"] if "\n| " in result["prompt"] or "\n|\n" in result["prompt"] else []
    whole = f"Repair it. Answer with the whole program in one ```python block; it defines `{entry_point}`."
    told = [f"verdict: {result['verdict']}", *quotes]
    return ["feedback:", *told, "", whole, "", f"task: debug problem={problem}"]


@pytest.mark.parametrize(("specimen", "user", "way"), parameters())
def test_has_its_verdict_and_leaves_nothing(
    specimen: Specimen, user: str, way: str, benches: Benches
) -> None:
    result = run(benches, user, way, specimen)
    texts = [result[key] for key in ("message", "said", "stdout", "stderr")]
    assert result["verdict"] in specimen.verdicts(way), (result["verdict"], texts)
    assert not [word for word in FORBIDDEN if any(word in text for text in texts)], texts
    assert not result["contacts"]
    assert not result["left"]
    assert not any(UNSEEN.search(text) or len(text) > MOST_TEXT for text in texts), texts
    assert result["level"] == way.partition("-")[0]
    assert result["scoring_s"] < MOST_SCORING_S
    assert result["beside"] in (None, "returned")
    if "loss" in specimen.head:
        assert result["loss"] == pytest.approx(float(specimen.head["loss"]))
    if result["verdict"] != "internal_error":
        problem = specimen.head.get("problem", "bare")
        entry_point = "solve" if problem == "anytime" else "solver"
        lines = [line for line in result["prompt"].splitlines() if not line.startswith("|")]
        assert lines == ours(result, problem, entry_point)


@pytest.mark.parametrize(
    "specimen", [pytest.param(s, id=s.name) for s in all_specimens() if "at L0" in s.head]
)
def test_would_succeed_without_isolation(specimen: Specimen, benches: Benches) -> None:
    result = run(benches, "plain", "L0", specimen)
    for success in specimen.head["at L0"].split(", "):
        assert success in result["stdout"], result


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("user", USERS)
def test_no_way_is_closed(user: str, way: str, benches: Benches) -> None:
    greeting = benches(user, way).greeting
    assert greeting.get("level") == way.partition("-")[0], greeting
    expected = {"L3": ("own launcher", "warm"), "L3-cold": ("own launcher", "cold")}
    by, start = expected.get(way, ("bubblewrap" if "-" in way else "Landlock", "cold"))
    assert (greeting["backend"].startswith(by), greeting["start"]) == (True, start)


def test_continuous_integration_shows_root_and_a_plain_user() -> None:
    if os.environ.get("SOLVERSMITH_CI"):
        assert USERS == ("root", "plain"), "only root can also show what a plain user gets"


@pytest.mark.parametrize("way", WAYS)
def test_the_same_seed_gives_the_same_random_numbers_and_another_seed_others(
    way: str, benches: Benches
) -> None:
    specimen = Specimen("draws_random_numbers")
    drawn = [run(benches, "plain", way, specimen, seed)["stdout"] for seed in (1, 2, 1)]
    assert drawn[0]
    assert drawn[0] == drawn[2] != drawn[1]


def index() -> dict[int, str]:
    """What stands in each numbered row of the index."""
    text = (SPECIMENS / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", text, re.M)
    assert len(found) == ROWS
    return {int(number): shown for number, shown in found}


@pytest.mark.parametrize("row", range(1, ROWS + 1))
def test_every_row_of_the_index_is_shown(row: int) -> None:
    shown = set(re.findall(r"`([^`]+)`", index()[row]))
    elsewhere = {name for name in shown if "/" in name}
    assert {s.name for s in map(Specimen, _names()) if row in s.rows} == shown - elsewhere
    assert shown
    assert all((ROOT / name).is_file() for name in elsewhere)


def _names() -> list[str]:
    return [path.stem for path in SPECIMENS.glob("*.py")]
