"""Moves: draws cover the ranges, repairs reach the ends, crossings take from both."""

from __future__ import annotations

import random

import pytest

from solversmith.models.offline_writer.knobs import Value, read, skeleton
from solversmith.models.offline_writer.moves import STRIDES, crossed, drawn, has_end, nudged, towards

PROGRAM = """import math
CFL = 0.4  # knob: log 0.05 6.0 safe=low fast=high
STEPS = 8  # knob: int 1 64 safe=high
ORDER = 2  # knob: choice 1 2 3 safe=low
MIX = 0.5  # knob: linear 0.0 1.0
"""


def values(source: str) -> dict[str, Value]:
    return {knob.name: knob.value for knob in read(source)}


def positions(source: str) -> dict[str, float]:
    return {knob.name: knob.position for knob in read(source)}


def with_cfl(value: float) -> str:
    return PROGRAM.replace("CFL = 0.4", f"CFL = {value}")


class TestDrawn:
    def test_draws_are_uniform_on_each_scale(self) -> None:
        rng = random.Random(1)
        samples = [positions(drawn(PROGRAM, rng)) for _ in range(2000)]
        for name in ("CFL", "STEPS", "ORDER", "MIX"):
            mean = sum(sample[name] for sample in samples) / len(samples)
            assert mean == pytest.approx(0.5, abs=0.03)
            assert {min(3, int(4 * sample[name])) for sample in samples} >= {0, 3}

    def test_only_knobs_change(self) -> None:
        assert skeleton(drawn(PROGRAM, random.Random(2))) == skeleton(PROGRAM)

    def test_a_program_without_knobs_stays(self) -> None:
        assert drawn("A = 1\n", random.Random(1)) == "A = 1\n"


class TestNudged:
    def test_steps_are_small(self) -> None:
        rng, here = random.Random(3), positions(PROGRAM)
        for _ in range(200):
            there = positions(nudged(PROGRAM, rng, 0.05))
            assert all(abs(there[name] - here[name]) <= 0.055 for name in ("CFL", "STEPS", "MIX"))

    def test_redrawn_knobs_go_anywhere(self) -> None:
        rng = random.Random(4)
        seen = {values(nudged(PROGRAM, rng, 0.0, redraw=0.5))["ORDER"] for _ in range(100)}
        assert seen == {"1", "2", "3"}

    def test_a_step_over_the_end_is_folded_back(self) -> None:
        rng = random.Random(5)
        source = with_cfl(6.0)
        assert all(values(nudged(source, rng, 0.05))["CFL"] != 6.0 for _ in range(50))


class TestTowards:
    def test_a_repair_moves_what_has_the_end_and_nothing_else(self) -> None:
        before, after = values(PROGRAM), values(towards(PROGRAM, "safe", 0))
        assert after["CFL"] == pytest.approx((0.4 * 0.05) ** 0.5, rel=1e-3)
        assert (after["ORDER"], after["MIX"]) == ("1", before["MIX"])
        assert int(after["STEPS"]) > int(before["STEPS"])
        assert values(towards(PROGRAM, "fast", 0))["STEPS"] == before["STEPS"]

    @pytest.mark.parametrize("end", ["safe", "fast"])
    def test_four_repairs_reach_the_end(self, end: str) -> None:
        source = with_cfl(6.0 if end == "safe" else 0.05)
        assert has_end(source, end)
        for strides in range(len(STRIDES)):
            source = towards(source, end, strides)
        assert not has_end(source, end)
        assert values(source)["CFL"] == (0.05 if end == "safe" else 6.0)

    def test_it_stops_half_way_to_what_failed_the_other_way(self) -> None:
        source = towards(with_cfl(4.0), "safe", 3, beyond=[with_cfl(1.0), with_cfl(0.1), with_cfl(5.0)])
        assert values(source)["CFL"] == pytest.approx(2.0, rel=1e-3)

    def test_a_program_without_ends_has_none(self) -> None:
        assert not has_end("MIX = 0.5  # knob: linear 0 1", "safe")
        assert towards("MIX = 0.5  # knob: linear 0 1", "safe", 0) == "MIX = 0.5  # knob: linear 0 1"


class TestCrossed:
    def test_every_value_is_one_of_the_two_and_both_are_taken(self) -> None:
        rng = random.Random(6)
        one, two = drawn(PROGRAM, rng), drawn(PROGRAM, rng)
        children = [values(crossed(one, two, rng)) for _ in range(100)]
        for name in ("CFL", "STEPS", "MIX"):
            assert {child[name] for child in children} == {values(one)[name], values(two)[name]}

    def test_the_text_is_the_base_and_foreign_values_stay_out(self) -> None:
        other = "STEPS = 500  # knob: int 1 1000\nMIX = 0.25  # knob: linear 0 1\nNEW = 1  # knob: int 1 2\n"
        children = [crossed(PROGRAM, other, random.Random(seed)) for seed in range(20)]
        assert {skeleton(child) for child in children} == {skeleton(PROGRAM)}
        assert {values(child)["STEPS"] for child in children} == {8}
        assert {values(child)["MIX"] for child in children} == {0.5, 0.25}
