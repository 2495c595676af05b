"""What an exit means."""

from __future__ import annotations

import signal

import pytest

from sandbox import ending
from sandbox.spec import EndedBy, Limits

LIMITS = Limits(10, memory_bytes=1000)


def found(status: int, **changes: object) -> ending.Exit:
    parts: dict[str, object] = {
        "cpu_s": 1.0,
        "cpu_limit_s": 15.0,
        "address_space_bytes": 100,
        "address_space_limit": 1000,
        "data_bytes": 100,
        "memory_bytes": 100,
        "stderr": "",
        **changes,
    }
    return ending.Exit(status=status, **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "changes", "ended_by", "code"),
    [
        (3 << 8, {}, EndedBy.EXITED, 3),
        (0, {}, EndedBy.EXITED, 0),
        (signal.SIGSEGV, {}, EndedBy.SIGNAL, -11),
        ((128 + 11) << 8, {}, EndedBy.SIGNAL, -11),
        (200 << 8, {}, EndedBy.EXITED, 200),
        (signal.SIGSEGV, {"address_space_bytes": 950}, EndedBy.MEMORY_LIMIT, -11),
        (signal.SIGABRT, {"data_bytes": 950}, EndedBy.MEMORY_LIMIT, -6),
        (signal.SIGABRT, {"stderr": "terminate: std::bad_alloc"}, EndedBy.MEMORY_LIMIT, -6),
        (signal.SIGKILL, {"memory_bytes": 990}, EndedBy.MEMORY_LIMIT, -9),
        (signal.SIGKILL, {"cpu_s": 14.9}, EndedBy.CPU_LIMIT, -9),
        (signal.SIGXCPU, {"cpu_s": 15.1}, EndedBy.CPU_LIMIT, -24),
        (signal.SIGKILL, {}, EndedBy.SIGNAL, -9),
    ],
)
def test_of_exit(status: int, changes: dict[str, object], ended_by: EndedBy, code: int) -> None:
    seen = found(status, **changes)
    assert ending.of_exit(seen, LIMITS)[0] is ended_by
    assert seen.code == code


def test_a_first_process_may_have_called_abort() -> None:
    assert ending.of_exit(found(signal.SIGSEGV), LIMITS)[1] == "ended by SIGSEGV or abort"
    assert ending.of_exit(found(signal.SIGABRT), LIMITS)[1] == "ended by SIGABRT"


def test_a_report_is_the_programs_word_and_no_more() -> None:
    report = {"ended_by": "exception", "message": "\x1b[31mbad\x07" + "x" * 9000, "code": True}
    ended_by, message, code = ending.of_report(report)
    assert ended_by is EndedBy.EXCEPTION
    assert len(message) <= 4096
    assert "\x1b" not in message
    assert code is None


@pytest.mark.parametrize(
    "content",
    [None, [], {}, {"message": 3, "ended_by": "exception"}, {"message": "", "ended_by": "fault"},
     {"message": "", "ended_by": "returned"}, {"message": "", "ended_by": ["exited"]}],
)  # fmt: skip
def test_reports_that_are_none(content: object) -> None:
    with pytest.raises(ValueError, match="error frame"):
        ending.of_report(content)


def test_an_exit_code_is_an_exit_code() -> None:
    assert ending.of_report({"ended_by": "exited", "message": "", "code": 3})[2] == 3
    assert ending.of_report({"ended_by": "exited", "message": "", "code": 1 << 80})[2] is None
