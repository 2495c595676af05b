"""Where a combinatorial problem's instances come from: the published data set, and mathematics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from frontierco.cases import made_by_name, read_instance
from frontierco.definition import Definition
from frontierco.layout import EASY, HARD, VALID, instance_files
from solversmith.contract import DEV
from solversmith.errors import UsageError

REPOSITORY = "CO-Bench/FrontierCO"  # on Hugging Face, as the README of FrontierCO names it


@dataclass(frozen=True)
class CoData:
    """The data of one definition."""

    definition: Definition
    repository: str = REPOSITORY

    @property
    def folder(self) -> str:
        """The problem's folder in the data set."""
        return self.definition.data_folder

    @property
    def makes(self) -> Sequence[str]:
        """Names that can be made, as patterns, each with a word on it; empty if none can."""
        if self.definition.write is None:
            return ()
        return [f"{family.pattern}: {family.meaning}" for family in self.definition.families]

    def make(self, name: str, folder: Path) -> Path:
        """Write the instance of this name below `folder` in the published layout, where it belongs.

        Raises `UsageError` for a name that nothing is made of, `MissingPrerequisite` if it can't be written.
        """
        write = self.definition.write
        made = None if write is None else made_by_name(self.definition, name)
        if write is None or made is None:
            names = "; ".join(self.makes) or "none"
            raise UsageError(
                f"no instance of {self.definition.name} can be made by the name {name!r}; names: {names}"
            )
        built_in, split = made
        part = VALID if split == DEV else HARD if built_in.part == "hard" else EASY
        file = folder / self.folder / part / name
        write(built_in.make(), name, file)
        return file

    def instances(self, folder: Path) -> Sequence[Path]:
        """Every instance file below a problem's folder; hidden files and those about the data are none."""
        return instance_files(folder)

    def check(self, file: Path) -> str:
        """Read an instance and say how large it is. Raises `BadData`."""
        return read_instance(self.definition, file).size
