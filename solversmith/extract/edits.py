"""Edits of a program: blocks of lines to look for, and of lines to put in their place.

    <<<<<<< SEARCH
    lines as they stand in the program
    =======
    what takes their place
    >>>>>>> REPLACE

Lines are looked for as they are; if they stand nowhere, without spaces at their ends; then wherever they
stand deeper or less deep, and the new lines move along; then whatever spaces are in them. At each of these,
lines that stand at several places stand for none of them: a guess would be another program. A program may
hold a line of `=` itself: of several the one counts that is as long as its edit's first line is.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from solversmith.extract.reasoning import without_reasoning

_BEGIN = re.compile(r"[ \t>]*(?P<mark><{5,9}) ?SEARCH\b")
_MIDDLE = re.compile(r"[ \t>]*(?P<mark>={5,9})[ \t]*$")
_END = re.compile(r"[ \t>]*>{5,9} ?REPLACE\b")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST = 200
Lines = Sequence[str]


class Misfit(ValueError):
    """Edits that can't be applied; the message says which and why, in words of ours."""


@dataclass(frozen=True)
class Edit:
    """Lines to look for, and what takes their place. `unclear`: other lines may as well divide the two."""

    search: tuple[str, ...]
    replace: tuple[str, ...]
    unclear: bool = False


@dataclass(frozen=True)
class Edits:
    """The edits in a reply, and the rest of the reply. `broken`: the last one has no end."""

    found: tuple[Edit, ...]
    rest: str
    broken: bool = False

    def __bool__(self) -> bool:
        return bool(self.found) or self.broken


def edits_in(text: str) -> Edits:
    """The edits in what a reply says, without its reasoning."""
    found: list[Edit] = []
    rest: list[str] = []
    body: list[str] | None = None
    length, divided = 0, False
    plain = _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    for line in without_reasoning(plain).split("\n"):
        if body is None:
            if (begin := _BEGIN.match(line)) is not None:
                body, length, divided = [], len(begin["mark"]), False
            else:
                rest.append(line)
        elif divided and _END.match(line):
            found.append(_edit(body, length))
            body = None
        else:
            body.append(line)
            divided = divided or _MIDDLE.match(line) is not None
    return Edits(tuple(found), "\n".join(rest), broken=body is not None)


def _edit(body: Lines, length: int) -> Edit:
    """What stands between the first and the last line of an edit, divided; `length` of its marks."""
    marks = {at: found for at, line in enumerate(body) if (found := _MIDDLE.match(line)) is not None}
    alike = [at for at, found in marks.items() if len(found["mark"]) == length]
    at = next(iter(alike or marks))
    return Edit(tuple(body[:at]), tuple(body[at + 1 :]), len(alike or marks) > 1)


def applied(program: str, edits: Edits) -> str:
    """The program with every edit, one after another. Raises `Misfit` if any can't be applied."""
    if edits.broken:
        raise Misfit(f"edit {len(edits.found) + 1} has no end")
    if len(edits.found) > _MOST:
        raise Misfit(f"{len(edits.found)} edits are more than {_MOST}")
    lines = program.rstrip("\n").split("\n")
    for number, edit in enumerate(edits.found, start=1):
        try:
            lines = _with_edit(lines, edit)
        except Misfit as misfit:
            raise Misfit(f"edit {number} of {len(edits.found)}: {misfit}") from None
    return "\n".join(lines).strip("\n") + "\n"


def _with_edit(lines: Lines, edit: Edit) -> list[str]:
    search = _trimmed(edit.search)
    if edit.unclear:
        raise Misfit("several lines of '=' may divide what to look for from what takes its place")
    if not search:
        raise Misfit("there are no lines to look for")
    for alike in (str, str.rstrip):
        if (place := _place(lines, search, alike)) is not None:
            return _replaced(lines, place, len(search), edit.replace)
    for squeeze in (str.rstrip, _squeezed):
        if (place := _moved_place(lines, search, squeeze)) is not None:
            now = _margin(lines[place : place + len(search)])
            return _replaced(lines, place, len(search), _shifted(edit.replace, _margin(search), now))
    raise Misfit("the lines to look for stand nowhere in the program")


def _place(lines: Lines, search: Lines, alike: Callable[[str], str]) -> int | None:
    """Where the lines stand; `None` if nowhere. Raises `Misfit` if at several places."""
    wanted, there = [alike(line) for line in search], [alike(line) for line in lines]
    size = len(wanted)
    places = [at for at in range(len(there) - size + 1) if there[at : at + size] == wanted]
    return _only(places)


def _moved_place(lines: Lines, search: Lines, squeeze: Callable[[str], str]) -> int | None:
    wanted, size = _level(search, squeeze), len(search)
    places = [at for at in range(len(lines) - size + 1) if _level(lines[at : at + size], squeeze) == wanted]
    return _only(places)


def _only(places: Sequence[int]) -> int | None:
    if len(places) > 1:
        raise Misfit(f"the lines to look for stand at {len(places)} places: take more lines around them")
    return places[0] if places else None


def _level(lines: Lines, squeeze: Callable[[str], str]) -> list[str]:
    """The lines without what they are indented by in common."""
    return [squeeze(line) for line in textwrap.dedent("\n".join(lines)).split("\n")]


def _squeezed(line: str) -> str:
    """Spaces inside count as none, those before as they are: they mean something in Python."""
    said = line.lstrip()
    return line[: len(line) - len(said)] + "".join(said.split())


def _replaced(lines: Lines, place: int, size: int, by: Lines) -> list[str]:
    return [*lines[:place], *by, *lines[place + size :]]


def _shifted(lines: Lines, was: str, now: str) -> list[str]:
    """Lines that stand beside what was indented by `was`, where that is indented by `now`."""
    return [_moved(line, was, now) if line.strip() else line for line in lines]


def _moved(line: str, was: str, now: str) -> str:
    if line.startswith(was):
        return now + line[len(was) :]
    if now.startswith(was):
        return now[len(was) :] + line
    spaces = len(line) - len(line.lstrip())
    return line[min(spaces, max(0, len(was) - len(now))) :]


def _margin(lines: Lines) -> str:
    """What all lines with text are indented by: not only the first, which may stand deeper than others."""
    full = [line for line in lines if line.strip()] or [""]
    level = textwrap.dedent("\n".join(full)).split("\n")
    return full[0][: len(full[0]) - len(level[0])]


def _trimmed(lines: Lines) -> Lines:
    """Without empty lines before and behind."""
    full = [index for index, line in enumerate(lines) if line.strip()]
    return lines[full[0] : full[-1] + 1] if full else ()
