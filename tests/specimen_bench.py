"""Runs specimens in a sandbox as its owner, and looks for what they left behind.

`python -m specimen_bench WAY`, a level or another way to L3: one JSON object {"text", "problem", ...} a line
in, one result a line out; the first line out says at which level, or why not. The environment holds
`SPECIMEN_KEY`: no specimen may see it.
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
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

import codepde
import frontierco
from codepde.feedback import feedback
from sandbox import tree
from sandbox.errors import IsolationUnavailable
from sandbox.local import LocalSandbox
from sandbox.spec import AnswerSpec, ArraySpec, Job, Limits, Outcome
from solversmith.contract import Answer, Case, CaseScore, JsonAnswer, Score, Verdict
from solversmith.evaluate import judge
from solversmith.prompts import debug_messages, feedback_text
from solversmith.records.score import combine

ROOT = Path(__file__).resolve().parent.parent
SIZE = 8
SIGN = "REFERENCE-3141"  # stands in the case, which the scorer sees; never in what crosses
FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")
COLD = {"isolation": "L3", "warm": False}
WAYS: Mapping[str, Mapping[str, Any]] = {
    **{level: {"isolation": level} for level in ("L3", "L2", "L0")},
    "L3-cold": {**COLD, "launcher": "own"},
    "L3-bubblewrap": {**COLD, "launcher": "bubblewrap"},
}
SCRATCH_BYTES = 32 << 20
SPARE_BYTES = 24 << 20  # less than a scratch folder: what others on this machine may come to use meanwhile
SETTLE_S = 20.0  # others, who use memory for a moment, come and go
LENGTHS = (20_000, 40, 3_000, 400)  # of what stands in the environments of programs before
HARMLESS = "def solver(x):\n    return x"


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
        header = {"arrays": [["x", [SIZE]]], "scalars": [], "answer": [["trajectory", [SIZE]]]}
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

    def feedback(self, score: Score) -> str:
        """As the PDE problems have it."""
        return feedback(score)


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
        name = f"specimen-{secrets.token_hex(4)}"
        self._sockets = {
            "TCP": self._listener("tcp", socket.AF_INET, ("127.0.0.1", 0)),
            "ABSTRACT": self._listener("abstract", socket.AF_UNIX, f"\0{name}"),
            "DATAGRAMS": self._listener("udp to a path", socket.AF_UNIX, str(self.folder / "datagrams")),
            "ABSTRACT DATAGRAMS": self._listener("udp to a name", socket.AF_UNIX, f"\0{name}-datagrams"),
            "PATH": self._listener("path", socket.AF_UNIX, str(self.folder / "socket")),
            "UDP": self._listener("udp", socket.AF_INET, ("127.0.0.1", 0)),
        }
        for socket_name in ("socket", "datagrams"):
            (self.folder / socket_name).chmod(0o777)
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
        kind = socket.SOCK_DGRAM if name.startswith("udp") else socket.SOCK_STREAM
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        threading.Thread(target=self._serve, args=(name, listener), daemon=True).start()
        return listener

    def _serve(self, name: str, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                if name.startswith("udp"):
                    listener.recv(100)
                else:
                    listener.accept()[0].close()
                self.contacts.append(name)

    def filled_in(self, text: str, supervisor: int) -> str:
        """The text of a specimen with the places of all this in it."""
        values = {
            "ROOT": ROOT,
            "HEX OF ROOT": str(ROOT).encode().hex(),
            "HOME": Path.home(),
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
    """A sandbox with one slot, and an eye on it."""

    def __init__(self, way: str, tempting: Temptations) -> None:
        self._way, self.tempting = way, tempting
        self.sandbox = self._open()
        self._neighbour: LocalSandbox | None = None

    def _open(self) -> LocalSandbox:
        settings = WAYS[self._way]
        sandbox = LocalSandbox(unsafe_exec=self._way == "L0", packages=("numpy",), **settings)
        problem = Bare()
        for _ in range(2):  # so that the launcher is there, and what it needs
            sandbox.run(
                Job(problem.harness, problem.pack(), HARMLESS, "solver", problem.answer(), Limits(10))
            )
        return sandbox

    def close(self) -> None:
        """End all that it started."""
        self.sandbox.close()
        if self._neighbour is not None:
            self._neighbour.close()

    def greeting(self) -> dict[str, Any]:
        """What this bench is."""
        told = self.sandbox.describe()
        return {"level": self.sandbox.level, "backend": told["backend"], "start": told["start"]}

    def supervisor(self) -> int:
        """Its pid."""
        slot = self.sandbox._all[0]
        slot.open()  # with the launcher of the execution before
        assert slot.pid is not None
        return slot.pid

    def run(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Run a specimen; what came of it, and what it left."""
        if order.get("beside") and self._neighbour is None:
            self._neighbour = self._open()
        if order.get("after"):
            self._run_others(order)
        supervisor = self.supervisor()
        tag = f"specimen-{secrets.token_hex(8)}"
        before, shared = self._state(supervisor), _shared_bytes()
        self.tempting.contacts.clear()
        problem = PROBLEMS[order["problem"]]()
        job = self._job(order, problem, order["text"], tag)
        outcome, beside = self._both(job, order)
        left = [*self._changes(before, self._state(supervisor)), *self._alive(tag, supervisor)]
        left += _grown(shared)
        case = Case("specimen", "dev", SIGN, (SIGN,))
        began = time.monotonic()
        score = judge(problem, case, job, outcome)  # type: ignore[arg-type]
        scoring_s = time.monotonic() - began
        return {
            "verdict": score.verdict.value,
            "loss": score.loss,
            "message": score.message,
            "prompt": _prompt(problem, score),
            "scoring_s": scoring_s,
            "ended_by": outcome.ended_by.value,
            "said": outcome.message,
            "stdout": outcome.stdout,
            "stderr": outcome.stderr,
            "level": outcome.level,
            "contacts": sorted(set(self.tempting.contacts)),
            "left": left,
            "beside": beside,
            "memory_bytes": outcome.usage.memory_bytes,
        }

    def _run_others(self, order: Mapping[str, Any]) -> None:
        """Programs in the same slot whose environments are longer and shorter than each other's."""
        for length in LENGTHS:
            tag = f"specimen-{secrets.token_hex(8)}"
            job = self._job(order, Bare(), f"{HARMLESS}  # {tag}", tag)
            named = {**job.environment, "OTHERS": f"{tag} " * (length // len(tag))}
            outcome = self.sandbox.run(replace(job, environment=named))
            assert outcome.last is not None, outcome.message

    def _job(self, order: Mapping[str, Any], problem: Bare, text: str, tag: str) -> Job:
        limits = Limits(
            wall_s=order["wall_s"],
            cpu_s=order["cpu_s"],
            memory_bytes=order["memory_bytes"],
            processes=64,
            scratch_bytes=SCRATCH_BYTES,
            scratch_inodes=order["inodes"],
            output_bytes=1 << 18,
        )
        return Job(
            harness=problem.harness,
            payload=problem.pack(),
            program=self.tempting.filled_in(text, self.supervisor()),
            entry_point=problem.entry_point,
            answer=problem.answer(),
            limits=limits,
            anytime=problem.anytime,
            environment={"SPECIMEN_TAG": tag},
            seed=order["seed"],
        )

    def _both(self, job: Job, order: Mapping[str, Any]) -> tuple[Outcome, str | None]:
        """The outcome, and how an honest program ended that ran beside it in a sandbox of the same user."""
        neighbour = self._neighbour
        if not order.get("beside") or neighbour is None:
            return self.sandbox.run(job), None
        settled = {**order, "wall_s": 20.0, "cpu_s": None}
        honest = self._job(settled, Bare(), order["beside"], "specimen-neighbour")
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(neighbour.run, honest)
            outcome = self.sandbox.run(job)
            beside = running.result()
        return outcome, f"{beside.ended_by.value} {beside.message}".strip()

    def _state(self, supervisor: int) -> dict[str, Any]:
        state: dict[str, Any] = {"files": sorted(self._files(supervisor))}
        with contextlib.suppress(OSError):
            state["mounts"] = [Path(f"/proc/{pid}/mountinfo").read_text() for pid in ("self", supervisor)]
            state["open files of the supervisor"] = sorted(map(str, Path(f"/proc/{supervisor}/fd").iterdir()))
        state["sentinel"] = self.tempting.sentinel.poll()
        state["processes below the supervisor"] = tree.descendants(supervisor)
        state["processes of the slot's user"] = sorted(_of_user(supervisor))
        state["System V IPC"] = [
            line.split()[:2]
            for kind in ("shm", "sem", "msg")
            for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()
        ]
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
        if tag in Path("/proc/net/unix").read_text():
            yield "an abstract socket"
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and tag.encode() in (entry / "environ").read_bytes():
                    yield f"process {entry.name}"


def _of_user(supervisor: int) -> Iterator[int]:
    """Processes of the slot's user, nobody else's if root runs this: one started warm shows no tag."""
    wanted = next((line for line in _status(supervisor) if line.startswith("Uid:")), "")
    if os.geteuid() == 0 and wanted and int(wanted.split()[1]) != 0:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and wanted in _status(int(entry.name)):
                yield int(entry.name)


def _status(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/status").read_text(errors="replace").split("\n")
    except OSError:
        return []


def _shared_bytes() -> int:
    """Memory of this machine that is in file systems and in what processes share."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("Shmem:"))


def _grown(before: int) -> Iterator[str]:
    """Memory of the whole machine, so that this can only be said where nobody else uses it."""
    if not os.environ.get("SOLVERSMITH_CI"):
        return
    until = time.monotonic() + SETTLE_S
    while (grown := _shared_bytes() - before) > SPARE_BYTES:
        if time.monotonic() > until:
            yield f"{grown >> 20} MiB of memory in no process"
            return
        time.sleep(0.05)


def _prompt(problem: Bare, score: CaseScore) -> str:
    """What a model would be told of it."""
    told = feedback_text(problem, combine([score], 1.0))  # type: ignore[arg-type]
    return debug_messages(problem, "", told)[1].content  # type: ignore[arg-type]


def main(way: str) -> None:
    """Serve until the input ends."""
    tempting = Temptations()
    try:
        try:
            bench = Bench(way, tempting)
        except IsolationUnavailable as error:
            print(json.dumps({"unavailable": str(error)}), flush=True)
            return
        with contextlib.closing(bench):
            print(json.dumps(bench.greeting()), flush=True)
            for line in sys.stdin:
                print(json.dumps(bench.run(json.loads(line))), flush=True)
    finally:
        tempting.close()


if __name__ == "__main__":
    main(sys.argv[1])
