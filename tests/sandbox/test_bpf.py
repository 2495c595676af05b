"""The assembler, checked by running its programs in an interpreter of classic BPF."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from sandbox import bpf
from sandbox.bpf import ALLOW, KILL_PROCESS, Check, assemble, errno

ARCH = 0xC000003E
words = st.integers(0, 2**32 - 1)


def execute(program: bytes, number: int, arguments: tuple[int, ...] = (0,) * 6, arch: int = ARCH) -> int:
    """What the kernel would answer."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *arguments)
    code = list(struct.iter_unpack("<HBBI", program))
    accumulator = place = 0
    while True:
        operation, if_true, if_false, value = code[place]
        place += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif operation == 0x54:
            accumulator &= value
        elif operation == 0x06:
            return int(value)
        else:
            fits = {
                0x15: accumulator == value,
                0x35: accumulator >= value,
                0x45: bool(accumulator & value),
            }[operation]
            place += if_true if fits else if_false


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_number_is_denied_and_no_other(denied: int, called: int) -> None:
    program = assemble(ARCH, [Check(denied, errno(1))], x32=True)
    assert execute(program, called) == (errno(1) if called == denied else ALLOW)


@given(words, words, words)
def test_arguments(mask: int, wanted: int, given_: int) -> None:
    checks = [
        Check(1, errno(1), argument=0, mask=mask),
        Check(2, errno(2), argument=1, equal=wanted),
        Check(3, errno(3), argument=5, unequal=wanted),
        Check(4, errno(4)),
        Check(5, errno(5), argument=2, mask=mask, equal=wanted),
    ]
    program = assemble(ARCH, checks, x32=True)
    arguments = (given_, given_, given_, 0, 0, given_)
    assert execute(program, 1, arguments) == (errno(1) if given_ & mask else ALLOW)
    assert execute(program, 2, arguments) == (errno(2) if given_ == wanted else ALLOW)
    assert execute(program, 3, arguments) == (errno(3) if given_ != wanted else ALLOW)
    assert execute(program, 4, arguments) == errno(4)
    assert execute(program, 5, arguments) == (errno(5) if given_ & mask == wanted else ALLOW)
    picked = (0, 0, mask & wanted, 0, 0, 0)
    assert execute(program, 5, picked) == (errno(5) if mask & wanted == wanted else ALLOW)


@given(words.filter(lambda arch: arch != ARCH), st.integers(0, 500))
def test_another_architecture_is_killed(arch: int, number: int) -> None:
    assert execute(assemble(ARCH, [], x32=False), number, arch=arch) == KILL_PROCESS


def test_the_second_abi_is_killed() -> None:
    assert execute(assemble(ARCH, [], x32=True), 0x40000001) == KILL_PROCESS
    assert execute(assemble(ARCH, [], x32=False), 0x40000001) == ALLOW


def test_golden_bytes() -> None:
    program = assemble(ARCH, [Check(41, bpf.errno(1))], x32=True)
    assert program.hex() == (
        "2000000004000000" "150001003e0000c0" "0600000000000080" "2000000000000000"
        "3500000100000040" "0600000000000080" "1500000129000000" "0600000001000500" "060000000000ff7f"
    )  # fmt: skip
