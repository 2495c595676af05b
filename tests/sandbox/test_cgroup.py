"""Which cgroup is taken and why one is refused, on folders that look like cgroups.

That limits hold is shown where a kernel has version 2: `make soak`.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from sandbox import cgroup, controls, delegation
from sandbox.delegation import Located, Place

MOUNTS = """\
22 27 0:20 / /proc rw,nosuid shared:5 - proc proc rw
31 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate
"""
V1 = "4:memory:/user\n3:pids:/user\n2:cpu,cpuacct:/\n1:name=systemd:/\n0::/\n"


class TestWhereWeAre:
    @pytest.mark.parametrize(
        ("cgroup_text", "folder"),
        [
            ("0::/\n", "/sys/fs/cgroup"),
            ("0::/user.slice/a b.scope\n", "/sys/fs/cgroup/user.slice/a b.scope"),
            ("0::/gone (deleted)\n", "/sys/fs/cgroup/gone"),
            ("1:name=systemd:/x\n0::/y\n", "/sys/fs/cgroup/y"),
        ],
    )
    def test_below_the_mount(self, cgroup_text: str, folder: str) -> None:
        assert delegation.locate(MOUNTS, cgroup_text) == Located("/sys/fs/cgroup", folder)

    def test_when_only_a_part_is_mounted(self) -> None:
        mounts = MOUNTS.replace("0:26 / /sys", "0:26 /docker/ab /sys")
        found = delegation.locate(mounts, "0::/docker/ab/run\n")
        assert found == Located("/sys/fs/cgroup", "/sys/fs/cgroup/run")

    def test_when_the_mount_has_an_odd_name(self) -> None:
        mounts = MOUNTS.replace("/sys/fs/cgroup", r"/my\040groups")
        assert delegation.locate(mounts, "0::/x\n").own == "/my groups/x"

    @pytest.mark.parametrize(
        ("mounts", "own", "says", "advice"),
        [
            (MOUNTS, V1, "cgroup: version 1 holds memory and pids here", "unified_cgroup_hierarchy"),
            (MOUNTS, "1:pids,cpu:/\n0::/\n", "cgroup: version 1 holds pids here", "unified"),
            (MOUNTS.splitlines()[0], "0::/\n", "cgroup: no version 2 mounted", "mount -t cgroup2"),
            (MOUNTS, "1:name=systemd:/\n", "cgroup: no version 2 mounted", "mount -t cgroup2"),
            (MOUNTS, "0::/../other\n", "lies outside of what is mounted", "systemd-run --user"),
            (
                MOUNTS.replace("0:26 / /sys", "0:26 /docker/ab /sys"),
                "0::/docker/abc\n",
                "lies outside of what is mounted",
                "run as root",
            ),
        ],
    )
    def test_what_is_missing_is_said_with_what_to_do(
        self, mounts: str, own: str, says: str, advice: str
    ) -> None:
        with pytest.raises(OSError, match=says) as caught:
            delegation.locate(mounts, own)
        assert advice in cgroup.remedy(str(caught.value))


def test_nothing_is_advised_about_what_is_not_ours() -> None:
    assert cgroup.remedy("bwrap: setting up uid map: Permission denied") == ""


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[dict[str, str]], Located]:
    """`tree({path: controllers its children have})`, outermost first; the last is our own cgroup."""

    def made(given: dict[str, str]) -> Located:
        folder, offered = tmp_path, "cpu io memory pids"
        for path, enabled in given.items():
            folder = tmp_path / path
            folder.mkdir(exist_ok=True)
            (folder / "cgroup.controllers").write_text(offered)
            (folder / "cgroup.subtree_control").write_text(enabled)
            (folder / "cgroup.procs").write_text("")
            offered = enabled
        return Located(str(tmp_path), str(folder))

    return made


def accepts(path: str) -> None:
    assert Path(path).is_dir()


def without_controls(names: Iterable[str]) -> Callable[..., list[str]]:
    """Stands for a kernel that refuses to enable anything in these cgroups."""

    def enable(folder: str, wanted: Iterable[str]) -> list[str]:
        if os.path.basename(folder) in names:
            raise OSError(errno.EBUSY, "Device or resource busy")
        return []

    return enable


class TestWhichIsTaken:
    def test_our_own_if_its_children_have_the_controllers(self, tree: Callable[..., Located]) -> None:
        at = tree({".": "memory pids cpu", "a": "memory pids", "a/b": "memory pids"})
        assert delegation.choose(at, accepts) == Place(at.own, cpu=False)

    def test_the_nearest_above_that_can_give_them(
        self, tree: Callable[..., Located], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at = tree({".": "memory pids cpu", "a": "memory pids cpu", "a/b": ""})
        monkeypatch.setattr(controls, "enable", without_controls({"b"}))
        assert delegation.choose(at, accepts) == Place(os.path.dirname(at.own), cpu=True)

    def test_one_that_fails_the_trial_is_passed_over(self, tree: Callable[..., Located]) -> None:
        at = tree({".": "memory pids cpu", "a": "memory pids cpu", "a/b": "memory pids cpu"})

        def probe(path: str) -> None:
            if path == at.own:
                raise OSError(errno.EACCES, "Permission denied")

        assert delegation.choose(at, probe).path == os.path.dirname(at.own)

    def test_none_above_one_in_which_nothing_can_be_made(
        self, tree: Callable[..., Located], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at = tree({".": "memory pids cpu", "a": "memory pids cpu", "a/b": ""})
        monkeypatch.setattr(controls, "enable", without_controls({"b"}))
        mkdir = os.mkdir

        def refuse(path: str, mode: int = 0o777) -> None:
            if os.path.basename(os.path.dirname(path)) == "a":
                raise PermissionError(errno.EACCES, "Permission denied")
            mkdir(path, mode)

        monkeypatch.setattr(os, "mkdir", refuse)
        monkeypatch.setattr(controls, "members", lambda folder: [os.getpid(), 1 << 30])
        with pytest.raises(OSError, match=r"^cgroup: .*a/b: .*not of this run \(pid 1073741824\)") as caught:
            delegation.choose(at, accepts)
        assert "no cgroup can be made in it: Permission denied" in str(caught.value)
        assert "systemd-run --user --scope -p Delegate=yes" in cgroup.remedy(str(caught.value))
        assert not Path(at.own, delegation.OWNER).exists()

    def test_read_only(self, tree: Callable[..., Located], monkeypatch: pytest.MonkeyPatch) -> None:
        at = tree({".": "memory pids"})

        def refuse(path: str, mode: int = 0o777) -> None:
            raise OSError(errno.EROFS, "Read-only file system")

        monkeypatch.setattr(os, "mkdir", refuse)
        with pytest.raises(OSError, match=r"^cgroup: read-only at ") as caught:
            delegation.choose(at, accepts)
        assert "docker" in cgroup.remedy(str(caught.value))

    def test_one_that_was_given_no_memory(self, tree: Callable[..., Located]) -> None:
        at = tree({".": "pids", "a": "pids"})
        Path(at.mount, "cgroup.controllers").write_text("cpu pids")
        with pytest.raises(OSError, match="it was given no controller for memory") as caught:
            delegation.choose(at, accepts)
        assert "run as root" in cgroup.remedy(str(caught.value))

    def test_no_trial_is_left_behind(self, tree: Callable[..., Located]) -> None:
        at = tree({".": "memory pids cpu"})
        before = sorted(os.listdir(at.own))
        delegation.choose(at, accepts)
        assert sorted(os.listdir(at.own)) == before


def test_the_furthest_ancestor_among_them_and_all_that_it_started_are_kin() -> None:
    assert os.getpid() in delegation._kin([])
    assert os.getppid() not in delegation._kin([])
    assert {os.getpid(), os.getppid()} <= delegation._kin([os.getppid()])
    assert 0 not in delegation._kin([0, os.getpid()])


class TestFiles:
    def test_numbers_and_entries(self, tmp_path: Path) -> None:
        (tmp_path / "memory.events").write_text("low 0\noom 2\noom_kill 31\n")
        (tmp_path / "memory.peak").write_text("4096\n")
        (tmp_path / "memory.max").write_text("max\n")
        folder = str(tmp_path)
        assert controls.entry(folder, "memory.events", "oom_kill") == 31
        assert controls.entry(folder, "memory.events", "oom_group_kill") == 0
        assert controls.entry(folder, "pids.events", "max") == 0
        assert controls.number(folder, "memory.peak") == 4096
        assert controls.number(folder, "pids.peak") == 0
        assert controls.number(folder, "memory.max") == 0

    def test_a_file_that_not_every_kernel_has(self, tmp_path: Path) -> None:
        controls.write_if_there(str(tmp_path), "memory.swap.max", 0)
        assert not list(tmp_path.iterdir())

    def test_removing_waits_a_while_and_tells(self, tmp_path: Path) -> None:
        stays = tmp_path / "stays"
        (stays / "below").mkdir(parents=True)
        (stays / "file").touch()  # a cgroup's own files vanish with it; this one stands for a process
        assert not controls.remove(str(stays), 0.01)
        (stays / "file").unlink()
        assert controls.remove(str(stays), 0)
        assert controls.remove(str(stays), 0), "what is gone is removed"


class TestSweeping:
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(str(tmp_path))

    def slot(self, place: Place, name: str, populated: int) -> Path:
        """Its files lie beside it, since only a kernel lets a folder go whose files are there."""
        supervisor = Path(place.path, name, "supervisor")
        supervisor.mkdir(parents=True)
        if populated:
            (supervisor / "cgroup.events").write_text("populated 1\nfrozen 0\n")
        return supervisor.parent

    def test_whose_supervisor_is_gone(self, place: Place) -> None:
        gone = self.slot(place, f"solversmith-{1 << 30}-ab", populated=0)
        lives = self.slot(place, f"solversmith-{1 << 30}-cd", populated=1)
        young = self.slot(place, f"solversmith-{os.getpid()}-ef", populated=0)
        other = self.slot(place, "user.service", populated=0)
        owner = self.slot(place, delegation.OWNER, populated=0)
        cgroup.sweep(place)
        assert not gone.exists()
        assert all(path.exists() for path in (lives, young, other, owner))

    def test_one_that_is_long_abandoned_though_its_number_is_used_again(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = self.slot(place, f"solversmith-{os.getpid()}-ab", populated=0)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 60)
        cgroup.sweep(place)
        assert not old.exists()

    def test_a_place_that_is_gone(self, tmp_path: Path) -> None:
        cgroup.sweep(Place(str(tmp_path / "gone")))


def test_this_machine_has_a_place_or_says_why_not() -> None:
    place, refusal = found()
    if ":memory:" in Path("/proc/self/cgroup").read_text():
        assert "version 1 holds memory" in refusal
    if place is None:
        assert refusal.startswith("cgroup: ")
        assert cgroup.remedy(refusal)
    else:
        assert {"memory", "pids"} <= controls.enabled(place.path)
        assert not [name for name in os.listdir(place.path) if name.startswith(delegation.PROBE)]


def found() -> tuple[Place | None, str]:
    try:
        return cgroup.find(), ""
    except OSError as error:
        return None, str(error)
