"""What `doctor` says of Ray, without importing it: that would take seconds."""

from __future__ import annotations

import importlib.metadata
import os
import socket
from typing import Any

# What a head that is started here opens: its store of facts, the dashboard with its jobs, and the client.
PORTS = {"GCS": 6379, "dashboard and jobs": 8265, "client": 10001}
_WAIT_S = 0.2


def facts(confined: bool) -> dict[str, Any]:
    """Version, configured address, ports of a local head, and whether programs can reach them.

    Parameters
    ----------
    confined
        Whether programs run at a level whose attack on a local port failed.
    """
    try:
        version = importlib.metadata.version("ray")
    except importlib.metadata.PackageNotFoundError:
        version = None
    return {
        "version": version,
        "address": os.environ.get("RAY_ADDRESS") or None,
        "ports": PORTS,
        "open": [name for name, port in PORTS.items() if _is_open(port)],
        "reachable": not confined,
    }


def _is_open(port: int) -> bool:
    """Whether something listens there on this machine now."""
    with socket.socket() as tried:
        tried.settimeout(_WAIT_S)
        return tried.connect_ex(("127.0.0.1", port)) == 0
