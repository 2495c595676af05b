"""`data`: from a hub on loopback to a folder that `score` takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import loopback_hub
import pytest
from loopback_hub import LoopbackHub

from frontierco.data_source import CoData
from frontierco.portgen import uniform
from solversmith import errors

Call = Callable[..., Any]


def tsp(count: int, seed: int) -> bytes:
    rows = (f"{i} {x:.0f} {y:.0f}\n" for i, (x, y) in enumerate(uniform(count, seed), 1))
    head = f"TYPE : TSP\nDIMENSION : {count}\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n"
    return (head + "".join(rows)).encode()


FILES = {
    "TSP/valid_instances/a": tsp(9, 1),
    "TSP/easy_test_instances/b": tsp(90, 2),
    "TSP/config.py": b"raise SystemExit\n",
}


@pytest.fixture(autouse=True)
def _its_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CoData, "__init__", _init)
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def _init(self: CoData, definition: Any, repository: str = loopback_hub.REPOSITORY) -> None:
    object.__setattr__(self, "definition", definition)
    object.__setattr__(self, "repository", repository)


def test_from_the_hub_to_a_folder_that_is_scored(call: Call) -> None:
    with LoopbackHub(FILES) as hub:
        listed = call("data", "list", "tsp", "--hub", hub.url)
        assert listed.code == errors.DONE
        assert "TSP/valid_instances/a" in listed.out
        assert "3 files" in listed.out
        found = json.loads(call("data", "list", "tsp", "--hub", hub.url, "--json").out)
        assert {file["path"] for file in found["files"]} == set(FILES)
        done = call("data", "get", "tsp", "--hub", hub.url, "--to", "here")
        assert (done.code, done.out) == (errors.DONE, "3 files fetched, 3 there: use them by --data here\n")
    whole = call("data", "verify", "tsp", "--data", "here")
    assert (whole.code, whole.out) == (errors.DONE, "2 instances read, 0 files damaged\n")
    scored = call("score", "tsp", "trivial", "--data", "here", "--time-limit", 2, "--json")
    assert json.loads(scored.out)["cases"][0]["case"] == "valid_instances/a"


def test_damaged_and_malformed_files_are_named(call: Call) -> None:
    with LoopbackHub(FILES) as hub:
        call("data", "get", "tsp", "--hub", hub.url, "--to", "here")
    Path("here/TSP/valid_instances/a").write_bytes(FILES["TSP/valid_instances/a"][:-2])
    Path("here/TSP/hard_test_instances").mkdir()
    Path("here/TSP/hard_test_instances/own").write_text("nothing\n")
    done = call("data", "verify", "tsp", "--data", "here")
    assert done.code == errors.PREREQUISITE
    assert "valid_instances/a: has" in done.out
    assert "own, line 1" in done.out
    assert "1 instances read, 2 files damaged" in done.out
    assert "`solversmith data get tsp` fetches again" in done.sentence


def test_without_a_network_it_says_what_to_do(call: Call) -> None:
    with LoopbackHub(FILES) as hub:
        gone = hub.url
    for command in (["list", "tsp"], ["get", "tsp"]):
        done = call("data", *command, "--hub", gone)
        assert done.code == errors.PREREQUISITE
        assert f"{gone} can't be reached" in done.sentence
        assert "or use the built-in cases" in done.sentence


def test_which_problems_have_data(call: Call) -> None:
    done = call("data", "list")
    assert "tsp: TSP of" in done.out
    assert "hammingN-D" in done.out
    assert json.loads(call("data", "list", "--json").out)["problems"]["mis"]["folder"] == "MIS"


def test_instances_by_name(call: Call) -> None:
    done = call("data", "make", "mis", "keller4", "johnson8-2-4", "--to", "here")
    assert done.code == errors.DONE
    assert done.out.splitlines() == [
        "here/MIS/easy_test_instances/keller4: n=171 m=5100",
        "here/MIS/easy_test_instances/johnson8-2-4: n=28 m=168",
    ]
    assert call("data", "verify", "mis", "--data", "here").code == errors.DONE


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["get", "burgers"], errors.USAGE, "burgers has no instance files"),
        (["get", "tpp"], errors.USAGE, "no problem named 'tpp'"),
        (["make", "tsp", "E5k.0"], errors.USAGE, "E5k.0 can't be made: expected a size among"),
        (["make", "tsp", "nothing"], errors.USAGE, "no instance of tsp can be made by the name 'nothing'"),
        (["make", "tsp"], errors.USAGE, "missing argument"),
        (["verify", "tsp", "--data", "none"], errors.PREREQUISITE, "none: there is no such folder"),
        (["fetch", "tsp"], errors.USAGE, "no such command 'fetch'"),
    ],
)
def test_what_makes_no_sense(arguments: list[str], code: int, said: str, call: Call) -> None:
    done = call("data", *arguments)
    assert done.code == code
    assert said in done.sentence
