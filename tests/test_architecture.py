"""Imports run downward only, nothing heavy is imported early, and modules stay small and documented.

Every import is read from the source, also those inside functions, and nothing is executed for it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("solversmith", "codepde", "frontierco", "sandbox", "problems")

# Each may import those to its right, never one to its left.
SPINE = ("cli", "session", "search", "attempt", "evaluate", "contract", "records", "errors")
DOORS = {"solversmith.contract", "solversmith.records", "solversmith.errors"}
# What of our own packages a part may import besides itself; a part that is not named is checked by SPINE
# and by the rules on single packages below.
OURS: Mapping[str, set[str]] = {
    "sandbox": set(),
    "codepde": DOORS,
    "frontierco": DOORS,
    "problems": set(),
    "problems.pde": DOORS | {"codepde"},
    "problems.co": DOORS | {"frontierco"},
    "solversmith.errors": set(),
    "solversmith.records": {"solversmith.errors"},
    "solversmith.contract": {"solversmith.errors", "solversmith.records", "sandbox.spec"},
}
# Who may import a package, as prefixes of module names.
IMPORTERS: Mapping[str, tuple[str, ...]] = {
    "ray": ("solversmith.ray_pool",),
    "jax": ("codepde", "problems.pde"),
    "openai": ("solversmith.models.openai",),
    "jsonschema": ("solversmith.json_schema",),
    "huggingface_hub": ("solversmith.hub",),
    "problems": ("problems", "solversmith.registry"),
    "codepde": ("codepde", "problems.pde", "solversmith.cli.codepde"),  # a command for its files alone
    "frontierco": ("frontierco", "problems.co"),
}
# Whatever of the sandbox is more than frozen dataclasses.
SANDBOX_USERS = (
    "sandbox",
    "solversmith.answers",
    "solversmith.json_schema",
    "solversmith.evaluate",
    "solversmith.session",
    "solversmith.tasks",
    "solversmith.remote",
    "solversmith.cli",
)
THIRD_PARTY: Mapping[str, set[str]] = {
    "sandbox": set(),
    "codepde": {"numpy", "scipy", "jax", "h5py", "matplotlib"},
    "frontierco": {"numpy", "scipy", "networkx", "h5py", "matplotlib"},
}
HEAVY = {"jax", "h5py", "scipy", "networkx", "openai", "ray", "matplotlib", "jsonschema", "huggingface_hub"}

HARNESS = r"problems\.\w+\.\w+\.harness"  # carried out in the sandbox, imported by nobody

MOST_LINES = 600
MOST_FUNCTION_LINES = 90
NAMES_THAT_SAY_NOTHING = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?|new)(_|$)")


@dataclass(frozen=True)
class Import:
    """One import of a dotted name; `early` if importing the module carries it out."""

    name: str
    early: bool


@dataclass(frozen=True)
class Module:
    name: str
    source: str
    package: bool = False

    @property
    def tree(self) -> ast.Module:
        return parsed(self.source)

    @property
    def part(self) -> str:
        """The unit that the arrows speak of: `codepde`, `problems.pde`, `solversmith.cli`."""
        return part_of(self.name)

    @property
    def program(self) -> bool:
        """Runs inside the sandbox as it stands: templates and human solvers."""
        return bool(re.fullmatch(r"problems\.\w+\.\w+\.(template|solvers\.\w+)", self.name))


@cache
def parsed(source: str) -> ast.Module:
    return ast.parse(source)


@cache
def modules() -> Mapping[str, Module]:
    found = {}
    for file in sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts)
        found[name] = Module(name, file.read_text(encoding="utf-8"), package)
    return found


def part_of(name: str) -> str:
    depth = 2 if name.split(".")[0] in ("solversmith", "problems") else 1
    return ".".join(name.split(".")[:depth])


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def imports(module: Module, known: Iterable[str] = ()) -> Iterator[Import]:
    """Every import. `from a import b` is one of `a.b` where that is a known module, else of `a`."""
    known = set(known)
    for node, early in statements(module.tree, early=True):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, early) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield Import(full if full in known else base, early)


def statements(node: ast.AST, early: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        yield child, early
        yield from statements(child, early and not inside and not typing)


def absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    steps = node.level - 1 if module.package else node.level
    base = module.name.split(".")
    return ".".join([*base[: len(base) - steps], *([node.module] if node.module else [])])


def offences(module: Module, known: Iterable[str]) -> Iterator[str]:
    """What is wrong with a module's imports, one sentence each."""
    for found in imports(module, known):
        where, name, top = module.name, found.name, found.name.split(".")[0]
        if module.program:
            if top in PACKAGES:
                yield f"{where} runs in the sandbox and imports {name}"
            continue
        if found.early and top in HEAVY and not re.fullmatch(HARNESS, where):
            yield f"{where} imports {name} at module level: do it in the function that uses it"
        if top in IMPORTERS and not any(within(where, user) for user in IMPORTERS[top]):
            yield f"{where} imports {name}, which only {', '.join(IMPORTERS[top])} may"
        if top in PACKAGES:
            yield from arrows_broken(module, name)
        elif module.part in THIRD_PARTY and top not in THIRD_PARTY[module.part] | sys.stdlib_module_names:
            yield f"{where} imports {name}, which is not among the packages of {module.part}"


