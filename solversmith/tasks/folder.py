"""What a task folder says without running any of it: description, skeleton, data files, label keys."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from solversmith.errors import BadData

CONFIG, LABELS = "config.py", "labels.txt"
NAMES = ("DESCRIPTION", "solve", "load_data", "eval_func", "norm_score", "get_dev", "norm_time")
_NEEDED = ("DESCRIPTION", "solve", "load_data", "eval_func", "norm_score")
_LABEL = re.compile(
    r"label|optimal|best_?known|known_?(?:best|opt)|bks|(?:opt|best)_(?:value|cost|tour|solution|obj)",
    re.IGNORECASE,
)
_PERHAPS = re.compile(  # names that an input may have, too: then the skeleton tells of it
    r"opt|optimum|best(?:_.*)?|(?:lower|upper)_?bound|[lu]b|(?:reference|target)_.*|reference|solution",
    re.IGNORECASE,
)
_NO_DATA = re.compile(r"\.|__pycache__|(readme|license|manifest|labels)\b|.*\.(py|md)$", re.IGNORECASE)


@dataclass(frozen=True)
class TaskFolder:
    """A folder with a `config.py` and data files beside it."""

    path: Path

    @cached_property
    def source(self) -> str:
        """`config.py` as text. Raises `BadData`."""
        try:
            return (self.path / CONFIG).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BadData(f"can't be read ({error})", self.path / CONFIG) from None

    @cached_property
    def _tree(self) -> ast.Module:
        try:
            tree = ast.parse(self.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise BadData(f"is no Python ({error})", self.path / CONFIG) from None
        defined = {name for node in tree.body for name in _defined(node)}
        lacking = [name for name in _NEEDED if name not in defined]
        if lacking:
            raise BadData(
                f"lacks {', '.join(lacking)}; a task defines {', '.join(NAMES)}", self.path / CONFIG
            )
        return tree

    @property
    def description(self) -> str:
        """The text of `DESCRIPTION`."""
        for node in self._tree.body:
            if isinstance(node, ast.Assign) and "DESCRIPTION" in _defined(node):
                try:
                    return str(ast.literal_eval(node.value))
                except ValueError:
                    break
        raise BadData("DESCRIPTION is no text", self.path / CONFIG)

    @property
    def skeleton(self) -> str:
        """The source of `solve`."""
        for node in self._tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == "solve":
                return (ast.get_source_segment(self.source, node) or "") + "\n"
        raise BadData("solve is no function", self.path / CONFIG)

    @property
    def files(self) -> list[Path]:
        """The data files, below the folder, in order of their names. Raises `BadData` if there are none."""
        found = [
            file
            for file in sorted(self.path.rglob("*"))
            if file.is_file() and not any(_NO_DATA.match(part) for part in file.relative_to(self.path).parts)
        ]
        if not found:
            raise BadData("no data file stands beside config.py", self.path)
        return found

    def is_label(self, key: str) -> bool:
        """Whether a key of an instance holds an answer: named in `labels.txt`, or called like one.

        What may be called like an input as well is one if the skeleton of `solve` does not name it.
        """
        if key in self._labels or _LABEL.match(key):
            return True
        return bool(_PERHAPS.fullmatch(key)) and key not in re.findall(r"\w+", self.skeleton)

    @cached_property
    def _labels(self) -> frozenset[str]:
        try:
            return frozenset((self.path / LABELS).read_text(encoding="utf-8").split())
        except FileNotFoundError:
            return frozenset()
        except (OSError, UnicodeDecodeError) as error:
            raise BadData(f"can't be read ({error})", self.path / LABELS) from None


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
