"""The cases of a split: built in, or the files of a data folder, each with its best-known value."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from frontierco.best_known import BestKnown, built_in_table
from frontierco.definition import BuiltIn, Definition
from frontierco.instances import Instance
from frontierco.layout import (
    EASY,
    HARD,
    VALID,
    has_split,
    matching_files,
    other_split,
    problem_folder,
    split_files,
    take,
)
from solversmith.contract import DEV, TEST, Case, ProblemOptions
from solversmith.errors import BadData, UsageError

_PART = {EASY: "easy", HARD: "hard"}
_PACKED = (".gz", ".xz")
_SUFFIXES = (".tsp", ".vrp", ".mis", ".clq", ".col", ".txt")


@dataclass(frozen=True)
class CaseData:
    """What a combinatorial problem keeps behind a case. `part` is easy, hard, built-in or the folder."""

    instance: Instance
    convention: str
    best_known: BestKnown | None
    part: str


def split_cases(definition: Definition, options: ProblemOptions, split: str) -> tuple[Case, ...]:
    """The cases of `split`, in a fixed order, never empty. Raises `BadData` and `UsageError`."""
    if options.data is None:
        return _built_in_cases(definition, options, split)
    folder = problem_folder(options.data, definition.data_folder)
    if options.cases is not None:
        files = matching_files(folder, options.cases, split)
    else:
        files = split_files(folder, split)
    if not files:
        split_files(folder, TEST)  # a folder without any instance is a mistake, not a wish for built-in cases
        if options.progress:
            options.progress(f"{definition.name}: no {VALID} in {folder}, so dev uses the built-in cases")
        return _built_in_cases(definition, options, split)
    cases = tuple(_file_case(definition, file, folder, split) for file in take(files, options.samples))
    if options.cases is None:
        _refuse_shared(definition, folder, cases, split)
    return cases


def _built_in_cases(definition: Definition, options: ProblemOptions, split: str) -> tuple[Case, ...]:
    """A glob picks among the split's own cases; for `test` the dev cases serve if none of its own match."""
    chosen: Sequence[BuiltIn] = definition.built_in[split]
    if options.cases is not None and options.data is None:
        chosen = _matching(chosen, options.cases)
        if not chosen and split == TEST:
            chosen = _matching(definition.built_in[DEV], options.cases)
        if not chosen:
            names = ", ".join(case.name for case in definition.built_in[split])
            raise UsageError(
                f"--cases {options.cases!r} matches no built-in {split} case of {definition.name}: {names}"
            )
    return tuple(_built_in_case(definition, case, split) for case in chosen[: options.samples])


def _matching(cases: Sequence[BuiltIn], glob: str) -> list[BuiltIn]:
    return [case for case in cases if fnmatch.fnmatchcase(case.name, glob)]


def _built_in_case(definition: Definition, built_in: BuiltIn, split: str) -> Case:
    instance = built_in.make()
    return _case(definition, instance, built_in.name, split, "built-in", built_in.best_known)


def _file_case(definition: Definition, file: Path, folder: Path, split: str) -> Case:
    path = file.relative_to(folder)
    part = _PART.get(path.parts[0], path.parts[0] if len(path.parts) > 1 else "")
    return _case(definition, definition.read(file), path.as_posix(), split, part)


def _case(
    definition: Definition,
    instance: Instance,
    name: str,
    split: str,
    part: str,
    best: BestKnown | None = None,
) -> Case:
    if best is None:
        best = built_in_table(definition.name).find(instance.digest, instance_name(name), instance.size)
    convention = best.convention if best else instance.convention
    return Case(name, split, instance.digest, CaseData(instance, convention, best, part))


def instance_name(path: str) -> str:
    """The name that tables know a file by: without folders, packing and the usual suffixes."""
    name = path.rsplit("/", 1)[-1]
    for suffixes in (_PACKED, _SUFFIXES):
        for suffix in suffixes:
            name = name.removesuffix(suffix)
    return name


def _refuse_shared(definition: Definition, folder: Path, cases: Sequence[Case], split: str) -> None:
    """Raises `BadData` if an instance of this split stands in the other one too, whatever it is called."""
    others = dict(_digests(definition, folder, other_split(split)))
    for case in cases:
        if case.digest in others:
            raise BadData(
                f"{case.name} ({split}) and {others[case.digest]} ({other_split(split)}) are one instance; "
                "what is searched on must not be tested on",
                folder,
            )


def _digests(definition: Definition, folder: Path, split: str) -> Iterator[tuple[str, str]]:
    if has_split(folder, split):
        for file in split_files(folder, split):
            status = file.stat()
            yield _digest(definition.read, file, status.st_size, status.st_mtime_ns), file.name
    elif split == DEV:
        for case in definition.built_in[DEV]:
            yield case.make().digest, case.name


@lru_cache(maxsize=1024)
def _digest(read: Callable[[Path], Instance], file: Path, size: int, mtime_ns: int) -> str:
    return read(file).digest
