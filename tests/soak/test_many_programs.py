"""Five hundred programs over two slots while supervisors are killed.

`SOAK_PROGRAMS` is another number of them, `SOAK_SEED` another order.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import alone
import pytest
import soak_parts

COUNT = int(os.environ.get("SOAK_PROGRAMS", "500"))
SEED = os.environ.get("SOAK_SEED", "1")
ROOT_USER = os.geteuid() == 0
MOST_GROWN_BYTES = 16 << 20
pytestmark = pytest.mark.timeout(3600)


@pytest.fixture(scope="module")
def place() -> Iterator[Path | None]:
    if not ROOT_USER:
        yield None
        return
    made = alone.make_place()
    yield made
    shutil.rmtree(made)


def soaked(place: Path | None, who: str, level: str, count: int) -> dict[str, Any]:
    words = [level, str(count), SEED]
    if place is None:
        return alone.as_this_user("many.py", *words, timeout_s=3000)
    return alone.as_root(place, who == "plain user", "many.py", *words, timeout_s=3000)


@pytest.mark.parametrize("level", ["L3", "L2"])
@pytest.mark.parametrize("who", ["root", "plain user"])
def test_nothing_goes_wrong_and_nothing_is_left(
    request: pytest.FixtureRequest, place: Path | None, who: str, level: str
) -> None:
    part = f"{COUNT} programs at {level} as {who}"
    soak_parts.need(request, "" if who == "plain user" or ROOT_USER else "this is not root", part)
    found = soaked(place, who, level, COUNT)
    ends = ", ".join(f"{count} {name}" for name, count in sorted(found["ended_by"].items()))
    soak_parts.note(request, f"{found['seconds']:.0f} s, {found['kills']} supervisors killed: {ends}", part)
    assert found["wrong"] == []
    assert found["tagged"] == []
    assert found["left"] == {}
    assert found["grown_bytes"] < MOST_GROWN_BYTES
    assert found["level"] == level
    assert (found["uid"] == 0) == (who == "root")
    assert sum(found["ended_by"].values()) == COUNT
    assert found["kills"] >= COUNT // 50
    assert 0 < found["ended_by"]["fault"] <= found["kills"]
