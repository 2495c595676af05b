"""The page of `doctor`: headings, columns, and commands that can be pasted. Pure: facts in, lines out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

WIDTH = 100
_MARKS = {True: "ok", False: "--", None: "??"}
_INDENT, _DEEP = "  ", " " * 6
_SHOWN = 12  # digits of a long hexadecimal number


def page(found: Mapping[str, Any]) -> list[str]:
    """Every line, none longer than a hundred columns but for commands that hold long paths."""
    blocks = [
        _level(found),
        _block("mechanisms, each tried by using it", _marked(found.get("probes", ()))),
        _block(f"not given at {found['level']}", _items(found.get("not_given", ()))),
        _block("to get further on this system", _remedies(found)),
        _block("what a program sees", _pairs(_seen(found))),
        _block("what spoils timings", _timing(found.get("timing", ()))),
        _block("Ray", _pairs(_ray(found.get("ray", {})))),
        _block("gVisor", _pairs(_gvisor(found.get("gvisor", {})))),
        _block("machine and versions", _pairs(_machine(found))),
    ]
    return [line for block in blocks for line in ([*block, ""] if block else [])][:-1]


def _level(found: Mapping[str, Any]) -> list[str]:
    told = str(found["level"])
    if found.get("backend"):
        told += f", {found['backend']}"
    elif told == "L0":
        told += ", programs can't be confined here"
    if found.get("without"):
        told += f"; here without {', '.join(found['without'])}"
    return list(_wrapped("isolation level: ", told))


def _block(title: str, lines: Iterator[str]) -> list[str]:
    """Nothing if there are no lines."""
    body = list(lines)
    return [title.upper(), *body] if body else []


def _wrapped(head: str, text: str, width: int = WIDTH) -> Iterator[str]:
    """Text behind a head, its further lines under the first."""
    whole = textwrap.wrap(text, width - len(head), break_on_hyphens=False) or [""]
    yield (head + whole[0]).rstrip()
    for line in whole[1:]:
        yield " " * len(head) + line


def _marked(entries: Sequence[Mapping[str, Any]], with_remedy: bool = False) -> Iterator[str]:
    """One line per entry: whether it is there, its name, what was found."""
    width = max((len(str(entry["name"])) for entry in entries), default=0)
    for entry in entries:
        mark = _MARKS[entry.get("ok")]
        text = _shortened(str(entry.get("detail", "")))
        text = f"not known: {text}" if mark == "??" else text
        yield from _wrapped(f"{_INDENT}{mark}  {entry['name']!s:{width}}  ", text)
        if with_remedy and entry.get("remedy"):
            yield from _commands(f"$ {entry['remedy']}")


def _timing(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if entries and all(entry.get("ok") is None for entry in entries):
        yield f"{_INDENT}??  not known: this system tells nothing of it where Linux does"
    else:
        yield from _marked(entries, with_remedy=True)


def _shortened(text: str) -> str:
    """Digests cut to what people compare, tracebacks to how they end."""
    lines = text.splitlines()
    if len(lines) > 1:
        text = lines[0].partition("Traceback (")[0] + lines[-1]
    words = text.split(" ")
    return " ".join(word[:_SHOWN] if len(word) == 64 and word.isalnum() else word for word in words)


def _items(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from _wrapped(f"{_INDENT}-  ", text)


def _remedies(found: Mapping[str, Any]) -> Iterator[str]:
    for entry in found.get("to_raise", ()):
        first, *rest = str(entry["remedy"]).splitlines()
        yield from _wrapped(f"{_INDENT}{entry['for']}: ", first)
        yield from _commands("\n".join(rest))


def _commands(text: str) -> Iterator[str]:
    """Lines to paste as they are; prose between them is wrapped."""
    pasted = False
    for line in text.splitlines():
        pasted = line.startswith("$ ") or (pasted and line.startswith(" "))
        if pasted:
            yield _DEEP + line.removeprefix("$ ")
        else:
            yield from _wrapped(_INDENT * 2, line)


def _pairs(rows: Iterator[tuple[str, str]]) -> Iterator[str]:
    kept = [(name, text) for name, text in rows if text]
    width = max((len(name) for name, _ in kept), default=0)
    for name, text in kept:
        yield from _wrapped(f"{_INDENT}{name:{width}}  ", text)


def _seen(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    about = found.get("interpreter", {})
    yield "interpreter", str(about.get("executable", "none: no program can be confined here"))
    yield "Python", str(about.get("version", ""))
    yield "solver environment", listed(found.get("solver_environment", {}))
    start = found.get("start", {})
    if start:
        yield "start", f"{start['kind']}; first instruction after {start['first_instruction_s']:.3f} s"
    yield "memory", str(found.get("memory", {}).get("detail", ""))
    threads = found.get("threads", {})
    if threads:
        yield "cores", f"{threads['cores']} of {threads['of']} may be used"
        yield "threads", f"--threads, 1 if not given: {', '.join(threads['environment'])}"


def _ray(ray: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not ray:
        return
    yield "installed", str(ray["version"] or "no")
    yield "cluster", str(ray["address"] or "none configured: RAY_ADDRESS is not set")
    ports = ", ".join(f"{port} ({name})" for name, port in ray["ports"].items())
    yield "ports of a head", f"{ports}; open now: {', '.join(ray['open']) or 'none'}"
    reach = (
        "yes: at this level a program can start jobs" if ray["reachable"] else "no: the attack on one failed"
    )
    yield "programs reach them", reach


def _gvisor(gvisor: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not gvisor:
        return
    words = {True: "yes", False: "no", None: "not known"}
    yield "we run inside", f"{words[gvisor['inside']]}: {gvisor['how']}"
    place = f" at {gvisor['runsc']}" if gvisor["runsc"] else ""
    yield "runsc", f"{'works' if gvisor['usable'] else 'no'}{place}: {gvisor['detail']}"
    if gvisor["inside"]:
        yield "what to do", "say so with --isolation external: it is recorded as your claim, L5"
    elif gvisor["usable"]:
        yield "to use it", "run all of solversmith inside, with --isolation external; see docs/security.md"


def _machine(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in found.get("machine", {}).items():
        yield str(name), str(value)
    yield "versions", listed(found.get("versions", {}))


def listed(value: Mapping[str, Any]) -> str:
    """Names and values in one line."""
    return ", ".join(f"{key} {item}" for key, item in value.items())