def arrows_broken(module: Module, name: str) -> Iterator[str]:
    where, target = module.name, part_of(name)
    if target == module.part:
        return
    if module.part in OURS and not any(within(name, allowed) for allowed in OURS[module.part]):
        yield f"{where} imports {name}: {module.part} may import only {sorted(OURS[module.part])}"
    if target == "sandbox" and name != "sandbox.spec" and not any(within(where, u) for u in SANDBOX_USERS):
        yield f"{where} imports {name}: only {', '.join(SANDBOX_USERS)} may, others take sandbox.spec"
    here, there = place_of(module.part), place_of(target)
    if here is not None and there is not None and there < here:
        yield f"{where} imports {name}, which stands above it"


def place_of(part: str) -> int | None:
    root, _, name = part.partition(".")
    return SPINE.index(name) if root == "solversmith" and name in SPINE else None


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """One cycle of the graph, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def module_graph(known: Mapping[str, Module]) -> dict[str, set[str]]:
    """Which module is imported when another is, functions and `TYPE_CHECKING` left out."""
    return {
        name: {found.name for found in imports(module, known) if found.early and found.name in known} - {name}
        for name, module in known.items()
    }


def part_graph(known: Mapping[str, Module]) -> dict[str, set[str]]:
    """Which part of the project knows of another, by any import anywhere."""
    graph: dict[str, set[str]] = {}
    for module in known.values():
        targets = {part_of(f.name) for f in imports(module, known) if f.name.split(".")[0] in PACKAGES}
        graph.setdefault(module.part, set()).update(targets - {module.part, "solversmith"})
    return graph


def undocumented(module: Module) -> Iterator[str]:
    """Public things of a module without a docstring; a method counts where a base class documents it.

    Of a template its functions are asked, of a human solver only the module.
    """
    template = module.program and module.name.endswith(".template")
    if not template and not ast.get_docstring(module.tree):
        yield module.name
    if module.program and not template:
        return
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield f"{module.name}.{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from (f"{module.name}.{node.name}.{name}" for name in bare_methods(node))


def bare_methods(node: ast.ClassDef) -> Iterator[str]:
    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    inherited = {name for base in bases for name in documented_methods().get(base, ())}
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
            overloaded = any("setter" in ast.unparse(decorator) for decorator in method.decorator_list)
            if not (ast.get_docstring(method) or overloaded or method.name in inherited):
                yield method.name


@cache
def documented_methods() -> Mapping[str, set[str]]:
    classes = (n for m in modules().values() for n in ast.walk(m.tree) if isinstance(n, ast.ClassDef))
    return {
        c.name: {f.name for f in c.body if isinstance(f, ast.FunctionDef) and ast.get_docstring(f)}
        for c in classes
    }


def long_functions(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_FUNCTION_LINES:
                yield f"{module.name}.{node.name} has {lines} lines, at most {MOST_FUNCTION_LINES} expected"


class TestProject:
    def test_every_import_follows_the_arrows(self) -> None:
        known = modules()
        assert [text for module in known.values() for text in offences(module, known)] == []

    def test_no_module_is_imported_while_it_is_being_imported(self) -> None:
        assert cycle(module_graph(modules())) == []

    def test_no_part_knows_of_one_that_knows_of_it(self) -> None:
        assert cycle(part_graph(modules())) == []

    def test_no_module_is_too_long(self) -> None:
        lengths = {name: module.source.count("\n") for name, module in modules().items()}
        assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}

    def test_no_function_is_too_long(self) -> None:
        assert [text for module in modules().values() for text in long_functions(module)] == []

    def test_everything_public_has_a_docstring(self) -> None:
        assert [text for module in modules().values() for text in undocumented(module)] == []

    def test_names_say_what_is_inside(self) -> None:
        words = {word for name in modules() for word in name.split(".")}
        assert [word for word in words if NAMES_THAT_SAY_NOTHING.search(word)] == []
        assert [word for word in words if not re.fullmatch(r"[a-z][a-z0-9_]*|__main__", word)] == []


KNOWN = {
    name: Module(name, "", name.endswith("cli"))
    for name in (
        "solversmith.cli",
        "solversmith.cli.run",
        "solversmith.search",
        "sandbox.spec",
        "codepde.burgers",
    )
}


class TestTheRulesThemselves:
    """Each rule refuses what it is there to refuse."""

    @pytest.mark.parametrize(
        ("where", "source", "reason"),
        [
            ("solversmith.search.loop", "def f():\n    import ray.util", "only solversmith.ray_pool may"),
            (
                "solversmith.tables",
                "import jax.numpy as jnp",
                "only codepde, problems.pde may",
            ),
            ("codepde.burgers", "import jax", "at module level"),
            ("codepde.burgers", "from frontierco.gap import gap", "codepde may import only"),
            ("codepde.burgers", "from solversmith.evaluate import judge", "codepde may import only"),
            ("frontierco.gap", "import pandas", "not among the packages of frontierco"),
            ("sandbox.run", "def f():\n    from numpy import array", "not among the packages of sandbox"),
            ("sandbox.run", "from solversmith.errors import BadData", "sandbox may import only"),
            ("solversmith.contract.problem", "from sandbox.local import LocalSandbox", "may import only"),
            ("solversmith.attempt", "from sandbox.local import LocalSandbox", "take sandbox.spec"),
            ("solversmith.evaluate", "from .search import run", "which stands above it"),
            ("solversmith.evaluate", "from solversmith import cli", "which stands above it"),
            (
                "solversmith.search.loop",
                "if True:\n    from . import loop\n    from ..cli import run",
                "above",
            ),
            ("solversmith.search.loop", "import problems.pde", "only problems, solversmith.registry may"),
            (
                "problems.co.tsp.problem",
                "from codepde import x",
                "only codepde, problems.pde, solversmith.cli.codepde may",
            ),
            ("problems.co.tsp.solvers.simple", "import frontierco", "runs in the sandbox"),
        ],
    )
    def test_a_wrong_import_is_told(self, where: str, source: str, reason: str) -> None:
        assert any(reason in text for text in offences(Module(where, source), KNOWN))

    @pytest.mark.parametrize(
        ("where", "source"),
        [
            ("solversmith.ray_pool", "def f():\n    import ray"),
            ("codepde.burgers", "def f():\n    import jax\nfrom solversmith.errors import BadData"),
            ("codepde.burgers", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import jax"),
            ("solversmith.contract.problem", "from sandbox.spec import Limits\nimport numpy"),
            ("solversmith.evaluate", "from sandbox.errors import SandboxError"),
            ("solversmith.cli.run", "from .. import search\nfrom solversmith.records import Verdict"),
            ("problems.pde.burgers.solvers.simple", "import jax\nimport scipy.fft"),
        ],
    )
    def test_a_right_import_is_not(self, where: str, source: str) -> None:
        assert list(offences(Module(where, source), KNOWN)) == []

    def test_a_cycle_is_found_and_a_late_import_makes_none(self) -> None:
        early = {"a": Module("a", "import b"), "b": Module("b", "class C:\n    from a import x")}
        late = {"a": Module("a", "import b"), "b": Module("b", "def f():\n    import a")}
        assert set(cycle(module_graph(early))) == {"a", "b"}
        assert cycle(module_graph(late)) == []

    def test_parts_that_know_each_other_are_found_even_by_a_late_import(self) -> None:
        known = {
            "solversmith.pools.serial": Module(
                "solversmith.pools.serial", "def f():\n    from solversmith.search import x"
            ),
            "solversmith.search": Module("solversmith.search", "import solversmith.pools.serial"),
        }
        assert set(cycle(part_graph(known))) == {"solversmith.pools", "solversmith.search"}

    def test_missing_docstrings_are_found(self) -> None:
        source = "def f(): ...\nclass C:\n    def m(self): ...\n    def _p(self): ...\ndef _g(): ...\n"
        assert list(undocumented(Module("a.b", source))) == ["a.b", "a.b.f", "a.b.C", "a.b.C.m"]
        assert list(undocumented(Module("problems.co.x.template", "def solve(): ..."))) == [
            "problems.co.x.template.solve"
        ]
        assert list(undocumented(Module("problems.co.x.solvers.simple", source))) == [
            "problems.co.x.solvers.simple"
        ]

    def test_long_functions_are_found(self) -> None:
        source = "def f():\n" + "    x = 1\n" * MOST_FUNCTION_LINES
        assert list(long_functions(Module("a", source))) == ["a.f has 91 lines, at most 90 expected"]

    @pytest.mark.parametrize("name", ["utils", "run_helpers", "common", "manager", "new_cli"])
    def test_empty_names_are_found(self, name: str) -> None:
        assert NAMES_THAT_SAY_NOTHING.search(name)
