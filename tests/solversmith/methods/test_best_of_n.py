"""Best of n."""

from __future__ import annotations

from typing import Any

import pytest

from solversmith import methods
from solversmith.contract import Proposal, Signal, Verdict
from solversmith.errors import UnknownName, UsageError
from solversmith.history import Past
from solversmith.methods.best_of_n import BestOfN, build
from solversmith.records import CandidateRecord

EMPTY = Past(0, str).view(0)


def test_n_drafts_and_no_more() -> None:
    method = BestOfN(2, debug_rounds=3, temperature=0.7)
    expected = Proposal("program", "draft", "draft", temperature=0.7, debug_rounds=3)
    assert [method.propose(EMPTY, number) for number in range(3)] == [expected, expected, Signal.DONE]
    assert method.generation == 2
    assert method.settings() == {"n": 2, "debug_rounds": 3, "temperature": 0.7}


def test_what_is_set_aside_for_a_fault_is_made_good() -> None:
    past = Past(0, str)
    for number, verdict in enumerate((Verdict.INTERNAL_ERROR, Verdict.CRASH)):
        record = CandidateRecord(f"c{number}", f"p{number}", number, 0, 1, None, verdict, None, 2)
        past.add(number, record)
    method = BestOfN(2)
    assert isinstance(method.propose(past.view(2), 2), Proposal)
    assert method.propose(past.view(2), 3) is Signal.DONE


def test_options_are_read_also_as_text() -> None:
    assert build({}) == BestOfN(8, 4, None)
    assert build({"n": "3", "debug_rounds": 0, "temperature": "1"}) == BestOfN(3, 0, 1.0)
    assert build({"n": None}) == BestOfN()


@pytest.mark.parametrize(
    "options",
    [
        {"n": 0},
        {"n": 1.5},
        {"n": "many"},
        {"n": True},
        {"debug_rounds": -1},
        {"temperature": -0.1},
        {"temperature": "nan"},
        {"temperature": "warm"},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    name = next(iter(options))
    with pytest.raises(UsageError, match=name):
        build(options)


def test_a_method_made_by_hand_is_checked_too() -> None:
    with pytest.raises(UsageError, match="n >= 1"):
        BestOfN(0)


def test_an_unknown_option_is_named_with_close_matches() -> None:
    with pytest.raises(UnknownName, match="did you mean 'debug_rounds'"):
        build({"debug_round": 1})


def test_it_is_found_by_its_name() -> None:
    assert methods.build("best-of-n", {"n": 5}) == BestOfN(5)
    with pytest.raises(UnknownName, match="did you mean 'best-of-n'"):
        methods.build("best-of-m", {})
