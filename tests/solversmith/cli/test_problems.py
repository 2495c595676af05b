"""The catalogue, models and methods as lists, and one problem in full."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from solversmith import errors, methods, models, registry

Call = Callable[..., Any]


def test_every_problem_is_listed_with_its_summary(call: Call) -> None:
    done = call("problems")
    assert done.code == errors.DONE
    for name, module in registry.summaries():
        assert name in done.out
        assert module.SUMMARY in done.out


def test_the_list_as_json(call: Call) -> None:
    assert json.loads(call("problems", "--json").out)["problems"].keys() == registry.catalogue().keys()


def test_one_problem_in_full(call: Call, decay: str) -> None:
    done = call("problems", f"{decay}:rate=400")
    assert done.code == errors.DONE
    for text in ("rate=400", "values: 40 4 400", "5 s, 1 core", "def solver", "trivial, simple, expert"):
        assert text in done.out
    found = json.loads(call("problems", decay, "--json").out)
    assert found["values"] == {"rate": ["40", "4", "400"]}
    assert found["cases"]["dev"] == ["dev-0", "dev-1"]
    assert found["limits"]["wall_s"] == 5.0


@pytest.mark.parametrize(
    ("command", "known"), [("models", models.available()), ("methods", methods.available())]
)
def test_models_and_methods_are_listed(command: str, known: dict[str, str], call: Call) -> None:
    done = call(command)
    assert done.code == errors.DONE
    for name, summary in known.items():
        assert name in done.out
        assert summary in done.out
        one = call(command, name, "--json")
        assert json.loads(one.out) == {command: {name: summary}}


def test_an_offer_that_is_none_is_refused(call: Call) -> None:
    assert "did you mean 'offline'?" in call("models", "ofline").sentence
