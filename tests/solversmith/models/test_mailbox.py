"""A folder as a model: whole prompts, whole answers, none twice."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from solversmith import models
from solversmith.broker import Broker
from solversmith.contract.model import FREE, Message, Request
from solversmith.errors import MissingPrerequisite, UsageError
from solversmith.models.mailbox import MailboxModel
from solversmith.store import RunDirectory

REQUEST = Request((Message("system", "be brief"), Message("user", "hello\n\ntask: draft problem=toy")), 50)


class Impatient(Exception):
    """The test does not wait."""


def give_up(seconds: float) -> None:
    raise Impatient


def mailbox(folder: Path) -> MailboxModel:
    return MailboxModel(folder, f"mailbox:{folder}", sleep=give_up)


def answer(folder: Path, number: str, text: str, age_s: float = 5.0) -> None:
    file = folder / f"{number}.completion.md"
    file.write_text(text)
    os.utime(file, (time.time() - age_s,) * 2)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_prompt_is_written_once_and_its_answer_found_later(tmp_path: Path) -> None:
    for _ in range(2):  # the second is another process, as far as the folder can tell
        with pytest.raises(Impatient):
            mailbox(tmp_path).complete(REQUEST, "run-p0000.r0.s0")
    assert names(tmp_path) == ["0001.prompt.md"]
    prompt = (tmp_path / "0001.prompt.md").read_text()
    assert prompt.startswith("<!-- solversmith run-p0000.r0.s0 ")
    assert "answer in 0001.completion.md" in prompt
    assert prompt.endswith("task: draft problem=toy\n")
    answer(tmp_path, "0001", "here\n")
    found = mailbox(tmp_path).complete(REQUEST, "run-p0000.r0.s0")
    assert (found.text, found.measured) == ("here\n", {"mailbox": "0001"})
    assert not found.usage.measured


def test_another_call_and_another_request_have_prompts_of_their_own(tmp_path: Path) -> None:
    answer(tmp_path, "0007", "left over")
    model = mailbox(tmp_path)
    longer = replace(REQUEST, messages=(*REQUEST.messages, Message("assistant", "hm")))
    for key, request in [("a", REQUEST), ("b", REQUEST), ("a", longer), ("a", REQUEST)]:
        with pytest.raises(Impatient):
            model.complete(request, key)
    assert names(tmp_path) == ["0007.completion.md"] + [f"{n:04d}.prompt.md" for n in (8, 9, 10)]


def test_an_answer_that_is_still_written_is_left_alone(tmp_path: Path) -> None:
    model = mailbox(tmp_path)
    for text, age_s in [("half", 0.0), ("", 9.0), (" \n", 9.0)]:
        answer(tmp_path, "0001", text, age_s)
        (tmp_path / "0001.completion.md").rename(tmp_path / "later")
        with pytest.raises(Impatient):
            model.complete(REQUEST, "a")
        (tmp_path / "later").rename(tmp_path / "0001.completion.md")
        with pytest.raises(Impatient):
            model.complete(REQUEST, "a")
    answer(tmp_path, "0001", "whole")
    assert model.complete(REQUEST, "a").text == "whole"


def test_many_threads_and_two_mailboxes_share_a_folder(tmp_path: Path) -> None:
    boxes = [mailbox(tmp_path), mailbox(tmp_path)]

    def ask(number: int) -> None:
        with pytest.raises(Impatient):
            boxes[number % 2].complete(REQUEST, f"call-{number}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(tmp_path) == [f"{number:04d}.prompt.md" for number in range(1, 21)]
    calls = {(tmp_path / name).read_text().split()[2] for name in names(tmp_path)}
    assert len(calls) == 20


def test_what_is_recorded_is_not_asked_for_again(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir()

    def asked() -> str:
        with RunDirectory.open(tmp_path / "run", {"identity": {"problem": "toy"}}) as store:
            broker = Broker(store, {"writer": mailbox(box)}, run_id=store.run_id)
            return broker.complete("p0000", 0, 0, REQUEST).text

    with pytest.raises(Exception, match="Impatient"):  # as if the process had been ended
        asked()
    answer(box, "0001", "the answer")
    assert asked() == "the answer"
    for file in box.iterdir():
        file.unlink()
    assert asked() == "the answer"
    assert names(box) == []


def test_it_waits(tmp_path: Path) -> None:
    model = MailboxModel(tmp_path, "mailbox", settled_s=0.0)
    threading.Timer(0.3, lambda: (tmp_path / "0001.completion.md").write_text("late")).start()
    assert model.complete(REQUEST, "a").text == "late"


def test_folders(tmp_path: Path) -> None:
    model = models.build(f"mailbox:{tmp_path / 'new' / 'box'}")
    assert (tmp_path / "new" / "box").is_dir()
    assert model.price is FREE
    with pytest.raises(UsageError, match="needs a folder"):
        models.build("mailbox:")
    (tmp_path / "file").touch()
    with pytest.raises(MissingPrerequisite, match="can't be made"):
        models.build(f"mailbox:{tmp_path / 'file'}")
