"""Mixtures: how they are written, and whom they choose."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith import models
from solversmith.contract.model import FREE, Arm, Message, Mixture, Price, Request
from solversmith.errors import UsageError
from solversmith.models.bandit import Bandit
from solversmith.models.mix import Mix
from solversmith.models.mixing import draw, parts


@pytest.mark.parametrize(
    ("argument", "found"),
    [
        ("openai:a=.7,openai:b=.3", [("openai:a", 0.7), ("openai:b", 0.3)]),
        ("offline, scripted:f.md", [("offline", None), ("scripted:f.md", None)]),
        ("scripted:a=b.md=2,scripted:c=1e-3", [("scripted:a=b.md", 2.0), ("scripted:c", 1e-3)]),
        ("openai:m@http://box:1/v1=.5,offline=.5", [("openai:m@http://box:1/v1", 0.5), ("offline", 0.5)]),
        ("scripted:a=b.md,offline", [("scripted:a=b.md", None), ("offline", None)]),
        (
            "{command:agent --t=1, {x}}=.7,offline=.3",
            [("command:agent --t=1, {x}", 0.7), ("offline", 0.3)],
        ),
        ("{a b},c", [("a b", None), ("c", None)]),
    ],
)
def test_names_may_hold_colons_and_equals_signs(argument: str, found: list[tuple[str, float | None]]) -> None:
    assert parts(argument, "mix") == found


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("", "two models"),
        ("a=1", "two models"),
        ("a=1,b", "for some models"),
        ("command:x --t=1,b=1", "in braces"),
        ("{a=1,b=1", "don't match"),
        ("a}=1,b=1", "don't match"),
        ("{a}1,b=1", "is not"),
        ("{}=1,b=1", "is not"),
        ("=1,b=1", "no NAME"),
        ("a=1.2.3,b=1", "can't be read"),
        ("a=1,,b=1", "no NAME"),
    ],
)
def test_what_can_not_be_read(argument: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parts(argument, "mix")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    found = {}
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.md").write_text(f"I am {name}.")
        found[name] = f"scripted:{tmp_path / f'{name}.md'}"
    return found


def test_a_mix_draws_by_its_weights(files: dict[str, str]) -> None:
    mix = models.build(f"mix:{files['a']}=3,{files['b']}=1")
    assert isinstance(mix, Mix)
    assert isinstance(mix, Mixture)
    drawn = [mix.choose(5, number, {}) for number in range(4000)]
    assert drawn == [mix.choose(5, number, {}) for number in range(4000)]
    assert Counter(drawn)[files["a"]] == pytest.approx(3000, abs=120)  # 4 standard deviations
    assert drawn != [mix.choose(6, number, {}) for number in range(4000)]


def test_a_request_names_its_member(files: dict[str, str]) -> None:
    mix = models.build(f"mix:{files['a']},{files['b']}")
    for name in "ab":
        said = mix.complete(Request((Message("user", "hello"),), 9, model=files[name]), "k")
        assert said.text.strip() == f"I am {name}."


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("mix:{a}=1,{a}=2", "stands twice"),
        ("mix:{a}=0,{b}=1", "must be positive"),
        ("mix:{mix:X,Y}=1,{c}=1", "is a mixture"),
        ("bandit:{a}=.7,{b}=.7", "more than 1"),
    ],
)
def test_mixtures_that_make_no_sense(spec: str, words: str, files: dict[str, str]) -> None:
    named = spec.replace("X,Y", f"{files['a']},{files['b']}")
    for name in "abc":
        named = named.replace("{" + name + "}", "{" + files[name] + "}")
    with pytest.raises(UsageError, match=words):
        models.build(named)


def test_prices(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")
    free = models.build(f"mix:{files['a']},{files['b']}")
    assert free.price == Price(0, 0, 0)
    dear = f"mix:{files['a']},openai:gpt-5-mini"
    assert models.build(dear).price == Price(0.25, 2, 0.025)
    unknown = f"{dear},openai:brand-new"
    assert models.build(unknown).price is None
    # A price that is given is that of the member whose own is unknown.
    given = models.build(unknown, {"price": "7/9"})
    assert isinstance(given, Mix)
    assert [model.price for model in given.members.values()] == [
        FREE,
        Price(0.25, 2, 0.025, "2026-11"),
        Price(7, 9),
    ]


def test_files_of_members_belong_to_the_run(files: dict[str, str]) -> None:
    one = models.build(f"mix:{files['a']},{files['b']}")
    assert isinstance(one, Mix)
    Path(files["a"].partition(":")[2]).write_text("I am another.")
    other = models.build(f"mix:{files['a']},{files['b']}")
    assert isinstance(other, Mix)
    assert one.content != other.content


def bandit(files: dict[str, str], floor: float = 0.0, **options: object) -> Bandit:
    made = models.build(f"bandit:{files['a']}={floor},{files['b']}={floor}", options)
    assert isinstance(made, Bandit)
    return made


def test_a_bandit_asks_each_once_and_then_whom_it_pays_to_ask(files: dict[str, str]) -> None:
    a, b = files["a"], files["b"]
    choose = bandit(files, unit="usd").choose
    assert choose(0, 0, {}) == a
    assert choose(0, 1, {a: Arm(1)}) == b
    equal = Arm(10, gain=2.0, asked=10, calls=10, tokens=1000, usd=1.0)
    better = Arm(10, gain=4.0, asked=10, calls=10, tokens=1000, usd=1.0)
    assert choose(0, 9, {a: equal, b: better}) == b
    # Twice the gain at four times the cost is worth less.
    dear = Arm(10, gain=4.0, asked=10, calls=10, tokens=1000, usd=4.0)
    assert choose(0, 9, {a: equal, b: dear}) == a
    assert bandit(files, unit="tokens").choose(0, 9, {a: equal, b: dear}) == b
    # One that is free is not the only one ever asked: as cheap as a hundredth, never cheaper.
    free = Arm(1000, gain=0.0, asked=1000, calls=1000, tokens=1, usd=0.0)
    winner = Arm(10, gain=9.0, asked=10, calls=10, tokens=1, usd=10.0)
    assert choose(0, 9, {a: free, b: winner}) == a
    assert choose(0, 9, {a: Arm(10**6, 0.0, 10**6, 10**6), b: winner}) == b
    # And one that was neglected for long is tried again.
    assert choose(0, 9, {a: Arm(2, 0.0, 2, 2, 2, 2.0), b: Arm(10**4, 10.0, 10**4, 10**4, 1, 1e4)}) == a


def test_a_bandit_keeps_its_floors(files: dict[str, str]) -> None:
    a, b = files["a"], files["b"]
    arms = {a: Arm(1000, 900.0, 1000, 1000), b: Arm(1000, 0.0, 1000, 1000)}
    drawn = Counter(bandit(files, 0.1).choose(3, number, arms) for number in range(2000))
    assert drawn[b] == pytest.approx(200, abs=54)  # 4 standard deviations
    assert sum(drawn.values()) == 2000


def test_what_a_bandit_measures_costs_in(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")
    assert bandit(files).unit == "tokens"
    assert bandit(files, unit="calls").unit == "calls"
    priced = models.build(f"bandit:{files['a']},openai:gpt-5-mini")
    assert isinstance(priced, Bandit)
    assert (priced.unit, priced.floors) == ("usd", {files["a"]: 0.1, "openai:gpt-5-mini": 0.1})


@given(st.integers(0, 2**40), st.integers(0, 10**6))
def test_draws_lie_on_the_line(seed: int, number: int) -> None:
    assert 0 <= draw(seed, number) < 1
