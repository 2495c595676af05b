"""Tables of best-known values: lookup, and what is no table."""

from pathlib import Path

import pytest

from frontierco.best_known import built_in_table, read_table, read_user_table
from frontierco.best_known.table import COLUMNS
from frontierco.distances import CONVENTIONS
from solversmith.errors import BadData

HEADER = "\t".join(COLUMNS)
ROW = "a\tn=3\tabc\t12.5\texact\tsomebody\t2026-01-02"


def table(tmp_path: Path, *lines: str):
    file = tmp_path / "t.tsv"
    file.write_text("\n".join(lines) + "\n")
    return read_table(file)


def test_by_content_then_by_name_and_size(tmp_path: Path) -> None:
    found = table(tmp_path, HEADER, ROW, "", "b\tn=4\t\t7\tnint\ts\td")
    assert found.find("abc", "zzz", "n=99").value == 12.5
    assert found.find("other", "a", "n=3").value == 12.5
    assert found.find("other", "a", "n=4") is None
    assert found.find("", "zzz", "n=3") is None
    seven = found.find("x", "b", "n=4")
    assert (seven.value, type(seven.value), seven.convention) == (7, int, "nint")


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ([], 1, "expected the columns"),
        (["name\tvalue"], 1, "expected the columns"),
        ([HEADER, "a\tb"], 2, "2 columns, expected 7"),
        ([HEADER, ROW.replace("12.5", "many")], 2, "'many' is no finite number"),
        ([HEADER, ROW.replace("12.5", "nan")], 2, "no finite number"),
        ([HEADER, ROW.replace("12.5", "inf")], 2, "no finite number"),
        ([HEADER, ROW, ROW.replace("abc", "abd")], 3, "a stands twice"),
        ([HEADER, ROW, ROW.replace("a\tn", "b\tn")], 3, "b stands twice"),
    ],
)
def test_what_is_no_table(tmp_path: Path, lines, line: int, words: str) -> None:
    with pytest.raises(BadData, match=words) as caught:
        table(tmp_path, *lines)
    assert caught.value.line == line


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="can't be read"):
        read_table(tmp_path / "none.tsv")
    assert built_in_table("nothing of this name").by_name == {}


@pytest.mark.parametrize(
    ("problem", "conventions"), [("tsp", {*CONVENTIONS, "explicit"}), ("mis", {"count"})]
)
def test_every_built_in_row_says_where_it_is_from(problem: str, conventions: set[str]) -> None:
    rows = built_in_table(problem).by_name
    assert len(rows) > 40
    for best in rows.values():
        assert best.value > 0
        assert best.convention in conventions
        assert best.source
        assert len(best.date) == 10


def test_the_note_on_frb100_40() -> None:
    best = built_in_table("mis").by_name["frb100-40", "n=4000 m=572774"]
    assert best.value == 98
    assert "planted optimum is 100" in best.source


def test_the_published_value_may_be_another_one(tmp_path: Path) -> None:
    found = table(
        tmp_path, HEADER + "\tpublished", ROW + "\t13", ROW.replace("a", "b").replace("c", "d") + "\t"
    )
    assert found.find("abc", "", "").published_value == 13
    assert found.find("bbd", "", "").published_value == 12.5


def user_table(tmp_path: Path, text: str):
    file = tmp_path / "mine.txt"
    file.write_text(text)
    return read_user_table(file)


@pytest.mark.parametrize(
    "text",
    [
        "a 12.5 exact\nb 7 nint\n",
        "name value convention\na,12.5,exact\nb, 7, nint\n",
        "# mine\n\nName\tValue\tConvention\na\t12.5\texact  # by hand\nb\t7\tnint",
    ],
)
def test_a_users_table_may_be_short(tmp_path: Path, text: str) -> None:
    found = user_table(tmp_path, text)
    assert found.find("x", "a", "n=3").value == 12.5
    seven = found.find("x", "b", "whatever")
    assert (seven.value, seven.convention, seven.source) == (7, "nint", "--best-known mine.txt")
    assert found.conventions == {"exact", "nint"}


def test_a_users_table_may_have_all_columns(tmp_path: Path) -> None:
    assert user_table(tmp_path, f"{HEADER}\n{ROW}\n").find("abc", "", "").value == 12.5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "no value in it; expected lines of name value convention"),
        ("# nothing\n", None, "no value in it"),
        ("a 12\n", 1, "2 fields; expected name value convention"),
        ("name value convention\na 12 exact more\n", 2, "4 fields"),
        ("a 1_0 exact\n", 1, "'1_0' is no finite number"),
        ("a nan exact\n", 1, "no finite number"),
        ("a 1 exact\na 2 exact\n", 2, "a stands twice"),
    ],
)
def test_what_is_no_users_table(tmp_path: Path, text: str, line, words: str) -> None:
    with pytest.raises(BadData, match=words) as caught:
        user_table(tmp_path, text)
    assert caught.value.line == line
