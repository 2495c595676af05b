"""What spoils timings, on machines made of files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sandbox import quota, timing

CPU = "sys/devices/system/cpu"
CLOCK = "sys/devices/system/clocksource/clocksource0"
SWAPS = "Filename Type Size Used Priority\n"
QUIET = {
    "proc/swaps": SWAPS,
    "proc/sys/vm/swappiness": "60\n",
    f"{CPU}/intel_pstate/no_turbo": "1\n",
    f"{CPU}/cpu0/cpufreq/scaling_governor": "performance\n",
    f"{CPU}/cpu1/cpufreq/scaling_governor": "performance\n",
    f"{CPU}/cpu0/cpufreq/cpuinfo_max_freq": "3000000\n",
    f"{CPU}/cpu1/cpufreq/cpuinfo_max_freq": "3000000\n",
    f"{CPU}/smt/active": "0\n",
    f"{CPU}/smt/control": "off\n",
    f"{CPU}/online": "0-1\n",
    "proc/cpuinfo": "processor : 0\nflags : fpu sse2\n",
    "proc/loadavg": "0.10 0.20 0.30 1/100 1234\n",
    "proc/self/status": "Name:\tpython\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n",
    "proc/self/cgroup": "0::/user.slice/app.scope\n",
    "proc/self/mountinfo": "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n",
    "sys/fs/cgroup/user.slice/app.scope/cpu.max": "max 100000\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "always madvise [never]\n",
    "proc/sys/kernel/core_pattern": "core\n",
    f"{CLOCK}/current_clocksource": "tsc\n",
    f"{CLOCK}/available_clocksource": "tsc hpet acpi_pm\n",
    "proc/stat": "cpu  100 0 50 1000 3 0 1 0 0 0\n",
}
MAX = "sys/fs/cgroup/user.slice/app.scope/cpu.max"


def machine(root: Path, changes: Mapping[str, str | None] | None = None) -> dict[str, timing.Finding]:
    """The findings on a quiet machine with changes; `None` takes a file away."""
    for name, text in {**QUIET, **(changes or {})}.items():
        if text is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    return {finding.name: finding for finding in timing.find(root, wait_s=0)}


def test_on_a_quiet_machine_all_is_fine_but_what_could_not_be_measured(tmp_path: Path) -> None:
    found = machine(tmp_path)
    assert {name for name, finding in found.items() if finding.ok is not True} == {"stolen time"}
    assert found["stolen time"].ok is None
    assert not any(finding.remedy for finding in found.values())


def test_where_nothing_can_be_read_nothing_is_fine(tmp_path: Path) -> None:
    found = timing.find(tmp_path, wait_s=0)
    assert len(found) == 12
    assert all(finding.ok is None and finding.detail and not finding.remedy for finding in found)


@pytest.mark.parametrize(
    ("changes", "name", "says", "remedy"),
    [
        (
            {"proc/swaps": SWAPS + "/dev/sda2 partition 1 0 -2\n"},
            "swap",
            "/dev/sda2; swappiness 60",
            "swapoff -a",
        ),
        ({f"{CPU}/intel_pstate/no_turbo": "0\n"}, "turbo", "on", "echo 1 | sudo tee /sys/"),
        (
            {f"{CPU}/intel_pstate/no_turbo": None, f"{CPU}/cpufreq/boost": "1\n"},
            "turbo",
            "on",
            f"echo 0 | sudo tee /{CPU}/cpufreq/boost",
        ),
        (
            {f"{CPU}/cpu1/cpufreq/scaling_governor": "powersave\n"},
            "governor",
            "powersave",
            "echo performance",
        ),
        ({f"{CPU}/smt/active": "1\n", f"{CPU}/smt/control": "on\n"}, "SMT", "on", "echo off | sudo tee"),
        ({f"{CPU}/smt/active": "1\n", f"{CPU}/smt/control": "notimplemented\n"}, "SMT", "on", "nosmt"),
        (
            {f"{CPU}/cpu1/cpufreq/cpuinfo_max_freq": "2000000\n"},
            "kinds of cores",
            "only 0 are of the fastest kind",
            "taskset -c 0 solversmith",
        ),
        (
            {f"{CPU}/cpu0/cpu_capacity": "446\n", f"{CPU}/cpu1/cpu_capacity": "1024\n"},
            "kinds of cores",
            "differ in capacity: only 1",
            "taskset -c 1 solversmith",
        ),
        (
            {"sys/devices/cpu_atom/cpus": "1\n", "sys/devices/cpu_core/cpus": "0\n"},
            "kinds of cores",
            "efficiency cores: only 0",
            "taskset -c 0 solversmith",
        ),
        ({"proc/loadavg": "1.50 1 1 2/100 9\n"}, "load", "1.5 in the last minute, on 2 cores", "ps -eo"),
        ({MAX: "150000 100000\n"}, "quota", "1.5 processors' worth", "--cpus"),
        (
            {"proc/self/status": "Cpus_allowed_list:\t1\n"},
            "cores allowed",
            "1 of 2 (1)",
            "taskset -c 0-1 solversmith",
        ),
        (
            {"sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never\n"},
            "huge pages",
            "always",
            "echo never",
        ),
        (
            {"proc/sys/kernel/core_pattern": "|/usr/lib/systemd/systemd-coredump %P\n"},
            "core pattern",
            "a crash starts /usr/lib/systemd/systemd-coredump",
            "kernel.core_pattern=core",
        ),
        ({f"{CLOCK}/current_clocksource": "hpet\n"}, "clock", "hpet", "echo tsc | sudo tee"),
        (
            {f"{CLOCK}/current_clocksource": "hpet\n", f"{CLOCK}/available_clocksource": "hpet\n"},
            "clock",
            "hpet",
            "",
        ),
    ],
)
def test_each_thing_that_spoils_timings_is_told_with_a_command(
    changes: dict[str, str | None], name: str, says: str, remedy: str, tmp_path: Path
) -> None:
    found = machine(tmp_path, changes)
    assert found[name].ok is False
    assert says in found[name].detail
    assert remedy in found[name].remedy
    others = {other for other, finding in found.items() if finding.ok is False and other != name}
    assert not others, others
    assert "\n" not in found[name].remedy
    json.dumps(found[name].to_json())


@pytest.mark.parametrize("name", ["SMT", "kinds of cores"])
def test_a_virtual_machine_can_hide_it(name: str, tmp_path: Path) -> None:
    found = machine(tmp_path, {"proc/cpuinfo": "processor : 0\nflags : fpu hypervisor sse2\n"})
    assert found[name].ok is None
    assert "virtual machine" in found[name].detail


def test_a_quota_of_as_many_processors_as_there_are_holds_nobody_up(tmp_path: Path) -> None:
    assert machine(tmp_path, {MAX: "200000 100000\n"})["quota"].ok is True


@pytest.mark.parametrize(
    ("after", "ok", "says"),
    [
        ("cpu  150 0 50 1050 3 0 1 0 0 0", True, "none"),
        ("cpu  150 0 50 1049 3 0 1 1 0 0", True, "1.0 %"),
        ("cpu  150 0 50 1030 3 0 1 20 0 0", False, "20.0 %"),
        ("cpu  150 0", None, "/proc/stat"),
        (None, None, "/proc/stat"),
    ],
)
def test_stolen_time(after: str | None, ok: bool | None, says: str) -> None:
    found = timing.stolen("cpu  100 0 50 1000 3 0 1 0 0 0\ncpu0 1", after)
    assert found.ok is ok
    assert says in found.detail


@pytest.mark.parametrize(
    ("text", "cores"), [("0-3,8", {0, 1, 2, 3, 8}), ("5", {5}), ("", set()), ("x", set())]
)
def test_lists_of_cores(text: str, cores: set[int]) -> None:
    assert timing.cores_of(text) == cores
    assert timing.cores_of(timing.listed(cores)) == cores


@pytest.mark.parametrize(
    ("text", "cores"), [("150000 100000\n", 1.5), ("max 100000\n", None), ("-1\n100000\n", None), ("", None)]
)
def test_a_quota_as_the_kernel_writes_it(text: str, cores: float | None) -> None:
    assert quota.parsed(text) == cores


V2 = "30 23 0:26 {root} /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"
V1 = "31 23 0:27 {root} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
HALF = {"cpu.max": "50000 100000"}
OLDER = {"cpu,cpuacct/cpu.cfs_quota_us": "250000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"}
PLACES = {
    "a parent's limit counts": (
        "0::/a/b",
        V2.format(root="/"),
        {"a/cpu.max": "100000 100000", "a/b/cpu.max": "max 100000"},
        quota.Quota(1.0, "/sys/fs/cgroup/a", 2),
    ),
    "the tightest counts": (
        "0::/a",
        V2.format(root="/"),
        {"a/cpu.max": "50000 100000", "cpu.max": "20000 100000"},
        quota.Quota(0.2, "/sys/fs/cgroup", 2),
    ),
    "own namespace": ("0::/", V2.format(root="/"), HALF, quota.Quota(0.5, "/sys/fs/cgroup", 1)),
    "the host's names": ("0::/d/x", V2.format(root="/d/x"), HALF, quota.Quota(0.5, "/sys/fs/cgroup", 1)),
    "outside of the mount": ("0::/../..", V2.format(root="/"), HALF, quota.Quota(0.5, "/sys/fs/cgroup", 1)),
    "version 1": (
        "4:cpu,cpuacct:/d/x\n0::/",
        V1.format(root="/d/x"),
        OLDER,
        quota.Quota(2.5, "/sys/fs/cgroup/cpu,cpuacct", 1),
    ),
    "no cpu controller": ("5:memory:/x", V1.format(root="/"), OLDER, quota.Quota(None, "", 0)),
}


@pytest.mark.parametrize("place", PLACES)
def test_the_tightest_quota_up_to_the_root(place: str, tmp_path: Path) -> None:
    groups, mounts, files, expected = PLACES[place]
    below = {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    for name, text in {"proc/self/cgroup": groups, "proc/self/mountinfo": mounts, **below}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert quota.find(tmp_path) == expected
