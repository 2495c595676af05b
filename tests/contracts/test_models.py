"""What every model must be: run for each one that is found, without writing a test for it.

A model that needs an argument gets it from `ARGUMENTS`; one without an entry there is built without any, so a
new model that needs nothing is tested as it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from loopback_server import LoopbackServer, good

from solversmith import models
from solversmith.broker import Broker
from solversmith.contract import Completion, Message, Model, Request
from solversmith.errors import UnknownName
from solversmith.store import RunDirectory

NAMES = sorted(models.available())
REPLY = "Here it is.\n\n```python\ndef solver():\n    return 1\n```\n"
TEMPLATE = "template:\n```python\ndef solver():\n    ...\n```"


def request(sample: int = 0, seed: int = 3) -> Request:
    asked = Message("user", f"Return 1.\n\n{TEMPLATE}\n\ntask: draft problem=ones")
    return Request((Message("system", "You write."), asked), max_output_tokens=100, seed=seed, sample=sample)


def scripted(folder: Path) -> tuple[str, Mapping[str, Any]]:
    file = folder / "script.md"
    file.write_text(REPLY)
    return f"scripted:{file}", {}


def replay(folder: Path) -> tuple[str, Mapping[str, Any]]:
    spec, options = scripted(folder)
    with RunDirectory.open(folder / "earlier", {"identity": {"problem": "ones"}}) as store:
        Broker(store, {"writer": models.build(spec, options)}).complete("p0000", 0, 0, request())
    return f"replay:{folder / 'earlier'}", {}


def command(folder: Path) -> tuple[str, Mapping[str, Any]]:
    (folder / "reply.md").write_text(REPLY)
    return f"command:cat {folder / 'reply.md'}", {}


def mailbox(folder: Path) -> tuple[str, Mapping[str, Any]]:
    box = folder / "box"

    def answer() -> None:
        end_s = time.monotonic() + 10
        while time.monotonic() < end_s:
            for prompt in box.glob("*.prompt.md"):
                completion = box / prompt.name.replace("prompt", "completion")
                if not completion.exists():
                    completion.write_text(REPLY)
            time.sleep(0.05)

    threading.Thread(target=answer, daemon=True).start()
    return f"mailbox:{box}", {}


def several(name: str) -> Callable[[Path], tuple[str, Mapping[str, Any]]]:
    def made(folder: Path) -> tuple[str, Mapping[str, Any]]:
        for number in (1, 2):
            (folder / f"{number}.md").write_text(REPLY)
        return f"{name}:scripted:{folder / '1.md'}=.3,scripted:{folder / '2.md'}=.2", {}

    return made


ARGUMENTS: dict[str, Callable[[Path], tuple[str, Mapping[str, Any]]]] = {
    "bandit": several("bandit"),
    "command": command,
    "mailbox": mailbox,
    "mix": several("mix"),
    "scripted": scripted,
    "replay": replay,
}


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    name = request.param
    if name == "openai":
        with LoopbackServer(lambda asked: good(REPLY)) as server:
            yield models.build("openai:any", {"base_url": server.url})
        return
    spec, options = ARGUMENTS.get(name, lambda folder: (name, {}))(tmp_path)
    yield models.build(spec, options)


def test_it_is_a_model(model: Model) -> None:
    assert isinstance(model, Model)
    assert model.name.split(":")[0] in NAMES


def test_it_answers_whole_and_counts_tokens(model: Model) -> None:
    completion = model.complete(request(), "key-1")
    assert isinstance(completion, Completion)
    assert "def solver" in completion.text
    assert completion.finish_reason == "stop"
    assert completion.usage.output_tokens >= 0


def test_equal_requests_are_answered_alike(model: Model) -> None:
    first, second = (model.complete(request(), f"key-{k}").text for k in range(2))
    assert first == second


def test_threads_may_share_it(model: Model) -> None:
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda k=k: texts.append(model.complete(request(), f"key-{k}").text))
        for k in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 4
    assert len(set(texts)) == 1


def test_every_model_says_what_it_is() -> None:
    for summary in models.available().values():
        assert summary.strip()
        assert "\n" not in summary


def test_a_wrong_name_is_told_the_close_one() -> None:
    with pytest.raises(UnknownName, match="did you mean 'offline'"):
        models.build("ofline", {})
