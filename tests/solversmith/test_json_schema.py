"""Schemas of answers: what they refuse and where, that nothing is fetched, and that it stays quick."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest

from solversmith.errors import UsageError
from solversmith.json_schema import MOST_MESSAGE, BadValue, check, place, validator

ROUTES = {
    "type": "object",
    "properties": {
        "routes": {"type": "array", "items": {"$ref": "#/$defs/route"}, "uniqueItems": True},
        "cost": {"type": "number", "minimum": 0},
    },
    "required": ["routes"],
    "additionalProperties": False,
    "$defs": {"route": {"type": "array", "items": {"type": "integer"}}},
}
TREE = {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#"}}]}
INTEGERS = {"type": "array", "items": {"type": "integer"}}


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def refused(value: Any, schema: Any) -> str:
    with pytest.raises(BadValue) as caught:
        check("plan", value, schema)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"routes": [[1], "x"]}, "answer.plan.routes[1]: 'x' is not of type 'array'"),
        ({"routes": [[1, "x"]]}, "answer.plan.routes[0][1]: 'x' is not of type 'integer'"),
        ({"routes": [[1.0]]}, "answer.plan.routes[0][0]: 1.0 is not of type 'integer'"),
        ({"routes": [[True]]}, "answer.plan.routes[0][0]: True is not of type 'integer'"),
        ({"routes": [[1], [2], [1]]}, "answer.plan.routes: items 0 and 2 are equal"),
        ({"routes": [], "cost": -1}, "answer.plan.cost: -1 is less than the minimum of 0"),
        ({"cost": 1}, "answer.plan: 'routes' is a required property"),
        ([], "answer.plan: [] is not of type 'object'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(value: Any, says: str) -> None:
    assert refused(value, ROUTES) == says


def test_what_is_right_passes() -> None:
    check("plan", {"routes": [[1, 2], [], [-3]], "cost": 2}, ROUTES)
    check("plan", nested(64), TREE)
    check("plan", [1, 2.5, None], {"oneOf": [{"type": "array"}, {"type": "string"}]})


def test_branches() -> None:
    assert refused("x", TREE) == "answer.plan: 'x' is not valid under any of the given schemas"
    one = {"oneOf": [{"type": "integer"}, {"minimum": 3}]}
    check("plan", 2, one)
    assert "more than one" in refused(4, one)
    assert "under any" in refused(2.5, one)


@pytest.mark.parametrize(
    ("items", "unique"),
    [
        ([1, 1.0], False),
        ([1, True], True),
        ([0, False, None, "", [], {}], True),
        ([0.0, -0.0], False),
        ([{"a": 1, "b": [2.0]}, {"b": [2], "a": 1.0}], False),
        (["1", 1], True),
        ([[1], [[1]]], True),
        ([2**53, 2**53 + 1], True),
    ],
)
def test_equal_is_what_json_schema_calls_so(items: list[Any], unique: bool) -> None:
    if unique:
        check("plan", items, {"uniqueItems": True})
    else:
        assert "are equal" in refused(items, {"uniqueItems": True})


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"$ref": "https://example.org/schema.json"}, "leads out of the schema"),
        ({"items": {"anyOf": [{"$ref": "file:///etc/passwd"}]}}, "leads out of the schema"),
        ({"$defs": {"a": {"$ref": "other.json#/a"}}}, "leads out of the schema"),
        ({"$ref": 3}, "leads out of the schema"),
        ({"$ref": "#/$defs/none"}, "points nowhere"),
        ({"$ref": "#"}, "leads back to itself"),
        ({"type": "arrow"}, "type: 'arrow' is not valid"),
        ({"minItems": "1"}, "is not of type 'integer'"),
        ([], "is not of type 'object', 'boolean'"),
        ({"items": {"unevaluatedItems": False}}, "unevaluatedItems is not allowed"),
        ({"$dynamicRef": "#node"}, "not allowed"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "2020-12/schema' expected"),
        ({"enum": [float("nan")]}, "not JSON"),
        ({"enum": [{1, 2}]}, "not JSON"),
    ],
)
def test_a_schema_that_is_none_is_an_error_of_the_problem(
    schema: Any, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connects(*arguments: object) -> None:
        pytest.fail("something was to be fetched")

    monkeypatch.setattr(socket.socket, "connect", connects)
    with pytest.raises(UsageError, match=r"answer\.plan") as caught:
        validator("plan", schema)
    assert why in str(caught.value)


def test_words_that_mean_nothing_where_they_stand_are_allowed() -> None:
    schema = {"properties": {"unevaluatedItems": INTEGERS, "$ref": {}}, "const": {"$ref": "x"}}
    validator("plan", schema)
    assert "unevaluatedItems[0]" in refused({"unevaluatedItems": ["x"]}, schema)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (["x"] * 50_000, INTEGERS),
        (["x" * 50_000], INTEGERS),
        ([{"a" * 50_000: 1}], {"items": {"additionalProperties": INTEGERS}}),
        (["x"] * 50_000, {"anyOf": [INTEGERS, {"type": "string"}]}),
        ([k for i in range(10_000) for k in (i, str(i))], {"uniqueItems": True, "minItems": 10**6}),
        (
            [[-1 - ((i >> b) & 1) for b in range(15)] for i in range(10_000)],
            {"uniqueItems": True, "maxItems": 1},
        ),
        (["\x1b[31m\u202e\nred"], INTEGERS),
        ({"\x1b[31m\n": "x"}, {"additionalProperties": INTEGERS}),
        (nested(255), {"items": {"$ref": "#"}, "type": "array"}),
    ],
    ids=range(9),
)
def test_whatever_the_value_the_message_is_short_and_soon_there(value: Any, schema: Any) -> None:
    begin = time.process_time()
    said = refused(value, schema)
    assert time.process_time() - begin < 5
    assert len(said) <= MOST_MESSAGE
    assert said.isprintable()


def test_a_place_is_short() -> None:
    assert place("u", []) == "answer.u"
    assert place("u", ["a b", 3, "\x1b", "é"]) == "answer.u['a b'][3]['\\x1b']['\\xe9']"
    assert place("u", list(range(100))) == "answer...[92][93][94][95][96][97][98][99]"
    assert place("u", ["a" * 100]) == f"answer.u['{'a' * 40}'...]"
