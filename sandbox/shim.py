"""Runs inside the box, as the program's own process: restricts itself, then the harness, then the program.

Only its text is used: it is passed to the interpreter with `-c`, so it imports nothing of this package. What
it says before READY can be trusted, since no program has run; afterwards nothing it says is.

File descriptors: 3 brings the settings, harness, payload and program, 4 takes the frames.
"""

# ruff: noqa: BLE001, S102 - whatever a program raises is reported, and running text is the purpose
from __future__ import annotations

import time

STARTED_S = time.monotonic()

import collections.abc  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import linecache  # noqa: E402
import os  # noqa: E402
import struct  # noqa: E402
import sys  # noqa: E402
import types  # noqa: E402

TYPE_CHECKING = False  # importing typing would cost every start some milliseconds
if TYPE_CHECKING:
    from typing import Any, NoReturn

IN, OUT = 3, 4
SOLUTION, FINAL, ERROR, HELLO, READY, ENTERED = 1, 2, 3, 4, 5, 6
MOST_MESSAGE = 4096
JOINED = 1 << 16
CONTAINERS = (dict, list, tuple)
FORMATS = {"<f8": ("d", "<d", "=d"), "<i8": ("l", "q", "<l", "<q", "=l", "=q")}


def read_exactly(nbytes: int) -> bytearray:
    """That many bytes of the input."""
    data = bytearray(nbytes)
    view = memoryview(data)
    while view.nbytes:
        count = os.readv(IN, [view[: 1 << 20]])
        if not count:
            os._exit(0)  # whoever wanted this is gone
        view = view[count:]
    return data


def read_part() -> bytearray:
    """One length-prefixed part of the input."""
    (nbytes,) = struct.unpack("<Q", read_exactly(8))
    return read_exactly(nbytes)


class Sender:
    """Writes frames."""

    def __init__(self) -> None:
        self.seq = 0
        self.pid = os.getpid()

    def frame(self, kind: int, parts: list[Any]) -> None:
        """One frame; `parts` are its payload. A process that the program forked has nothing to say."""
        if os.getpid() != self.pid:
            flush()
            os._exit(1)
        views = [memoryview(part).cast("B") if memoryview(part).nbytes else memoryview(b"") for part in parts]
        nbytes = sum(view.nbytes for view in views)
        header = struct.pack("<4sBBHIQ", b"SOL1", kind, 0, 0, self.seq, nbytes)
        self.seq += 1
        if nbytes <= JOINED:  # one call instead of several: half the time of a solution that is small
            views = [memoryview(b"".join([header, *views]))]
        else:
            views.insert(0, memoryview(header))
        for view in views:
            rest = view
            while rest.nbytes:
                rest = rest[os.write(OUT, rest[: 1 << 20]) :]

    def report(self, kind: int, content: dict[str, Any]) -> None:
        """One frame whose payload is JSON."""
        self.frame(kind, [json.dumps(content).encode("ascii")])

    def fail(self, stage: str, ended_by: str, message: str, code: int | None = None) -> NoReturn:
        """Report why there will be nothing more, and leave."""
        flush()
        self.report(
            ERROR, {"stage": stage, "ended_by": ended_by, "message": message[:MOST_MESSAGE], "code": code}
        )
        os._exit(1)


