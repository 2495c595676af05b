"""Which Landlock rights a program gets on which paths, for the version that the kernel has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
REFER, TRUNCATE = 1 << 13, 1 << 14
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NETWORK_VERSION, _SCOPE_VERSION = 4, 6
_BIND_TCP, _CONNECT_TCP = 1, 2
_ABSTRACT_UNIX, _SIGNAL = 1, 2

READ = EXECUTE | READ_FILE | READ_DIR
# No links, fifos, sockets or devices: whoever looks into a scratch folder finds files and folders only.
SCRATCH = (
    READ_FILE | READ_DIR | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
)
DEVICE = READ_FILE | WRITE_FILE
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE  # the rights that a rule on a file may name


def ruleset(abi: int, rules: Iterable[tuple[str, int]]) -> dict[str, Any] | None:
    """What the shim applies: everything is handled, and allowed only where a rule says so.

    Returns
    -------
    dict or None
        `file`, `network` and `scope` are masks of what is handled, `rules` are (path, rights); a path that
        is not there is left out by the shim. `None` where there is no Landlock.
    """
    if abi < 1:
        return None
    handled = _FILE_RIGHTS[min(abi, max(_FILE_RIGHTS))]
    return {
        "file": handled,
        "network": _BIND_TCP | _CONNECT_TCP if abi >= _NETWORK_VERSION else 0,
        "scope": _ABSTRACT_UNIX | _SIGNAL if abi >= _SCOPE_VERSION else 0,
        "on_files": ON_FILES,
        "rules": [[path, rights & handled] for path, rights in rules],
    }
