"""The attack on ourselves that a level must withstand before it is used.

A program in the box tries to read a file of ours, to reach a listener of ours, to signal its supervisor and
its owner, and to leave a process behind.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.spec import ArraySpec, EndedBy, Job, Limits, Outcome

HARNESS = """
import json
def arguments(payload):
    return (json.loads(payload),), {}
def answer(value, payload):
    import array
    return {"worked": array.array("q", value)}
"""

PROGRAM = """
import ctypes, os, socket, time

def works(act):
    try:
        act()
    except (OSError, ImportError):
        return 0
    return 1

def connect(kind, port):
    with socket.socket(socket.AF_INET, kind) as s:
        s.settimeout(2)
        s.connect(("127.0.0.1", port))
        s.send(b"x")

def leave_behind():
    if os.fork() == 0:
        try:
            os.setsid()
        except OSError:
            pass
        if os.fork() == 0:
            for fd in range(3):
                os.close(fd)
            time.sleep(60)
        os._exit(0)

def signal_to(pid):
    if os.getpid() == 1 and pid < 100:  # a pid namespace, in which that number is one of our own
        raise ProcessLookupError
    os.kill(pid, 0)

def attack(target):
    ctypes.CDLL(None).prctl(15, target["tag"].encode())  # a name that everybody can read
    leave_behind()
    return [
        works(lambda: open(target["canary"]).read()),
        works(lambda: open(target["source"]).read()),
        works(lambda: open(target["canary"], "a").close()),
        works(lambda: connect(socket.SOCK_STREAM, target["port"])),
        works(lambda: connect(socket.SOCK_DGRAM, target["port"])),
        works(lambda: signal_to(target["supervisor"])),
        works(lambda: signal_to(target["owner"])),
        works(lambda: os.listdir(target["folder"])),
    ]
"""

ATTACKS = (
    "read a file beside it",
    "read this package's own source",
    "write a file beside it",
    "connect to a local port",
    "send a datagram to a local port",
    "signal its supervisor",
    "signal its owner",
    "list a folder beside it",
)
_TAG_LETTERS = 15  # what the name of a process can hold


@dataclass(frozen=True)
class Targets:
    """What is attacked."""

    canary: Path
    port: int
    tag: str

    def job(self, supervisor: int) -> Job:
        """The attack, on these and on this supervisor."""
        payload = {
            "canary": str(self.canary),
            "folder": str(self.canary.parent),
            "source": str(Path(__file__).with_name("spec.py")),
            "port": self.port,
            "supervisor": supervisor,
            "owner": os.getpid(),
            "tag": self.tag,
        }
        return Job(
            harness=HARNESS,
            payload=json.dumps(payload).encode(),
            program=PROGRAM,
            entry_point="attack",
            answer={"worked": ArraySpec("<i8", (len(ATTACKS),))},
            limits=Limits(wall_s=20, setup_s=30, memory_bytes=512 << 20),
        )


@contextlib.contextmanager
def targets() -> Iterator[Targets]:
    """Plant a file that anybody can read and a listener on the loopback interface."""
    with tempfile.TemporaryDirectory(prefix="sandbox-canary-") as folder, socket.socket() as listener:
        os.chmod(folder, 0o755)  # so that only isolation stands in the way
        canary = Path(folder, "canary")
        canary.write_text("secret")
        canary.chmod(0o666)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield Targets(canary, listener.getsockname()[1], secrets.token_hex(16)[:_TAG_LETTERS])


def survived(outcome: Outcome, target: Targets) -> list[str]:
    """What the attack achieved, or why it could not be carried out; empty if the box held."""
    if outcome.ended_by is not EndedBy.RETURNED or outcome.last is None or outcome.last.arrays is None:
        text = outcome.message or outcome.stderr
        return [f"{outcome.ended_by.value}: {text.strip()[-500:]}"]
    worked = array.array("q", outcome.last.arrays["worked"])
    achieved = [f"a program could {what}" for what, flag in zip(ATTACKS, worked, strict=True) if flag]
    if left := _tagged(target.tag):
        achieved.append(f"a program could leave process {left[0]} behind")
    return achieved


def _tagged(tag: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if (entry / "comm").read_bytes().strip() == tag.encode():  # others' names are any bytes
                    found.append(int(entry.name))
    return found