def flush() -> None:
    """Let out what was printed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            continue  # a program may have closed or replaced it


def restrict(config: dict[str, Any]) -> None:
    """Limits, then Landlock, then the system call filter."""
    import ctypes
    import resource

    libc = ctypes.CDLL(None, use_errno=True)

    def call(what: str, result: int) -> int:
        if result < 0:
            code = ctypes.get_errno()
            raise OSError(code, f"{what}: {os.strerror(code)}")
        return result

    def prctl(option: int, value: Any, third: Any = 0) -> None:
        call(f"prctl({option})", libc.prctl(option, value, third, 0, 0))

    # The box's own: what it was given lies on a mount of its owner, where marks could be left.
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0, inheritable=True)
    os.close(null)
    if config["die_with"]:
        prctl(1, 9)
        if os.getppid() != config["die_with"]:
            os._exit(0)
    inherited = data_bytes() if config.get("warm") else 0  # what was imported before the fork is not its own
    for number, soft, hard in config["rlimits"]:
        extra = inherited if number == resource.RLIMIT_DATA else 0
        resource.setrlimit(number, (soft + extra, hard + extra))
    if config["landlock"] or config["seccomp"]:
        prctl(38, 1)
    if config["landlock"]:
        apply_landlock(config["landlock"], libc, ctypes, call)
    if config["seccomp"]:
        code = bytes.fromhex(config["seccomp"])
        buffer = ctypes.create_string_buffer(code, len(code))
        # struct sock_fprog
        program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer)))
        prctl(22, 2, program)


def data_bytes() -> int:
    """The private memory that this process has mapped, as RLIMIT_DATA counts it; 0 where /proc is not."""
    try:
        with open("/proc/self/status", errors="replace", newline="\n") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmData:"))
    except OSError:
        return 0


def apply_landlock(rules: dict[str, Any], libc: Any, ctypes: Any, call: Any) -> None:
    """Handle everything the ruleset names; allow what its rules allow."""
    import stat

    words = [rules["file"]]
    if rules["network"]:
        words.append(rules["network"])
    if rules["scope"]:
        words.append(rules["scope"])
    attribute = struct.pack(f"<{len(words)}Q", *words)
    ruleset = call("landlock_create_ruleset", libc.syscall(444, attribute, len(attribute), 0))
    for path, rights in rules["rules"]:
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no rule
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= rules["on_files"]
        # struct landlock_path_beneath_attr, packed
        beneath = struct.pack("<Qi", rights, fd)
        call("landlock_add_rule", libc.syscall(445, ruleset, 1, beneath, 0))
        os.close(fd)
    call("landlock_restrict_self", libc.syscall(446, ruleset, 0))
    os.close(ruleset)


def text_of(error: BaseException) -> str:
    """Type and text of an exception, whatever its `__str__` does."""
    name = name_of(error)
    try:
        text = str.__getitem__(str(error), slice(MOST_MESSAGE // 2))  # of a subclass of str, too, a plain one
    except BaseException:
        text = "(its text can't be shown)"
    return f"{name}: {text}" if text else name


def name_of(error: BaseException) -> str:
    """Its type's name, which the type can't change."""
    name: str = type.__dict__["__name__"].__get__(type(error))
    return name


def code_of(error: BaseException) -> int | None:
    """The exit code that an exception asks for, if it does."""
    if not issubclass(type(error), SystemExit):
        return None
    try:
        code: Any = error.code  # type: ignore[attr-defined]
        return code if type(code) is int else None if code is None else 1
    except BaseException:
        return 1


def traceback_of(error: BaseException, filename: str) -> str:
    """The lines of a traceback that lie in one file, and the exception."""
    lines = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == filename:
            source = linecache.getline(filename, trace.tb_lineno).strip()[:200]
            lines.append(f'  File "{filename}", line {trace.tb_lineno}, in {code.co_name}\n    {source}')
        trace = trace.tb_next
    if len(lines) > 12:
        lines[4:-8] = [f"  ... {len(lines) - 12} more ..."]
    head = text_of(error)
    if type(error) in (SyntaxError, IndentationError, TabError):  # a class of the program's may lie
        wrong: Any = error
        if wrong.filename == filename:
            source = (wrong.text or "").strip()[:200]
            lines.append(f'  File "{filename}", line {wrong.lineno}\n    {source}')
            head = f"{name_of(error)}: {wrong.msg}"
    return "\n".join([*lines, head])


def load(name: str, filename: str, text: str) -> types.ModuleType:
    """The module that a source text makes, known to `sys.modules` and with lines for tracebacks."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    code = compile(text, filename, "exec", dont_inherit=True)
    module = types.ModuleType(name)
    module.__file__ = filename
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def declared(parts: Any, answer: list[Any]) -> list[Any]:
    """The buffers of an answer in declared order. Raises `ValueError` if they are not what was declared."""
    if not isinstance(parts, dict) or set(parts) != {key for key, *_ in answer}:
        raise ValueError(f"the answer has keys {sorted(parts)}, expected {[key for key, *_ in answer]}")
    return [
        memoryview(encoded(key, parts[key], extents[0], most))
        if kind == "json"
        else checked(key, parts[key], kind, extents)
        for key, kind, extents, most in answer
    ]


