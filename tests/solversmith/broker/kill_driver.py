"""For test_kills: `kill_driver.py FOLDER`: a small run, killed at every append, then carried on."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import killing

from solversmith.broker import Broker
from solversmith.contract.model import FREE, Completion, Message, Price, Request
from solversmith.errors import CallFailed, CallInDoubt
from solversmith.records.run import CandidateRecord, ProposalRecord, RoundRecord
from solversmith.records.verdict import Verdict
from solversmith.store import RunDirectory

SETTINGS = {"identity": {"problem": "toy"}}
PROPOSALS, ROUNDS = 2, 2
JOURNAL, TEXTS = "journal.jsonl", "texts.jsonl"


@dataclass(frozen=True)
class Counted:
    """Writes down every key before it answers; some first tries fail."""

    asked: Path
    name: str = "counted"
    price: Price | None = FREE

    def complete(self, request: Request, key: str) -> Completion:
        with self.asked.open("a") as file:
            file.write(key + "\n")
        if self.asked.read_text().split().count(key) == 1:
            if key == "p0001.r0.s0":
                raise CallFailed("500", retry=True, retry_after_s=0.0)
            if key == "p0001.r1.s0":
                raise CallInDoubt("broke off", retry=True, retry_after_s=0.0)
        return Completion(f"program of {key}", self.name)


def work(path: Path) -> None:
    """Carry on from what is recorded until everything is."""
    with RunDirectory.open(path, SETTINGS) as store:
        broker = Broker(store, {"writer": Counted(path.with_suffix(".asked"))}, sleep=lambda _: None)
        done = {
            r.id if isinstance(r, ProposalRecord) else getattr(r, "proposal", "") for r in proposals(store)
        }
        for number in range(PROPOSALS):
            attempt(broker, number, f"p{number:04d}" in done)


def proposals(store: RunDirectory) -> list[ProposalRecord]:
    return [record for record in store.records() if isinstance(record, ProposalRecord)]


def attempt(broker: Broker, number: int, proposed: bool) -> None:
    name = f"p{number:04d}"
    if not proposed:
        saw = len(list(broker.records()))
        broker.record(
            ProposalRecord(
                name, number, "program", "draft", "draft", (), (), "0" * 64, "writer", None, 1, {}, saw
            )
        )
    for round in range(len(broker.rounds(name)), ROUNDS):
        request = Request((Message("user", f"{name} {round}"),), 100, sample=number)
        program = broker.put_text(broker.complete(name, round, 0, request).text + " extracted")
        broker.record(
            RoundRecord(
                name, round, "draft", program, Verdict.OK, 0.5, 0, (("a", Verdict.OK, 0.5),), program, program
            )
        )
    if not any(
        isinstance(record, CandidateRecord) and record.proposal == name for record in broker.records()
    ):
        broker.record(CandidateRecord(f"c{number:04d}", name, number, 0, ROUNDS, None, Verdict.OK, 0.5, 0))


def forked(path: Path, *kill: object) -> int:
    """The exit code of a process that does the work and is killed as told."""
    if (child := os.fork()) == 0:
        if kill:
            killing.at(*kill)  # type: ignore[arg-type]
        work(path)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def appends(path: Path, name: str) -> int:
    return len((path / name).read_bytes().splitlines())


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    assert forked(folder / "undisturbed") == 0
    for name in (JOURNAL, TEXTS):
        for index in range(appends(folder / "undisturbed", name)):
            for mode in killing.MODES:
                path = folder / f"{name.partition('.')[0]}-{index}-{mode}"
                codes = [forked(path, name, index, mode), forked(path)]
                assert codes == [killing.EXIT_CODE, 0], (path, codes)
    for mode in killing.MODES:  # again and again, each time after a few appends more
        path = folder / f"often-{mode}"
        while (code := forked(path, JOURNAL, 4, mode)) != 0:
            assert code == killing.EXIT_CODE
