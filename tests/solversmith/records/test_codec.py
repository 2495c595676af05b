"""Records survive the journal, and nothing else is one."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solversmith.records.codec import canonical_json, from_json, sha256, to_json
from solversmith.records.run import RECORD_TYPES, CallRecord, NoteRecord, Record, RoundRecord
from solversmith.records.verdict import Verdict

text = st.text(max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
tables = st.dictionaries(text, plain, max_size=3)
st.register_type_strategy(Verdict, st.sampled_from(Verdict))
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "measured": tables,
    "features": tables,
    "tags": tables,
    "loss": st.none() | numbers,
    "temperature": st.none() | numbers,
    "most_usd": st.none() | numbers,
    "cost_usd": st.none() | numbers,
    "saved_usd": st.none() | numbers,
}


def records_of(cls: type[Any]) -> st.SearchStrategy[Record]:
    given_by_name = {f.name: BY_NAME[f.name] for f in dataclasses.fields(cls) if f.name in BY_NAME}
    if cls is RoundRecord:
        given_by_name["cases"] = st.lists(
            st.tuples(text, st.sampled_from(Verdict), st.none() | numbers), max_size=3
        ).map(tuple)
    return st.builds(cls, **given_by_name)


records = st.one_of([records_of(cls) for cls in RECORD_TYPES.values()])


def test_every_record_has_a_kind_of_its_own() -> None:
    assert set(RECORD_TYPES.values()) == set(get_args(Record))
    assert all(cls.kind == kind for kind, cls in RECORD_TYPES.items())


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine stalls a draw
@given(records)
def test_round_trip(record: Record) -> None:
    line = canonical_json(to_json(record))
    assert "\n" not in line
    assert from_json(json.loads(line)) == record


@given(st.dictionaries(text, plain, max_size=4))
def test_canonical_json_does_not_depend_on_order(table: dict[str, Any]) -> None:
    assert canonical_json(table) == canonical_json(dict(reversed(table.items())))


NOTE = to_json(NoteRecord("n", "p", 1, "t"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({**NOTE, "v": 2}, "format 2, expected 1"),
        ({**NOTE, "kind": "song"}, "'song'"),
        ({**NOTE, "colour": 1}, "colour"),
        ({key: value for key, value in NOTE.items() if key != "text"}, "text"),
        ({}, "format None"),
    ],
)
def test_what_is_no_record(line: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_json(line)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_and_infinity_have_no_form(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(to_json(CallRecord("c", "completed", "p", 0, 0, "r", 1, cost_usd=value)))


def test_a_hash_of_any_text() -> None:
    assert sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256("\udc80") != sha256("\udc81")