def encoded(key: str, value: Any, most_depth: int, most_bytes: int) -> Any:
    """JSON text of a plain value, as bytes; bytes are such a text. Raises `ValueError` for another one.

    This is for honest programs, which are told what is wrong: whoever reads the text does not trust it.
    """
    if not isinstance(value, bytes):
        demand_plain(key, value, most_depth)
        try:
            value = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueError(f"{key} can't be written as JSON: {error}") from None
    if len(value) > most_bytes:
        raise ValueError(f"{key} has {len(value)} bytes as JSON, at most {most_bytes} expected")
    return value


def demand_plain(key: str, value: Any, most_depth: int) -> None:
    """Raises `ValueError` for keys that are no strings, which JSON would make into some, and for depth."""
    level = {id(value): value} if isinstance(value, CONTAINERS) else {}
    for _ in range(most_depth):
        inner: dict[int, Any] = {}  # each once, however often it is held
        for held in level.values():
            odd = [name for name in held if not isinstance(name, str)] if isinstance(held, dict) else []
            if odd:
                raise ValueError(f"{key} has a key of type {type(odd[0]).__name__}, expected a string")
            items = held.values() if isinstance(held, dict) else held
            inner.update((id(item), item) for item in items if isinstance(item, CONTAINERS))
        level = inner
    if level:
        raise ValueError(f"{key} is nested more than {most_depth} deep")


def checked(key: str, array: Any, dtype: str, shape: list[int | None]) -> memoryview:
    """One buffer, of the declared type and shape."""
    view = memoryview(array)
    if not view.c_contiguous:
        raise ValueError(f"{key} is not contiguous in memory")
    if view.format == "B" and view.ndim == 1:
        return view
    if view.format not in FORMATS[dtype] or view.itemsize != 8:
        raise ValueError(f"{key} has items of format {view.format!r}, expected {dtype}")
    found = tuple(view.shape or ())
    if len(found) != len(shape) or any(w not in (None, h) for h, w in zip(found, shape, strict=True)):
        wanted = ", ".join("any" if extent is None else str(extent) for extent in shape)
        raise ValueError(f"{key} has shape {found}, expected ({wanted})")
    return view


