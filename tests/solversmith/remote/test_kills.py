"""A sweep on two raylets while worker, raylet and driver are killed: nothing is lost or paid twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from killed_sweeps import assert_paid_once, canonical_journals, disturbed, executed_on, undisturbed, writer
from loopback_server import LoopbackServer
from raylets import raylets

N, SEEDS = 4, 1  # four runs of four attempts; tests/soak has 200


@pytest.mark.slow
def test_journals_equal_those_of_an_undisturbed_sweep(tmp_path: Path) -> None:
    with raylets(tmp_path, 1, 1) as cluster, LoopbackServer(writer) as server:
        disturbed(tmp_path / "killed", cluster, server.url, N, SEEDS)
        assert_paid_once(tmp_path / "killed", server)
    found = canonical_journals(tmp_path / "killed")
    calm = undisturbed(tmp_path / "calm", N, SEEDS)
    assert len(found) == 4 * SEEDS
    assert list(found.values()) == list(calm.values())
    assert {"ok", "bad_output"} <= set(executed_on(tmp_path / "killed"))
