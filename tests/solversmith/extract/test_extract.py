"""Finding the program in replies of every shape."""

from __future__ import annotations

import ast
import json
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from solversmith.extract import extract

PROGRAM = "import numpy as np\n\n\ndef solver(u0, t):\n    return np.repeat(u0[:, None], len(t), 1)\n"
OTHER = "def solver(u0, t):\n    return None\n"
FENCE = "```"


def fenced(program: str, language: str = "python", fence: str = FENCE) -> str:
    return f"{fence}{language}\n{program}{fence}\n"


@pytest.mark.parametrize(
    "reply",
    [
        fenced(PROGRAM),
        fenced(PROGRAM, ""),
        fenced(PROGRAM, "py"),
        fenced(PROGRAM, "Python title=solver.py"),
        fenced(PROGRAM, fence="~~~"),
        fenced(PROGRAM, fence="`````"),
        fenced("python\n" + PROGRAM, ""),
        "python\n" + PROGRAM,
        PROGRAM,
        "\ufeff" + PROGRAM,
        "Here it is.\n\n" + PROGRAM,
        "Here it is.\n\n" + PROGRAM + "\nThis solver doesn't iterate (see above).\nIt is exact.\n",
        f"Sure!\n\n{fenced(PROGRAM)}\nLet me know if it fails.",
        f"Sure!\n\n{FENCE}python\n{PROGRAM}",
        f"{FENCE}python\n{PROGRAM}\nThis is first order in time, and it's slow.\n",
        fenced(PROGRAM).replace("\n", "\r\n"),
        fenced(PROGRAM.rstrip()).replace("1)```", "1)```"),
        "1. Do this:\n\n   " + fenced(PROGRAM).replace("\n", "\n   "),
        "- " + fenced(PROGRAM).replace("\n", "\n  "),
        "> " + fenced(PROGRAM).replace("\n", "\n> "),
        f"<think>Maybe\n{fenced(OTHER)}No.</think>\n{fenced(PROGRAM)}",
        f"Maybe\n{fenced(OTHER)}No.</think>\n{fenced(PROGRAM)}",
        f"{fenced(PROGRAM)}<think>and then I would",
        f"<thinking>{fenced(PROGRAM)}</thinking>",
        f"{fenced(OTHER)}\nBetter:\n{fenced(PROGRAM)}",
        f"{fenced(PROGRAM)}\nUse it like this:\n{fenced('from solver import solver' + chr(10))}",
        f"{fenced(PROGRAM)}\nRun:\n{fenced('pip install numpy' + chr(10), 'bash')}",
        f"{fenced(PROGRAM)}\n{fenced('def solver(u0, t:' + chr(10))}",
        json.dumps({"code": PROGRAM, "why": "def is\nexact"}),
        json.dumps([{"files": [{"name": "solver.py", "text": PROGRAM}]}]),
        fenced(json.dumps({"code": PROGRAM}, indent=1) + "\n", "json"),
        json.dumps({"answer": fenced(PROGRAM)}),
        f"````markdown\n# Plan\n{fenced(PROGRAM)}````\n",
        f"<answer>\n<code>\n{PROGRAM}</code>\n</answer>\n",
    ],
)
def test_every_shape_gives_the_program(reply: str) -> None:
    found = extract(reply, "solver")
    assert found is not None
    assert ast.dump(ast.parse(found)) == ast.dump(ast.parse(PROGRAM))


def test_a_fence_inside_a_docstring_does_not_end_the_program() -> None:
    program = f'"""Usage:\n\n{fenced("def solver(x):" + chr(10) + "    pass" + chr(10))}"""\n{PROGRAM}'
    assert extract(fenced(program), "solver") == program


def test_a_string_that_begins_a_fence_inside_the_program() -> None:
    program = f'TEXT = """\n{FENCE}\n"""\n{PROGRAM}'
    assert extract(fenced(program), "solver") == program


def test_a_block_that_does_not_parse_is_returned_as_it_is() -> None:
    broken = "def solver(u0, t):\n    return (u0\n"
    assert extract(fenced(broken), "solver") == broken


