"""The texts of a problem's folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from solversmith.errors import BadData


@dataclass(frozen=True)
class ProblemFolder:
    """`statement.md`, `template.py`, `harness.py` and `solvers/*.py` of one folder."""

    path: Path

    @property
    def template(self) -> str:
        """The skeleton."""
        return self._read("template.py")

    @property
    def harness(self) -> str:
        """The part that runs inside the sandbox."""
        return self._read("harness.py")

    @property
    def solvers(self) -> Mapping[str, str]:
        """Human programs, name to source, `trivial`, `simple`, `expert` first."""
        order = {"trivial": 0, "simple": 1, "expert": 2}
        files = sorted((self.path / "solvers").glob("*.py"), key=lambda f: (order.get(f.stem, 3), f.stem))
        return {file.stem: file.read_text(encoding="utf-8") for file in files if file.stem != "__init__"}

    def statement(self, values: Mapping[str, object]) -> str:
        """`statement.md` with its `$name` places filled in. Raises `BadData` for a place without a value."""
        text = self._read("statement.md")
        try:
            return Template(text).substitute({key: str(value) for key, value in values.items()})
        except (KeyError, ValueError) as error:
            raise BadData(f"can't fill in {error}", self.path / "statement.md") from None

    def _read(self, name: str) -> str:
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except OSError as error:
            raise BadData(f"a problem folder needs this file ({error.strerror})", self.path / name) from None
