"""The cases of a split: built in, or the files of a data folder, each with its best-known value."""

from __future__ import annotations

import filecmp
import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from frontierco.best_known import BestKnown, Table, built_in_table, read_user_table
from frontierco.definition import BuiltIn, Definition
from frontierco.instances import EXPLICIT, Instance
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
from frontierco.readers.formats import EXAMPLES, format_of
from solversmith.contract import DEV, TEST, Case, ProblemOptions, StandIn
from solversmith.errors import BadData, UsageError


class SharedInstance(BadData):
    """One instance stands in both splits."""


_PART = {EASY: "easy", HARD: "hard"}
_PACKED = (".gz", ".xz", ".zst")
_SUFFIXES = (".tsp", ".mis", ".clq", ".col", ".vrp", ".fjs", ".stp", ".gr", ".plc", ".txt")
_PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class CaseData:
    """What a combinatorial problem keeps behind a case.

    `part` is easy, hard, built-in or the folder. `stand_in` is what a search measures against where there is
    no best-known value.
    """

    instance: Instance
    convention: str
    best_known: BestKnown | None
    part: str
    stand_in: StandIn | None = None

    @property
    def target(self) -> int | float | None:
        """What gaps are measured against: the best-known value, else the stand-in, else nothing."""
        if self.best_known is not None:
            return self.best_known.value
        return None if self.stand_in is None else self.stand_in.value


def split_cases(definition: Definition, options: ProblemOptions, split: str) -> tuple[Case, ...]:
    """The cases of `split`, in a fixed order, never empty; no file of the other one is read as an instance.

    Raises `BadData` and `UsageError`, and `SharedInstance` for copies of files of the other split. Instances
    that are written in another way there are for `refuse_shared`, once both splits have been read.
    """
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
    values = own_table(options)
    taken = take(files, options.samples)
    if options.cases is None:
        _refuse_copies(folder, taken, split)
    cases = tuple(_file_case(definition, file, folder, split, values) for file in taken)
    if split == TEST and options.cases is None and not has_split(folder, DEV):
        built_in = ((case.name, case.make().digest) for case in definition.built_in[DEV])
        refuse_shared(cases, built_in, folder)
    return cases


def own_table(options: ProblemOptions) -> Table:
    """The user's own best-known values, empty if there are none. Raises `BadData`."""
    return Table() if options.best_known is None else read_user_table(options.best_known)


def with_stand_ins(cases: Sequence[Case], found: Mapping[str, StandIn]) -> tuple[Case, ...]:
    """The same cases with stand-ins, by digest."""
    return tuple(
        replace(case, data=replace(case.data, stand_in=found[case.digest])) if case.digest in found else case
        for case in cases
    )


def _built_in_cases(definition: Definition, options: ProblemOptions, split: str) -> tuple[Case, ...]:
    """A glob picks among the split's own cases; for `test` the dev cases serve if none of its own match.

    A name without a wildcard may also be one that mathematics makes an instance of.
    """
    chosen: Sequence[BuiltIn] = definition.built_in[split]
    if options.cases is not None and options.data is None:
        chosen = _matching(chosen, options.cases)
        if not chosen and split == TEST:
            chosen = _matching(definition.built_in[DEV], options.cases)
        if not chosen:
            chosen = _made_by_name(definition, options.cases, split)
        if not chosen:
            names = ", ".join(case.name for case in definition.built_in[split])
            raise UsageError(
                f"--cases {options.cases!r} matches no built-in {split} case of {definition.name}: {names}"
                + made_text(definition)
            )
    values = own_table(options)
    return tuple(_built_in_case(definition, case, split, values) for case in chosen[: options.samples])


def made_by_name(definition: Definition, name: str) -> tuple[BuiltIn, str] | None:
    """The instance that mathematics gives this name, and its split; `None` if it gives none."""
    for family in definition.families:
        instance = family.make(name)
        if instance is not None:
            split, part = family.place(name)
            return BuiltIn(name, partial(_same, instance), part=part), split
    return None


def _same(instance: Instance) -> Instance:
    return instance


def made_text(definition: Definition) -> str:
    """What names are made, as the end of a sentence; nothing if none are."""
    patterns = ", ".join(family.pattern for family in definition.families)
    return f"; made by name: {patterns}" if patterns else ""