@pytest.mark.parametrize(
    "broken",
    [
        f"{FENCE}python\n{PROGRAM}",  # parses, but who knows what was to follow
        PROGRAM,
        f"<think>\n{FENCE}python\n{PROGRAM}\n{FENCE}\nbut then",
        f"{FENCE}python\n{PROGRAM[:-3]}(\n{FENCE}\n",
    ],
)
def test_of_a_reply_that_breaks_off_only_a_closed_block_counts(broken: str) -> None:
    assert extract(broken, "solver", cut=True) is None
    whole = f"{FENCE}python\n{PROGRAM}\n{FENCE}\nAnd a better one:\n{FENCE}python\ndef solver("
    assert extract(whole, "solver", cut=True) == PROGRAM.strip("\n") + "\n"


def test_a_reply_that_was_cut_off_is_not_made_to_look_whole() -> None:
    cut = PROGRAM + "\n\ndef main():\n    x = np.zeros(3)\n    y = (x +"
    assert extract(f"{FENCE}python\n{cut}", "solver") == cut + "\n"


def test_helpers_of_earlier_blocks_are_put_before_the_entry_point() -> None:
    helper = "import numpy as np\n\n\ndef rhs(u):\n    return np.roll(u, 1) - u\n"
    main = "def solver(u0, t):\n    return rhs(u0)\n"
    found = extract(f"{fenced(helper)}and\n{fenced('x = 1' + chr(10))}{fenced(main)}", "solver")
    assert found is not None
    assert "def rhs" in found
    assert "x = 1" not in found
    assert found.index("def rhs") < found.index("def solver")


@pytest.mark.parametrize(
    "source",
    [
        "from functools import partial\nsolver = partial(max, 1)\n",
        "solver: object = max\n",
        "try:\n    import jax\n    def solver(u): return u\nexcept ImportError:\n    solver = None\n",
        "a, solver = 1, max\n",
        "from numpy import roll as solver\n",
    ],
)
def test_what_defines_the_entry_point(source: str) -> None:
    assert extract(fenced(source), "solver") == source


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "I can't.",
        fenced("print(1)\n"),
        fenced("async def solver(u): ...\n"),
        fenced("class solver: ...\n"),
        fenced("def solvers(u): ...\n"),
        fenced("class A:\n    def solver(self): ...\n"),
        fenced("solver: object\n"),
        "{" * 5000,
        FENCE,
        "def solvers(",
    ],
)
def test_no_program(reply: str) -> None:
    assert extract(reply, "solver") is None


def test_a_program_with_odd_escapes_is_read_under_warnings_as_errors() -> None:
    program = 'def solver(u):\n    return "\\d" if 1is 1 else u\n'
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert extract(fenced(program), "solver") == program


def test_nesting_that_the_parser_refuses_is_not_our_fault() -> None:
    deep = "def solver(u):\n    return " + "(" * 5000 + "u" + ")" * 5000 + "\n"
    assert extract(fenced(deep), "solver") == deep


CODE = ("def solver(u):", "    return u", "from x import solver", "solver = 1", "    ", "#", "'''")
MARKS = (
    "```",
    "```python",
    "~~~",
    "> ```",
    "<think>",
    "</think>",
    "{",
    "{}",
    '"',
    "\\",
    "\x00",
    "\ud800",
    "\x0c",
)
SNIPPETS = st.sampled_from(CODE + MARKS)
NOISE = st.one_of(st.text(max_size=40), SNIPPETS)


@given(st.lists(NOISE, max_size=25).map("\n".join))
@example("```python\ndef solver(u):\x00\n```")
@example("\ud800```\ndef solver(u): pass")
def test_any_text_is_read_without_raising(reply: str) -> None:
    found = extract(reply, "solver")
    assert found is None or "solver" in found


WORDS = st.text("abcdefghijklmnopqrstuvwxyz ,.()=:'\"#*-\n", max_size=200)


@given(WORDS, WORDS, st.sampled_from(["```", "~~~", "````"]), st.sampled_from(["", "python", "py"]))
def test_a_fenced_program_is_found_in_any_noise(before: str, after: str, fence: str, language: str) -> None:
    found = extract(f"{before}\n{fenced(PROGRAM, language, fence)}\n{after}", "solver")
    assert found == PROGRAM
