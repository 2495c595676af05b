"""What the backends share: a child that can't be held is ended, and leaves nothing."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox import backend
from sandbox.backend import Ends, Order
from sandbox.bubblewrap import Bubblewrap
from sandbox.confined import Confined
from sandbox.spec import Limits

SLEEP = "import time; time.sleep(600)"


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The children that are started, on a machine on which no handle can be had."""
    started: list[int] = []
    spawn = backend.spawn

    def watched(*words: object, session: bool) -> int:
        started.append(spawn(*words, session=session))  # type: ignore[arg-type]
        return started[-1]

    def refuse(pid: int) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(backend, "spawn", watched)
    monkeypatch.setattr(os, "pidfd_open", refuse)
    return started


def confined(folder: Path) -> Confined:
    made = Confined(SimpleNamespace(python=sys.executable))  # type: ignore[arg-type]
    made._made = str(folder)
    return made


def bubblewrap(folder: Path) -> Bubblewrap:
    program = folder.parent / "sleeps"
    program.write_text(f"#!{sys.executable}\n{SLEEP}\n")
    program.chmod(0o755)
    nothing = dict.fromkeys(("omit", "links", "shown", "hidden", "solver"), ())
    plan = SimpleNamespace(python=sys.executable, bwrap={"path": str(program)}, **nothing)
    return Bubblewrap(plan)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [confined, bubblewrap])
def test_a_child_without_a_handle_is_ended(
    make: Callable[[Path], Confined | Bubblewrap], children: list[int], tmp_path: Path
) -> None:
    folder = tmp_path / "slot"
    folder.mkdir()
    null = os.open(os.devnull, os.O_RDWR)
    before = sorted(os.listdir("/proc/self/fd"))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            make(folder).launch(Ends(null, null, null, null, null), Order({}, Limits(1), SLEEP))
        assert sorted(os.listdir("/proc/self/fd")) == before
    finally:
        os.close(null)
    assert len(children) == 1
    with pytest.raises(ChildProcessError):  # it is collected
        os.waitpid(children[0], os.WNOHANG)
    assert list(folder.iterdir()) == []
