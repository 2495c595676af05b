"""What goes into the sandbox and what comes out: `Job` and `Outcome`, and the parts they are made of.

A job is executed once, in a fresh process tree that is dead before its `Outcome` exists:

1. the launcher isolates itself, starts Python and reports what it is (`Interpreter`);
2. the child receives `Job.harness` and `Job.payload`; the harness builds the arguments (`setup_s`);
3. the child says READY; the parent sends `Job.program`; t = 0 when its last byte is written;
4. each solution comes back as one frame of raw little-endian arrays and JSON texts, stamped by the
   parent's monotonic clock when its last byte arrives;
5. where there is `Job.again`, it is sent when the first solution is there, and the same process is called
   with it: nothing of it can be known before.

What happened before READY is never the program's fault; what happened after it always is.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class EndedBy(enum.StrEnum):
    """What ended an execution. What it *means* (a verdict) is decided elsewhere."""

    RETURNED = "returned"  # the entry point returned, or its generator was exhausted
    NO_ENTRY_POINT = "no_entry_point"  # the program ran, but defines no such function
    SYNTAX_ERROR = "syntax_error"  # the program does not compile
    IMPORT_ERROR = "import_error"  # a module is not in the solver environment
    EXCEPTION = "exception"  # any other exception left the program
    BAD_OUTPUT = "bad_output"  # the harness could not make what was declared of what was returned
    EXITED = "exited"  # the process left by itself before the final frame (os._exit, sys.exit)
    SIGNAL = "signal"  # killed by a signal that was not ours
    WALL_LIMIT = "wall_limit"  # the parent's clock
    CPU_LIMIT = "cpu_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"  # text on stdout and stderr, or bytes of frames
    PROTOCOL = "protocol"  # a frame that is none
    FAULT = "fault"  # ours: the launcher, the harness or the machine; nothing is said of the program


@dataclass(frozen=True)
class ArraySpec:
    """One array of an answer. `None` in `shape` is a free extent; at most one, found from the byte count."""

    dtype: str  # "<f8" or "<i8"
    shape: tuple[int | None, ...]
    most_bytes: int | None = None  # required when an extent is free

    def __post_init__(self) -> None:
        if self.dtype not in ("<f8", "<i8"):
            raise ValueError(f"an answer array is '<f8' or '<i8', not {self.dtype!r}")
        free = sum(extent is None for extent in self.shape)
        if free > 1 or (free and self.most_bytes is None):
            raise ValueError("at most one extent may be free, and then most_bytes is needed")

    @property
    def itemsize(self) -> int:
        """Bytes per element."""
        return 8

    def largest(self) -> int:
        """The most bytes that this array can have."""
        if self.most_bytes is not None:
            return self.most_bytes
        count = 1
        for extent in self.shape:
            count *= extent or 0
        return count * self.itemsize

    def resolve(self, nbytes: int) -> tuple[int, ...]:
        """The shape that `nbytes` bytes have. Raises `ValueError` if they can't be this array."""
        if nbytes > self.largest():
            raise ValueError(f"{nbytes} bytes, at most {self.largest()} expected")
        fixed = self.itemsize
        for extent in self.shape:
            fixed *= 1 if extent is None else extent
        if None not in self.shape:
            if nbytes != fixed:
                raise ValueError(f"{nbytes} bytes, {fixed} expected for shape {self.shape}")
            return tuple(extent or 0 for extent in self.shape)
        if fixed == 0 or nbytes % fixed:
            raise ValueError(f"{nbytes} bytes do not fill shape {self.shape}")
        return tuple(nbytes // fixed if extent is None else extent for extent in self.shape)

    def check(self, nbytes: int) -> None:
        """Raises `ValueError` if `nbytes` bytes can't be this array."""
        self.resolve(nbytes)

    def declaration(self) -> list[Any]:
        """What is sent of it: plain JSON, of which `declared` makes it again."""
        return [self.dtype, list(self.shape), self.most_bytes]


MOST_DEPTH = 256  # the parser's own bound: whoever walks through a value may do so recursively


@dataclass(frozen=True)
class JsonSpec:
    """One JSON text of an answer, at most so long and nested at most so deeply (`[]` has depth 1).

    Only bytes cross. They are parsed by `sandbox.strict_json`, and only when the program is dead.
    """

    most_bytes: int
    most_depth: int = 64

    def __post_init__(self) -> None:
        if self.most_bytes < 1 or not 0 <= self.most_depth <= MOST_DEPTH:
            raise ValueError(
                f"a JSON answer has at least 1 byte and at most {MOST_DEPTH} levels, "
                f"not {self.most_bytes} and {self.most_depth}"
            )

    def largest(self) -> int:
        """The most bytes that this text can have."""
        return self.most_bytes

    def check(self, nbytes: int) -> None:
        """Raises `ValueError` if `nbytes` bytes can't be this text."""
        if nbytes > self.most_bytes:
            raise ValueError(f"{nbytes} bytes, at most {self.most_bytes} expected")

    def declaration(self) -> list[Any]:
        """What is sent of it: plain JSON, of which `declared` makes it again."""
        return ["json", [self.most_depth], self.most_bytes]


AnswerSpec = ArraySpec | JsonSpec


def declared(declaration: Sequence[Any]) -> AnswerSpec:
    """The part of an answer that a `declaration` tells of."""
    kind, extents, most_bytes = declaration
    if kind == "json":
        return JsonSpec(most_bytes, *extents)
    return ArraySpec(kind, tuple(extents), most_bytes)


@dataclass(frozen=True)
class Limits:
    """Limits of one execution, for the whole process tree. Seconds and bytes."""

    wall_s: float
    threads: int = 1
    memory_bytes: int = 4 << 30
    setup_s: float = 120.0
    cpu_s: float | None = None  # per process; default wall_s · threads + 5
    processes: int = 256
    open_files: int = 256
    scratch_bytes: int = 256 << 20
    scratch_inodes: int = 20_000  # files and folders in the scratch folder
    output_bytes: int = 1 << 20  # stdout and stderr together
    frame_bytes: int | None = None  # all frames together; default 4 GiB, or 32 MiB for each second of wall_s
    kept_bytes: int = 256 << 20  # payloads of frames that are kept besides the first and the last

    def __post_init__(self) -> None:
        positive = ("wall_s", "threads", "memory_bytes", "setup_s", "processes", "scratch_bytes")
        for name in (*positive, "scratch_inodes"):
            if not getattr(self, name) > 0:
                raise ValueError(f"limit {name} must be positive, not {getattr(self, name)!r}")


@dataclass(frozen=True)
class Job:
    """One execution."""

    harness: (
        str  # source: arguments(payload) -> (args, kwargs); answer(value, payload) -> {key: array or JSON}
    )
    payload: bytes
    program: str
    entry_point: str
    answer: Mapping[str, AnswerSpec]  # in the order in which the parts cross
    limits: Limits
    anytime: bool = False  # the entry point may yield; every yielded value is an answer
    packages: tuple[str, ...] = ()  # distributions of the solver environment, without their dependencies
    environment: Mapping[str, str] = field(default_factory=dict)  # besides the sandbox's own
    seed: int = 0  # of the global generators of `random` and `numpy.random`, below 2**32
    again: bytes | None = None  # payload of a second call in the same process, which may take as long

    def __post_init__(self) -> None:
        if self.anytime and self.again is not None:
            raise ValueError("an entry point that may yield is called once")

    @property
    def wall_s(self) -> float:
        """The longest that its calls may take together."""
        return self.limits.wall_s * (1 if self.again is None else 2)


@dataclass(frozen=True, slots=True)
class Frame:
    """One solution: seconds since t = 0 at its last byte, and its parts as raw bytes if they were kept.

    `seq` counts all solutions from 0, those included of which nothing was kept.
    """

    t_s: float
    seq: int
    nbytes: int
    arrays: Mapping[str, bytes] | None = None


@dataclass(frozen=True)
class Usage:
    """What an execution used, as far as it could be measured."""

    wall_s: float = 0.0  # t = 0 to the end
    setup_s: float = 0.0  # start of the child to READY
    start_s: float = 0.0  # request to start of the child's first instruction
    cpu_s: float = 0.0
    memory_bytes: int = 0  # largest sum seen over the tree
    processes: int = 0  # most seen at once
    threads: int = 0  # most seen at once, over the tree
    busy_slots: int = 0  # most slots of this sandbox in use at once while it ran, this one included
    load_s: float = 0.0  # program text received to entry point called: compile, imports, module level
    again_s: float = 0.0  # t = 0 to the last byte of the second call's payload; 0 where there was none


@dataclass(frozen=True)
class Outcome:
    """What came out.

    `frames` holds stamps of whole frames, of all as long as they are few (`sandbox.keeping`), always of the
    first and the last; payloads only of some, always of those two.
    """

    ended_by: EndedBy
    frames: tuple[Frame, ...] = ()
    message: str = ""  # of the program (error and its own traceback lines) or of the fault; cleaned, capped
    stdout: str = ""  # cleaned, capped
    stderr: str = ""
    exit_code: int | None = None
    usage: Usage = field(default_factory=Usage)
    level: str = "L0"
    detail: Mapping[str, Any] = field(default_factory=dict)  # start (cold, warm), cores, interpreter, backend

    @property
    def last(self) -> Frame | None:
        """The last whole solution, with its payload; `None` if there is none."""
        return self.frames[-1] if self.frames else None
