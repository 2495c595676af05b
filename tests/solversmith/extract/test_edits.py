"""Edits of a program: where they apply, and where they are refused."""

from __future__ import annotations

import pytest

from solversmith.extract.actions import asks_to_run
from solversmith.extract.edits import Misfit, applied, edits_in

PROGRAM = """import numpy as np

def solver(u):
    for step in range(10):
        u = u + 0.1
        print(step)

    return u
"""


def block(search: str, replace: str) -> str:
    return f"Text.\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\nMore text."


def changed(text: str) -> str:
    return applied(PROGRAM, edits_in(text))


def test_exact_lines_are_replaced_one_edit_after_another() -> None:
    text = (
        block("        u = u + 0.1", "        u = u + 0.2")
        + "\n"
        + block("        u = u + 0.2", "        u *= 2")
    )
    assert changed(text) == PROGRAM.replace("u = u + 0.1", "u *= 2")


@pytest.mark.parametrize(
    ("search", "replace"),
    [
        ("        u = u + 0.1   \n", "        u *= 2"),  # spaces at the end, an empty line too many
        ("u = u + 0.1", "u *= 2"),  # less deep
        ("            u = u + 0.1", "            u *= 2"),  # deeper
        ("u = u+0.1", "u *= 2"),  # other spaces
    ],
)
def test_spaces_do_not_matter_and_indentation_moves_along(search: str, replace: str) -> None:
    assert changed(block(search, replace)) == PROGRAM.replace("u = u + 0.1", "u *= 2")


def test_several_lines_move_along() -> None:
    text = block(
        "for step in range(10):\n    u = u + 0.1", "while True:\n    if u > 1:\n\n        break\n    u *= 2"
    )
    expected = PROGRAM.replace(
        "    for step in range(10):\n        u = u + 0.1",
        "    while True:\n        if u > 1:\n\n            break\n        u *= 2",
    )
    assert changed(text) == expected


def test_lines_that_begin_deeper_than_they_end_move_along_as_a_whole() -> None:
    program = "def f(x):\n    if x:\n        return 1\n    return 2\n"
    edits = edits_in(block("    return 1\nreturn 2", "    return 5\nreturn 6"))
    assert applied(program, edits) == program.replace("return 1", "return 5").replace("return 2", "return 6")
    back = edits_in(block("            return 1\n        return 2", "            return 5\n    return 6"))
    assert applied(program, back) == "def f(x):\n    if x:\n        return 5\nreturn 6\n"


def test_a_line_under_a_heading_does_not_divide_an_edit() -> None:
    program = 'def f():\n    """Title\n    =====\n    """\n    return 1\n'
    search = program.rstrip("\n")
    assert applied(program, edits_in(block(search, "x = 2"))) == "x = 2\n"
    assert applied(program, edits_in(block("    return 1", search))).count("=====") == 2
    longer = program.replace("=====", "=======")
    with pytest.raises(Misfit, match="several lines of '='"):
        applied(longer, edits_in(block(longer.rstrip("\n"), "x = 2")))


def test_lines_can_be_taken_out() -> None:
    assert "print" not in changed("<<<<<<< SEARCH\n        print(step)\n=======\n>>>>>>> REPLACE")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (block("v = 3", "v = 4"), "edit 1 of 1: the lines to look for stand nowhere"),
        (block("", "v = 4"), "no lines to look for"),
        (block("    u = u + 0.1", "x") + "\n<<<<<<< SEARCH\nu\n=======\n", "edit 2 has no end"),
        (block("\n".join(["v"] * 40), "v"), "nowhere"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(Misfit, match=why):
        changed(text)


def test_lines_at_two_places_stand_for_none() -> None:
    with pytest.raises(Misfit, match="at 2 places"):
        applied("a = 1\nb = 2\na = 1\n", edits_in(block("a = 1", "a = 3")))


def test_a_reply_without_edits_has_none_and_reasoning_does_not_count() -> None:
    assert not edits_in("```python\nx = 1\n```")
    assert not edits_in(f"<think>{block('a', 'b')}</think> No.")
    found = edits_in("Before.\n" + block("a", "b"))
    assert found
    assert found.rest == "Before.\nText.\nMore text."


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("```python\nx = 1\n```\naction: run", True),
        ("```python\nx = 1\n```\n**Action:** run\n", True),
        ("action: run\n```python\nx = 1\n```", True),
        ("action: run\n\naction: hand in", False),
        ("```python\naction: run\n```", False),
        ("<think>action: run</think>\n```python\nx = 1\n```", False),
        ("I would run it.", False),
        ("", False),
    ],
)
def test_what_a_reply_asks_for(text: str, run: bool) -> None:
    assert asks_to_run(text) is run
