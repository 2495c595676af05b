"""Runs specimens in a sandbox as its owner, and looks for what they left behind.

`python -m specimen_bench LEVEL`: one JSON object {"name", "text", ...} a line in, one result a line out; the
first line out says at which level, or why not. The environment holds `SPECIMEN_KEY`: no specimen may see it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import codepde
import frontierco
from sandbox import tree
from sandbox.errors import IsolationUnavailable
from sandbox.local import LocalSandbox
from sandbox.spec import AnswerSpec, ArraySpec, Job, Limits
from solversmith.contract import Answer, Case, CaseScore, JsonAnswer, Verdict
from solversmith.evaluate import judge

ROOT = Path(__file__).resolve().parent.parent
SIZE = 8
SIGN = "REFERENCE-3141"  # stands in the case, which the scorer sees; never in what crosses
FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")


_BARE_HARNESS = """
import array

def arguments(payload):
    return (list(array.array("d", payload.partition(b"\\n")[2])),), {}

def answer(value, payload):
    return {"trajectory": array.array("d", value)}
"""


@dataclass(frozen=True)
class Bare:
    """Return eight numbers. The harness needs the standard library alone, which makes it quick to start."""

    name: str = "bare"
    entry_point: str = "solver"
    anytime: bool = False
    harness: str = _BARE_HARNESS

    def pack(self) -> bytes:
        """0 to 7."""
        header = {"arrays": [["x", [SIZE]]], "scalars": [], "answer": [SIZE]}
        return json.dumps(header).encode() + b"\n" + np.arange(float(SIZE)).tobytes()

    def answer(self) -> Mapping[str, AnswerSpec]:
        """Eight of them."""
        return {"trajectory": ArraySpec("<f8", (SIZE,))}

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """Finite or not."""
        found = answer.last["trajectory"]
        if not np.isfinite(found).all():
            return CaseScore(case.name, Verdict.NON_FINITE)
        return CaseScore(case.name, Verdict.OK, float(np.abs(found - 2 * np.arange(float(SIZE))).max()))


@dataclass(frozen=True)
class Target(Bare):
    """The same with the real harness of the PDE problems."""

    name: str = "target"
    harness: str = field(
        default_factory=lambda: Path(codepde.__path__[0], "harness.py").read_text(encoding="utf-8")
    )


_ANYTIME_HARNESS = """
def arguments(payload):
    return (len(payload),), {}

def answer(value, payload):
    return {"tour": integers(member(value, "tour"), "tour")}
"""


@dataclass(frozen=True)
class Anytime(Bare):
    """Yield permutations. The conversion is the real one of the combinatorial problems."""

    name: str = "anytime"
    entry_point: str = "solve"
    anytime: bool = True
    harness: str = field(
        default_factory=lambda: (
            Path(frontierco.__path__[0], "conversion.py").read_text(encoding="utf-8") + _ANYTIME_HARNESS
        )
    )

    def pack(self) -> bytes:
        """As many bytes as there are places."""
        return bytes(SIZE)

    def answer(self) -> Mapping[str, AnswerSpec]:
        """Any number of integers, within bounds."""
        return {"tour": ArraySpec("<i8", (None,), 1 << 20)}

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """A permutation or not."""
        if sorted(answer.last["tour"].tolist()) != list(range(SIZE)):
            return CaseScore(case.name, Verdict.INFEASIBLE)
        return CaseScore(case.name, Verdict.OK, 0.0)


_JSON_HARNESS = """
def arguments(payload):
    return (len(payload),), {}

def answer(value, payload):
    return {"plan": value}
