"""How much processor time the control groups around this process allow: a container's quota. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class Quota:
    """The tightest limit found: `cores` processors' worth of time; `None` where there is no limit.

    `group` is the folder of the group that has it. `seen` is how many groups were read that could have a
    limit: with none, nothing is known.
    """

    cores: float | None
    group: str
    seen: int


@dataclass(frozen=True)
class _Mount:
    """One mounted hierarchy: which part of it is mounted where."""

    root: str
    point: str
    controllers: frozenset[str]  # of version 1; empty for version 2


def find(root: Path = Path("/")) -> Quota:
    """The tightest quota from this process's own groups up to what is mounted of the hierarchy."""
    limits: list[tuple[float, str]] = []
    seen = 0
    for folder, version in _folders(root):
        text = _limit(folder, version)
        if text is None:
            continue
        seen += 1
        cores = parsed(text)
        if cores is not None:
            limits.append((cores, "/" + str(folder.relative_to(root))))
    cores, group = min(limits, default=(None, ""))
    return Quota(cores, group, seen)


def parsed(text: str) -> float | None:
    """Processors' worth of time in `quota period`; `None` for `max` or -1, which is no limit."""
    words = text.split()
    try:
        quota, period = float(words[0]), float(words[1])
    except (IndexError, ValueError):
        return None
    return quota / period if quota > 0 and period > 0 else None


def _limit(folder: Path, version: int) -> str | None:
    """`quota period` of one group, if it has one."""
    try:
        if version == 2:
            return (folder / "cpu.max").read_text()
        return (folder / "cpu.cfs_quota_us").read_text() + (folder / "cpu.cfs_period_us").read_text()
    except OSError:
        return None


def _folders(root: Path) -> Iterator[tuple[Path, int]]:
    """Folders of this process's groups that may limit its processor time, and their version."""
    groups = _own_groups(root)
    for mount in _mounts(root):
        version = 1 if mount.controllers else 2
        if version == 1 and "cpu" not in mount.controllers:
            continue
        path = groups.get("cpu" if version == 1 else "")
        if path is not None:
            for relative in _upward(path, mount.root):
                yield root / mount.point.lstrip("/") / relative, version


def _upward(path: str, mounted: str) -> Iterator[str]:
    """Paths below a mount point, from a group of the hierarchy up to the part that is mounted."""
    parts = PurePosixPath(path).parts
    # What lies above the mounted part, as a container sees it, is hidden: its own root is what counts.
    inside = ".." not in parts and PurePosixPath(path).is_relative_to(mounted)
    here = PurePosixPath(path).relative_to(mounted) if inside else PurePosixPath()
    yield str(here)
    for above in here.parents:
        yield str(above)


def _own_groups(root: Path) -> dict[str, str]:
    """The group of this process per controller; version 2 under the empty name."""
    found: dict[str, str] = {}
    for line in _lines(root / "proc/self/cgroup"):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        for name in controllers.split(","):
            found[name] = path
    return found


def _mounts(root: Path) -> Iterator[_Mount]:
    for line in _lines(root / "proc/self/mountinfo"):
        before, _, after = line.partition(" - ")
        fields, kind = before.split(), after.split()
        if len(fields) < 5 or len(kind) < 3 or kind[0] not in ("cgroup", "cgroup2"):
            continue
        controllers = frozenset(kind[2].split(",")) if kind[0] == "cgroup" else frozenset[str]()
        yield _Mount(fields[3], fields[4], controllers)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(errors="replace").splitlines()
    except OSError:
        return []
