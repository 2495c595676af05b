# verdict: ok
# row: 7, 50, 51
# Started warm, it is a fork of a process that starts programs: it looks for what that one held, and for that one.
import gc, os, signal, socket, sys

def attempt(what, act, *arguments):
    try:
        result = act(*arguments)
    except (OSError, TypeError, ValueError, AttributeError, OverflowError):
        return
    if not isinstance(result, int) or result >= 0:
        print("REACHED", what, result)

def held():
    """Objects that the launcher may have kept: sockets, and whatever can be polled or knows its settings."""
    gc.unfreeze()
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket) and thing.fileno() >= 0:
            print("REACHED a socket", thing)
        if type(thing).__name__ in ("Launcher", "poll", "epoll"):
            print("REACHED", type(thing))
        if type(thing) is dict and {"preload", "scratch", "python"} <= set(map(str, thing)):
            print("REACHED settings")

def frames():
    """What the frames above still name: functions of the launcher, and the numbers of its descriptors."""
    frame = sys._getframe()
    while frame is not None:
        names = {**frame.f_globals, **frame.f_locals}
        for name in ("PROC", "CONTROL"):
            if isinstance(names.get(name), int) and names[name] > 4:
                attempt("a descriptor of the launcher", os.fstat, names[name])
        if callable(names.get("write_proc")):
            for path in ("self/oom_score_adj", "self/uid_map", "sys/user/max_user_namespaces", "1/oom_score_adj"):
                attempt(path, lambda: names["write_proc"](path, "0") or path)
        if callable(names.get("mount")) and "MS_NOSUID" in names:
            attempt("mount", lambda: names["mount"]("tmpfs", "/box", 0) or "mounted")
        frame = frame.f_back

def signals():
    """The launcher is neither in its group nor its session, and not below its own pid 1."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    parent = os.getppid()
    for number in (signal.SIGHUP, signal.SIGTERM):
        for target in (0, -1):
            try:
                os.kill(target, number)
            except OSError:
                pass
        if os.getpid() == 1 and parent:
            print("REACHED a parent", parent)
    if os.getpid() == 1:
        for pid in range(2, 200):
            attempt("another process", lambda: os.kill(pid, 0) or pid)
            attempt("a pidfd", os.pidfd_open, pid)
        attempt("the group of another", lambda: os.setpgid(0, 2) or 2)
    for fd in range(5, 256):
        attempt("a descriptor", os.fstat, fd)

def solver(x):
    held()
    frames()
    signals()
    return x
