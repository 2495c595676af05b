"""What the writer answers to a request: a sentence on what was done, then the whole program in a fence."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence

from solversmith.contract.model import Message, Request
from solversmith.models.offline_writer.knobs import read, skeleton
from solversmith.models.offline_writer.moves import crossed, drawn, has_end, nudged, towards
from solversmith.models.offline_writer.reading import Reading, Shown, read_messages
from solversmith.records.verdict import Verdict

Parts = Mapping[str, Sequence[str]]
UNUSABLE = frozenset({Verdict.NO_CODE, Verdict.SYNTAX_ERROR, Verdict.IMPORT_ERROR})
TOO_MUCH = frozenset({Verdict.TIME_LIMIT, Verdict.MEMORY_LIMIT, Verdict.OUTPUT_LIMIT})
UNSOUND = frozenset(
    {
        Verdict.RUNTIME_ERROR,
        Verdict.CRASH,
        Verdict.PROTOCOL_ERROR,
        Verdict.BAD_OUTPUT,
        Verdict.NON_FINITE,
        Verdict.INFEASIBLE,
    }
)
BLIND_STEP = 0.02  # of a knob's scale: without a verdict nothing is known to be wrong
REFINE_STEP, REFINE_REDRAW = 0.08, 0.1
MUTATE_STEP, MUTATE_REDRAW = 0.2, 0.25

Written = tuple[str, str | None]  # sentence, program


def answer(request: Request, parts: Parts) -> str:
    """The completion to a request: a pure function of its messages, sample and seed, and of the parts.

    `parts` are the simple human programs by problem name. Without any for this problem, programs and
    templates with knobs that stand in the messages take their place.
    """
    reading = read_messages(request.messages)
    rng = random.Random(_entropy(request.seed, request.sample, request.messages))
    if reading.task == "text":
        return _remark(reading.shown)
    write = TASKS.get(reading.task, _draft)
    sentence, program = write(reading, _parts(reading, parts), rng)
    return sentence if program is None else f"{sentence}\n\n{_fenced(program)}\n"


def _draft(reading: Reading, parts: Sequence[str], rng: random.Random) -> Written:
    if not parts:
        return _template(reading)
    program = drawn(_pick(parts, rng), rng)
    return f"A simple program with its knobs drawn from their whole ranges{_settings(program)}.", program


def _debug(reading: Reading, parts: Sequence[str], rng: random.Random) -> Written:
    shown = reading.shown[0].source if reading.shown else None
    program = (reading.rounds[-1].program if reading.rounds else None) or shown
    if reading.verdict is None and program is not None:
        return "No verdict was told, so the knobs move a little at random.", nudged(program, rng, BLIND_STEP)
    if program is None or reading.verdict in UNUSABLE:
        return _start_over(reading, parts, rng)
    if reading.verdict not in TOO_MUCH | UNSOUND:
        return _change(program, rng, REFINE_STEP, REFINE_REDRAW)
    return _repair(reading, program, parts, rng)


def _repair(reading: Reading, program: str, parts: Sequence[str], rng: random.Random) -> Written:
    same, other, end = (
        (TOO_MUCH, UNSOUND, "fast") if reading.verdict in TOO_MUCH else (UNSOUND, TOO_MUCH, "safe")
    )
    if not has_end(program, end):
        return _start_over(reading, parts, rng)
    strides = sum(earlier.verdict in same for earlier in reading.rounds[:-1])
    beyond = [earlier.program for earlier in reading.rounds if earlier.program and earlier.verdict in other]
    program = towards(program, end, strides, beyond)
    return f"The verdict was {reading.verdict}: towards the {end} end{_settings(program)}.", program


def _start_over(reading: Reading, parts: Sequence[str], rng: random.Random) -> Written:
    if not parts:
        return _template(reading)
    tried = {skeleton(earlier.program) for earlier in reading.rounds if earlier.program}
    fresh = [part for part in parts if skeleton(part) not in tried]
    return "A simple program as it stands, with its own settings.", _pick(fresh or parts, rng)


def _refine(reading: Reading, parts: Sequence[str], rng: random.Random) -> Written:
    base = _best(reading)
    return _draft(reading, parts, rng) if base is None else _change(base, rng, REFINE_STEP, REFINE_REDRAW)


def _mutate(reading: Reading, parts: Sequence[str], rng: random.Random) -> Written:
    base = _best(reading)
    return _draft(reading, parts, rng) if base is None else _change(base, rng, MUTATE_STEP, MUTATE_REDRAW)


def _combine(reading: Reading, parts: Sequence[str], rng: random.Random) -> Written:
    able = [program.source for program in reading.shown if read(program.source)]
    if len(able) < 2:
        return _refine(reading, parts, rng)
    base, other = able[:2] if rng.random() < 0.7 else able[1::-1]
    program = crossed(base, other, rng)
    if program in (base, other):
        program = _changed(program, rng, REFINE_STEP, REFINE_REDRAW)
    return f"Two shown programs with their common knobs crossed{_settings(program)}.", program


TASKS: Mapping[str, Callable[[Reading, Sequence[str], random.Random], Written]] = {
    "draft": _draft,
    "debug": _debug,
    "refine": _refine,
    "combine": _combine,
    "mutate": _mutate,
}


def _parts(reading: Reading, parts: Parts) -> Sequence[str]:
    given = parts.get(reading.problem) or parts.get(reading.problem.partition(":")[0])
    if given:
        return given
    seen = [*(program.source for program in reading.shown), *reading.templates]
    return [source for source in seen if read(source)]


def _best(reading: Reading) -> str | None:
    """The best shown program with knobs; without any, what the writer wrote last."""
    own = [earlier.program for earlier in reversed(reading.rounds) if earlier.program]
    able = [source for source in [*(p.source for p in reading.shown), *own] if read(source)]
    return able[0] if able else None


def _template(reading: Reading) -> Written:
    if not reading.templates:
        return "There is no program to start from: none was given and none is shown.", None
    return "There are no simple programs: the template as it is.", max(reading.templates, key=len)


def _change(base: str, rng: random.Random, step: float, redraw: float) -> Written:
    program = _changed(base, rng, step, redraw)
    return f"The program with its knobs changed a little{_settings(program)}.", program


def _changed(base: str, rng: random.Random, step: float, redraw: float) -> str:
    for _ in range(8):  # a small step may round to the same whole numbers and words
        program = nudged(base, rng, step, redraw)
        if program != base:
            return program
    return drawn(base, rng)


def _remark(shown: Sequence[Shown]) -> str:
    """A paragraph on the knobs that the better half of the shown programs have in common."""
    good = [program for program in shown if program.verdict == "ok"]
    better = [read(program.source) for program in good[: max(1, (len(good) + 1) // 2)]]
    if not better:
        return "No shown program ended well, so nothing can be said about their knobs."
    names = [knob.name for knob in better[0] if all(knob.name in {k.name for k in ks} for ks in better)]
    found = []
    for name in dict.fromkeys(names):
        values = sorted({knob.value for knobs in better for knob in knobs if knob.name == name}, key=str)
        found.append(f"{name} in {', '.join(map(str, values))}")
    told = "; ".join(found) or "no knob in common"
    return f"The better {len(better)} of {len(good)} valid programs have {told}."


def _settings(program: str) -> str:
    knobs = read(program)
    return ": " * bool(knobs) + ", ".join(f"{knob.name} = {knob.value}" for knob in knobs)


def _fenced(program: str) -> str:
    ticks = "```"
    while ticks in program:
        ticks += "`"
    return f"{ticks}python\n{program.rstrip()}\n{ticks}"


def _pick(parts: Sequence[str], rng: random.Random) -> str:
    return parts[int(rng.random() * len(parts))]


def _entropy(seed: int, sample: int, messages: Sequence[Message]) -> int:
    said = [[message.role, message.content] for message in messages]
    text = json.dumps([seed, sample, said])
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
