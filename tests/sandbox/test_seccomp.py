"""Which calls are denied, on both machines."""

from __future__ import annotations

import errno
import importlib.util
import sys
from pathlib import Path

import pytest

from sandbox import bpf, seccomp, syscalls

_spec = importlib.util.spec_from_file_location("bpf_interpreter", Path(__file__).with_name("test_bpf.py"))
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules["bpf_interpreter"] = _module
_spec.loader.exec_module(_module)

EPERM = bpf.errno(1)
PID = 4242
# read, mmap, execve, futex, clone without flags: numbers per machine
ALLOWED = {"x86_64": (0, 9, 59, 202, 56), "aarch64": (63, 222, 221, 98, 220)}


def answer(machine: str, call: str, *arguments: int, namespaces: bool = True, abi: int = 7) -> int:
    program = seccomp.program_filter(machine, namespaces=namespaces, landlock_abi=abi, pid=PID)
    number = syscalls.number(call, machine)
    assert number is not None
    padded = (*arguments, *(0,) * (6 - len(arguments)))
    return int(_module.execute(program, number, padded, arch=syscalls.AUDIT_ARCH[machine]))


@pytest.mark.parametrize("machine", syscalls.MACHINES)
class TestBothMachines:
    @pytest.mark.parametrize(
        "call", ["socket", "ptrace", "io_uring_setup", "keyctl", "memfd_create", "bpf", "unshare", "mount"]
    )
    def test_denied(self, machine: str, call: str) -> None:
        assert answer(machine, call) == EPERM

    def test_what_programs_need_is_allowed(self, machine: str) -> None:
        program = seccomp.program_filter(machine, namespaces=False, landlock_abi=1, pid=PID)
        for number in ALLOWED[machine]:
            arch = syscalls.AUDIT_ARCH[machine]
            assert _module.execute(program, number, arch=arch) == bpf.ALLOW

    def test_pairs_of_sockets_are_connected_ones(self, machine: str) -> None:
        stream, datagram, raw, packets, close_on_exec, unix, other = 1, 2, 3, 5, 0x80000, 1, 30
        assert answer(machine, "socketpair", unix, stream | close_on_exec) == bpf.ALLOW
        assert answer(machine, "socketpair", unix, packets) == bpf.ALLOW
        assert answer(machine, "socketpair", unix, datagram | close_on_exec) == EPERM
        assert answer(machine, "socketpair", unix, raw) == EPERM
        assert answer(machine, "socketpair", other, stream) == EPERM

    def test_memory_that_nobody_counts(self, machine: str) -> None:
        shared, private, anonymous, noreserve = 1, 2, 0x20, 0x4000
        assert answer(machine, "mmap", 0, 4096, 3, shared | anonymous | noreserve) == EPERM
        assert answer(machine, "mmap", 0, 4096, 3, private | anonymous) == bpf.ALLOW
        assert answer(machine, "mmap", 0, 4096, 3, shared) == bpf.ALLOW

    def test_marks_on_files_that_all_see(self, machine: str) -> None:
        none_left = bpf.errno(errno.ENOLCK)
        assert answer(machine, "flock") == none_left
        assert {answer(machine, "fcntl", 5, command) for command in (6, 7, 37, 38, 1024, 1026)} == {none_left}
        assert {answer(machine, "fcntl", 5, command) for command in (0, 1, 2, 3, 4, 1030)} == {bpf.ALLOW}

    def test_clone(self, machine: str) -> None:
        assert answer(machine, "clone", 0x10000000 | 17) == EPERM
        assert answer(machine, "clone", 0x3D0F00) == bpf.ALLOW  # a thread
        assert answer(machine, "clone3") == bpf.errno(38)

    def test_parent_death_signal_stays(self, machine: str) -> None:
        assert answer(machine, "prctl", 1) == EPERM
        assert answer(machine, "prctl", 15) == bpf.ALLOW

    def test_limits_of_others(self, machine: str) -> None:
        assert answer(machine, "prlimit64", 0) == bpf.ALLOW
        assert answer(machine, "prlimit64", 77) == EPERM

    def test_more_is_denied_without_namespaces(self, machine: str) -> None:
        for call in ("setsid", "setpgid", "fchmodat", "fchownat"):
            assert answer(machine, call) == bpf.ALLOW
            assert answer(machine, call, namespaces=False) == EPERM

    def test_signals_where_landlock_does_not_scope_them(self, machine: str) -> None:
        assert answer(machine, "kill", PID, namespaces=False, abi=5) == bpf.ALLOW
        assert answer(machine, "kill", 1, namespaces=False, abi=5) == EPERM
        assert answer(machine, "tgkill", PID, namespaces=False, abi=5) == bpf.ALLOW
        assert answer(machine, "pidfd_send_signal", 3, namespaces=False, abi=5) == EPERM
        assert answer(machine, "kill", 1, namespaces=False, abi=6) == bpf.ALLOW
        assert answer(machine, "fcntl", 0, 8, namespaces=False, abi=5) == EPERM
        assert answer(machine, "fcntl", 0, 2, namespaces=False, abi=5) == bpf.ALLOW
        assert answer(machine, "ioctl", 0, 0x8901, namespaces=False, abi=5) == EPERM

    def test_truncate_where_landlock_does_not_cover_it(self, machine: str) -> None:
        assert answer(machine, "truncate", namespaces=False, abi=2) == EPERM
        assert answer(machine, "truncate", namespaces=False, abi=3) == bpf.ALLOW


@pytest.mark.skipif(seccomp.machine() != "x86_64", reason="reads the C headers of an x86-64 machine")
def test_numbers_agree_with_the_kernel_headers() -> None:
    headers = [
        (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), "x86_64"),
        (Path("/usr/include/asm-generic/unistd.h"), "aarch64"),
    ]
    checked = 0
    for header, machine in headers:
        if not header.exists():
            continue
        for line in header.read_text().splitlines():
            words = line.split()
            if len(words) == 3 and words[0] == "#define" and words[2].isdigit():
                name = words[1].removeprefix("__NR_").removeprefix("__NR3264_")
                if name in syscalls.NUMBERS:
                    assert syscalls.number(name, machine) == int(words[2]), (name, machine)
                    checked += 1
    assert checked == 0 or checked > 50


def test_an_unknown_machine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(OSError, match="riscv64"):
        seccomp.machine()
