# verdict: ok
# row: 1
# at L0: REACHED a source
# The same files by other names: through links of /proc, from folders above, and where mounts say they lie.
import glob, os

OURS = (
    "@ROOT@/sandbox/spec.py", "@ROOT@/problems/pde/burgers/solvers/expert.py", "@ROOT@/problems/co/tsp/problem.py",
    "@ROOT@/frontierco/gap.py", "@CANARY@/best_known.json", "@CANARY@/expert.py",
)

def starts():
    yield from ("", "/proc/self/root", "/proc/1/root", "/proc/self/cwd/" + "../" * 30, "/proc/thread-self/root")
    for link in glob.glob("/proc/*/root") + glob.glob("/proc/*/cwd") + glob.glob("/proc/*/fd/*"):
        yield link + "/" + "../" * 30
    for fd in range(64):
        yield f"/proc/self/fd/{fd}/" + "../" * 30
        yield f"/dev/fd/{fd}/" + "../" * 30
    for folder in (os.path.dirname(os.__file__), "/usr/lib", "/etc", "/dev/shm", "/solver-env", "/solver-env/numpy"):
        yield folder + "/" + "../" * 30

def outside():
    """Where bound folders lie outside, and what may lie beside them."""
    try:
        with open("/proc/self/mountinfo") as file:
            sources = {line.split()[3] for line in file}
    except OSError:
        return
    for source in sources:
        yield source
        while source not in ("", "/"):
            source = os.path.dirname(source)
            yield from (f"{source}/{name}" for name in ("sandbox/spec.py", "pyproject.toml", "problems/__init__.py"))

def solver(x):
    for start in starts():
        for path in OURS:
            try:
                with open(start + path, "rb") as file:
                    file.read(1)
                print("REACHED a source", start, flush=True)
            except OSError:
                continue
    for path in outside():
        try:
            if os.path.isfile(path) and path.endswith((".py", ".toml")):
                with open(path) as file:
                    if "solversmith" in file.read():
                        print("REACHED", path)
        except (OSError, UnicodeDecodeError):
            pass
    for folder in (".", "/solver-env", os.path.dirname(os.__file__)):
        for path in OURS:
            try:
                above = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                os.close(os.open("../" * 30 + path, os.O_RDONLY, dir_fd=above))
                print("REACHED a source by a folder")
            except OSError:
                pass
    return x
