"""Why a mechanism is refused is told from how its use failed and from what the system says."""

from __future__ import annotations

import errno
import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from sandbox import levels, remedies
from sandbox.remedies import HANDLES, LANDLOCK, MOUNTS, NETWORK, PROCESSES, USER, Facts

UBUNTU = Facts(apparmor_restricts=True, most_user_namespaces=30_000, filtered=False)
CONTAINER = Facts(most_user_namespaces=30_000, filtered=True)


@pytest.mark.parametrize(
    ("mechanism", "code", "facts", "says"),
    [
        (USER, errno.EACCES, UBUNTU, "AppArmor restricts"),
        (USER, errno.EPERM, UBUNTU, "AppArmor restricts"),
        (MOUNTS, errno.EACCES, UBUNTU, "AppArmor restricts"),
        (NETWORK, errno.EPERM, UBUNTU, "AppArmor restricts"),
        (USER, errno.EPERM, CONTAINER, "docker run --security-opt seccomp=unconfined"),
        (USER, errno.EPERM, Facts(apparmor_restricts=True, filtered=True), "docker run"),
        (MOUNTS, errno.EACCES, Facts(profile="docker-default", apparmor_restricts=True), "docker-default"),
        (USER, errno.ENOSPC, Facts(most_user_namespaces=0), "sysctl -w user.max_user_namespaces"),
        (USER, errno.ENOSPC, UBUNTU, "sysctl -w user.max_user_namespaces"),
        (USER, errno.EPERM, Facts(unprivileged_userns=False), "kernel.unprivileged_userns_clone=1"),
        (USER, errno.EINVAL, Facts(), "CONFIG_USER_NS"),
        (NETWORK, errno.ENOSPC, Facts(most_network_namespaces=0), "sysctl -w user.max_net_namespaces"),
        (LANDLOCK, errno.ENOSYS, Facts(), "Linux 5.13"),
        (LANDLOCK, errno.EOPNOTSUPP, Facts(modules="yama,apparmor"), "lsm=landlock,yama,apparmor"),
        (LANDLOCK, errno.EOPNOTSUPP, Facts(), "lsm=landlock"),
        (LANDLOCK, errno.EPERM, CONTAINER, "newer Docker"),
        (HANDLES, errno.ENOSYS, Facts(), "Linux 5.3"),
        (USER, errno.EINVAL, Facts(kernel="4.4.0-19041-Microsoft"), "wsl --set-version"),
        (PROCESSES, errno.EIO, Facts(), ""),
        (USER, errno.EPERM, Facts(), ""),
        ("something else", errno.EPERM, UBUNTU, ""),
    ],
)
def test_each_refusal_has_its_own_remedy(mechanism: str, code: int, facts: Facts, says: str) -> None:
    text = remedies.remedy(mechanism, code, facts)
    assert says in text
    assert bool(text) is bool(says)
    assert all(len(line) <= 94 for line in commands(text) if "printf" not in line)


def commands(text: str) -> list[str]:
    """What can be pasted: continued lines joined."""
    joined = text.replace("\\\n", " ")
    return [
        line.removeprefix("$ ") for line in joined.splitlines() if line.startswith("$ ") and "..." not in line
    ]


def test_no_kernel_of_wsl_2_is_taken_for_the_first() -> None:
    assert Facts(kernel="5.15.146.1-microsoft-standard-WSL2").wsl == 2
    assert Facts(kernel="4.4.0-19041-Microsoft").wsl == 1
    assert Facts(kernel="6.8.0-generic").wsl == 0


def test_the_apparmor_profile_is_what_the_command_writes(tmp_path: Path) -> None:
    text = remedies.remedy(USER, errno.EACCES, UBUNTU)
    lines = commands(text)
    assert all(shlex.split(line) for line in lines)
    write = lines[0].replace("sudo tee /etc/apparmor.d", f"tee {tmp_path}")
    subprocess.run(["sh", "-c", write], check=True, capture_output=True)
    first, second = (tmp_path / "solversmith-python").read_text().splitlines()
    assert first == "abi <abi/4.0>,"
    assert second.startswith("profile solversmith-python /")
    assert second.endswith(" flags=(unconfined) { userns, }")


def test_facts_are_read(tmp_path: Path) -> None:
    files = {
        "proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n",
        "proc/sys/kernel/unprivileged_userns_clone": "0\n",
        "proc/sys/user/max_user_namespaces": "0\n",
        "proc/sys/user/max_net_namespaces": "15000\n",
        "proc/self/attr/current": "docker-default (enforce)\n",
        "proc/self/status": "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n",
        "proc/sys/kernel/osrelease": "6.8.0-31-generic\n",
        "sys/kernel/security/lsm": "lockdown,yama\n",
    }
    assert remedies.facts(tmp_path) == Facts()
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = remedies.facts(tmp_path)
    assert found == Facts(True, False, 0, 15000, "docker-default", True, "lockdown,yama", "6.8.0-31-generic")
    json.dumps(found.to_json())
    (tmp_path / "proc/self/attr/current").write_text("unconfined\n")
    assert remedies.facts(tmp_path).profile is None


SECURITY = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")


def test_the_page_on_security_gives_the_same_commands() -> None:
    page = " ".join(SECURITY.split())
    for words in (
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        "sudo apparmor_parser -r /etc/apparmor.d/solversmith-python",
        "--security-opt systempaths=unconfined",
        "--security-opt unmask=ALL",
        "wsl --set-version DISTRIBUTION 2",
    ):
        assert words in page
        assert any(words in remedies.remedy(*asked) for asked in ASKED), words


ASKED = [
    (USER, errno.EACCES, UBUNTU),
    (USER, errno.EPERM, CONTAINER),
    (USER, errno.EINVAL, Facts(kernel="4.4.0-19041-Microsoft")),
]


def test_the_page_has_a_row_for_every_level() -> None:
    rows = re.findall(r"^\| (L\d) \|", SECURITY, re.M)
    assert rows == [*reversed(levels.ORDER), levels.CLAIMED]
