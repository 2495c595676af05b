"""What a program looks like: a few numbers, computed once per round from its text."""

from __future__ import annotations

import ast
import re
from typing import Any

from solversmith.extract.programs import parsed

_KNOB = re.compile(r"#\s*knob:")
_MOST_IMPORTS = 12
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_LOOPS = ast.For | ast.AsyncFor | ast.While | ast.comprehension


def features(program: str) -> dict[str, Any]:
    """Lines that are not blank, knobs, and, where the program parses, what its syntax tree is made of.

    `imports` are top-level package names, sorted; at most twelve.
    """
    lines = [line for line in program.split("\n") if line.strip()]
    counted: dict[str, Any] = {"lines": len(lines), "knobs": len(_KNOB.findall(program))}
    tree = parsed(program)
    if tree is None:
        return counted
    nodes = list(ast.walk(tree))
    return {
        **counted,
        "nodes": len(nodes),
        "functions": sum(isinstance(node, _FUNCTIONS) for node in nodes),
        "loops": sum(isinstance(node, _LOOPS) for node in nodes),
        "imports": sorted(_imports(nodes))[:_MOST_IMPORTS],
    }


def _imports(nodes: list[ast.AST]) -> set[str]:
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[0][:40] for name in names}
