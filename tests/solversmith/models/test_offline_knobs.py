"""Knobs: what is one, what setting it does, and that nothing else in the text changes."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from solversmith.models.offline_writer.knobs import Choice, Knob, Range, malformed, read, skeleton, write

POSITIONS = st.floats(0.0, 1.0)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40)
NAMES = st.from_regex(r"[A-Z][A-Z_0-9]{0,8}", fullmatch=True)
WORDS = st.lists(st.from_regex(r"[A-Za-z_]{1,6}", fullmatch=True), min_size=2, max_size=5, unique=True)
ENDS = st.sampled_from(["", " safe=low", " safe=high fast=low", " fast=high", " safe=low fast=high  # why"])


@st.composite
def numeric_lines(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["log", "linear", "int"]))
    if kind == "int" or draw(st.booleans()):
        low = draw(st.integers(1 if kind == "log" else -1000, 1000))
        high = low + draw(st.integers(1, 10**6))
        literal = draw(st.integers(low, high))
        return f"{draw(NAMES)} = {literal}  # knob: {kind} {low} {high}{draw(ENDS)}"
    low_f = draw(st.floats(1e-12, 1e6) if kind == "log" else st.floats(-1e6, 1e6))
    high_f = draw(st.floats(1e-12, 1e6) if kind == "log" else st.floats(-1e6, 1e6))
    assume(high_f - low_f > 1e-6 * max(abs(low_f), abs(high_f)))
    return f"{draw(NAMES)} = {low_f!r}  # knob: {kind} {low_f!r} {high_f!r}{draw(ENDS)}"


@st.composite
def choice_lines(draw: st.DrawFn) -> str:
    words = draw(WORDS)
    quote = draw(st.sampled_from(["'", '"', ""]))
    return f"    {draw(NAMES)} = {quote}{words[0]}{quote} # knob: choice {' '.join(words)}{draw(ENDS)}"


LINES = st.one_of(numeric_lines(), choice_lines())


def only(line: str) -> Knob:
    (knob,) = read(line)
    return knob


class TestRead:
    def test_every_part_of_a_declaration(self) -> None:
        knob = only("CFL = 0.4  # knob: log 0.05 6.0 safe=low fast=high")
        assert knob == Knob("CFL", 0, 0.4, Range(0.05, 6.0, True, False), 0.0, 1.0)

    def test_kinds_and_ways_of_writing(self) -> None:
        source = (
            "A = 3  # knob: int 1 8\n"
            "def f():\n"
            "    b: float = -1.5e-3 # knob: linear -2 2 safe=high (the upper end damps)\n"
            "\tC = 'weno'  #knob: choice upwind weno safe=low\r\n"
            "D = True  # knob: choice False True # noqa\n"
            "E = 100  # knob: log 10 1000\n"
        )
        knobs = read(source)
        assert [(k.name, k.line, k.value) for k in knobs] == [
            ("A", 0, 3),
            ("b", 2, -1.5e-3),
            ("C", 3, "weno"),
            ("D", 4, "True"),
            ("E", 5, 100),
        ]
        assert knobs[1].safe == 1.0
        assert knobs[2].scale == Choice(("upwind", "weno"))
        assert knobs[2].safe == 0.0
        assert knobs[4].scale == Range(10, 1000, True, True)

    @pytest.mark.parametrize(
        "line",
        [
            "CFL = 0.4  # knob: log 0 6",
            "CFL = 0.4  # knob: log 6 0.05",
            "CFL = 0.4  # knob: log 0.05",
            "CFL = 0.4  # knob: log 0.05 6 safe=down",
            "CFL = 0.4  # knob: log 0.05 6 slow=low",
            "CFL = 0.4  # knob: log safe=low 0.05 6",
            "CFL = 0.4  # knob: log 0.05 6 and more",
            "CFL = 0.4  # knob: around 0.05 6",
            "CFL = 0.4  # knob:",
            "CFL = 0.4  # knob: log nan inf",
            "CFL = 0.4  # knob: linear 0 1e300",
            "CFL = dt / dx  # knob: log 0.05 6",
            "CFL = '0.4'  # knob: log 0.05 6",
            "N = 2.5  # knob: int 1 8",
            "N = 2  # knob: int 1 8.5",
            "LIMITER = 'none'  # knob: choice minmod vanleer",
            "LIMITER = 'minmod'  # knob: choice minmod",
            "LIMITER = 'minmod'  # knob: choice minmod minmod",
            "LIMITER = 'minmod\"  # knob: choice minmod vanleer",
            "x.y = 0.4  # knob: log 0.05 6",
            "solver(CFL=0.4)  # knob: log 0.05 6",
            "CFL == 0.4  # knob: log 0.05 6",
        ],
    )
    def test_a_malformed_declaration_is_no_knob_and_is_told(self, line: str) -> None:
        assert read(line) == ()
        assert malformed(f"import math\n{line}\n") == (2,)

    def test_a_sound_program_has_nothing_malformed(self) -> None:
        assert malformed("X = 1.0  # knob: linear 0 2\nY = 2  # no knob\n") == ()

    @given(st.text())
    def test_any_text_can_be_read(self, text: str) -> None:
        assert write(text, {}) == text
        assert all(line >= 1 for line in malformed(text))


class TestWrite:
    @given(LINES, POSITIONS)
    def test_a_value_that_was_set_is_read_again(self, line: str, position: float) -> None:
        knob = only(line)
        value = knob.scale.at(position)
        assert knob.takes(value)
        changed = only(write(line, {0: value}))
        assert changed.value == value
        assert (changed.name, changed.scale, changed.safe, changed.fast) == (
            knob.name,
            knob.scale,
            knob.safe,
            knob.fast,
        )

    @given(numeric_lines(), POSITIONS)
    def test_the_program_gets_the_value(self, line: str, position: float) -> None:
        knob = only(line)
        value = knob.scale.at(position)
        tree = ast.parse(write(line, {0: value}))
        assert isinstance(tree.body[0], ast.Assign)
        assert ast.literal_eval(tree.body[0].value) == value

    @given(TEXT, LINES, TEXT, POSITIONS, st.sampled_from(["\n", "\r\n", "\r"]))
    def test_everything_else_stays(
        self, before: str, line: str, after: str, position: float, end: str
    ) -> None:
        assume("knob" not in before + after)
        source = before + end + line + end + after
        changed = write(source, {1: only(line).scale.at(position)})
        head, body, tail = changed[: len(before + end)], changed[len(before + end) :], end + after
        assert head == before + end
        assert body.endswith(tail)
        middle = body[: len(body) - len(tail)]
        assert middle.split("=", 1)[0] == line.split("=", 1)[0]
        assert middle.split("#", 1)[1] == line.split("#", 1)[1]
        assert skeleton(changed) == skeleton(source)

    @pytest.mark.parametrize("value", [7.0, 0.01, math.inf, math.nan, "fast"])
    def test_a_value_outside_is_refused(self, value: float | str) -> None:
        with pytest.raises(ValueError, match="line 1 has no knob that takes"):
            write("CFL = 0.4  # knob: log 0.05 6.0", {0: value})

    def test_a_line_without_a_knob_is_refused(self) -> None:
        with pytest.raises(ValueError, match="line 2"):
            write("CFL = 0.4  # knob: log 0.05 6.0\nX = 1.0", {1: 1.0})

    def test_a_whole_number_is_never_written_with_a_point(self) -> None:
        line = "N = 8  # knob: log 1 64"
        with pytest.raises(ValueError, match="no knob"):
            write(line, {0: 4.0})
        assert write(line, {0: 4}) == "N = 4  # knob: log 1 64"

    def test_a_number_on_a_range_of_whole_numbers_keeps_its_point(self) -> None:
        assert write("X = 1.0  # knob: linear 0 2", {0: 2}) == "X = 2.0  # knob: linear 0 2"


class TestScale:
    @given(LINES, POSITIONS)
    def test_positions_and_values_agree(self, line: str, position: float) -> None:
        scale = only(line).scale
        value = scale.at(position)
        assert scale.at(scale.position(value)) == value
        assert 0.0 <= scale.position(value) <= 1.0

    @given(LINES, POSITIONS, POSITIONS)
    def test_a_higher_position_is_no_lower_value(self, line: str, one: float, other: float) -> None:
        scale = only(line).scale
        low, high = scale.at(min(one, other)), scale.at(max(one, other))
        assert scale.position(low) <= scale.position(high)

    @given(numeric_lines())
    def test_the_ends_are_exact(self, line: str) -> None:
        scale = only(line).scale
        assert isinstance(scale, Range)
        assert (scale.at(0.0), scale.at(1.0)) == (scale.low, scale.high)

    def test_the_middle_of_a_logarithm_is_the_geometric_mean(self) -> None:
        assert Range(1e-4, 1.0, True, False).at(0.5) == pytest.approx(1e-2)
        assert Range(0.0, 3.0, False, False).at(0.5) == 1.5

    def test_each_whole_number_and_word_owns_an_equal_share(self) -> None:
        number = Range(1, 4, False, True)
        assert [number.at((k + 0.5) / 8) for k in range(8)] == [1, 1, 2, 2, 3, 3, 4, 4]
        word = Choice(("a", "b"))
        assert [word.at((k + 0.5) / 4) for k in range(4)] == ["a", "a", "b", "b"]

    @given(LINES, st.sampled_from([0.0, 1.0]))
    def test_half_the_way_is_a_step_and_never_past_the_end(self, line: str, end: float) -> None:
        scale = only(line).scale
        for start in (0.0, 0.3, 0.5, 0.9, 1.0):
            here = scale.position(scale.at(start))
            there = scale.position(scale.at(here + 0.5 * (end - here)))
            assert abs(there - end) <= abs(here - end) + 1e-12

    @given(st.integers(1, 50), st.integers(1, 10**6), POSITIONS, st.booleans(), st.booleans())
    def test_half_the_way_moves_a_whole_number_unless_it_is_there(
        self, low: int, width: int, start: float, logarithmic: bool, up: bool
    ) -> None:
        scale = Range(low, low + width, logarithmic, True)
        value, end = scale.at(start), low + width if up else low
        here = scale.position(value)
        assume(value != end)
        assert scale.at(here + 0.5 * (float(up) - here)) != value
