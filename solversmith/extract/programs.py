"""What a piece of text is worth as a program: judged by its syntax tree, never by running it."""

from __future__ import annotations

import ast
import builtins
import enum
import re
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence

# `warnings.catch_warnings` changes the whole process, so one thread at a time.
_PARSING = threading.Lock()
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


class Rank(enum.IntEnum):
    """How good a piece of text is as the program, better last."""

    NOTHING = 0
    IMPORTED = 1  # only imports a name like the entry point: more often an example of use
    BROKEN = 2  # contains its def and does not parse
    DEFINED = 3


def parsed(source: str) -> ast.Module | None:
    """The syntax tree; `None` if there is none, for whatever reason."""
    tree = parse(source)
    return tree if isinstance(tree, ast.Module) else None


def parse(source: str) -> ast.Module | SyntaxError | None:
    """The syntax tree, or the error that says where it breaks, or `None` where no line is to blame."""
    try:
        with _PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the program's escape sequences, not about us
            return ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):  # null bytes; nesting that the parser refuses
        return None


def rank(source: str, entry_point: str) -> Rank:
    """What `source` is worth for this entry point."""
    tree = parsed(source)
    if tree is None:
        pattern = rf"^[ \t]*def[ \t]+{re.escape(entry_point)}[ \t]*\("
        return Rank.BROKEN if re.search(pattern, source, re.MULTILINE) else Rank.NOTHING
    statements = list(_statements(tree))
    if any(entry_point in _defines(statement) for statement in statements):
        return Rank.DEFINED
    imported = any(entry_point in _imports(statement) for statement in statements)
    return Rank.IMPORTED if imported else Rank.NOTHING


def completed(source: str, earlier: Sequence[str]) -> str:
    """`source` behind those of the earlier pieces that define names which it uses and does not define."""
    parts, missing = [source], _missing(source)
    for piece in reversed(earlier):
        tree = parsed(piece) if missing else None
        names = {name for statement in _statements(tree) for name in _binds(statement)} if tree else set()
        if names & missing:
            parts.insert(0, piece)
            missing = (missing - names) | _missing(piece)
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Statements that run when the module is loaded, those inside if, try, with and loops too."""
    for name in _BODIES:
        for statement in getattr(tree, name, ()):
            yield statement
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from _statements(statement)


def _defines(statement: ast.AST) -> set[str]:
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    if isinstance(statement, ast.Assign):
        return set(_targets(statement.targets))
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return set(_targets([statement.target]))
    return set()


def _imports(statement: ast.AST) -> set[str]:
    if isinstance(statement, ast.ImportFrom):
        return {alias.asname or alias.name for alias in statement.names}
    return set()


def _binds(statement: ast.AST) -> set[str]:
    if isinstance(statement, ast.ClassDef | ast.AsyncFunctionDef):
        return {statement.name}
    if isinstance(statement, ast.Import):
        return {alias.asname or alias.name.split(".")[0] for alias in statement.names}
    return _defines(statement) | _imports(statement)


def _targets(targets: Iterable[ast.AST]) -> Iterator[str]:
    return (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))


def _missing(source: str) -> set[str]:
    """Names that a module reads and binds nowhere; none where a star import may bring anything."""
    tree = parsed(source)
    read: set[str] = set()
    bound: set[str] = set(dir(builtins)) | {"__file__", "__name__"}
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.stmt):
            bound |= _binds(node)
    return set() if "*" in bound else read - bound
