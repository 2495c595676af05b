"""Where root shows an unprivileged user what lies in folders that only root can enter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox import linux

_STAGES = ("/mnt", "/media", "/srv", "/opt", "/run", "/var/tmp", "/tmp")


class Stage:
    """A private mount namespace with a folder in it that everybody can traverse."""

    def __init__(self, sources: Iterable[str]) -> None:
        linux.unshare_mounts()
        self._root = self._folder(list(sources))
        linux.mount("tmpfs", self._root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=1m")
        self._count = 0

    def _folder(self, sources: Sequence[str]) -> str:
        for folder in _STAGES:
            covers = any(source == folder or source.startswith(folder + "/") for source in sources)
            if os.path.isdir(folder) and not os.path.islink(folder) and not covers:
                return folder
        raise OSError("no folder to bind the interpreter to: all of " + ", ".join(_STAGES) + " are in use")

    def bind(self, source: str) -> str:
        """The same file or folder, at a path that everybody can traverse."""
        self._count += 1
        return self._bind(source, str(self._count))

    def bind_parts(self, bwrap: Mapping[str, Any]) -> str:
        """bwrap with the libraries that lie beside it, in the same arrangement."""
        root = Path(bwrap["root"])
        for part in bwrap["parts"]:
            self._bind(str(root / part), f"bwrap/{part}")
        return f"{self._root}/bwrap/{Path(bwrap['path']).relative_to(root)}"

    def _bind(self, source: str, relative: str) -> str:
        target = Path(self._root, relative)
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.isdir(source):
            target.mkdir(exist_ok=True)
        else:
            target.touch()
        linux.mount(source, str(target), "", linux.MS_BIND)
        return str(target)