class Run:
    """The harness and the program, from the first byte to the last frame."""

    def __init__(self, config: dict[str, Any], sender: Sender) -> None:
        self.config, self.sender = config, sender
        self.harness: Any = None
        self.payload = b""

    def prepare(self) -> tuple[Any, Any]:
        """Load the harness and build the arguments."""
        try:
            self.harness = load("solver_harness", "harness.py", read_part().decode())
            self.payload = bytes(read_part())
            args, kwargs = self.harness.arguments(self.payload)
        except BaseException as error:
            import traceback

            text = "".join(traceback.format_exception(error))
            self.sender.fail("setup", "fault", text[-MOST_MESSAGE:])
        return args, kwargs

    def answer(self, value: Any) -> None:
        """One solution."""
        try:
            parts = declared(self.harness.answer(value, self.payload), self.config["answer"])
            lengths = struct.pack(f"<{len(parts)}Q", *(part.nbytes for part in parts))
        except MemoryError:
            raise
        except Exception as error:
            self.sender.fail("program", "bad_output", text_of(error))
        self.sender.frame(SOLUTION, [lengths, *parts])

    def program(self, args: Any, kwargs: Any) -> None:
        """Compile, load and call the program; every value that it yields or returns is a solution."""
        text = read_part().decode("utf-8", "surrogatepass")
        Seeding(self.config["seed"])
        limit_cpu(self.config["cpu_s"])
        try:
            compile(text, "program.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
            # MemoryError is how the parser refuses what is nested too deeply.
            self.sender.fail("program", "syntax_error", traceback_of(error, "program.py"))
        module = load("solver_program", "program.py", text)
        function = module.__dict__.get(self.config["entry_point"])
        if not callable(function):
            self.sender.fail("program", "no_entry_point", f"no function {self.config['entry_point']!r}")
        self.sender.frame(ENTERED, [])
        value = function(*args, **kwargs)
        if self.config["anytime"] and isinstance(value, collections.abc.Iterator):
            for solution in value:
                self.answer(solution)
        else:
            self.answer(value)
        if self.config["again"]:
            del args, kwargs, value
            self.again(function)

    def again(self, function: Any) -> None:
        """A second call, with what is sent when the first answer is there."""
        self.payload = bytes(read_part())
        args, kwargs = self.harness.arguments(self.payload)
        self.answer(function(*args, **kwargs))


class Seeding:
    """Seeds the global generators of `random` and `numpy.random`: now, or when they are imported."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.waiting = {"random", "numpy.random"}
        for name in sorted(self.waiting & sys.modules.keys()):
            self.waiting.remove(name)
            sys.modules[name].seed(seed)
        if self.waiting:
            sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The usual spec of one of the two, whose loader seeds the module when it is done."""
        if name not in self.waiting:
            return None
        self.waiting.remove(name)
        if not self.waiting:
            sys.meta_path.remove(self)
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_seed(module: Any) -> None:
                load(module)
                module.seed(self.seed)

            spec.loader.exec_module = load_and_seed  # type: ignore[method-assign]
        return spec


def limit_cpu(cpu_s: float | None) -> None:
    """From now on this process and each of its children may use so many seconds of processor time."""
    import math
    import resource

    if cpu_s is not None:
        most = math.ceil(time.process_time() + cpu_s)
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def ending(error: BaseException) -> str:
    """What an exception that left the program means."""
    kind = type(error)  # what isinstance asks an object may lie about
    if issubclass(kind, MemoryError):
        return "memory_limit"
    if issubclass(kind, ImportError):
        return "import_error"
    if issubclass(kind, SystemExit):
        return "exited"
    if "RESOURCE_EXHAUSTED" in text_of(error) and "RuntimeError" in name_of(error):
        return "memory_limit"
    return "exception"


def main() -> None:
    """The whole life of the process."""
    config = json.loads(bytes(read_part()))
    sender = Sender()
    try:
        restrict(config)
        os.chdir(config["scratch"])
        sys.path[:] = config["path"]
        environment = config["solver_environment"]
        found = sorted(os.listdir(environment)) if environment else []
    except BaseException as error:
        sender.fail("launch", "fault", text_of(error))
    for fd in (IN, OUT):
        os.set_inheritable(fd, False)
    sender.report(
        HELLO,
        {
            "started_s": STARTED_S,
            "version": sys.version,
            "base_prefix": sys.base_prefix,
            "executable": sys.executable,
            "found": found,
        },
    )
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.argv = ["program.py"]
    run = Run(config, sender)
    args, kwargs = run.prepare()
    gc.collect()
    sender.frame(READY, [])
    try:
        run.program(args, kwargs)
    except BaseException as error:
        sender.fail("program", ending(error), traceback_of(error, "program.py"), code_of(error))
    flush()
    sender.frame(FINAL, [])
    os._exit(0)


if __name__ == "__main__":
    main()
