"""The command that makes the box."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.backend import Plan, box_environment
from sandbox.bubblewrap import arguments

PLAN = Plan(
    level="L3",
    way="bubblewrap",
    python="/usr/bin/python3",
    search=("/usr/lib/python3",),
    shown=(("/usr/lib", "/usr/lib"), ("/mnt/7", "/opt/python")),
    links=(("usr/lib", "/lib"),),
    hidden=("/usr/lib/python3/dist-packages",),
    solver=(("/mnt/9", "google/protobuf"),),
    bwrap={"path": "/usr/bin/bwrap", "root": "/usr/bin", "parts": ["bwrap"]},
)


def test_everything_that_closes_the_box_is_there() -> None:
    text = " ".join(arguments(PLAN, {"A": "b"}, 1234))
    for part in (
        "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--as-pid-1",
        "--disable-userns", "--clearenv --setenv", "--setenv A b", "--ro-bind /mnt/7 /opt/python",
        "--ro-bind /mnt/9 /solver-env/google/protobuf", "--symlink usr/lib /lib", "--proc /proc",
        "--remount-ro /usr/lib/python3/dist-packages", "--size 1234 --tmpfs /box", "--remount-ro /dev",
        "--tmpfs /dev/shm", "--remount-ro / --chdir /box",
    ):  # fmt: skip
        assert part in text, part
    assert "--bind " not in text.replace("--ro-bind ", "")
    assert "--share-net" not in text


@pytest.mark.parametrize(("omitted", "gone"), [("proc", "--proc"), ("disable-userns", "--disable-userns")])
def test_what_a_machine_refuses_is_left_out(omitted: str, gone: str) -> None:
    assert gone not in arguments(replace(PLAN, omit=(omitted,)), {}, 1)
    assert "--share-net" in arguments(replace(PLAN, omit=("net",)), {}, 1)


def test_what_is_hidden_comes_after_what_is_shown_and_before_the_solver_environment() -> None:
    args = arguments(PLAN, {}, 1)
    assert args.index("/opt/python") < args.index("/usr/lib/python3/dist-packages") < args.index("/mnt/9")


def test_the_plan_survives_its_message() -> None:
    import json

    assert Plan.from_json(json.loads(json.dumps(vars(PLAN)))) == PLAN


def test_the_environment_of_a_program() -> None:
    box = box_environment(3, {"X": "1", "HOME": "/root"}, "/box")
    assert box["X"] == "1"
    assert box["HOME"] == box["TMPDIR"] == "/box"
    counts = {box[name] for name in box if name.endswith("_THREADS")}
    assert counts == {"3"}
    assert "XLA_FLAGS" in box_environment(1, {}, "/box")
