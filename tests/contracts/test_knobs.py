"""What the simple programs of every catalogue problem must offer to the model `offline`."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

import pytest

from solversmith import registry
from solversmith.models.offline import simple_programs
from solversmith.models.offline_writer.knobs import malformed, read
from solversmith.models.offline_writer.moves import drawn, has_end, towards


def programs() -> Iterator[tuple[str, str, str]]:
    for name in registry.catalogue():
        for solver, source in registry.open_problem(name).solvers.items():
            yield name, solver, source


PROGRAMS = {(name, solver): source for name, solver, source in programs()}
SIMPLE = [key for key, source in PROGRAMS.items() if simple_programs({key[1]: source})]


@pytest.mark.parametrize("key", PROGRAMS, ids="/".join)
def test_no_declaration_is_malformed(key: tuple[str, str]) -> None:
    assert malformed(PROGRAMS[key]) == ()


@pytest.mark.parametrize("name", sorted(registry.catalogue()))
def test_there_is_a_simple_program(name: str) -> None:
    assert name in {problem for problem, _ in SIMPLE}


@pytest.mark.parametrize("key", SIMPLE, ids="/".join)
class TestSimplePrograms:
    def test_a_failure_can_be_repaired(self, key: tuple[str, str]) -> None:
        knobs = read(PROGRAMS[key])
        assert any(knob.safe is not None or knob.fast is not None for knob in knobs)
        assert all(knob.takes(knob.value) for knob in knobs), "the program's own value is outside its range"

    def test_every_draft_and_repair_is_a_program(self, key: tuple[str, str]) -> None:
        rng = random.Random(0)
        for _ in range(20):
            draft = drawn(PROGRAMS[key], rng)
            ast.parse(draft)
            for end in ("safe", "fast"):
                repaired = draft
                for strides in range(4):
                    repaired = towards(repaired, end, strides)
                ast.parse(repaired)
                assert not has_end(repaired, end)
