"""What the documentation shows works: the examples of docs/adding.md are written to files, opened and run."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import solversmith
from sandbox import shim
from sandbox.spec import EndedBy, Frame, Outcome
from solversmith import methods, models
from solversmith.answers import BadAnswer, decode
from solversmith.contract import (
    DEV,
    SPLITS,
    Answer,
    Case,
    Message,
    Model,
    Problem,
    ProblemOptions,
    Proposal,
    Request,
    Score,
    SearchMethod,
    Signal,
    Solution,
)
from solversmith.errors import BadData, MissingPrerequisite, UnknownName, UsageError
from solversmith.models.offline import build as build_offline
from solversmith.models.offline import simple_programs
from solversmith.models.offline_writer.knobs import malformed, read
from solversmith.models.offline_writer.reading import program_in
from solversmith.records.score import combine
from solversmith.registry import open_problem

ROOT = Path(__file__).resolve().parents[1]
DOCS = list((ROOT / "docs").glob("*.md"))
ADDING = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
FILES = {
    match["path"]: match["body"]
    for match in re.finditer(
        r"^\*\*`(?P<path>[\w./]+)`\*\*\n\n```\w+\n(?P<body>.*?)^```$", ADDING, re.M | re.S
    )
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with every file of the page."""
    folder = tmp_path_factory.mktemp("adding")
    for path, body in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(body, encoding="utf-8")
    return folder


@pytest.fixture
def problem(written: Path) -> Problem:
    return open_problem(str(written / "poisson1d"))


def namespace(source: str) -> dict[str, Any]:
    scope: dict[str, Any] = {"__name__": "program"}
    exec(compile(source, "example", "exec"), scope)  # noqa: S102 - our own example
    return scope


def scored(problem: Problem, program: str, split: str = DEV) -> Score:
    """As the evaluator does it, but without a sandbox."""
    harness, solver = namespace(problem.harness), namespace(program)[problem.entry_point]
    results = []
    for case in problem.cases(split):
        payload = problem.pack(case)
        args, kwargs = harness["arguments"](payload)
        with np.errstate(all="ignore"):
            arrays = harness["answer"](solver(*args, **kwargs), payload)
        for key, spec in problem.answer(case).items():
            assert spec.resolve(arrays[key].nbytes) == arrays[key].shape
        results.append(problem.score(case, Answer((Solution(0.1, arrays),), 0.1, 10.0, "returned")))
    return combine(results, problem.failure_loss)


class TestProblem:
    def test_every_file_of_the_folder_is_on_the_page(self) -> None:
        names = {path.removeprefix("poisson1d/") for path in FILES if path.startswith("poisson1d/")}
        humans = {f"solvers/{name}.py" for name in ("trivial", "simple", "expert")}
        assert names == {"problem.py", "statement.md", "template.py", "harness.py"} | humans

    def test_opens_by_its_path_with_parameters_and_options(self, written: Path) -> None:
        folder = str(written / "poisson1d")
        opened = open_problem(f"{folder}:points=1023", ProblemOptions(samples=5, time_limit_s=2.0))
        assert isinstance(opened, Problem)
        assert "1023 inner points" in opened.statement
        assert [case.name for case in opened.cases("test")] == [f"test-{k}" for k in range(5)]
        assert opened.limits(opened.cases(DEV)[0]).wall_s == 2.0
        with pytest.raises(UsageError, match="leave --data out"):
            open_problem(folder, ProblemOptions(data=written))
        with pytest.raises(BadData, match="dev-0"):
            open_problem(folder, ProblemOptions(cases="x*")).cases(DEV)

    def test_no_case_is_in_both_splits(self, problem: Problem) -> None:
        digests = [case.digest for split in SPLITS for case in problem.cases(split)]
        assert len(set(digests)) == len(digests)

    def test_human_programs_stand_in_their_order(self, problem: Problem) -> None:
        losses = {name: scored(problem, source).loss for name, source in problem.solvers.items()}
        assert losses["trivial"] == pytest.approx(1.0)
        assert losses["simple"] == pytest.approx(1e-3, rel=0.9)
        assert losses["expert"] == pytest.approx(0.0, abs=1e-13)

    def test_a_bad_answer_is_data_and_its_shape_is_refused_inside(self, problem: Problem) -> None:
        simple = problem.solvers["simple"].replace("1.95", "2.3")
        score = scored(problem, simple)
        assert (score.verdict, score.loss) == ("non_finite", None)
        assert problem.feedback(score).startswith("verdict: non_finite\n")
        with pytest.raises(ValueError, match="one value per point"):
            scored(problem, "def solver(f): return f[:-1]")

    def test_the_free_writer_drafts_from_it_and_repairs_its_drafts(self, problem: Problem) -> None:
        assert len(read(problem.solvers["simple"])) == 2
        assert [malformed(source) for source in problem.solvers.values()] == [()] * 3
        model = build_offline("", {"simple_programs": {problem.name: simple_programs(problem.solvers)}})
        verdicts = [conversation(problem, model, seed) for seed in range(6)]
        assert all(told[-1] == "ok" for told in verdicts)
        assert any(told[0] == "non_finite" for told in verdicts)