"""


@dataclass(frozen=True)
class Json(Anytime):
    """Answer a permutation in JSON. The harness hands over whatever a program returns."""

    name: str = "json"
    entry_point: str = "solver"
    anytime: bool = False
    harness: str = _JSON_HARNESS

    def answer(self) -> Mapping[str, AnswerSpec]:
        """Some integers, within bounds."""
        return {"plan": JsonAnswer(1 << 20, 64, {"type": "array", "items": {"type": "integer"}})}

    def score(self, case: Case, answer: Answer) -> CaseScore:
        """A permutation or not."""
        if sorted(answer.last["plan"]) != list(range(SIZE)):
            return CaseScore(case.name, Verdict.INFEASIBLE)
        return CaseScore(case.name, Verdict.OK, 0.0)


PROBLEMS = {kind.name: kind for kind in (Bare, Target, Anytime, Json)}


class Temptations:
    """What specimens reach for: files that everybody may read, listeners, a process, a key."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="specimen-canaries-")
        self.folder = Path(self._folder.name)
        self.contacts: list[str] = []
        self._fill()
        self._sockets = {
            "TCP": self._listener("tcp", socket.AF_INET, ("127.0.0.1", 0)),
            "ABSTRACT": self._listener("abstract", socket.AF_UNIX, f"\0specimen-{secrets.token_hex(4)}"),
            "PATH": self._listener("path", socket.AF_UNIX, str(self.folder / "socket")),
            "UDP": self._listener("udp", socket.AF_INET, ("127.0.0.1", 0)),
        }
        (self.folder / "socket").chmod(0o777)
        self.sentinel = subprocess.Popen(["sleep", "3600"])

    def _fill(self) -> None:
        candidates = self.folder / "candidates" / "candidate-7"
        candidates.mkdir(parents=True)
        files = {
            "best_known.json": "CANARY-best",
            "expert.py": "CANARY-expert",
            "reference.h5": "CANARY-reference",
            "candidates/candidate-7/program.py": "CANARY-candidate",
        }
        for name, text in files.items():
            (self.folder / name).write_text(f"{text}-{secrets.token_hex(4)}")
            (self.folder / name).chmod(0o644)
        for path in (self.folder, candidates.parent, candidates):
            path.chmod(0o755)

    def _listener(self, name: str, family: int, address: Any) -> socket.socket:
        kind = socket.SOCK_DGRAM if name == "udp" else socket.SOCK_STREAM
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        threading.Thread(target=self._serve, args=(name, listener), daemon=True).start()
        return listener

    def _serve(self, name: str, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                if name == "udp":
                    listener.recv(100)
                else:
                    listener.accept()[0].close()
                self.contacts.append(name)

    def filled_in(self, text: str, supervisor: int) -> str:
        """The text of a specimen with the places of all this in it."""
        values = {
            "ROOT": ROOT,
            "PACKAGES": sysconfig.get_path("purelib") if sys.prefix != sys.base_prefix else sys.path[1],
            "CANARY": self.folder,
            "TCP": self._sockets["TCP"].getsockname()[1],
            "UDP": self._sockets["UDP"].getsockname()[1],
            "ABSTRACT": self._sockets["ABSTRACT"].getsockname()[1:].decode(),
            "OWNER": os.getpid(),
            "SUPERVISOR": supervisor,
            "SENTINEL": self.sentinel.pid,
        }
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    def close(self) -> None:
        """Take it all away."""
        for listener in self._sockets.values():
            listener.close()
        self.sentinel.kill()
        self.sentinel.wait()
        self._folder.cleanup()


class Bench:
    """One sandbox with one slot, and an eye on it."""

    def __init__(self, level: str, tempting: Temptations) -> None:
        self.sandbox = LocalSandbox(level, unsafe_exec=level == "L0", packages=("numpy",))
        self.tempting = tempting
        problem = Bare()
        harmless = "def solver(x):\n    return x"
        for _ in range(2):  # so that the launcher is there, and what it needs
            job = Job(problem.harness, problem.pack(), harmless, "solver", problem.answer(), Limits(10))
            self.sandbox.run(job)

    def supervisor(self) -> int:
        """Its pid."""
        slot = self.sandbox._all[0]
        slot.open()  # with the launcher of the execution before
        assert slot.pid is not None
        return slot.pid

    def run(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Run a specimen; what came of it, and what it left."""
        supervisor = self.supervisor()
        tag = f"specimen-{secrets.token_hex(8)}"
        before = self._state(supervisor)
        self.tempting.contacts.clear()
        limits = Limits(
            wall_s=order["wall_s"],
            cpu_s=order["cpu_s"],
            memory_bytes=order["memory_bytes"],
            processes=64,
            scratch_bytes=32 << 20,
            output_bytes=1 << 18,
        )
        problem = PROBLEMS[order["problem"]]()
        case = Case("specimen", "dev", SIGN, (SIGN,))
        job = Job(
            harness=problem.harness,
            payload=problem.pack(),
            program=self.tempting.filled_in(order["text"], supervisor),
            entry_point=problem.entry_point,
            answer=problem.answer(),
            limits=limits,
            anytime=problem.anytime,
            environment={"SPECIMEN_TAG": tag},
        )
        outcome = self.sandbox.run(job)
        left = [*self._changes(before, self._state(supervisor)), *self._alive(tag, supervisor)]
        score = judge(problem, case, job, outcome)  # type: ignore[arg-type]
        return {
            "verdict": score.verdict.value,
            "message": score.message,
            "ended_by": outcome.ended_by.value,
            "said": outcome.message,
            "stdout": outcome.stdout,
            "stderr": outcome.stderr,
            "level": outcome.level,
            "contacts": sorted(set(self.tempting.contacts)),
            "left": left,
            "memory_bytes": outcome.usage.memory_bytes,
        }

    def _state(self, supervisor: int) -> dict[str, Any]:
        state: dict[str, Any] = {"files": sorted(self._files(supervisor))}
        with contextlib.suppress(OSError):
            state["mounts"] = [Path(f"/proc/{pid}/mountinfo").read_text() for pid in ("self", supervisor)]
            state["open files of the supervisor"] = sorted(map(str, Path(f"/proc/{supervisor}/fd").iterdir()))
        state["sentinel"] = self.tempting.sentinel.poll()
        state["processes below the supervisor"] = tree.descendants(supervisor)
        return state

    def _files(self, supervisor: int) -> Iterator[str]:
        """Files of the slot's user in folders that everybody can write to; scratch folders one below."""
        uid = next((int(line.split()[1]) for line in _status(supervisor) if line.startswith("Uid:")), -1)
        if uid == os.geteuid() and not os.environ.get("SPECIMEN_ALONE"):
            return  # other tests of the same user come and go
        for folder in FOLDERS:
            with contextlib.suppress(OSError):
                for path in Path(folder).iterdir():
                    with contextlib.suppress(OSError):
                        if path.stat().st_uid == uid:
                            yield str(path)
                            yield from map(str, path.iterdir() if path.is_dir() else ())

    def _changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
        for key, value in before.items():
            if value != after.get(key):
                yield f"{key}: {value} became {after.get(key)}"

    def _alive(self, tag: str, supervisor: int) -> Iterator[str]:
        if self.supervisor() != supervisor:
            yield "the supervisor died"
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and tag.encode() in (entry / "environ").read_bytes():
                    yield f"process {entry.name}"


def _status(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return []


def main(level: str) -> None:
    """Serve until the input ends."""
    tempting = Temptations()
    try:
        try:
            bench = Bench(level, tempting)
        except IsolationUnavailable as error:
            print(json.dumps({"unavailable": str(error)}), flush=True)
            return
        with bench.sandbox:
            print(json.dumps({"level": bench.sandbox.level}), flush=True)
            for line in sys.stdin:
                print(json.dumps(bench.run(json.loads(line))), flush=True)
    finally:
        tempting.close()


if __name__ == "__main__":
    main(sys.argv[1])
