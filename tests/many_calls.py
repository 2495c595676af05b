"""Many calls by many callers at a server that misbehaves in every way, and whether the payment rule held."""

from __future__ import annotations

import hashlib
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from loopback_server import Asked, LoopbackServer, Reply, garbage, half, hang_up, huge, refused, slow, used

from solversmith import models
from solversmith.broker import Broker, Retry, ledger_of
from solversmith.contract.model import Message, Request
from solversmith.records.run import CallRecord
from solversmith.store import RunDirectory

CALLERS = 16
TIMEOUT_S = 60.0  # on a busy machine none that was answered whole may be given up
SETTINGS = {"identity": {"problem": "toy"}}
MISDEEDS = [
    refused(429, retry_after="0"),
    refused(500),
    refused(503),
    half(),
    hang_up(),
    garbage(),
    garbage(b'{"choices": []}'),
    garbage(b""),
    garbage(b"<html>" + b"x" * 100_000),
]


def misbehaving(asked: Asked) -> Reply:
    """For a third of the keys one or two misdeeds; then a whole answer, whose usage is its key's own.

    Some answers are empty, some large, some late, some are cut off at the cap, and some state no usage.
    """
    digest = hashlib.sha256(asked.key.partition("-")[2].encode()).digest()
    if asked.tries <= (digest[0] % 9) - 6:
        return MISDEEDS[digest[asked.tries] % len(MISDEEDS)]
    kind, sent, written = digest[9] % 64, 1 + digest[10], 1 + digest[11]
    if kind == 0:
        return huge("large ", 200_000)
    if kind == 1:
        return slow(0.2)
    if kind == 2:
        return Reply("no usage", usage=None)
    if kind == 3:
        return used(sent, written, "cut", finish="length")
    return used(sent, written, "" if kind == 4 else f"answer to {asked.key}")


@dataclass(frozen=True)
class Served:
    """What a server did: how often it answered each key whole, with which usage, to how many requests."""

    whole: Counter[str]
    tokens: Counter[str]
    requests: int


def serve(pipe: Connection) -> None:
    """Serve until told to stop, and tell what was done: in a process of its own, apart from the callers."""
    with LoopbackServer(misbehaving) as server:
        pipe.send(server.url)
        pipe.recv()
        pipe.send(Served(server.whole, server.tokens, len(server.requests)))


@contextmanager
def serving() -> Iterator[Connection]:
    """A pipe to the server: its address comes first, `Served` once something is sent."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here
    finally:
        process.terminate()
        process.join()


def bought(path: Path, calls: int) -> float:
    """Buy so many completions in threads, and assert the equations of payment; the seconds that it took."""
    with serving() as server:
        options = {"base_url": server.recv(), "timeout_s": TIMEOUT_S, "price": "1/2"}
        model = models.build("openai:any", options)
        with RunDirectory.open(path, SETTINGS) as store:
            retry = Retry(tries=8, first_s=0.01, most_s=0.05)
            broker = Broker(store, {"writer": model}, retry=retry, run_id=store.run_id)

            def buy(number: int) -> str:
                request = Request((Message("user", "write"),), 300, sample=number)
                return broker.complete(f"p{number:05d}", 0, 0, request).text

            begin_s = time.monotonic()
            with ThreadPoolExecutor(CALLERS) as callers:
                answers = list(callers.map(buy, range(calls)))
            took_s = time.monotonic() - begin_s
            spent = broker.spent()
        assert len(answers) == calls
        server.send("stop")
        assert_equations(path, server.recv(), calls)
    assert spent.tokens == ledger_of(_calls(path)).total.tokens
    return took_s


def _calls(path: Path) -> list[CallRecord]:
    with RunDirectory.read(path) as store:
        return [record for record in store.records() if isinstance(record, CallRecord)]


def assert_equations(path: Path, server: Served, calls: int) -> None:
    """What is recorded is what the server did, to the call and to the token."""
    records = _calls(path)
    with RunDirectory.read(path) as store:
        run_id = store.run_id
    total = ledger_of(records).total
    completed = [record for record in records if record.event == "completed"]
    assert Counter(f"{run_id}-{record.id}" for record in completed) == server.whole
    assert len(server.whole) == total.completed == calls
    assert server.requests == total.completed + total.failed + total.in_doubt == total.tries
    assert total.under_way == 0
    reported = [record for record in completed if record.measured["usage"] == "reported"]
    assert sum(record.input_tokens for record in reported) == server.tokens["prompt_tokens"]
    assert sum(record.output_tokens for record in reported) == server.tokens["completion_tokens"]
    estimated = [record for record in completed if record.measured["usage"] != "reported"]
    assert 0 < len(estimated) < calls / 16
    by_number = {record.id: record.finish_reason for record in completed}
    assert set(by_number.values()) == {"stop", "length"}
    assert total.failed > calls / 50
    assert total.in_doubt > calls / 100
    paid = sum(record.cost_usd or 0.0 for record in completed)
    doubted = sum(record.most_usd or 0.0 for record in records if record.event in ("failed", "in_doubt"))
    assert abs(total.usd - paid - doubted) < 1e-9 * calls
