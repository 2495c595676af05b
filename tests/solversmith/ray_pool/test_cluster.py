"""Joining a cluster, with a stand-in for Ray: when it is tried again, and what is refused."""

from __future__ import annotations

import os
import socket
import sys
import types
from collections.abc import Iterator

import pytest

from solversmith.errors import MissingPrerequisite, UsageError
from solversmith.ray_pool import cluster
from solversmith.ray_pool.cluster import joined


class FakeRay(types.ModuleType):
    """Fails as often as it is told to, each time after so many seconds of a clock of its own."""

    def __init__(self, failures: int, takes_s: float) -> None:
        super().__init__("ray")
        self.failures, self.takes_s = failures, takes_s
        self.now_s, self.begun, self.ended = 0.0, 0, 0
        self.tokens: list[str | None] = []
        self.keys: list[str | None] = []

    def is_initialized(self) -> bool:
        return False

    def init(self, **options: object) -> None:
        self.begun += 1
        self.now_s += self.takes_s
        self.tokens.append(os.environ.get("RAY_AUTH_TOKEN"))
        self.keys.append(os.environ.get("OPENAI_API_KEY"))
        if self.begun <= self.failures:
            raise Exception("its agents\n are not up")

    def shutdown(self) -> None:
        self.ended += 1


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = dict(os.environ)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(cluster, "_silence", lambda: None)
    cluster._token.cache_clear()
    yield
    cluster._token.cache_clear()
    for name in set(os.environ) - set(before):
        del os.environ[name]


def fake(monkeypatch: pytest.MonkeyPatch, failures: int, takes_s: float) -> FakeRay:
    """Stands in for Ray once a token of ours has been made: it is imported behind that, as it has to be."""
    ray = FakeRay(failures, takes_s)
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr(cluster, "time", types.SimpleNamespace(monotonic=lambda: ray.now_s))
    cluster._token()
    return ray


def test_a_cluster_of_ours_that_came_up_too_late_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = fake(monkeypatch, failures=2, takes_s=60)
    with joined():
        assert (ray.begun, ray.ended) == (3, 2)  # what was half up is ended before the next try
    assert ray.ended == 3
    assert len(set(ray.tokens)) == 1  # Ray reads it once
    assert ray.tokens[0]
    assert ray.keys == [None] * 3  # processes of Ray inherit no key
    assert os.environ["OPENAI_API_KEY"] == "sk-secret"
    assert "RAY_AUTH_TOKEN" not in os.environ


def test_three_times_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = fake(monkeypatch, failures=9, takes_s=60)
    with pytest.raises(
        MissingPrerequisite, match=r"can't join the Ray cluster 'local': its agents are not up$"
    ):
        joined().__enter__()
    assert (ray.begun, ray.ended) == (3, 3)
    assert os.environ["OPENAI_API_KEY"] == "sk-secret"


def test_what_fails_at_once_is_no_matter_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = fake(monkeypatch, failures=9, takes_s=2)
    with pytest.raises(MissingPrerequisite):
        joined().__enter__()
    assert ray.begun == 1


def test_a_cluster_of_others_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = fake(monkeypatch, failures=9, takes_s=60)
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", "/nowhere/token")
    with pytest.raises(MissingPrerequisite, match="put the one of its head into /nowhere/token"):
        joined("10.0.0.5:6379").__enter__()
    assert ray.begun == 1


def test_ray_that_was_imported_before_it_had_a_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = fake(monkeypatch, failures=0, takes_s=1)
    cluster._token.cache_clear()  # as where somebody else has imported it
    with pytest.raises(UsageError, match="Ray was imported before it was told to ask for a token"):
        joined().__enter__()
    assert ray.begun == 0
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")  # whoever says how it is to be may import it first
    with joined():
        assert ray.begun == 1


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_head_that_nobody_serves_is_told_at_once(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    ray = fake(monkeypatch, failures=0, takes_s=1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(MissingPrerequisite, match="nobody answers there"):
        joined(f"{scheme}127.0.0.1:{port}").__enter__()
    assert ray.begun == 0
    with pytest.raises(MissingPrerequisite, match="nobody answers there"):
        joined(f"{scheme}127.0.0.1:99999").__enter__()
    with socket.create_server(("127.0.0.1", 0)) as head, joined(f"{scheme}127.0.0.1:{head.getsockname()[1]}"):
        assert ray.begun == 1
