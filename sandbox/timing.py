"""What spoils timings on this machine, each found by reading what the kernel says, with the remedy.

Most of the list is what `isolate-check-environment`, of the sandbox of programming contests, looks at. What
can't be found out is told as not known: a virtual machine often hides what its host does.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox import quota

_CPU = "sys/devices/system/cpu"
_CLOCK = "sys/devices/system/clocksource/clocksource0"
_PAGES = "sys/kernel/mm/transparent_hugepage/enabled"
# Read without a system call.
_GOOD_CLOCKS = ("tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page", "riscv_clocksource")
_MOST_STOLEN = 0.01
_SAME = 1.05  # cores whose figures differ by less are of one kind
STEAL_S = 0.25


@dataclass(frozen=True)
class Finding:
    """One thing that can spoil timings. `ok` is `None` where it is not known, and `detail` says why."""

    name: str
    ok: bool | None
    detail: str
    remedy: str = ""  # a command

    def to_json(self) -> dict[str, Any]:
        """For records and people."""
        return asdict(self)


def find(root: str | os.PathLike[str] = "/", wait_s: float = STEAL_S) -> tuple[Finding, ...]:
    """Every finding, those that are fine included.

    Parameters
    ----------
    root
        Where `proc` and `sys` lie.
    wait_s
        Over how long stolen time is measured.
    """
    base = Path(root)
    before = _text(base, "proc/stat")
    began = time.monotonic()
    checks: Sequence[Callable[[Path], Finding]] = (
        _swap,
        _boost,
        _governor,
        _threads_of_a_core,
        _kinds_of_cores,
        _load,
        _quota,
        _affinity,
        _huge_pages,
        _core_pattern,
        _clock,
    )
    found = [check(base) for check in checks]
    time.sleep(max(0.0, wait_s - (time.monotonic() - began)))
    return (*found, stolen(before, _text(base, "proc/stat")))


def _text(root: Path, name: str) -> str | None:
    """A file's text without its last newline; `None` if it can't be read."""
    try:
        return (root / name).read_text(errors="replace").strip()
    except OSError:
        return None


def _unknown(name: str, *files: str) -> Finding:
    shown = " or ".join("/" + file for file in files)
    return Finding(name, None, f"this system does not show {shown}")


def _swap(root: Path) -> Finding:
    text = _text(root, "proc/swaps")
    if text is None:
        return _unknown("swap", "proc/swaps")
    areas = [line.split()[0] for line in text.splitlines()[1:] if line.strip()]
    if not areas:
        return Finding("swap", True, "off")
    swappiness = _text(root, "proc/sys/vm/swappiness")
    detail = f"on ({', '.join(areas)}; swappiness {swappiness or 'not known'}): memory can become slow"
    return Finding("swap", False, detail, "sudo swapoff -a")


def _boost(root: Path) -> Finding:
    """Two drivers, two files of opposite meaning."""
    intel, general = f"{_CPU}/intel_pstate/no_turbo", f"{_CPU}/cpufreq/boost"
    for file, off in ((intel, "1"), (general, "0")):
        value = _text(root, file)
        if value is not None:
            detail = (
                "off" if value == off else "on: the clock rate depends on heat and on how many cores are busy"
            )
            command = "" if value == off else f"echo {off} | sudo tee /{file}"
            return Finding("turbo", value == off, detail, command)
    return _unknown("turbo", intel, general)


def _governor(root: Path) -> Finding:
    files = _per_core(root, "cpufreq/scaling_governor")
    names = sorted(set(files.values()))
    if not names:
        return _unknown("governor", f"{_CPU}/cpu*/cpufreq")
    good = names == ["performance"]
    command = f"echo performance | sudo tee /{_CPU}/cpu*/cpufreq/scaling_governor"
    return Finding("governor", good, ", ".join(names), "" if good else command)


def _threads_of_a_core(root: Path) -> Finding:
    active = _text(root, f"{_CPU}/smt/active")
    if active is None:
        return _unknown("SMT", f"{_CPU}/smt/active")
    if active == "0":
        if _is_virtual(root):
            return Finding("SMT", None, "a virtual machine does not show whether its processors share a core")
        return Finding("SMT", True, "off")
    switchable = _text(root, f"{_CPU}/smt/control") == "on"
    command = f"echo off | sudo tee /{_CPU}/smt/control" if switchable else "# boot with nosmt"
    return Finding("SMT", False, "on: two programs on one core slow each other down", command)


def _is_virtual(root: Path) -> bool:
    return bool(re.search(r"^flags\s*:.*\bhypervisor\b", _text(root, "proc/cpuinfo") or "", re.M))


def _kinds_of_cores(root: Path) -> Finding:
    """Performance and efficiency cores, or different highest clock rates."""
    name = "kinds of cores"
    figures = {
        "capacity": _numbers(_per_core(root, "cpu_capacity")),
        "highest clock rate": _numbers(_per_core(root, "cpufreq/cpuinfo_max_freq")),
    }
    for what, by_core in figures.items():
        if by_core and max(by_core.values()) > _SAME * min(by_core.values()):
            most = max(by_core.values())
            fast = listed(core for core, value in by_core.items() if value * _SAME >= most)
            detail = f"cores differ in {what}: only {fast} are of the fastest kind"
            return Finding(name, False, detail, f"taskset -c {fast} solversmith ...")
    if (root / "sys/devices/cpu_atom").is_dir() and (root / "sys/devices/cpu_core").is_dir():
        fast = _text(root, "sys/devices/cpu_core/cpus") or "?"
        detail = f"performance and efficiency cores: only {fast} are of the fastest kind"
        return Finding(name, False, detail, f"taskset -c {fast} solversmith ...")
    if not any(figures.values()):
        return _unknown(name, f"{_CPU}/cpu*/cpu_capacity", f"{_CPU}/cpu*/cpufreq")
    if _is_virtual(root):
        return Finding(name, None, "a virtual machine does not show what its processors run on")
    return Finding(name, True, "one")


def _load(root: Path) -> Finding:
    text = _text(root, "proc/loadavg")
    cores = len(_allowed(root)) or len(_online(root))
    if not text or not cores:
        return _unknown("load", "proc/loadavg")
    load = float(text.split()[0])
    detail = f"{load:g} in the last minute, on {cores} cores"
    busy = load > cores / 2
    return Finding("load", not busy, detail, "ps -eo pcpu,pid,user,comm --sort=-pcpu | head" if busy else "")


def _quota(root: Path) -> Finding:
    found = quota.find(root)
    cores = len(_allowed(root)) or len(_online(root))
    if not found.seen:
        return Finding(
            "quota", None, "no control group shows a limit of processor time, or that there is none"
        )
    if found.cores is None or found.cores >= cores > 0:
        return Finding("quota", True, "none below the number of cores")
    detail = f"{found.cores:g} processors' worth of time ({found.group}): programs are held up in bursts"
    return Finding("quota", False, detail, "# start the container without --cpus (Kubernetes: limits.cpu)")


def _affinity(root: Path) -> Finding:
    allowed, online = _allowed(root), _online(root)
    if not allowed or not online:
        return _unknown("cores allowed", "proc/self/status", f"{_CPU}/online")
    detail = f"{len(allowed)} of {len(online)}"
    if allowed >= online:
        return Finding("cores allowed", True, detail)
    detail += f" ({listed(allowed)}): what else may run on them is not seen from here"
    return Finding("cores allowed", False, detail, f"taskset -c {listed(online)} solversmith ...")


def _huge_pages(root: Path) -> Finding:
    text = _text(root, _PAGES)
    match = re.search(r"\[(\w+)\]", text or "")
    if match is None:
        return _unknown("huge pages", _PAGES)
    if match[1] == "never":
        return Finding("huge pages", True, "never")
    detail = f"{match[1]}: whether large arrays get them depends on what memory is free"
    return Finding("huge pages", False, detail, f"echo never | sudo tee /{_PAGES}")


def _core_pattern(root: Path) -> Finding:
    text = _text(root, "proc/sys/kernel/core_pattern")
    if text is None:
        return _unknown("core pattern", "proc/sys/kernel/core_pattern")
    if not text.startswith("|"):
        return Finding("core pattern", True, "a file")
    detail = f"a crash starts {text[1:].split()[0] if text[1:].split() else 'a program'}, on our cores"
    return Finding("core pattern", False, detail, "sudo sysctl -w kernel.core_pattern=core")


def _clock(root: Path) -> Finding:
    current = _text(root, f"{_CLOCK}/current_clocksource")
    if not current:
        return _unknown("clock", f"{_CLOCK}/current_clocksource")
    if current in _GOOD_CLOCKS:
        return Finding("clock", True, current)
    others = (_text(root, f"{_CLOCK}/available_clocksource") or "").split()
    better = next((name for name in _GOOD_CLOCKS if name in others), "")
    command = f"echo {better} | sudo tee /{_CLOCK}/current_clocksource" if better else ""
    return Finding("clock", False, f"{current}: slow to read", command)


def stolen(before: str | None, after: str | None) -> Finding:
    """What the host took from this machine's processors between two readings of `/proc/stat`."""
    first, second = _ticks(before), _ticks(after)
    if first is None or second is None:
        return _unknown("stolen time", "proc/stat")
    total, taken = second[0] - first[0], second[1] - first[1]
    if total <= 0:
        return Finding("stolen time", None, "the kernel counted nothing while this was measured")
    share = taken / total
    detail = f"{100 * share:.1f} % of the processors' time went to other machines of the host"
    remedy = "# move to a machine of your own, or a host that is less busy"
    good = share <= _MOST_STOLEN
    return Finding("stolen time", good, "none" if taken == 0 else detail, "" if good else remedy)


