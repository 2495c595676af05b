"""Hard limits on a kernel that has version 2 of the control groups, as root and as a plain user."""

from __future__ import annotations

from typing import Any

import pytest
import soak_parts
import uml

SCOPE = "mkdir /sys/fs/cgroup/{0} && delegate {0} && "
ENABLE = 'echo "+memory +pids +cpu" > /sys/fs/cgroup/cgroup.subtree_control; '
FIND, ALL = "$PYTHON cgroup_suite.py find", "$PYTHON cgroup_suite.py all"
IN_A_CONTAINER = (
    "unshare --cgroup --mount bash -c "
    "'umount /sys/fs/cgroup; mount -t cgroup2 {options} none /sys/fs/cgroup; {find}; true'"
)
SCRIPTS = (
    ("root", ALL),
    ("not delegated", f"{ENABLE} mkdir /sys/fs/cgroup/session; in_cgroup session as_user {FIND}"),
    ("scope", SCOPE.format("scope") + f"in_cgroup scope as_user {ALL}"),
    (
        "under a manager",
        SCOPE.format("manager") + f"{SCOPE.format('manager/app')} in_cgroup manager/app as_user {ALL}",
    ),
    (
        "with strangers",
        "(sleep 600 > /dev/null & echo $! > /tmp/stranger); "  # whose parent is the first process then
        f"{SCOPE.format('shared')} cat /tmp/stranger > /sys/fs/cgroup/shared/cgroup.procs; "
        f"in_cgroup shared as_user {FIND}",
    ),
    (
        "undone",
        SCOPE.format("undone") + "in_cgroup undone as_user $PYTHON cgroup_suite.py undone",
    ),
    (
        "without memory",
        SCOPE.format("outer") + "echo +pids > /sys/fs/cgroup/outer/cgroup.subtree_control; "
        "mkdir /sys/fs/cgroup/outer/inner; delegate outer/inner; chown 0 /sys/fs/cgroup/outer; "
        f"in_cgroup outer/inner as_user {FIND}",
    ),
    (
        "container",
        "mkdir /sys/fs/cgroup/box; in_cgroup box " + IN_A_CONTAINER.format(options="", find=FIND),
    ),
    (
        "read-only container",
        "mkdir /sys/fs/cgroup/shut; in_cgroup shut " + IN_A_CONTAINER.format(options="-o ro", find=FIND),
    ),
)
pytestmark = pytest.mark.timeout(600)
PLACES = ("root", "scope", "under a manager")


@pytest.fixture(scope="module")
def inside(request: pytest.FixtureRequest) -> dict[str, Any]:
    soak_parts.need(request, uml.missing())
    return uml.run(SCRIPTS, timeout_s=300)


@pytest.mark.parametrize("where", PLACES)
class TestWhereLimitsAreHard:
    @pytest.mark.parametrize("what", ["memory_one", "memory_six", "memory_of_a_child", "memory_in_a_file"])
    def test_memory(self, inside: dict[str, Any], where: str, what: str) -> None:
        found = inside[where][what]
        assert found["code"] == -9, found
        assert found["oom_killed"]
        assert found["all_dead"], "the group must die as one, without our help"
        assert not found["from_outside"]
        assert 250 < found["peak_mib"] <= 256

    def test_who_stays_below_is_left_alone(self, inside: dict[str, Any], where: str) -> None:
        found = inside[where]["memory_modest"]
        assert found["code"] == 0, found
        assert not found["oom_killed"]
        assert 100 < found["peak_mib"] < 150
        assert found["cpu_s"] > 0

    def test_processes(self, inside: dict[str, Any], where: str) -> None:
        found = inside[where]["forks"]
        assert found["forks"] == 39, found
        assert found["refused"] >= 1
        assert found["killed"]

    def test_processors(self, inside: dict[str, Any], where: str) -> None:
        found = inside[where]["processors"]
        assert found["asked"] == "100000 100000", found
        assert 0.4 < found["share"] < 0.6

    @pytest.mark.parametrize("what", ["daemons", "without_cgroup_kill"])
    def test_killing(self, inside: dict[str, Any], where: str, what: str) -> None:
        found = inside[where][what]
        assert found["killed"], found
        assert found["code"] == -9
        assert found.get("count", 11) == 11

    def test_the_end_of_an_execution_is_the_end_of_all_in_it(
        self, inside: dict[str, Any], where: str
    ) -> None:
        assert inside[where]["finish_kills"]["finished"]
        assert inside[where]["finish_kills"]["all_dead"]

    def test_nothing_is_left(self, inside: dict[str, Any], where: str) -> None:
        for name, found in inside[where].items():
            if isinstance(found, dict) and "left" in found:
                assert found["left"] == [], name
                assert found.get("after_close", ["supervisor"]) == ["supervisor"], name
                assert found.get("finished", True), name

    def test_a_supervisor_killed_with_9_is_swept_away_and_no_other(
        self, inside: dict[str, Any], where: str
    ) -> None:
        found = inside[where]["swept"]
        assert found.pop("left") == []
        assert found == dict.fromkeys(found, True)

    def test_many_owners_at_once(self, inside: dict[str, Any], where: str) -> None:
        assert inside[where]["at_once"]["places"] == [inside[where]["place"]]

    def test_who_it_runs_as(self, inside: dict[str, Any], where: str) -> None:
        assert inside[where]["memory_one"]["uid"] == (61_600 if where == "root" else uml.UID)


def test_the_places(inside: dict[str, Any]) -> None:
    place = {name: found.get("place") for name, found in inside.items()}
    assert place["root"] == "/sys/fs/cgroup"
    assert place["scope"] == "/sys/fs/cgroup/scope"
    assert place["under a manager"] == "/sys/fs/cgroup/manager"
    assert place["container"] == "/sys/fs/cgroup"


def test_who_is_moved(inside: dict[str, Any]) -> None:
    assert inside["scope"]["after"] == "0::/scope/solversmith-owner"
    assert inside["under a manager"]["after"] == inside["under a manager"]["before"] == "0::/manager/app"
    assert inside["container"]["after"] == "0::/solversmith-owner"


def test_what_was_moved_for_a_place_that_fails_is_moved_back(inside: dict[str, Any]) -> None:
    found = inside["undone"]
    assert found["moved"] == ["0::/undone/solversmith-owner"]
    assert "refused for a test" in found["refused"]
    assert found["after"] == found["before"] == ["0::/undone", [], []]


@pytest.mark.parametrize(
    ("where", "says", "advice"),
    [
        (
            "not delegated",
            "cgroup: /sys/fs/cgroup/session: no cgroup can be made in it",
            "systemd-run --user",
        ),
        ("with strangers", "it holds processes that are not of this run (pid", "systemd-run --user"),
        ("without memory", "it was given no controller for memory", "systemd-run --user"),
        ("read-only container", "cgroup: read-only at /sys/fs/cgroup", "docker run"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(
    inside: dict[str, Any], where: str, says: str, advice: str
) -> None:
    found = inside[where]
    assert says in found["refused"]
    assert advice in found["remedy"]
    assert not found["moved"]
