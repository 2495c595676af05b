"""What the writer can do to the knobs of a program. All randomness is passed in; only `random()` of it is
used, whose sequence Python promises to keep."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from solversmith.models.offline_writer.knobs import Knob, read, write

# What part of the way to the end is gone in the first, second, ... repair of the same kind.
STRIDES = (0.5, 0.6, 0.75, 1.0)


def drawn(source: str, rng: random.Random) -> str:
    """Every knob drawn anew from its whole range, uniformly on its own scale."""
    return _moved(source, lambda knob: rng.random())


def nudged(source: str, rng: random.Random, step: float, redraw: float = 0.0) -> str:
    """Every knob moved by up to about `step` of its scale; with probability `redraw` drawn anew."""

    def position(knob: Knob) -> float:
        again, fresh = rng.random() < redraw, rng.random()
        noise = rng.random() + rng.random() - 1.0  # triangular on (-1, 1): small steps are likelier
        return fresh if again else _reflected(knob.position + step * noise)

    return _moved(source, position)


def crossed(base: str, other: str, rng: random.Random) -> str:
    """`base` with about half of the knobs that both have set as in `other`, where `base` takes the value."""
    theirs = {knob.name: knob for knob in read(other)}
    values = {}
    for knob in read(base):
        take = rng.random() < 0.5
        if take and knob.name in theirs and knob.takes(theirs[knob.name].value):
            values[knob.line] = theirs[knob.name].value
    return write(base, values)


def has_end(source: str, end: str) -> bool:
    """Whether a knob has a `safe` or `fast` end that it does not stand at."""
    return any(_end(knob, end) not in (None, _step_end(knob)) for knob in read(source))


def towards(source: str, end: str, strides: int, beyond: Sequence[str] = ()) -> str:
    """Every knob with a `safe` or `fast` end moved towards it, a longer stride each time.

    `strides` says how many such moves have been made before; the fourth goes all the way. `beyond` are
    programs that failed the other way: a knob stops half-way to the nearest value that one of them had
    between here and the end.
    """
    stride = STRIDES[min(strides, len(STRIDES) - 1)]

    def position(knob: Knob) -> float | None:
        goal = _end(knob, end)
        if goal is None:
            return None
        here = knob.position
        walls = [p for p in _positions(knob, beyond) if min(here, goal) <= p <= max(here, goal) and p != here]
        if walls:
            return here + 0.5 * (min(walls, key=lambda wall: abs(wall - here)) - here)
        return goal if stride == 1.0 else here + stride * (goal - here)

    return _moved(source, position)


def _end(knob: Knob, end: str) -> float | None:
    return knob.safe if end == "safe" else knob.fast


def _step_end(knob: Knob) -> float | None:
    """The end (0 or 1) that a knob stands at; `None` between."""
    for end in (0.0, 1.0):
        if knob.value == knob.scale.at(end):
            return end
    return None


def _positions(knob: Knob, sources: Iterable[str]) -> list[float]:
    same = (other for source in sources for other in read(source) if other.name == knob.name)
    return [knob.scale.position(other.value) for other in same if knob.takes(other.value)]


def _moved(source: str, position: Callable[[Knob], float | None]) -> str:
    goals = ((knob, position(knob)) for knob in read(source))
    return write(source, {knob.line: knob.scale.at(goal) for knob, goal in goals if goal is not None})


def _reflected(position: float) -> float:
    """Folded back at 0 and 1, so that steps do not pile up at the ends."""
    position = abs(position)
    return 2.0 - position if position > 1.0 else position
