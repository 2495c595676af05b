"""Every scenario, at every level that is allowed by default: as this user and as a plain one."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

PLACES = ("this user, L3", "plain user, L3", "plain user, L2")
Found = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def found(
    scenarios: ModuleType, plain_user: Any, tmp_path_factory: pytest.TempPathFactory, testrun_uid: str
) -> Callable[[str], Found]:
    """What came out in a place; each place is visited once, by whichever test process is first."""
    shared = tmp_path_factory.getbasetemp().parent / f"scenarios-{testrun_uid}"
    shared.mkdir(exist_ok=True)

    def visit(place: str) -> Found:
        file = shared / f"{place}.json"
        with (shared / f"{place}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                file.write_text(_visited(place, scenarios, plain_user))
        return json.loads(file.read_text())  # type: ignore[no-any-return]

    return visit


def _visited(place: str, scenarios: ModuleType, plain_user: Any) -> str:
    if place.startswith("this"):
        return json.dumps(scenarios.run_all(place[-2:]))
    done = plain_user.run("scenarios.py", place[-2:])
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


NAMES = [
    "abort",
    "best so far", "closed channel", "daemon that holds stdout", "dataclass and no main", "deep report",
    "denied calls", "doubles", "endless", "environment", "error", "files of ours", "flood",
    "flood of answers", "forged hello", "fork bomb", "garbage on the channel", "generator",
    "generator where none is allowed", "huge claim", "ignores signals", "import", "jitted", "last words",
    "link as output", "memory", "memory of many", "no entry point", "no text", "not a number", "nothing",
    "null byte", "null dereference", "numpy", "odd report", "os._exit", "own score",
    "plain return counts as one", "pool", "processor time", "recursion", "scratch", "sleeps at exit",
    "sparse file", "surrogate", "syntax", "sys.exit", "wrong shape", "wrong type",
]  # fmt: skip


def test_no_scenario_is_forgotten(scenarios: ModuleType) -> None:
    assert sorted(scenarios.SCENARIOS) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", PLACES)
def test_scenario(place: str, name: str, found: Callable[[str], Found], scenarios: ModuleType) -> None:
    wanted = scenarios.SCENARIOS[name]
    got = found(place)[name]
    assert got["ended_by"] == wanted.ended_by, got
    assert got["level"] == place[-2:]
    assert wanted.says in got["message"]
    assert wanted.prints in got["stdout"]
    assert "\x1b" not in got["stderr"]
    if wanted.answer is not None:
        assert tuple(got["answer"]) == wanted.answer
    if name == "abort":  # the first process of a pid namespace can't end itself by SIGABRT
        assert got["message"] == f"ended by {'SIGABRT' if place.endswith('L2') else 'SIGSEGV or abort'}"
    if name == "generator":
        assert got["stamps"] == 10_000
        assert got["kept"] < 500
    if name in ("daemon that holds stdout", "sleeps at exit"):
        assert got["seconds"] < 60
