"""Sweeps on two raylets while a worker, a raylet and the driver are killed: nothing is lost or paid twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from killed_sweeps import assert_paid_once, canonical_journals, disturbed, executed_on, undisturbed, writer
from loopback_server import LoopbackServer
from raylets import raylets


@pytest.mark.parametrize(("n", "seeds"), [(4, 1), (10, 5)], ids=["16 attempts", "200 attempts"])
def test_journals_equal_those_of_an_undisturbed_sweep(tmp_path: Path, n: int, seeds: int) -> None:
    with raylets(tmp_path, 1, 1) as cluster, LoopbackServer(writer) as server:
        disturbed(tmp_path / "killed", cluster, server.url, n, seeds)
        assert_paid_once(tmp_path / "killed", server)
    found = canonical_journals(tmp_path / "killed")
    calm = undisturbed(tmp_path / "calm", n, seeds)
    assert len(found) == 4 * seeds
    assert list(found.values()) == list(calm.values())
    assert {"ok", "bad_output"} <= set(executed_on(tmp_path / "killed"))