def _ticks(text: str | None) -> tuple[int, int] | None:
    """All ticks, and the stolen ones, of the first line of `/proc/stat`."""
    words = (text or "").partition("\n")[0].split()
    if len(words) < 9 or words[0] != "cpu":
        return None
    counts = [int(word) for word in words[1:9]]  # the two after them, of guests, are counted in the first
    return sum(counts), counts[7]


def _per_core(root: Path, name: str) -> dict[int, str]:
    """The text of a file that each processor has."""
    found = {}
    for folder in sorted((root / _CPU).glob("cpu[0-9]*")):
        text = _text(folder, name)
        if text:
            found[int(folder.name[3:])] = text
    return found


def _numbers(texts: Mapping[int, str]) -> dict[int, int]:
    return {core: int(text) for core, text in texts.items() if text.isdigit() and int(text)}


def _allowed(root: Path) -> set[int]:
    """Processors that this process may use."""
    match = re.search(r"^Cpus_allowed_list:\s*(\S+)", _text(root, "proc/self/status") or "", re.M)
    return cores_of(match[1]) if match else set()


def _online(root: Path) -> set[int]:
    return cores_of(_text(root, f"{_CPU}/online") or "")


def cores_of(text: str) -> set[int]:
    """The numbers in a list such as `0-3,8`."""
    found: set[int] = set()
    for span in text.split(","):
        first, _, last = span.strip().partition("-")
        if first.isdigit() and (last or first).isdigit():
            found |= set(range(int(first), int(last or first) + 1))
    return found


def listed(cores: Iterable[int]) -> str:
    """Such a list of numbers."""
    spans: list[list[int]] = []
    for core in sorted(cores):
        if spans and core == spans[-1][1] + 1:
            spans[-1][1] = core
        else:
            spans.append([core, core])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
