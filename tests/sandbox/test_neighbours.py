"""What a program takes and leaves is nothing to the one beside it, nor to the next one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NOTHING = ["returned", "", ""]


def of_this_user() -> subprocess.CompletedProcess[str]:
    search = os.pathsep.join(filter(None, (str(HERE.parents[1]), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, str(HERE / "neighbours.py"), "L3"]
    environment = {**os.environ, "PYTHONPATH": search}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


@pytest.mark.parametrize("who", ["this user", "plain user"])
def test_neighbours_share_nothing(who: str, plain_user: Any) -> None:
    done = of_this_user() if who == "this user" else plain_user.run("neighbours.py", "L3")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    ended_by, said, message = found["greedy"]
    assert (ended_by, message) == ("returned", "")
    assert said.startswith("refused after ")
    assert 32 <= int(said.split()[-1]) <= 64
    assert len(found["beside"]) >= 2
    assert all(each == NOTHING for each in (*found["beside"], *found["after"])), found
