"""The filter for programs, byte for byte on both machines, and what these bytes say beside them.

Who changes the filter changes `golden_filter.txt` and the digests here, and by that says that it was meant.
`python tests/sandbox/test_golden_filter.py` prints what both would become.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from sandbox import bpf, seccomp, syscalls

GOLDEN = Path(__file__).with_name("golden_filter.txt")
PID = 4242
# Machine, own namespaces, version of Landlock: SHA-256 of the whole program.
DIGESTS = {
    ("x86_64", True, 7): "83fdbca93d4297884d0a3786b1eb6f6b58b368f1dec0267fe3fa2f62450671b4",
    ("x86_64", False, 7): "e7736ddce22c188faedfdc13b5ed5b0f32833a2bfe64e7600a448c827f0585b6",
    ("x86_64", False, 1): "293ffb0a08abc60c44f4a50442b704e5e39d20fe612daf9fb27cb725ec2ae8d3",
    ("aarch64", True, 7): "c258f87afbbf7a31c7805aaaf752464719e9a985c9cafbee35394438e688dcbc",
    ("aarch64", False, 7): "5fd58e5941d05265c0da03db52dbd6ef621e5de0c7538dfe51b5ab61810146ab",
    ("aarch64", False, 1): "68954712b24fabf22ff9532daba9d5ab7d726a97e324535f3a3d71140e3803e3",
}
KINDS = [(machine, *kind) for machine in syscalls.MACHINES for kind in ((True, 7), (False, 7), (False, 1))]
HEAD = {  # any other architecture is killed, and on x86-64 numbers of the x32 ABI
    "x86_64": "20000000 04000000 15000100 3e0000c0 06000000 00000080 20000000 00000000"
    " 35000001 00000040 06000000 00000080",
    "aarch64": "20000000 04000000 15000100 b70000c0 06000000 00000080 20000000 00000000",
}
ALLOW_THE_REST = "06000000 0000ff7f"
ANSWERS = {
    bpf.errno(0): "does nothing, says done",
    bpf.errno(1): "EPERM",
    bpf.errno(37): "ENOLCK",
    bpf.errno(38): "ENOSYS",
}
LOAD, AND, RETURN = 0x20, 0x54, 0x06
TESTS = {(0x45, 0, 1): "has any of {:#x}", (0x15, 0, 1): "is {:#x}", (0x15, 1, 0): "is not {:#x}"}


def program(machine: str, namespaces: bool, abi: int) -> bytes:
    return seccomp.program_filter(machine, namespaces=namespaces, landlock_abi=abi, pid=PID)


def rules(code: bytes, machine: str) -> Iterator[str]:
    """What a program does, read from its bytes: one line for each check."""
    head, end = (bytes.fromhex(text) for text in (HEAD[machine], ALLOW_THE_REST))
    assert code.startswith(head)
    assert code.endswith(end)
    names = {syscalls.number(name, machine): name for name in syscalls.NUMBERS}
    steps = struct.iter_unpack("<HBBI", code[len(head) : -len(end)])
    for operation, if_true, if_false, number in steps:
        assert (operation, if_true) == (0x15, 0)
        call = f"{names[number]} ({number})"
        if if_false == 1:
            then = next(steps)
        else:
            assert if_false in (4, 5)
            load = next(steps)
            picked = next(steps) if if_false == 5 else None
            test, then, again = (next(steps) for _ in range(3))
            assert load[:3] == (LOAD, 0, 0)
            assert again == (LOAD, 0, 0, 0)
            argument, rest = divmod(load[3] - 16, 8)
            assert rest == 0
            assert picked is None or picked[:3] == (AND, 0, 0)
            bits = "" if picked is None else f" in bits {picked[3]:#x}"
            call += f", if argument {argument}{bits} {TESTS[test[:3]].format(test[3])}"
        assert then[:3] == (RETURN, 0, 0)
        yield f"{call}: {ANSWERS[then[3]]}"


def listing() -> str:
    """All programs, in words. Of those without namespaces only what the one with them does not have."""
    parts = []
    for machine, namespaces, abi in KINDS:
        lines = list(rules(program(machine, namespaces, abi), machine))
        if not namespaces:
            known = set(rules(program(machine, True, 7), machine))
            assert known <= set(lines)
            lines = [line for line in lines if line not in known]
        kind = "namespaces" if namespaces else f"without namespaces, Landlock {abi}: besides"
        parts.append("\n".join([f"== {machine}, {kind}", *lines]) + "\n")
    return "\n".join(parts)


def digest(machine: str, namespaces: bool, abi: int) -> str:
    return sha256(program(machine, namespaces, abi)).hexdigest()


@pytest.mark.parametrize(("machine", "namespaces", "abi"), KINDS)
def test_bytes(machine: str, namespaces: bool, abi: int) -> None:
    assert digest(machine, namespaces, abi) == DIGESTS[machine, namespaces, abi]


def test_what_the_bytes_say() -> None:
    assert listing() == GOLDEN.read_text(encoding="utf-8")


if __name__ == "__main__":
    GOLDEN.write_text(listing(), encoding="utf-8")
    for kind in KINDS:
        print(f"    {kind}: {digest(*kind)!r},".replace("'", '"'))
