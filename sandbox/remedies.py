"""How to get a mechanism that this machine refuses: told from how its use failed and what the system says.

Pure but for `facts`. A remedy is lines of text; a line that begins with `$ ` is a command to paste.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

USER, MOUNTS, NETWORK = "user namespace", "mounts in it", "network namespace"
PROCESSES, LANDLOCK = "process namespace", "Landlock"
FILTER, HANDLES = "seccomp filter", "process handles"


@dataclass(frozen=True)
class Facts:
    """What the system says of itself that tells one refusal from another; `None` where it says nothing."""

    apparmor_restricts: bool | None = None  # user namespaces of programs without a profile
    unprivileged_userns: bool | None = None  # Debian's own switch
    most_user_namespaces: int | None = None
    most_network_namespaces: int | None = None
    profile: str | None = None  # of AppArmor, that confines this process
    filtered: bool | None = None  # a system call filter was in force before we came
    modules: str | None = None  # the security modules in force
    kernel: str = ""

    def to_json(self) -> dict[str, Any]:
        """For records and people."""
        return asdict(self)

    @property
    def wsl(self) -> int:
        """1 or 2 in a Windows Subsystem for Linux, else 0."""
        if "microsoft" not in self.kernel.lower():
            return 0
        return 2 if "wsl2" in self.kernel.lower() else 1


def facts(root: str | os.PathLike[str] = "/") -> Facts:
    """What `/proc` and `/sys` below `root` say."""
    base = Path(root)
    restricts = _number(base, "proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    unprivileged = _number(base, "proc/sys/kernel/unprivileged_userns_clone")
    seccomp = re.search(r"^Seccomp:\s*(\d)", _text(base, "proc/self/status") or "", re.M)
    return Facts(
        apparmor_restricts=None if restricts is None else restricts != 0,
        unprivileged_userns=None if unprivileged is None else unprivileged != 0,
        most_user_namespaces=_number(base, "proc/sys/user/max_user_namespaces"),
        most_network_namespaces=_number(base, "proc/sys/user/max_net_namespaces"),
        profile=_profile(base),
        filtered=None if seccomp is None else seccomp[1] == "2",
        modules=_text(base, "sys/kernel/security/lsm"),
        kernel=_text(base, "proc/sys/kernel/osrelease") or "",
    )


def _profile(root: Path) -> str | None:
    text = _text(root, "proc/self/attr/apparmor/current") or _text(root, "proc/self/attr/current")
    name = (text or "").strip("\x00").partition(" (")[0]
    return None if name in ("", "unconfined", "kernel") else name


def _text(root: Path, name: str) -> str | None:
    with contextlib.suppress(OSError):
        return (root / name).read_text(errors="replace").strip()
    return None


def _number(root: Path, name: str) -> int | None:
    text = _text(root, name)
    return int(text) if text is not None and text.lstrip("-").isdigit() else None


def remedy(mechanism: str, code: int, found: Facts) -> str:
    """What to do about a mechanism whose use failed with this error number; empty if nothing is known.

    Parameters
    ----------
    code
        As `errno` has it; 0 if there was none.
    """
    if found.wsl == 1:
        return "this is WSL 1, which has no Linux kernel; in PowerShell:\n$ wsl --set-version DISTRIBUTION 2"
    if mechanism in (USER, MOUNTS, PROCESSES):
        return _namespaces(mechanism, code, found)
    if mechanism == NETWORK:
        return _network(code, found)
    if mechanism == LANDLOCK:
        return _landlock(code, found)
    if mechanism == HANDLES:
        return "Linux 5.3 or newer has them; where there are none, as in some gVisor, only L1 can be had"
    return ""


def _namespaces(mechanism: str, code: int, found: Facts) -> str:
    if mechanism == USER and (code == errno.ENOSPC or found.most_user_namespaces == 0):
        return (
            "the limit of user namespaces is used up, or 0, as at some computing centres; an administrator "
            "can raise it:\n$ sudo sysctl -w user.max_user_namespaces=15000"
        )
    if code == errno.EACCES and found.profile:
        return (
            f"the AppArmor profile {found.profile} refuses it; of a container:\n"
            "$ docker run --security-opt apparmor=unconfined ..."
        )
    # A filter says EPERM when the namespace is made; AppArmor says EACCES, or lets it be made without rights.
    if found.apparmor_restricts and (code == errno.EACCES or (code == errno.EPERM and not found.filtered)):
        return _apparmor()
    if found.unprivileged_userns is False and code == errno.EPERM:
        return (
            "user namespaces are switched off for ordinary users:\n"
            "$ sudo sysctl -w kernel.unprivileged_userns_clone=1"
        )
    if found.filtered and code in (errno.EPERM, errno.ENOSYS, errno.EACCES):
        return _container()
    if code == errno.EINVAL and mechanism == USER:
        return "this kernel was built without user namespaces (CONFIG_USER_NS)"
    return ""


def _apparmor() -> str:
    """Ubuntu since 23.10: a user namespace can be made, but an unknown program gets no rights in it."""
    python = os.path.realpath(sys.executable)
    return (
        "AppArmor restricts user namespaces, as Ubuntu does since 24.04. Either give this interpreter, and "
        "so every Python program that it runs, the right to make them:\n"
        "$ printf 'abi <abi/4.0>,\\nprofile solversmith-python %s flags=(unconfined) { userns, }\\n' \\\n"
        f"    {python} \\\n"
        "    | sudo tee /etc/apparmor.d/solversmith-python\n"
        "$ sudo apparmor_parser -r /etc/apparmor.d/solversmith-python\n"
        "or lift the restriction for every program, until the next start of the machine:\n"
        "$ sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    )


def _container() -> str:
    """The default profiles of Docker and Podman answer EPERM to namespaces and mounts."""
    return (
        "a system call filter refuses it, as the default profile of Docker and Podman does. Accept L2, or "
        "start the container without that filter, which leaves more of the kernel open to what runs in it:\n"
        "$ docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined \\\n"
        "    --security-opt systempaths=unconfined ...\n"
        "$ podman run --security-opt seccomp=unconfined --security-opt unmask=ALL ..."
    )


def _network(code: int, found: Facts) -> str:
    if code == errno.ENOSPC or found.most_network_namespaces == 0:
        return (
            "the limit of network namespaces is used up, or 0, as sites are advised to set it. L3 does "
            "without: the system call filter denies sockets. An administrator can raise it:\n"
            "$ sudo sysctl -w user.max_net_namespaces=15000"
        )
    return _namespaces(NETWORK, code, found)


def _landlock(code: int, found: Facts) -> str:
    if code == errno.EOPNOTSUPP:
        modules = f"lsm=landlock,{found.modules}" if found.modules else "lsm=landlock,..."
        return f"the kernel has Landlock and does not use it; start it with {modules} on its command line"
    if code == errno.EPERM:
        return "a system call filter refuses it: a newer Docker or Podman allows Landlock by default"
    return "Linux 5.13 or newer has it, if it was built with CONFIG_SECURITY_LANDLOCK; gVisor has none"
