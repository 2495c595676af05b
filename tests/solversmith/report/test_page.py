"""The page of a report: one file, nothing from elsewhere, and whatever programs said is text in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import chromium
import pytest
from synthetic_runs import Made, make_run

from solversmith.cli.main import main
from solversmith.report.code import diff, highlighted
from solversmith.report.texts import Texts

pytest.importorskip("matplotlib")

HOSTILE = (
    "</pre></details><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
)
ANSI = "\x1b[31mred\x1b[0m\x1b]8;;http://example.invalid\x07link \u202egnp.exe"
PROGRAM = "def solver():\n    # one < two & three\n    return '''</script>'''\n"
BETTER = PROGRAM.replace("three", "four")
VOID = {"meta", "link", "img", "br"}
OPTIONAL = {"tr", "td", "th", "li", "p", "thead", "tbody"}


class Reader(HTMLParser):
    """Reads a page as a browser would: elements, where they refer to, and the text in each `pre`."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.wrong: list[str] = []
        self.pres: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "pre":
            self.pres.append("")
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL:
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if "pre" in self.open:
            self.pres[-1] += data
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of two runs: one of a search with a lineage, one with hostile completions."""
    folder = tmp_path_factory.mktemp("runs")
    line = [
        Made(0.4, PROGRAM),
        Made(0.3, BETTER, parents=("c0000",), rounds=2),
        Made(0.5, PROGRAM, parents=("c0000",)),
    ]
    make_run(folder, "searched", line, method="refine", humans={"simple": 0.35, "<b>expert": 0.1})
    said = [
        Made(0.25, PROGRAM, completion=f"{HOSTILE}\n{ANSI}\n", output=HOSTILE + ANSI),
        Made(None, f"# {HOSTILE}\n"),
    ]
    make_run(folder, "hostile", said, model=HOSTILE)
    assert main(["report", "--dir", str(folder), "-o", str(folder / "out" / "report.html")]) == 0
    return folder / "out" / "report.html"


@pytest.fixture(scope="module")
def read(report: Path) -> Reader:
    reader = Reader()
    reader.feed(report.read_text(encoding="utf-8"))
    reader.close()
    return reader


def test_the_page_is_whole_and_asks_for_nothing(read: Reader) -> None:
    assert read.wrong == []
    refers = [value for _, about in read.elements for name in ("src", "href") if (value := about.get(name))]
    assert {re.split("[:,]", value)[0] if value.startswith("data:") else value[:1] for value in refers} == {
        "data",
        "#",
    }
    ids = [about["id"] for _, about in read.elements if "id" in about]
    assert len(set(ids)) == len(ids)
    assert {value[1:] for value in refers if value.startswith("#")} <= set(ids)
    (policy,) = [about["content"] for _, about in read.elements if "http-equiv" in about]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")


def test_nothing_that_a_program_said_is_an_element(read: Reader) -> None:
    assert len(read.scripts) == 1
    assert "owned" not in read.scripts[0]
    assert all(about["src"].startswith("data:image/") for tag, about in read.elements if tag == "img")
    assert not [name for _, about in read.elements for name in about if name.startswith("on")]
    shown = [text for text in read.pres if "owned" in text]
    assert any("</pre></details><script>" in text for text in shown)
    assert any("redlink gnp.exe" in text for text in shown)  # the words, without the escapes around them
    assert not any("\x1b" in text or "\u202e" in text for text in read.pres)


def test_every_candidate_is_there_with_its_texts_and_diffs(report: Path, read: Reader) -> None:
    page = report.read_text(encoding="utf-8")
    assert {f"r1-c000{number}" for number in range(3)} <= {about.get("id") for _, about in read.elements}
    for part in ("prompt", "completion", "program", "diff to c0000", "diff to round 0"):
        assert f"<summary>{part}</summary>" in page
    assert "<span class=add>+    # one &lt; two &amp; four</span>" in page
    assert '<a href="#r1-c0000">c0000</a> → <a href="#r1-c0001">c0001</a>' in page
    assert page.count("data:image/svg+xml") >= 6
    assert "best-of-n n=2" in page
    assert "the same text as in" in page


def test_a_text_stands_once() -> None:
    texts = Texts("r0")
    first, again = texts.once("long <b>", "c0000"), texts.once("long <b>", "c0001")
    assert first == "<pre id=r0t0 tabindex=0>long &lt;b&gt;</pre>"
    assert again == '<p class=same><a href="#r0t0">the same text as in c0000</a></p>'


def test_code_is_highlighted_and_stays_the_same_text() -> None:
    html = highlighted(PROGRAM)
    assert "<i class=k>def</i>" in html
    reader = Reader()
    reader.feed(f"<pre>{html}</pre>")
    assert reader.pres == [PROGRAM]
    assert highlighted("def <" + "x" * 70_000).startswith("def &lt;x")
    assert diff(PROGRAM, PROGRAM) == ""


def test_what_can_not_be_reported_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--dir", str(tmp_path)]) == 2
    assert "there are no runs" in capsys.readouterr().err
    make_run(tmp_path, "begun", [], finished=False)
    assert main(["report", "--dir", str(tmp_path), "-o", str(tmp_path / "r.html"), "--no-figures"]) == 0
    assert "not over yet" in (tmp_path / "r.html").read_text()


@pytest.fixture(scope="module")
def page(report: Path) -> Iterator[chromium.Page]:
    program = chromium.found()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with chromium.Page(program) as page:
        page.resize(1280)
        page.open(report)
        yield page


class TestInABrowser:
    """A listed skip where there is no Chromium."""

    def test_it_says_and_asks_nothing_and_runs_nothing_of_others(self, page: chromium.Page) -> None:
        assert page.run("document.title") == "solversmith: hostile, searched"
        assert page.logged == []
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []

    def test_a_table_is_sorted_by_a_press_on_its_heading(self, page: chromium.Page) -> None:
        table = "document.querySelector('#r1 table.sortable')"
        column = f"[...{table}.tBodies[0].rows].map(row => row.cells[5].textContent)"
        button = f"{table}.tHead.rows[0].cells[5].querySelector('button')"
        assert page.run(f"{button}.textContent") == "dev loss"
        assert page.run(f"{button}.click(), {column}") == ["0.3000", "0.4000", "0.5000"]
        assert page.run(f"{button}.click(), {column}") == ["0.5000", "0.4000", "0.3000"]
        assert page.run(f"{table}.tHead.rows[0].cells[5].getAttribute('aria-sort')") == "descending"

    def test_a_candidate_opens_by_its_link(self, page: chromium.Page) -> None:
        assert page.run("document.getElementById('r1-c0001').open") is False
        page.run("document.querySelector('a[href=\"#r1-c0001\"]').click()")
        page.run("location.hash")
        assert page.run("document.getElementById('r1-c0001').open") is True

    @pytest.mark.parametrize("width", [1280, 390])
    def test_it_fits_the_window(self, width: int, page: chromium.Page) -> None:
        page.resize(width)
        page.run("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.screenshot().startswith(b"\x89PNG")
