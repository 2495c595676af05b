"""A Ray cluster of several raylets on this machine, kept by a process of its own; each is ended by its pid.

    python raylets.py CORES CORES ...

starts a raylet with so many cores for each, the first as the head, and says on stdout, one JSON object a
line, where it is (`address`, `raylets`: pids). A line `add CORES` on stdin starts one more, which is told
likewise; the end of stdin ends all that is left.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_TRIES = 3
_PORTS = (
    "metrics_agent_port",
    "metrics_export_port",
    "dashboard_agent_listen_port",
    "runtime_env_agent_port",
)
# Losses are noticed within seconds, not half a minute.
_QUICK = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 4,
}
# How long Ray's own processes may take to come up: on a busy machine, long.
_PATIENT = {
    "RAY_worker_niceness": "0",
    "RAY_agent_register_timeout_ms": "240000",
    "RAY_worker_register_timeout_seconds": "240",
    "RAY_gcs_server_request_timeout_seconds": "120",
}


def main(cores: list[int]) -> None:
    """Keep the cluster until stdin ends."""
    from ray._private import node, services
    from ray.cluster_utils import Cluster

    services.get_node = _patient(services.get_node)
    node.Node.start_raylet = _with_ports(node.Node.start_raylet)
    cluster = _started(Cluster, cores[0])
    nodes = [cluster.head_node] + [_added(cluster, each) for each in cores[1:]]
    while True:
        pids = [node.all_processes["raylet"][0].process.pid for node in nodes]
        print(json.dumps({"address": cluster.address, "raylets": pids}), flush=True)
        words = sys.stdin.readline().split()
        if not words:
            break
        nodes.append(_added(cluster, int(words[1])))
    cluster.shutdown()


def _started(cluster: Any, cores: int) -> Any:
    """A head. A raylet whose agents are not up within 20 s aborts: on a busy machine it is tried again."""
    for left in range(_TRIES - 1, -1, -1):
        try:
            arguments = {"num_cpus": cores, "_system_config": _QUICK, **_node()}
            return cluster(initialize_head=True, head_node_args=arguments)
        except Exception:
            if not left:
                raise
            _end_all(descendants(os.getpid()))
    raise AssertionError("the last try returns or raises")


def _added(cluster: Any, cores: int) -> Any:
    """One more node, likewise."""
    for left in range(_TRIES - 1, -1, -1):
        before = set(descendants(os.getpid()))
        try:
            return cluster.add_node(num_cpus=cores, **_node())
        except Exception:
            if not left:
                raise
            _end_all(set(descendants(os.getpid())) - before)
    raise AssertionError("the last try returns or raises")


def _end_all(pids: Iterable[int]) -> None:
    for pid in list(pids):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _with_ports(start_raylet: Any) -> Any:
    """A raylet aborts if its agents have not written down their ports within 20 s; we have chosen them."""
    from ray._raylet import persist_port

    def started(self: Any, *arguments: Any, **further: Any) -> Any:
        for name in _PORTS:
            persist_port(self._session_dir, self._node_id, name, getattr(self._ray_params, name))
        return start_raylet(self, *arguments, **further)

    return started


def _patient(get_node: Any) -> Any:
    """Ray gives up a raylet that is not there within 30 s, whatever else the machine has to do."""

    def found(*which: Any) -> Any:
        deadline = time.monotonic() + 200
        while True:
            try:
                return get_node(*which)
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    return found


def _node() -> dict[str, Any]:
    """Arguments of a node, with ports for its agents."""
    ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
    return {"object_store_memory": 80 << 20, "include_dashboard": False, **ports}


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, below those that the system gives away by itself."""
    found = []
    for port in random.sample(range(20000, 30000), 10 * count):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            break
    return found


class Raylets:
    """The cluster as a test has it."""

    def __init__(self, process: subprocess.Popen[str], environment: dict[str, str]) -> None:
        self._process, self.environment = process, environment
        self._read()

    def add(self, cores: int) -> None:
        """One more raylet."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"add {cores}\n")
        self._process.stdin.flush()
        self._read()

    def kill(self, number: int) -> None:
        """End a raylet as a machine ends that loses power: what it had started goes with it."""
        os.kill(self.raylets[number], signal.SIGKILL)

    def workers(self, name: str = "ray::Worker") -> list[int]:
        """Pids of workers of ours that live, on any of the raylets."""
        found = []
        for raylet in self.raylets:
            found += [pid for pid in children(raylet) if command(pid).startswith(name)]
        return found

    def _read(self) -> None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the cluster did not start: see what was printed"
        told: dict[str, Any] = json.loads(line)
        self.address, self.raylets = str(told["address"]), list(told["raylets"])


@contextmanager
def raylets(home: Path, *cores: int) -> Iterator[Raylets]:
    """A cluster with a raylet for each number of cores, and a home of its own; ended behind the block."""
    environment = {**os.environ, "HOME": str(home), "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token"}
    environment |= _PATIENT
    environment |= {"RAY_AUTH_TOKEN": "0123456789abcdef" * 4}
    with (home / "raylets.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, __file__, *map(str, cores)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            text=True,
        )
    below: set[int] = set()
    try:
        made = Raylets(process, environment)
        yield made
        below = set(descendants(process.pid))
    finally:
        assert process.stdin is not None
        process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
        _end_all({*below, *descendants(process.pid), process.pid})
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def children(pid: int) -> list[int]:
    """The processes that a process has started, in whichever of its threads, and that live."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(word) for word in thread.read_text().split()]
    return found


def descendants(pid: int) -> Iterator[int]:
    """All below a process."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def command(pid: int) -> str:
    """What a process calls itself."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def wait_for(happens: Any, timeout_s: float = 200.0) -> None:
    """Until it happens. Raises `AssertionError` when the time is over."""
    deadline = time.monotonic() + timeout_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
