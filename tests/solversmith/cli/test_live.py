"""Live progress: from records to lines, and on a real terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from solversmith.cli.live import Live
from solversmith.records.run import CandidateRecord
from solversmith.records.verdict import Verdict

RECORD = CandidateRecord("c0000", "p0000", 0, 0, 1, None, Verdict.OK, 0.5, 0)


def test_a_candidate_brings_the_status_along_where_nothing_else_shows_it() -> None:
    plain: list[str] = []
    live = Live(plain.append, clock=lambda: 0.0)
    assert live.line() == "getting ready"
    live.begin((), 2)
    live.observe(RECORD)
    assert plain == ["c0000 done after 1 round: ok, loss 0.5000 · " + live.line()]
    quiet: list[str] = []
    live = Live(quiet.append, with_status=False)
    live.begin((), 2)
    live.observe(RECORD)
    assert quiet == ["c0000 done after 1 round: ok, loss 0.5000"]


def test_a_continued_run_says_what_is_not_paid_again() -> None:
    lines: list[str] = []
    Live(lines.append).begin((RECORD,), 4)
    assert lines == ["continuing: 1 of 4 candidates are done, nothing of them is paid again"]


def test_a_reader_that_has_gone_does_not_end_the_run() -> None:
    def closed(text: str) -> None:
        raise BrokenPipeError

    live = Live(closed)
    live.begin((RECORD,), 4)
    live.observe(RECORD)
    assert "2/4 candidates" in live.line()


def test_on_a_terminal_the_status_moves_and_the_result_stays(decay: str, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "solversmith.cli.main", "run", decay, "-n", "2", "--no-humans"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    pipes = {"stdout": subprocess.PIPE, "stderr": theirs}
    done = subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, **pipes)
    os.close(theirs)
    shown = bytearray()
    try:
        while block := os.read(ours, 65536):
            shown += block
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    result, _ = done.communicate(timeout=60)
    assert done.returncode == 0
    assert "best candidate" in result
    assert "\x1b" not in result
    assert b"2/2 candidates" in shown
    assert b"\x1b[2K" in shown
