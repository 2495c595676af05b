"""An assembler for the classic BPF programs that seccomp takes: a list of checks on number and arguments."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000

_LOAD, _AND, _JEQ, _JSET, _JGE, _RETURN = 0x20, 0x54, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_X32_BIT = 0x40000000


def errno(code: int) -> int:
    """The action that makes a call fail with this error."""
    return _ERRNO | code


@dataclass(frozen=True)
class Check:
    """One check: action `then` for calls with this number whose argument fits.

    `mask` picks bits of the argument's low 32; it fits if any of them is set. `equal` and `unequal` compare
    the low 32 bits; `equal` with a `mask` compares the bits that this picks.
    """

    number: int
    then: int
    argument: int | None = None
    mask: int | None = None
    equal: int | None = None
    unequal: int | None = None


def assemble(arch: int, checks: Sequence[Check], x32: bool) -> bytes:
    """The program: any other architecture is killed, then each check in order, all else is allowed.

    Parameters
    ----------
    arch
        AUDIT_ARCH value.
    x32
        Whether this architecture has a second ABI in bit 30 of the number, which is killed too.
    """
    code = [_op(_LOAD, _ARCH), _op(_JEQ, arch, 1, 0), _op(_RETURN, KILL_PROCESS), _op(_LOAD, _NUMBER)]
    if x32:
        code += [_op(_JGE, _X32_BIT, 0, 1), _op(_RETURN, KILL_PROCESS)]
    for check in checks:
        code += _check(check)
    return b"".join([*code, _op(_RETURN, ALLOW)])


def _check(check: Check) -> list[bytes]:
    if check.argument is None:
        return [_op(_JEQ, check.number, 0, 1), _op(_RETURN, check.then)]
    low = _ARGUMENTS + 8 * check.argument  # both machines are little endian
    load = [_op(_LOAD, low)]
    if check.mask is not None and check.equal is not None:
        load.append(_op(_AND, check.mask))
        test = _op(_JEQ, check.equal, 0, 1)
    elif check.mask is not None:
        test = _op(_JSET, check.mask, 0, 1)
    elif check.equal is not None:
        test = _op(_JEQ, check.equal, 0, 1)
    else:
        assert check.unequal is not None, "a check of an argument compares it with something"
        test = _op(_JEQ, check.unequal, 1, 0)
    # The number is loaded again, since the accumulator now holds the argument.
    return [
        _op(_JEQ, check.number, 0, 3 + len(load)),
        *load,
        test,
        _op(_RETURN, check.then),
        _op(_LOAD, _NUMBER),
    ]


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)
