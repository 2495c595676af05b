"""The equations of payment, at a real server that misbehaves.

Completions recorded = ids answered whole; requests seen = completions + failed tries + in-doubt ones.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import many_calls
import pytest
from loopback_server import Asked, LoopbackServer, Reply, garbage, good, half, hang_up, refused, slow

from solversmith import models
from solversmith.broker import Broker, Ledger, Retry, ledger_of
from solversmith.contract.model import Message, Request
from solversmith.records.run import CallRecord
from solversmith.store import RunDirectory

SETTINGS = {"identity": {"problem": "toy"}}
THREADS, CALLS = 8, 40
MISDEEDS = [
    refused(429, retry_after="0"),
    refused(500),
    half(),
    garbage(),
    garbage(b'{"choices": []}'),
    hang_up(),
    slow(1.5),
    refused(503),
]


def misbehaving(asked: Asked) -> Reply:
    """Up to three misdeeds for each key, chosen by the key; then a whole answer, sometimes without code."""
    digest = hashlib.sha256(asked.key.partition("-")[2].encode()).digest()
    if asked.tries <= digest[0] % 4:
        return MISDEEDS[digest[asked.tries] % len(MISDEEDS)]
    return good("I can't write this" if digest[9] % 4 == 0 else f"```python\n# {asked.key}\n```")


def recorded(path: Path) -> tuple[list[CallRecord], Ledger]:
    calls = [record for record in RunDirectory.read(path).records() if isinstance(record, CallRecord)]
    return calls, ledger_of(calls)


def assert_equations(path: Path, server: LoopbackServer) -> None:
    calls, ledger = recorded(path)
    run_id = RunDirectory.read(path).run_id
    completed = Counter(f"{run_id}-{call.id}" for call in calls if call.event == "completed")
    assert completed == server.whole
    total = ledger.total
    assert len(server.requests) == total.completed + total.failed + total.in_doubt == total.tries


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")


def test_eight_threads_at_a_server_that_misbehaves(tmp_path: Path) -> None:
    with LoopbackServer(misbehaving) as server:
        model = models.build("openai:any", {"base_url": server.url, "timeout_s": 0.75, "price": "1/2"})

        def buy_all() -> list[str]:
            with RunDirectory.open(tmp_path / "run", SETTINGS) as store:
                broker = Broker(
                    store, {"writer": model}, retry=Retry(tries=8, first_s=0.01), run_id=store.run_id
                )

                def buy(number: int) -> str:
                    request = Request((Message("user", "write"),), 50, sample=number // 2)
                    return broker.complete(f"p{number // 2:04d}", number % 2, 0, request).text

                with ThreadPoolExecutor(THREADS) as threads:
                    # Each call twice, at once: the second gets the first one's answer.
                    return list(threads.map(buy, [number for number in range(CALLS) for _ in range(2)]))

        answers = buy_all()
        assert_equations(tmp_path / "run", server)
        seen = len(server.requests)
        assert buy_all() == answers
        assert len(server.requests) == seen
    calls, ledger = recorded(tmp_path / "run")
    assert len(server.whole) == CALLS
    assert ledger.total.failed > 5
    assert ledger.total.in_doubt > 5
    # A failed try is charged exactly if it was a whole reply that nobody can read.
    failed = [call for call in calls if call.event == "failed"]
    for call in failed:
        assert (call.most_usd is not None) == ("no completion" in (call.error or ""))
    paid = [call.cost_usd or call.most_usd or 0.0 for call in calls if call.event != "started"]
    assert ledger.total.usd == pytest.approx(sum(paid))
    assert {call.cost_usd for call in calls if call.event == "completed"} == {(20 + 2 * 10) / 1e6}


def bought(path: Path, url: str, calls: int, killed_by: Callable[[int], None]) -> int:
    """Exit code of a process that buys; its pid is told first."""
    driver = Path(__file__).with_name("pay_driver.py")
    with subprocess.Popen([sys.executable, str(driver), str(path), url, str(calls)]) as process:
        killed_by(process.pid)
        return process.wait(60)


def test_a_buyer_killed_while_the_server_writes(tmp_path: Path) -> None:
    buyer: list[int] = []

    def deadly(asked: Asked) -> Reply:
        if asked.number in (1, 4):
            os.kill(buyer[-1], signal.SIGKILL)
            return hang_up()
        return good(f"answer {asked.number}")

    with LoopbackServer(deadly) as server:
        codes = [bought(tmp_path / "run", server.url, 5, buyer.append) for _ in range(3)]
        assert codes == [-signal.SIGKILL, -signal.SIGKILL, 0]
        assert_equations(tmp_path / "run", server)
    total = recorded(tmp_path / "run")[1].total
    assert (total.completed, total.failed, total.in_doubt) == (5, 0, 2)
    # What was answered before a kill was asked for once.
    assert max(Counter(asked.key for asked in server.requests).values()) == 2


def test_sixteen_callers_and_every_misdeed(tmp_path: Path) -> None:
    many_calls.bought(tmp_path / "run", 400)
