"""References reach a node once: solved by the host, fetched where they lack, left alone elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from solversmith.contract.beside import Kept
from solversmith.contract.problem import ProblemOptions
from solversmith.registry import open_problem
from solversmith.remote.references import Shelf, brought


@dataclass
class Costly:
    """Two references in a cache of its own."""

    root: Path
    solved: list[str] = field(default_factory=list)

    def kept(self, split: str) -> Mapping[str, Path]:
        return {name: self.root / "references" / name[:1] / name for name in (f"a-{split}", f"b-{split}")}

    def keep(self, split: str) -> None:
        for name, path in self.kept(split).items():
            if not path.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(name)
                self.solved.append(name)


def test_they_are_solved_once_and_fetched_once_for_each_node(tmp_path: Path) -> None:
    host, shelf, fetched = Costly(tmp_path / "host"), Shelf(), list[list[str]]()
    shelf.put("run", host)
    lock = threading.Lock()

    def fetch(names: Sequence[str]) -> Mapping[str, bytes]:
        with lock:
            fetched.append(list(names))
        return shelf.references("run", names)

    nodes = [Costly(tmp_path / name) for name in ("one", "two")]
    with ThreadPoolExecutor(8) as processes:  # four of each node, all at once
        list(processes.map(lambda node: brought(node, fetch), nodes * 4))
    assert host.solved == ["a-dev", "b-dev"]
    assert fetched == [["a-dev", "b-dev"]] * 2
    for node in nodes:
        assert node.solved == []
        assert {path.read_text() for path in node.kept("dev").values()} == {"a-dev", "b-dev"}


def test_only_what_is_missing_is_fetched(tmp_path: Path) -> None:
    host, node, shelf = Costly(tmp_path / "host"), Costly(tmp_path / "node"), Shelf()
    shelf.put("run", host)
    (tmp_path / "node" / "references" / "a").mkdir(parents=True)
    (tmp_path / "node" / "references" / "a" / "a-dev").write_text("mine")
    asked: list[str] = []

    def fetch(names: Sequence[str]) -> Mapping[str, bytes]:
        asked.extend(names)
        return shelf.references("run", names)

    brought(node, fetch)
    assert asked == ["b-dev"]
    assert node.kept("dev")["a-dev"].read_text() == "mine"


def test_a_problem_of_ours_says_where_its_references_are(tmp_path: Path) -> None:
    here, there = (
        open_problem("poisson2d", ProblemOptions(samples=1, cache=tmp_path / name))
        for name in ("here", "there")
    )
    assert isinstance(here, Kept)
    assert isinstance(there, Kept)
    shelf = Shelf()
    shelf.put("run", here)
    brought(there, lambda names: shelf.references("run", names))
    files, copies = here.kept("dev"), there.kept("dev")
    assert list(files) == list(copies)
    assert [path.read_bytes() for path in files.values()] == [path.read_bytes() for path in copies.values()]
    before = {path: path.stat().st_mtime_ns for path in copies.values()}
    there.keep("dev")  # finds all that it needs
    assert {path: path.stat().st_mtime_ns for path in copies.values()} == before


def test_problems_without_costly_references_have_no_such_door() -> None:
    assert not isinstance(open_problem("mis", ProblemOptions(samples=1)), Kept)
