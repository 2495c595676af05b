"""A method around another one: it is called and chooses as that one does."""

from __future__ import annotations

from dataclasses import dataclass

from solversmith.contract.method import Chooser, SearchMethod


@dataclass(frozen=True)
class Around:
    """What every wrapper of a method takes over from it; `settings` and `propose` are its own."""

    method: SearchMethod

    @property
    def name(self) -> str:
        """The method's."""
        return self.method.name

    @property
    def generation(self) -> int:
        """The method's."""
        return self.method.generation

    @property
    def chooser(self) -> Chooser | None:
        """The method's own rule of choosing, if it has one."""
        return getattr(self.method, "chooser", None)
