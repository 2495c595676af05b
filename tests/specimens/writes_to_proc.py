# verdict: ok
# row: 37, 40, 51
# at L0: REACHED oom_score_adj, REACHED comm
# plain user: yes
# Files of the kernel that change a process or the machine: none opens for writing, the own ones included.
import os

OWN = (
    "oom_score_adj", "oom_adj", "uid_map", "gid_map", "projid_map", "setgroups", "comm", "timerslack_ns", "mem", "clear_refs",
    "coredump_filter", "autogroup", "sched", "loginuid", "attr/current", "timens_offsets", "make-it-fail",
)
OTHERS = ("/proc/sysrq-trigger", "/proc/irq/default_smp_affinity", "/proc/mtrr", "/proc/scsi/scsi", "/sys/power/state", "/sys/kernel/mm/transparent_hugepage/enabled", "/dev/kmsg", "/dev/mem")

def files():
    for who in ("self", "thread-self", str(os.getpid()), "1", f"self/task/{os.getpid()}", "@OWNER@", "@SUPERVISOR@"):
        yield from ((f"/proc/{who}/{name}", name) for name in OWN)
    yield from ((path, path) for path in OTHERS)
    for place, _, names in os.walk("/proc/sys"):
        yield from ((f"{place}/{name}", f"{place}/{name}") for name in names)

def solver(x):
    for path, name in files():
        try:
            os.close(os.open(path, os.O_WRONLY))
            print("REACHED", name)
        except OSError:
            pass
    for path in ("/proc/self/oom_score_adj", "/proc/1/oom_score_adj"):
        try:
            with open(path) as file:
                if int(file.read()) < 1000 and os.getpid() == 1:
                    print("REACHED a place behind others when memory runs out")
        except OSError:
            pass
    return x
