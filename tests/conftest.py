"""What every test may use, and the rule that a skip must be listed."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import pytest
import skips
from hypothesis import settings

# The machine that runs the tests may be busy: how long an example takes by the clock says nothing.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A suite in the background is started with SIGINT ignored, and its children would inherit that: the tests
    # that interrupt them would wait for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Servers on loopback come back at the same ports: no completion of one test may be there for another's.
_kept = tempfile.TemporaryDirectory(prefix="solversmith-completions-")
os.environ["SOLVERSMITH_COMPLETIONS"] = _kept.name

_skipped: list[str] = []


@pytest.fixture(scope="session")
def references(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tests that need the same references keep them: solved once, whichever process comes first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "references-of-all"
    folder.mkdir(exist_ok=True)
    return folder


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Runs in the controlling process too, which sees every worker's reports."""
    if hasattr(session.config, "workerinput"):
        return
    wrong = skips.unexpected(_skipped, skips.read_expected(skips.LISTED.read_text(encoding="utf-8")))
    if wrong:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line("")
            for node in wrong:
                reporter.write_line(f"skipped without a reason in tests/expected_skips.txt: {node}", red=True)
