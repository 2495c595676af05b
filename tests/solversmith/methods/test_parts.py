"""What methods are made of."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.contract import Verdict
from solversmith.errors import UnknownName, UsageError
from solversmith.methods import eoh, mcts, reevo, tree
from solversmith.methods.parts import settings
from solversmith.methods.parts.asked import NOTHING_ASKED, Asked, follow
from solversmith.methods.parts.draws import Draws, softmax
from solversmith.methods.parts.nodes import Node, grown, node_at, nodes_along, nodes_below
from solversmith.methods.parts.proposals import (
    MOST_INSTRUCTION,
    bounded,
    ids,
    noted,
    paragraphs,
    told,
    words,
)
from solversmith.methods.parts.ranking import distinct, is_usable, result, with_one
from solversmith.ranking import in_order
from solversmith.records import CandidateRecord, NoteRecord, ProposalRecord


def candidate(
    number: int, loss: float | None = 1.0, failed: int = 0, program: str | None = "0"
) -> CandidateRecord:
    verdict = Verdict.CRASH if failed else Verdict.OK
    return CandidateRecord(f"c{number:04d}", f"p{number:04d}", number, 0, 1, program, verdict, loss, failed)


def proposal(number: int, what: str = "program", operator: str = "draft", **tags: Any) -> ProposalRecord:
    return ProposalRecord(
        f"p{number:04d}", number, what, operator, "draft", (), (), "0", "writer", None, 0, tags, 0
    )


CANDIDATES = st.lists(
    st.builds(candidate, st.integers(0, 99), st.sampled_from([None, 0.1, 0.2, 0.3]), st.integers(0, 2)),
    max_size=12,
    unique_by=lambda each: each.number,
)


@given(CANDIDATES, st.integers(1, 5))
def test_the_best_are_kept_whatever_the_order_and_no_result_twice(
    found: list[CandidateRecord], most: int
) -> None:
    kept: tuple[CandidateRecord, ...] = ()
    for each in found:
        kept = with_one(kept, each, most)
    expected = distinct(tuple(found))[:most]
    assert [result(each) for each in kept] == [result(each) for each in expected]
    assert len({result(each) for each in kept}) == len(kept) <= most


def test_a_failure_never_outranks_a_success() -> None:
    partly, well = candidate(0, 0.001, failed=1), candidate(1, 99.0)
    assert with_one((partly,), well, 1) == (well,)
    assert in_order([candidate(2, None), candidate(3, 1e300)])[0].number == 3
    assert not is_usable(candidate(0, None))
    assert not is_usable(candidate(0, 1.0, program=None))


def test_draws_depend_on_what_they_are_made_from_alone() -> None:
    one, same, other = Draws(7, 3), Draws(7, 3), Draws(7, 4)
    assert [one.chance() for _ in range(3)] == [same.chance() for _ in range(3)] != [other.chance()] * 3
    assert Draws(7, 3).chance() == 0.31242378891933553  # the sequence that Python promises to keep


def test_draws_follow_their_weights() -> None:
    draws = Draws("weights")
    counted = Counter(draws.weighted("abc", [1, 2, 5]) for _ in range(4000))
    assert {key: round(8 * count / 4000) for key, count in counted.items()} == {"a": 1, "b": 2, "c": 5}
    assert sorted(draws.sample(range(5), 9)) == list(range(5))
    several = [draws.weighted_sample("abc", [1e-300, 1, 1], 2) for _ in range(50)]
    assert {frozenset(each) for each in several} == {frozenset("bc")}
    assert {draws.pick("ab") for _ in range(50)} == {"a", "b"}


def test_softmax_survives_any_scale() -> None:
    assert softmax([1.0, 0.0], 1.0) == [1.0, pytest.approx(math.exp(-1))]
    assert softmax([1.0, 0.0], 1e-6)[1] > 0.0


def test_what_is_set_aside_counts_towards_nothing() -> None:
    asked = NOTHING_ASKED
    for number, what in enumerate(("program", "seed", "text", "program")):
        asked, _ = follow(asked, proposal(number, what, operator=what))
    asked, done = follow(asked, candidate(0))
    assert done == proposal(0, "program", "program")
    assert asked.written(()) == 2
    assert asked.written({"p0003"}) == asked.written({"p0003", "p0001"}) == 1
    assert asked.number_of("program", "text", aside={"p0002"}) == 2
    assert [each.id for each in asked.under_way({"p0003"})] == ["p0001", "p0002"]
    assert [each.id for each in asked.under_way((), "text")] == ["p0002"]
    assert follow(asked, candidate(0)) == (asked, None)


def test_a_tree_is_made_anew_on_the_way_to_a_new_node() -> None:
    root = grown(grown(Node(), (), candidate(0, 0.5)), (), candidate(1, 0.7))
    after = grown(root, ("c0001",), candidate(2, 0.2))
    assert [(child.id, child.visits, child.value) for child in after.children] == [
        ("c0000", 1, (0, 0.5)),
        ("c0001", 2, (0, 0.2)),
    ]
    assert (root.visits, root.value, after.visits, after.value) == (2, (0, 0.5), 3, (0, 0.2))
    assert after.children[0] is root.children[0]
    assert node_at(after, ("c0001", "c0002")).holder == candidate(2, 0.2)
    assert [node.id for node in nodes_below(after.children[1])] == ["c0001", "c0002"]
    assert node_at(after, ()) is after
    for lost in (lambda: grown(after, ("c0009",), candidate(3)), lambda: nodes_along(after, ("c0009",))):
        with pytest.raises(KeyError):
            lost()


def test_instructions_name_candidates_and_quote_notes() -> None:
    assert told(candidate(3, 0.25)) == "c0003 (loss 0.25)"
    assert told(candidate(3, 0.25, failed=2)) == "c0003 (loss 0.25, 2 cases failed: crash)"
    assert told(candidate(3, None, failed=1)) == "c0003 (no loss, 1 case failed: crash)"
    assert ids((candidate(1), "c0001", "c0002")) == ("c0001", "c0002")
    assert noted("they said:", ["", " "]) == ""
    assert "| task: draft" in noted("they said:", ["task: draft problem=x"])
    assert paragraphs("a", "", "b") == "a\n\nb"
    assert len(bounded("x" * 10**6)) < MOST_INSTRUCTION + 20
    assert words("idea", "x" * 10**6, ()).role == "reflector"


def test_settings_are_read_as_text_and_checked() -> None:
    assert settings.built(eoh.EoH, "eoh", {"n": "64", "population": None}).population == 6
    assert settings.built(tree.Tree, "tree", {"debug": "0.25"}).debug == 0.25
    assert eoh.EoH(n=1000).population == 10
    assert mcts.MCTS(n=4).initial == 2
    with pytest.raises(UnknownName, match="did you mean 'population'"):
        settings.built(eoh.EoH, "eoh", {"populatio": 3})
    for wrong in ({"parents": 1}, {"temperature": 3}, {"n": 0}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            eoh.EoH(**wrong)


def test_a_reflection_is_free_again_when_its_crossover_is_set_aside() -> None:
    state = reevo.State(8)
    reflect = proposal(0, "text", reevo.SHORT)
    for event in (reflect, NoteRecord("n0000", "p0000", 0, "0")):
        state = reevo.step(state, event)
    assert (state.free(()) or pytest.fail("none is free")).note == "n0000"
    state = reevo.step(state, proposal(1, "program", reevo.CROSSOVER, note="n0000"))
    assert state.free(()) is None
    assert state.free({"p0001"}) is not None
    state = reevo.step(state, proposal(2, "program", reevo.CROSSOVER, note="n0000"))
    assert state.free({"p0001"}) is None
    assert isinstance(state.asked, Asked)


def test_a_chain_of_repairs_has_an_end() -> None:
    """A leaf whose repair is asked for is none; the repair's own failure lies one deeper."""
    state = tree.START
    for event in (proposal(0), candidate(0, None, failed=2)):
        state = tree.step(state, event)
    assert [leaf.depth for leaf in state.failing] == [0]
    repair = ProposalRecord(
        "p0001",
        1,
        "program",
        tree.REPAIR,
        "debug",
        ("c0000",),
        ("c0000",),
        "0",
        "writer",
        None,
        0,
        {"depth": 1},
        0,
    )
    state = tree.step(state, repair)
    assert state.failing == ()
    state = tree.step(state, candidate(1, None, failed=2))
    assert [(leaf.candidate.id, leaf.depth) for leaf in state.failing] == [("c0001", 1)]
