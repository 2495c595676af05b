"""A table for a paper: LaTeX with the package booktabs."""

from __future__ import annotations

from collections.abc import Mapping

from solversmith.tables.model import MISSING, Table

_MARKS: Mapping[str, str] = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "|": r"\textbar{}",
    "[": "{[}",  # behind a row's end it would open an argument
    "]": "{]}",
    "*": "{*}",
    MISSING: "--",
    "≤": r"$\le$",
    "→": r"$\to$",
    "·": r"\textperiodcentered{}",
    "×": r"$\times$",
    "−": "$-$",
    "ρ": r"$\rho$",
    "τ": r"$\tau$",
    "ν": r"$\nu$",
    "σ": r"$\sigma$",
}


def as_latex(table: Table) -> str:
    """A `table` float: title as its caption, rows between booktabs rules, the caption as notes below.

    Needs `\\usepackage{booktabs}` and, for `"`, `\\usepackage[T1]{fontenc}`. Every cell is text: it never
    becomes a command. Ends with a newline.
    """
    columns = "".join("r" if column.numeric else "l" for column in table.for_people)
    lines = [
        "% needs \\usepackage{booktabs} and \\usepackage[T1]{fontenc}",
        "\\begin{table}[htbp]",
        "  \\centering",
        *([f"  \\caption{{{escaped(table.title)}}}"] if table.title else []),
        f"  \\begin{{tabular}}{{{columns}}}",
        "    \\toprule",
        _line([column.title for column in table.for_people]),
        "    \\midrule",
        *map(_line, table.shown()),
        "    \\bottomrule",
        "  \\end{tabular}",
    ]
    if table.caption:
        notes = " \\\\\n    ".join(map(escaped, table.caption))
        lines.append(f"  \\par\\medskip\\footnotesize\\raggedright\n    {notes}")
    return "\n".join([*lines, "\\end{table}"]) + "\n"


def escaped(text: str) -> str:
    """The text as LaTeX shows it, on one line."""
    found = "".join(_MARKS.get(mark, mark) for mark in text.replace("<=", "≤"))
    return " ".join(found.split())


def _line(cells: list[str]) -> str:
    return "    " + " & ".join(map(escaped, cells)) + r" \\"