def conversation(problem: Problem, model: Model, seed: int) -> list[str]:
    messages = [Message("user", f"{problem.statement}\ntask: draft problem={problem.name}")]
    verdicts: list[str] = []
    while len(verdicts) < 5 and "ok" not in verdicts:
        text = model.complete(Request(tuple(messages), 4096, seed=seed), "key").text
        program = program_in(text)
        assert program is not None
        # Fewer sweeps than drawn, for the sake of the test's time.
        program = re.sub(r"^SWEEPS = \d+", "SWEEPS = 3000", program, flags=re.M)
        verdicts.append(scored(problem, program).verdict)
        told = f"feedback:\nverdict: {verdicts[-1]}\n\ntask: debug problem={problem.name}"
        messages += [Message("assistant", text), Message("user", told)]
    return verdicts


class TestJsonAnswer:
    """What the page says of the routes."""

    def answered(self, routes: object) -> Answer:
        """As it goes through the harness, the sandbox's shim and the reader."""
        case = Case("dev-0", DEV, "0")
        declared = namespace(FILES["deliveries/declaration.py"])["answer"](case)
        harness = namespace(FILES["deliveries/harness.py"])
        assert harness["arguments"](b"[1, 2]") == (([1, 2],), {})
        parts = harness["answer"](routes, b"[1, 2]")
        sent = shim.declared(parts, [[key, *spec.declaration()] for key, spec in declared.items()])
        frame = Frame(0.1, 0, 0, dict(zip(declared, map(bytes, sent), strict=True)))
        return decode(declared, Outcome(EndedBy.RETURNED, (frame,)), 10.0)

    def test_routes_arrive(self) -> None:
        assert self.answered([[1, np.int64(2)], [], [9]]).last["routes"] == [[1, 2], [], [9]]

    def test_others_are_refused_as_the_page_says(self) -> None:
        with pytest.raises(BadAnswer) as caught:
            self.answered([[1, 2, 10]])
        assert f"`{caught.value}`" in ADDING
        with pytest.raises(BadAnswer, match="items 0 and 1 are equal"):
            self.answered([[1, 1]])
        with pytest.raises(ValueError, match="expected a list of routes, not tuple"):
            self.answered(())


class TestMethod:
    def test_it_is_one_and_proposes_in_turn(self, written: Path) -> None:
        method = methods.build(str(written / "alternate.py"), {"n": 4, "debug_rounds": 2})
        assert method.settings() == {"n": 4, "debug_rounds": 2, "name": "alternate", "generation": 2}
        assert method.propose(SimpleNamespace(candidates=[]), 4) is Signal.DONE
        none = SimpleNamespace(candidates=[])
        one = SimpleNamespace(
            candidates=[candidate("c0", 0.5, 0), candidate("c1", 0.25, 1), candidate("c2", None, 2)]
        )
        assert [proposed(method, none, n).task for n in range(2)] == ["draft", "draft"]
        assert proposed(method, one, 2).task == "draft"
        refined = proposed(method, one, 3)
        assert (refined.task, refined.parents, refined.debug_rounds) == ("refine", ("c1",), 2)
        with pytest.raises(UnknownName, match="debug_rounds"):
            methods.build(str(written / "alternate.py"), {"debug_round": 2})


def proposed(method: SearchMethod, history: Any, number: int) -> Proposal:
    proposal = method.propose(history, number)
    assert isinstance(proposal, Proposal)
    return proposal


def candidate(name: str, loss: float | None, number: int) -> SimpleNamespace:
    return SimpleNamespace(id=name, loss=loss, failed=int(loss is None), number=number)


class TestModel:
    @pytest.fixture(autouse=True)
    def _put_among_the_models(
        self, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        shutil.copy(written / "folder.py", tmp_path)
        monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
        yield
        sys.modules.pop("solversmith.models.folder", None)

    def test_it_is_found_by_its_name(self) -> None:
        assert (
            models.available()["folder"] == "hands in the programs of a folder, in the order of their names"
        )

    def test_it_hands_in_its_files(self, written: Path) -> None:
        model = models.build(f"folder:{written / 'poisson1d' / 'solvers'}")
        assert isinstance(model, Model)
        request = Request((Message("user", "task: draft problem=poisson1d"),), 4096, sample=1)
        completion = model.complete(request, "key")
        assert program_in(completion.text) == FILES["poisson1d/solvers/simple.py"] + "\n"

    def test_without_a_folder_it_is_refused(self, written: Path) -> None:
        with pytest.raises(UsageError, match="folder:PATH"):
            models.build("folder")
        with pytest.raises(MissingPrerequisite, match="no"):
            models.build(f"folder:{written / 'nowhere'}")


class TestPages:
    def test_the_citation_is_of_this_version(self) -> None:
        citation = dict(
            line.split(": ", 1) for line in (ROOT / "CITATION.cff").read_text().splitlines() if ": " in line
        )
        assert json.loads(citation["version"]) == solversmith.__version__
        assert citation["license"] == "Apache-2.0"

    def test_the_changelog_names_this_version(self) -> None:
        changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        assert f"## [{solversmith.__version__}]" in changelog

    @pytest.mark.parametrize("page", ["README.md", *sorted(f"docs/{path.name}" for path in DOCS)])
    def test_nothing_is_left_to_be_filled_in(self, page: str) -> None:
        assert re.findall(r"@[A-Z]+@", (ROOT / page).read_text(encoding="utf-8")) == []

    @pytest.mark.parametrize("page", ["CONTRIBUTING.md", "CHANGELOG.md", "README.md", "docs/adding.md"])
    def test_links_to_files_lead_somewhere(self, page: str) -> None:
        text = (ROOT / page).read_text(encoding="utf-8")
        links = [link.split("#")[0] for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text)]
        assert [link for link in links if link and not ((ROOT / page).parent / link).exists()] == []
