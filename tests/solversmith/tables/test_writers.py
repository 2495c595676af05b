"""The four writers say the same thing, each in its own way."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.tables import WRITERS, Bounded, Cell, Column, Table

COLUMNS = (
    Column("name", "who"),
    Column("loss", "dev loss", "loss"),
    Column("calls", "calls", "count"),
)
TABLE = Table(
    "burgers",
    COLUMNS,
    (
        {"name": "expert", "loss": Bounded(1e-9, 1e-6), "calls": None},
        {"name": "c|0007", "loss": Bounded(0.0123, 1e-6), "calls": 12},
    ),
    ("level L3", "2 of 3 cases"),
)


def test_text_is_aligned_with_numbers_flush_right() -> None:
    assert WRITERS["text"](TABLE).splitlines() == [
        "burgers",
        "who         dev loss  calls",
        "------  ------------  -----",
        "expert  <= 1.000e-06      –",
        "c|0007        0.0123     12",
        "level L3",
        "2 of 3 cases",
    ]


def test_markdown_escapes_what_would_be_markup() -> None:
    lines = WRITERS["markdown"](TABLE).splitlines()
    assert lines[0] == "**burgers**"
    assert lines[3] == "|---|---:|---:|"
    assert lines[4] == r"| expert | \<= 1.000e-06 | – |"
    assert lines[5] == r"| c\|0007 | 0.0123 | 12 |"
    assert lines[-2:] == ["- level L3", "- 2 of 3 cases"]


def test_csv_holds_raw_values_under_their_keys() -> None:
    text = WRITERS["csv"](TABLE)
    rows = list(csv.DictReader(text.splitlines()))
    assert rows[0] == {"name": "expert", "loss": "1e-09", "calls": ""}
    assert rows[1] == {"name": "c|0007", "loss": "0.0123", "calls": "12"}
    assert len(text.splitlines()) == 1 + len(TABLE.rows)


def test_json_holds_raw_values_under_their_keys() -> None:
    body = json.loads(WRITERS["json"](TABLE))
    assert body["rows"][0] == {"name": "expert", "loss": 1e-9, "calls": None}
    assert [column["key"] for column in body["columns"]] == ["name", "loss", "calls"]
    assert body["caption"] == ["level L3", "2 of 3 cases"]


@pytest.mark.parametrize("formula", ["=1+1", "+cmd", "-2", "@sum"])
def test_csv_text_never_begins_like_a_formula(formula: str) -> None:
    text = WRITERS["csv"](Table("", (Column("name", "name"),), ({"name": formula},)))
    assert text.splitlines()[1] == "'" + formula


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_every_csv_text_comes_back(texts: list[str]) -> None:
    safe = [text for text in texts if text[:1] not in ("=", "+", "-", "@") and "\r" not in text]
    rows: tuple[dict[str, Cell], ...] = tuple({"name": text, "loss": 1} for text in safe)
    table = Table("", (Column("name", "name"), Column("loss", "loss", "loss")), rows)
    read = list(csv.reader(io.StringIO(WRITERS["csv"](table), newline="")))
    assert [row[0] for row in read[1:]] == safe


@given(st.text(max_size=40))
def test_a_markdown_cell_stays_one_cell(text: str) -> None:
    line = WRITERS["markdown"](Table("", (Column("a", "a"),), ({"a": text},)))
    assert line.count("\n") == 3
    assert len(line.splitlines()[2].replace(r"\\", "").replace(r"\|", "").split("|")) == 3


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_table_without_rows_is_still_a_table(name: str) -> None:
    assert WRITERS[name](Table("none", COLUMNS, ())).endswith("\n")


def test_latex_has_booktabs_rules_and_escapes_what_would_be_a_command() -> None:
    rows = ({"name": r"\input{x} 50% & a_b $1$ #~^", "loss": Bounded(1e-9, 1e-6), "calls": None},)
    lines = WRITERS["latex"](Table("a & b", COLUMNS, rows, ("C:\\x [a] <b>",))).splitlines()
    assert r"  \begin{tabular}{lrr}" in lines
    assert [line.strip() for line in lines if "rule" in line] == [r"\toprule", r"\midrule", r"\bottomrule"]
    assert r"  \caption{a \& b}" in lines
    (row,) = [line for line in lines if "input" in line]
    assert row == (
        r"    \textbackslash{}input\{x\} 50\% \& a\_b \$1\$ \#\textasciitilde{}\textasciicircum{}"
        r" & $\le$ 1.000e-06 & -- \\"
    )
    assert any(r"C:\textbackslash{}x {[}a{]} \textless{}b\textgreater{}" in line for line in lines)


@given(st.text(max_size=40))
def test_a_latex_cell_stays_one_cell(text: str) -> None:
    table = Table("", (Column("a", "a"), Column("b", "b")), ({"a": text, "b": "end"},))
    (row,) = [line for line in WRITERS["latex"](table).split("\n") if line.endswith(r"& end \\")]
    assert len(re.findall(r"(?<!\\)&", row)) == 1
    assert not re.search(r"(?<!\\)[#%_$]", re.sub(r"\$\\?[a-z-]+\$", "", row))


def test_latex_compiles_where_there_is_a_tex(tmp_path: Path) -> None:
    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("no TeX on this machine")
    hard = Table("a_b & ≤ \\x", COLUMNS, ({"name": '\\{}[$&#^_~%<>"|]*–→·×−ρ', "loss": 1.0},), ("#1 [x]",))
    body = WRITERS["latex"](TABLE) + WRITERS["latex"](hard)
    (tmp_path / "t.tex").write_text(
        "\\documentclass{article}\\usepackage{booktabs}\\usepackage[T1]{fontenc}\n"
        f"\\begin{{document}}\n{body}\\end{{document}}\n"
    )
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_html_is_a_page_whose_cells_are_text_and_carry_their_values() -> None:
    hostile = Table("<b>", COLUMNS, ({"name": "<script>\x1b[31m", "loss": Bounded(0.5, 0.1), "calls": 3},))
    text = WRITERS["html"](hostile)
    assert text.startswith("<!doctype html>")
    assert "<caption>&lt;b&gt;</caption>" in text
    assert "<td>&lt;script&gt;</td>" in text
    assert '<td class="n" data-v="0.5">0.5000</td><td class="n" data-v="3">3</td>' in text
    assert "<script" not in text
    assert "src=" not in text