def _made_by_name(definition: Definition, name: str, split: str) -> list[BuiltIn]:
    made = None if _PATTERN & set(name) else made_by_name(definition, name)
    if made is None:
        return []
    built_in, own_split = made
    if split == DEV and own_split != DEV:
        raise UsageError(
            f"--cases {name!r} is a test instance of {definition.name}, which is never used as a dev case; "
            "ask for the test split"
        )
    return [built_in]


def _matching(cases: Sequence[BuiltIn], glob: str) -> list[BuiltIn]:
    return [case for case in cases if fnmatch.fnmatchcase(case.name, glob)]


def _built_in_case(definition: Definition, built_in: BuiltIn, split: str, values: Table) -> Case:
    part = built_in.part or ("easy" if split == TEST else "built-in")
    return _case(definition, built_in.make(), built_in.name, split, part, values, built_in.best_known)


def _file_case(definition: Definition, file: Path, folder: Path, split: str, values: Table) -> Case:
    path = file.relative_to(folder)
    part = _PART.get(path.parts[0], path.parts[0] if len(path.parts) > 1 else "")
    return _case(definition, read_instance(definition, file), path.as_posix(), split, part, values)


def read_instance(definition: Definition, file: Path) -> Instance:
    """The instance in a file. Raises `BadData`, which names the format of a file that is in another one."""
    try:
        return definition.read(file)
    except BadData as error:
        found = format_of(file)
        if found is None or not definition.reads or found in definition.reads:
            raise
        expected = " or ".join(EXAMPLES[name] for name in definition.reads)
        raise BadData(
            f"this is {EXAMPLES[found]}; {definition.name} expects {expected} ({error})", file
        ) from None


def _case(
    definition: Definition,
    instance: Instance,
    name: str,
    split: str,
    part: str,
    values: Table,
    constructed: BestKnown | None = None,
) -> Case:
    best = _best_known(definition, instance, name, values, constructed)
    convention = best.convention if best else instance.convention
    data = CaseData(instance, convention, best, part)
    return Case(name, split, instance.digest, data, part)


def _best_known(
    definition: Definition, instance: Instance, name: str, values: Table, constructed: BestKnown | None
) -> BestKnown | None:
    """The user's own value, else what holds by construction, else the built-in table's."""
    known, bare = built_in_table(definition.name), name.rsplit("/", 1)[-1]
    own = values.find(instance.digest, instance_name(name), instance.size)
    own = own or values.find("", bare, instance.size)
    if own is not None:
        accepted = _accepted(instance, {instance.convention, *definition.conventions, *known.conventions})
        if own.convention not in accepted:
            raise BadData(
                f"convention {own.convention!r} of {bare} is none that it is scored by; "
                f"known: {', '.join(sorted(accepted))}",
                own.source.removeprefix("--best-known "),
            )
        return own
    return constructed or known.find(instance.digest, instance_name(name), instance.size)


def _accepted(instance: Instance, conventions: set[str]) -> set[str]:
    """Given distances are taken as they are, and coordinates have to be made into some."""
    return {EXPLICIT} if instance.convention == EXPLICIT else conventions - {EXPLICIT}


def instance_name(path: str) -> str:
    """The name that tables know a file by: without folders, packing and the usual suffixes."""
    name = path.rsplit("/", 1)[-1]
    for suffixes in (_PACKED, _SUFFIXES):
        for suffix in suffixes:
            name = name.removesuffix(suffix)
    return name


def refuse_shared(cases: Sequence[Case], others: Iterable[tuple[str, str]], folder: Path) -> None:
    """Raise `SharedInstance` if a case is one of the other split's, given by name and digest."""
    named = {digest: name for name, digest in others}
    for case in cases:
        if case.digest in named:
            raise _shared(case.name, case.split, named[case.digest], folder)


def _refuse_copies(folder: Path, files: Sequence[Path], split: str) -> None:
    """Raise `SharedInstance` if a file of this split stands in the other one too, byte by byte."""
    others = split_files(folder, other_split(split)) if has_split(folder, other_split(split)) else []
    by_size: dict[int, list[Path]] = {}
    for other in others:
        by_size.setdefault(other.stat().st_size, []).append(other)
    for file in files:
        for other in by_size.get(file.stat().st_size, ()):
            if filecmp.cmp(file, other, shallow=False):
                raise _shared(file.relative_to(folder).as_posix(), split, other.name, folder)


def _shared(name: str, split: str, other: str, folder: Path) -> SharedInstance:
    return SharedInstance(
        f"{name} ({split}) and {other} ({other_split(split)}) are one instance; "
        "what is searched on must not be tested on",
        folder,
    )
