"""200 attempts over four problems on two raylets while a worker, a raylet and the driver are killed."""

from __future__ import annotations

from pathlib import Path

from killed_sweeps import assert_paid_once, canonical_journals, disturbed, undisturbed, writer
from loopback_server import LoopbackServer
from raylets import raylets

N, SEEDS = 10, 5


def test_200_attempts_survive_kills(tmp_path: Path) -> None:
    with raylets(tmp_path, 1, 1) as cluster, LoopbackServer(writer) as server:
        disturbed(tmp_path / "killed", cluster, server.url, N, SEEDS)
        assert_paid_once(tmp_path / "killed", server)
    found = canonical_journals(tmp_path / "killed")
    calm = undisturbed(tmp_path / "calm", N, SEEDS)
    assert len(found) == 4 * SEEDS
    assert list(found.values()) == list(calm.values())
