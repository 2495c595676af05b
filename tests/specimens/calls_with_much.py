# verdict: ok
# row: 19
# Arguments and variables of a process are memory too, and so are names.
import os, subprocess, sys

def tried(act):
    try:
        act()
    except (OSError, subprocess.SubprocessError, MemoryError, ValueError):
        pass

def solver(x):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 10}
    tried(lambda: subprocess.run([sys.executable, "-I", "-S", "-c", "pass", *["x" * 100_000] * 15], **quiet))
    tried(lambda: subprocess.run([sys.executable, "-I", "-S", "-c", "pass"], env={f"V{n}": "x" * 1000 for n in range(1800)}, **quiet))
    tried(lambda: subprocess.run([sys.executable, "x" * 200_000], **quiet))
    tried(lambda: subprocess.run(["/proc/self/exe", "-I", "-S", "-c", "pass"], **quiet))
    tried(lambda: os.execve("/dev/null", ["x"], {}))
    for n in range(3000):
        os.environ[f"V{n}"] = "x" * 1000
    tried(lambda: os.execv("/proc/self/mem", ["x"]))
    return x
