"""Level L4 and `doctor` on a kernel with control groups of version 2 and without Landlock."""

from __future__ import annotations

from typing import Any

import pytest
import soak_parts
import uml

SCOPE = "mkdir /sys/fs/cgroup/scope && delegate scope && "
COUNT = 60
SUITE = "$PYTHON level_suite.py"
SCRIPTS = (
    ("root", f"{SUITE} L4 doctor"),
    ("scope", f"{SCOPE} in_cgroup scope as_user {SUITE} L4 doctor"),
    ("many as root", f"$PYTHON many.py L4 {COUNT} 1"),
    (
        "many as a user",
        f"mkdir /sys/fs/cgroup/many && delegate many && in_cgroup many as_user $PYTHON many.py L4 {COUNT} 2",
    ),
    ("not delegated", f"mkdir /sys/fs/cgroup/session; in_cgroup session as_user {SUITE} L4 doctor"),
)
PLACES = ("root", "scope")
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def inside(request: pytest.FixtureRequest) -> dict[str, Any]:
    soak_parts.need(request, uml.missing())
    return uml.run(SCRIPTS, timeout_s=900)


@pytest.mark.parametrize("where", PLACES)
class TestWhereItIsReached:
    def test_honest_programs(self, inside: dict[str, Any], where: str) -> None:
        for name, value in (("honest", 7), ("leaves daemons", 7), ("honest again", 8)):
            found = inside[where]["L4"][name]
            assert (found["ended_by"], found["value"], found["level"]) == ("returned", value, "L4"), found

    @pytest.mark.parametrize("name", ["eats in six", "eats in children", "eats shared memory"])
    def test_memory_of_all_processes_together(self, inside: dict[str, Any], where: str, name: str) -> None:
        found = inside[where]["L4"][name]
        assert found["ended_by"] == "memory_limit", found
        assert "limit of memory" in found["message"]
        assert (
            250 < found["memory_mib"] < 270
        )  # what it had before it was moved into its group is not counted

    def test_a_program_that_forks_without_end_gets_no_more_processes(
        self, inside: dict[str, Any], where: str
    ) -> None:
        found = inside[where]["L4"]["forks"]
        assert found["ended_by"] == "returned", found
        assert 40 <= found["value"] < 50

    def test_nothing_is_left(self, inside: dict[str, Any], where: str) -> None:
        assert inside[where]["L4"]["left"] == []

    def test_doctor_finds_it_and_says_that_landlock_is_missing(
        self, inside: dict[str, Any], where: str
    ) -> None:
        report = inside[where]["doctor"]
        probes = {probe["name"]: probe for probe in report["probes"]}
        assert report["level"] == "L4"
        assert probes["L4"]["ok"]
        assert not probes["Landlock"]["ok"]
        assert report["memory"]["kind"] == "cgroup"
        assert "Landlock" in report["without"]
        assert any("Landlock" in text for text in report["not_given"])
        assert "Landlock" not in report["backend"]
        assert any(what["for"] == "Landlock" for what in report["to_raise"])


@pytest.mark.parametrize("who", ["root", "a user"])
def test_many_programs_while_supervisors_are_killed(
    request: pytest.FixtureRequest, inside: dict[str, Any], who: str
) -> None:
    found = inside[f"many as {who}"]
    ends = ", ".join(f"{count} {name}" for name, count in sorted(found["ended_by"].items()))
    part = f"{COUNT} programs at L4 as {who}"
    soak_parts.need(request, "", part)
    soak_parts.note(request, f"{found['seconds']:.0f} s, {found['kills']} supervisors killed: {ends}", part)
    assert found["wrong"] == []
    assert found["tagged"] == []
    assert found["left"] == {}
    assert found["level"] == "L4"
    assert 0 < found["ended_by"]["fault"] <= found["kills"]


def test_who_has_no_place_gets_l3_and_is_told_how_to_get_one(inside: dict[str, Any]) -> None:
    found = inside["not delegated"]
    assert "no cgroup can be made in it" in found["L4"]["refused"]
    assert "systemd-run --user --scope -p Delegate=yes" in found["L4"]["refused"]
    assert found["doctor"]["level"] == "L3"
    assert any("Delegate=yes" in what["remedy"] for what in found["doctor"]["to_raise"])
