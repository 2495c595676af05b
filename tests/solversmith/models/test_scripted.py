"""Answers by what the request is, in any order of calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith import models
from solversmith.contract.model import FREE, Message, Model, Price, Request, TokenUsage
from solversmith.errors import BadData, MissingPrerequisite, UsageError


def request(sample: int = 0, round: int = 0, task: str = "draft", role: str = "writer") -> Request:
    messages = [Message("user", "task: combine problem=old")]
    for number in range(round):
        messages += [Message("assistant", f"answer {number}"), Message("user", "again")]
    messages[-1] = Message("user", f"do it\ntask: {task} problem=toy")
    return Request(tuple(messages), 100, sample=sample, role=role)


def scripted(tmp_path: Path, *lines: dict[str, Any], name: str = "a.jsonl", **options: Any) -> Model:
    file = tmp_path / name
    file.write_text("".join(json.dumps(line) + "\n\n" for line in lines), encoding="utf-8")
    return models.build(f"scripted:{file}", options)


def test_lines_without_keys_are_the_rounds_of_every_sample(tmp_path: Path) -> None:
    model = scripted(tmp_path, {"text": "first"}, {"text": "second"})
    for sample in (0, 5):
        assert model.complete(request(sample, 0), "k").text == "first"
        assert model.complete(request(sample, 1), "k").text == "second"
    with pytest.raises(
        MissingPrerequisite, match=r"a\.jsonl has no answer for sample 3, round 2, task 'draft'"
    ):
        model.complete(request(3, 2), "k")


def test_the_most_specific_line_is_given(tmp_path: Path) -> None:
    model = scripted(
        tmp_path,
        {"text": "any", "round": None},
        {"text": "debug", "round": None, "task": "debug"},
        {"text": "two", "round": None, "sample": 2},
        {"text": "two debug", "task": "debug", "round": 1, "sample": 2},
        {"text": "reflection", "round": None, "role": "reflector"},
    )
    for asked, text in [
        (request(), "any"),
        (request(0, 7), "any"),
        (request(0, 3, "debug"), "debug"),
        (request(2), "two"),
        (request(2, 1, "debug"), "two debug"),
        (request(1, 0, "text", "reflector"), "reflection"),
    ]:
        assert model.complete(asked, "k").text == text


@given(st.permutations([(sample, round) for sample in range(3) for round in range(2)]))
def test_the_order_of_calls_does_not_matter(order: list[tuple[int, int]]) -> None:
    from solversmith.models.scripted import Answer, ScriptedModel

    answers = [Answer(f"{s} {r}", {"sample": s, "round": r}) for s in range(3) for r in range(2)]
    model = ScriptedModel("scripted:x", answers)
    for sample, round in order:
        assert model.complete(request(sample, round), "k").text == f"{sample} {round}"


def test_sections_of_markdown(tmp_path: Path) -> None:
    file = tmp_path / "answers.md"
    file.write_text(
        "A preface.\n\n## answer\n```python\nx = 1\n```\n\n## answers are no heading\n"
        "## answer sample=1 round=any\nof one\n## answer task=debug\nrepaired\n"
    )
    model = models.build(f"scripted:{file}")
    assert model.complete(request(), "k").text == "```python\nx = 1\n```\n\n## answers are no heading\n"
    assert model.complete(request(1, 4), "k").text == "of one\n"
    assert model.complete(request(0, 0, "debug"), "k").text == "repaired\n"


def test_a_file_without_headings_is_one_answer(tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("always\n")
    assert models.build(f"scripted:{file}").complete(request(3, 3), "k").text == "always\n"


def test_usage_as_stated_or_estimated(tmp_path: Path) -> None:
    model = scripted(
        tmp_path,
        {"text": "12345678ü", "finish_reason": "length", "reasoning": "hm"},
        {"text": "b", "usage": {"input_tokens": 5, "output_tokens": 7, "reasoning_tokens": 3}},
    )
    first, second = (model.complete(request(0, round), "k") for round in range(2))
    assert (first.usage.output_tokens, first.usage.measured) == (3, False)
    assert (first.finish_reason, first.reasoning) == ("length", "hm")
    assert second.usage == TokenUsage(5, 7, 0, 3)


def test_it_is_free_unless_a_price_is_given(tmp_path: Path) -> None:
    assert scripted(tmp_path, {"text": "a"}).price == FREE
    assert scripted(tmp_path, {"text": "a"}, price="1/2").price == Price(1.0, 2.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1: not JSON"),
        ("[]", "line 1: an answer is an object"),
        ('{"text": "a"}\n{"txt": "b"}', "line 2: unknown key 'txt'"),
        ('{"sample": 1}', "'text' must be there"),
        ('{"text": 1}', "'text' must be there"),
        ('{"text": "a", "usage": {"input_tokens": -1}}', "usage holds counts"),
        ('{"text": "a", "usage": {"tokens": 1}}', "usage holds counts"),
        ("\n", "holds no answer"),
    ],
)
def test_a_file_that_can_not_be_read_is_told_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(text)
    with pytest.raises(BadData, match=words):
        models.build(f"scripted:{file}")


def test_no_file() -> None:
    with pytest.raises(UsageError, match="scripted:FILE"):
        models.build("scripted")
    with pytest.raises(BadData, match=r"none\.jsonl"):
        models.build("scripted:/nowhere/none.jsonl")


def test_an_edited_answer_is_another_content_and_a_moved_file_is_not(tmp_path: Path) -> None:
    contents = []
    for name, text in (("a.md", "one"), ("b.md", "one"), ("c.md", "two")):
        (tmp_path / name).write_text(text)
        contents.append(models.build(f"scripted:{tmp_path / name}").content)  # type: ignore[attr-defined]
    assert contents[0] == contents[1] != contents[2]
