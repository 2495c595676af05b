"""The payment rule, with models that misbehave at will."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from solversmith.broker import Broker, Budget, CompletionCache, Pacer, Retry, Shared
from solversmith.broker.keys import Keys
from solversmith.contract.broker import Broker as BrokerDoor
from solversmith.contract.model import Completion, Message, Price, Request, TokenUsage
from solversmith.errors import (
    BudgetExhausted,
    CallFailed,
    CallInDoubt,
    InternalFault,
    MissingPrerequisite,
    RequestRefused,
    ServerUnreachable,
    SolversmithError,
    UsageError,
)
from solversmith.records.canonical import canonical
from solversmith.records.codec import sha256
from solversmith.records.run import CallRecord, RoundRecord
from solversmith.records.verdict import Verdict
from solversmith.store import RunDirectory

REQUEST = Request((Message("user", "hello"),), 100)
REFUSED = CallFailed("429: later", retry=True, retry_after_s=3.0)
TOO_LONG = CallFailed(
    "http://x answered 400: it refuses: maximum context",
    retry=False,
    usage=True,
    refused="400: maximum context length",
)
DOUBT = CallInDoubt("broke off", retry=True)
GARBAGE = CallFailed("garbage", retry=True, charged=True)
DOLLAR_A_TOKEN = Price(1e6, 1e6)
ANSWER = Completion("answer", "told-1", "stop", TokenUsage(7, 3, 2, 1), "thought")
UNSENT = CallFailed("no server answers at http://x", retry=True, sent=False)


@dataclass
class Told:
    """Raises what it is told, one after the other, then answers."""

    raises: list[BaseException] = field(default_factory=list)
    name: str = "told"
    price: Price | None = DOLLAR_A_TOKEN
    keys: list[str] = field(default_factory=list)
    meet: Callable[[], object] = lambda: None
    answer: Completion = ANSWER

    def complete(self, request: Request, key: str) -> Completion:
        self.keys.append(key)
        self.meet()
        if self.raises:
            raise self.raises.pop(0)
        return self.answer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunDirectory]:
    with RunDirectory.open(tmp_path / "run", {"identity": {"problem": "toy"}}) as opened:
        yield opened


def broker(store: RunDirectory, model: Told, waits: list[float] | None = None, **options: object) -> Broker:
    sleep = (lambda _: None) if waits is None else waits.append
    return Broker(store, {"writer": model}, sleep=sleep, **options)  # type: ignore[arg-type]


def events(store: RunDirectory) -> list[str]:
    return [record.event for record in store.records() if isinstance(record, CallRecord)]


def calls(store: RunDirectory) -> Sequence[CallRecord]:
    return [record for record in store.records() if isinstance(record, CallRecord)]


def reopened(store: RunDirectory) -> RunDirectory:
    store.close()
    return RunDirectory.open(store.path, {"identity": {"problem": "toy"}})


def test_it_is_a_broker(store: RunDirectory) -> None:
    assert isinstance(broker(store, Told()), BrokerDoor)


def test_a_completion_is_recorded_whole_and_never_asked_for_again(store: RunDirectory) -> None:
    model = Told()
    first = broker(store, model, run_id="run").complete("p0001", 2, 0, REQUEST)
    assert first == model.answer
    assert model.keys == ["run-p0001.r2.s0"]
    started, completed = calls(store)
    assert (started.event, started.most_tokens, started.most_usd) == ("started", 137, 137.0)
    assert (completed.event, completed.cost_usd, completed.model) == ("completed", 10.0, "told-1")
    assert json.loads(store.text(completed.request))["messages"] == [{"role": "user", "content": "hello"}]
    again = broker(store, model).complete("p0001", 2, 0, REQUEST)
    assert (again.text, again.reasoning, again.usage) == (first.text, first.reasoning, first.usage)
    with reopened(store) as later:
        assert broker(later, model).complete("p0001", 2, 0, REQUEST).text == "answer"
    assert len(model.keys) == 1


def test_it_is_started_before_it_is_asked_and_durable_before_it_is_told(store: RunDirectory) -> None:
    seen: list[list[str]] = []
    model = Told(meet=lambda: seen.append(events(RunDirectory.read(store.path))))  # type: ignore[arg-type]
    answer = broker(store, model).complete("p", 0, 0, REQUEST)
    assert seen == [["started"]]
    disk = RunDirectory.read(store.path)
    assert events(disk) == ["started", "completed"]
    assert disk.text(sha256(answer.text)) == "answer"


def test_tries_share_a_key_and_each_is_recorded(store: RunDirectory) -> None:
    waits: list[float] = []
    model = Told([REFUSED, DOUBT, GARBAGE])
    asked = broker(store, model, waits)
    assert asked.complete("p", 0, 0, REQUEST).text == "answer"
    assert model.keys == ["p.r0.s0"] * 4
    assert events(store) == [
        event for last in ("failed", "in_doubt", "failed", "completed") for event in ("started", last)
    ]
    assert [record.attempt for record in calls(store)] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert waits[0] == 3.0
    total = asked.ledger().total
    assert (total.tries, total.completed, total.failed, total.in_doubt, total.charged) == (4, 1, 2, 1, 3)
    # In doubt and unreadable: each at its most, 100 output tokens and the bound of the input.
    assert total.usd == 10 + 2 * 137
    assert asked.spent().calls == 3


def test_the_last_try_ends_it_and_a_later_session_tries_again(store: RunDirectory) -> None:
    model = Told([REFUSED] * 3)
    with pytest.raises(MissingPrerequisite, match="gave no answer in 2 tries; last: 429"):
        broker(store, model, retry=Retry(tries=2)).complete("p", 0, 0, REQUEST)
    with reopened(store) as later:
        assert broker(later, model, retry=Retry(tries=2)).complete("p", 0, 0, REQUEST).text == "answer"
        assert [record.attempt for record in calls(later) if record.event == "started"] == [1, 2, 3, 4]


def test_a_server_that_was_never_reached(store: RunDirectory) -> None:
    with pytest.raises(ServerUnreachable, match="http://x"):
        broker(store, Told([UNSENT] * 2), retry=Retry(tries=2)).complete("p", 0, 0, REQUEST)


def test_a_server_that_was_reached_before_is_given_more_time(store: RunDirectory) -> None:
    model = Told([UNSENT] * 9)
    asked = broker(store, model)
    with pytest.raises(ServerUnreachable, match="tried 3 times"):
        asked.complete("p", 0, 0, REQUEST)
    model.raises = [REFUSED] + [UNSENT] * 9
    with pytest.raises(MissingPrerequisite, match="in 6 tries"):
        asked.complete("p", 0, 0, REQUEST)
    assert asked.spent().calls == 0


def test_a_refusal_of_the_first_request_is_a_mistake_and_is_asked_again(store: RunDirectory) -> None:
    model = Told([TOO_LONG, TOO_LONG])
    for _ in range(2):
        with pytest.raises(UsageError, match="it refuses") as caught:
            broker(store, model).complete("p", 0, 0, REQUEST)
        assert not isinstance(caught.value, RequestRefused)
    assert broker(store, model).complete("p", 0, 0, REQUEST).text == "answer"
    assert events(store) == ["started", "failed", "started", "failed", "started", "completed"]


@pytest.mark.parametrize("round", [0, 1])
def test_a_refusal_of_one_request_is_recorded_and_it_is_never_sent_again(
    store: RunDirectory, round: int
) -> None:
    model = Told()
    asked = broker(store, model)
    asked.complete("p0", 0, 0, REQUEST)
    model.raises = [TOO_LONG]
    for again in (asked, asked):
        with pytest.raises(RequestRefused, match=r"^400: maximum context"):
            again.complete("p1", round, 0, REQUEST)
    with reopened(store) as later:
        with pytest.raises(RequestRefused, match="400"):
            broker(later, model).complete("p1", round, 0, REQUEST)
        assert events(later)[2:] == ["started", "failed"]
        total = broker(later, model).ledger().total
        assert (total.charged, total.failed) == (1, 1)
        assert broker(later, model).complete("p2", 0, 0, REQUEST).text == "answer"
    assert len(model.keys) == 3


def test_a_refusal_of_a_later_round_is_of_that_request_whoever_answered_before(store: RunDirectory) -> None:
    with pytest.raises(RequestRefused):
        broker(store, Told([TOO_LONG])).complete("p1", 1, 0, REQUEST)


def test_what_one_model_answered_says_nothing_of_another(store: RunDirectory) -> None:
    other = Told([TOO_LONG], name="other")
    asked = Broker(store, {"writer": Told(), "reflector": other}, sleep=lambda _: None)
    asked.complete("p0", 0, 0, REQUEST)
    with pytest.raises(UsageError) as caught:
        asked.complete("p1", 0, 0, replace(REQUEST, role="reflector"))
    assert not isinstance(caught.value, RequestRefused)


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (CallFailed("check your key", retry=False), MissingPrerequisite),
        (CallFailed("no such model", retry=False, usage=True), UsageError),
        (MissingPrerequisite("the script has run out"), MissingPrerequisite),
    ],
)
def test_a_refusal_that_stays_is_not_tried_again_and_costs_nothing(
    store: RunDirectory, error: Exception, raised: type[Exception]
) -> None:
    asked = broker(store, Told([error]))
    with pytest.raises(raised, match=str(error)):
        asked.complete("p", 0, 0, REQUEST)
    assert events(store) == ["started", "failed"]
    assert (asked.spent().calls, asked.spent().usd) == (0, 0.0)


def test_a_bug_in_a_model_is_ours_and_in_doubt(store: RunDirectory) -> None:
    with pytest.raises(InternalFault, match="'told' failed: KeyError"):
        broker(store, Told([KeyError("x")])).complete("p", 0, 0, REQUEST)
    assert events(store) == ["started", "in_doubt"]


def test_an_interrupted_call_is_in_doubt(store: RunDirectory) -> None:
    asked = broker(store, Told([KeyboardInterrupt()]))
    with pytest.raises(KeyboardInterrupt):
        asked.complete("p", 0, 0, REQUEST)
    assert events(store) == ["started", "in_doubt"]
    assert asked.spent().usd == 137.0


def test_a_call_that_was_left_is_in_doubt_and_made_again_under_the_same_key(store: RunDirectory) -> None:
    left = CallRecord("p.r0.s0", "started", "p", 0, 0, "0" * 64, 1, 5.0, 50, model="told")
    store.append(left)
    model = Told()
    with reopened(store) as later:
        asked = broker(later, model, run_id="r")
        assert events(later) == ["started", "in_doubt"]
        assert (asked.spent().usd, asked.spent().tokens, asked.ledger().total.in_doubt_usd) == (5.0, 50, 5.0)
        asked.complete("p", 0, 0, REQUEST)
        assert model.keys == ["r-p.r0.s0"]
        assert [record.attempt for record in calls(later)] == [1, 1, 2, 2]


def test_equal_calls_at_once_are_one(store: RunDirectory) -> None:
    entered, release = threading.Event(), threading.Event()

    def meet() -> None:
        entered.set()
        assert release.wait(10)

    model = Told(meet=meet)
    asked = broker(store, model)
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(asked.complete("p", 0, 0, REQUEST).text))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    assert entered.wait(10)
    release.set()
    for thread in threads:
        thread.join(10)
    assert answers == ["answer"] * 4
    assert len(model.keys) == 1


def test_a_budget_is_kept_over_sessions(store: RunDirectory) -> None:
    # 137 dollars must be free for a try; each then costs 10.
    model = Told()
    asked = broker(store, model, budget=Budget(usd=157))
    for number in range(2):
        asked.complete(f"p{number}", 0, 0, REQUEST)
    # Usage was seen: 7 tokens for 5 bytes, so the bound stays at the bytes.
    asked.complete("p2", 0, 0, REQUEST)
    with pytest.raises(BudgetExhausted, match="157 USD"):
        asked.complete("p3", 0, 0, REQUEST)
    assert asked.complete("p0", 0, 0, REQUEST).text == "answer"
    with reopened(store) as later:
        asked = broker(later, model, budget=Budget(usd=157))
        assert asked.spent().usd == 30.0
        with pytest.raises(BudgetExhausted):
            asked.complete("p3", 0, 0, REQUEST)
        broker(later, model, budget=Budget(usd=200)).complete("p3", 0, 0, REQUEST)
    assert len(model.keys) == 4


def test_calls_under_way_count_at_their_most(store: RunDirectory) -> None:
    seen: list[float] = []
    model = Told()
    asked = broker(store, model)
    model.meet = lambda: seen.append(asked.spent().usd)
    asked.complete("p", 0, 0, REQUEST)
    assert (seen, asked.spent().usd) == ([137.0], 10.0)


def test_a_budget_in_usd_needs_prices(store: RunDirectory) -> None:
    with pytest.raises(UsageError, match=r"price of model 'told' is unknown.*--price"):
        broker(store, Told(price=None), budget=Budget(usd=1))
    broker(store, Told(price=None), budget=Budget(tokens=1))


def test_an_unknown_price_is_no_zero(store: RunDirectory) -> None:
    asked = broker(store, Told(price=None))
    asked.complete("p", 0, 0, REQUEST)
    assert calls(store)[-1].cost_usd is None
    assert asked.ledger().total.unpriced == 1


def test_a_cost_says_of_which_day_its_price_is(store: RunDirectory) -> None:
    broker(store, Told(price=Price(1, 2, date="2026-11"))).complete("p", 0, 0, REQUEST)
    broker(store, Told(price=Price(1, 2))).complete("q", 0, 0, REQUEST)
    dates = [call.measured.get("price_date") for call in calls(store) if call.event == "completed"]
    assert dates == ["2026-11", None]


def test_wall_time_is_added_over_sessions(store: RunDirectory) -> None:
    now = [1000.0]
    asked = broker(store, Told(), clock=lambda: now[0])
    first = next(store.records()).measured["at_s"]
    now[0] = first + 50
    asked.complete("p", 0, 0, REQUEST)
    with reopened(store) as later:
        begun = list(later.records())[-1].measured["at_s"]
        now[0] = begun
        asked = broker(later, Told(), clock=lambda: now[0])
        now[0] = begun + 7
        assert asked.spent().wall_s == pytest.approx(57, abs=0.1)


def test_keys_never_enter_a_record(store: RunDirectory) -> None:
    secret = "sk-0123456789abcdef"
    model = Told([CallFailed(f"wrong key {secret}", retry=False)])
    asked = broker(store, model, keys=Keys({"OPENAI_API_KEY": secret}))
    with pytest.raises(MissingPrerequisite):
        asked.complete("p", 0, 0, REQUEST)
    with pytest.raises(InternalFault, match="OPENAI_API_KEY"):
        asked.complete("p", 1, 0, Request((Message("user", f"use {secret}"),), 5))
    with pytest.raises(InternalFault, match="OPENAI_API_KEY"):
        asked.put_text(f"key = '{secret}'")
    assert len(model.keys) == 1
    for file in store.path.iterdir():
        assert secret not in file.read_text()


@pytest.mark.parametrize(
    "failing",
    [
        CallFailed("wrong key sk-0123456789abcdef", retry=True),
        CallFailed("wrong key sk-0123456789abcdef", retry=False, usage=True),
        CallInDoubt("broke off at sk-0123456789abcdef", retry=True),
        MissingPrerequisite("no answer for sk-0123456789abcdef"),
        ValueError("what is sk-0123456789abcdef"),
    ],
)
def test_keys_never_stand_in_what_a_person_is_told(store: RunDirectory, failing: Exception) -> None:
    secret = "sk-0123456789abcdef"
    asked = broker(store, Told([failing] * 9), keys=Keys({"OPENAI_API_KEY": secret}))
    with pytest.raises(SolversmithError, match=r"\[key\]") as raised:
        asked.complete("p", 0, 0, REQUEST)
    assert secret not in str(raised.value)


def test_a_completion_with_a_key_is_kept_without_it_and_never_bought_again(store: RunDirectory) -> None:
    secret = "sk-0123456789abcdef"
    said = f"key = '{secret}'"
    answer = Completion(said, f"m {secret}", f"stop {secret}", TokenUsage(7, 3), said, {"server": [secret]})
    model, keys = Told(answer=answer), Keys({"OPENAI_API_KEY": secret, "B_KEY": f"{secret}-longer"})
    first = broker(store, model, keys=keys).complete("p", 0, 0, REQUEST)
    assert (first.text, first.reasoning, first.model) == ("key = '[key]'", "key = '[key]'", "m [key]")
    with reopened(store) as later:
        again = broker(later, model, keys=keys).complete("p", 0, 0, REQUEST)
        assert (again.text, again.reasoning, again.usage) == (first.text, first.reasoning, first.usage)
        assert events(later) == ["started", "completed"]
    assert len(model.keys) == 1
    for file in store.path.iterdir():
        assert secret not in file.read_text()
    assert keys.redact(f"{secret}-longer") == "[key]"


def test_rounds_and_records(store: RunDirectory) -> None:
    asked = broker(store, Told())
    rounds = [
        RoundRecord(
            "p", n, "draft", None, Verdict.NO_CODE, None, 1, (), "0" * 64, "0" * 64, {}, {"cpu_s": 2.5}
        )
        for n in range(2)
    ]
    assert [asked.record(record) for record in rounds] == [1, 2]
    assert [record.round for record in asked.rounds("p")] == [0, 1]
    assert asked.rounds("q") == ()
    assert len(list(asked.records())) == 3
    assert [record.kind for record in asked.records(2)] == ["round"]
    assert asked.spent().cpu_s == 5.0
    assert asked.rounds("p")[0].measured["at_s"] > 0


@pytest.mark.parametrize("measured", [{"x": float("nan")}, {"x": object()}, {"x": "y" * 5000}])
def test_a_completion_is_not_lost_for_what_was_measured(
    store: RunDirectory, measured: dict[str, object]
) -> None:
    model = Told(answer=Completion("a" * 100_000, "m" * 5000, "f" * 5000, measured=measured))
    assert len(broker(store, model).complete("p", 0, 0, REQUEST).text) == 100_000
    assert events(store) == ["started", "completed"]


def test_roles(store: RunDirectory) -> None:
    writer, reflector = Told(), Told(name="other")
    asked = Broker(store, {"writer": writer, "reflector": reflector})
    asked.complete("p", 0, 0, Request((), 5, role="reflector"))
    asked.complete("p", 1, 0, Request((), 5, role="judge"))
    assert (len(writer.keys), len(reflector.keys)) == (1, 1)
    assert [name for name, _ in asked.ledger().models] == ["other", "told"]
    with pytest.raises(InternalFault, match="no model for the role"):
        Broker(store, {}).complete("p", 2, 0, REQUEST)


@dataclass
class Served(Told):
    """One that answers at an end point, so that its completions are kept on disk."""

    endpoint: str = "http://x told"


def kept_broker(store: RunDirectory, model: Told, folder: Path, **options: object) -> Broker:
    return broker(store, model, cache=CompletionCache(folder), **options)


@pytest.mark.parametrize(
    ("change", "shared"),
    [
        ({}, True),
        ({"seed": 1}, False),  # two runs never share a completion unless their seeds are equal
        ({"sample": 1}, False),
        ({"role": "reflector"}, False),
        ({"temperature": 0.5}, False),
        ({"max_output_tokens": 99}, False),
        ({"reasoning_effort": "high"}, False),
        ({"messages": (Message("user", "hello!"),)}, False),
    ],
)
def test_what_is_kept_on_disk_is_for_the_same_request_alone(
    tmp_path: Path, store: RunDirectory, change: dict[str, object], shared: bool
) -> None:
    model = Served()
    kept_broker(store, model, tmp_path / "kept").complete("p", 0, 0, REQUEST)
    with RunDirectory.open(tmp_path / "other", {"identity": {"problem": "toy"}}) as other:
        asked = kept_broker(other, model, tmp_path / "kept", budget=Budget(calls=0 if shared else 1))
        found = asked.complete("q", 0, 0, replace(REQUEST, **change))  # type: ignore[arg-type]
        assert (found.text, found.reasoning, found.usage) == (ANSWER.text, ANSWER.reasoning, ANSWER.usage)
        assert len(model.keys) == (1 if shared else 2)
        assert events(other) == (["completed"] if shared else ["started", "completed"])
        assert asked.complete("q", 0, 0, replace(REQUEST, **change)).text == "answer"  # type: ignore[arg-type]


def test_another_round_step_or_end_point_is_another_completion(tmp_path: Path, store: RunDirectory) -> None:
    model = Served()
    asked = kept_broker(store, model, tmp_path / "kept")
    for where in [("p", 0, 0), ("p", 1, 0), ("p", 0, 1), ("q", 0, 0)]:
        asked.complete(*where, REQUEST)
    assert len(model.keys) == 3
    model.endpoint = "http://x other"
    asked.complete("r", 0, 0, REQUEST)
    assert len(model.keys) == 4
    model.endpoint = ""
    for name in "st":
        asked.complete(name, 0, 0, REQUEST)
    assert len(model.keys) == 6


def test_a_completion_that_was_kept_is_marked_and_costs_nothing(tmp_path: Path, store: RunDirectory) -> None:
    model = Served()
    asked = kept_broker(store, model, tmp_path / "kept", budget=Budget(calls=1))
    asked.complete("p", 0, 0, REQUEST)
    asked.complete("q", 0, 0, REQUEST)
    bought, kept = (call for call in calls(store) if call.event == "completed")
    assert (bought.from_cache, bought.cost_usd, bought.saved_usd) == (False, 10.0, None)
    assert (kept.from_cache, kept.cost_usd, kept.saved_usd, kept.model) == (True, 0.0, 10.0, "told-1")
    assert bought.original_usd == kept.original_usd == 10.0
    assert (kept.input_tokens, kept.output_tokens) == (7, 3)
    total = asked.ledger().total
    assert (total.tries, total.completed, total.charged, total.usd, total.tokens) == (1, 1, 1, 10.0, 10)
    assert (total.from_cache, total.saved_usd) == (1, 10.0)
    assert [name for name, _ in asked.ledger().models] == ["told"]
    # Whether it was kept or bought makes no other run.
    one, other = (replace(call, id="p.r0.s0", proposal="p") for call in (bought, kept))
    assert canonical([one]) == canonical([other])


def test_what_is_kept_is_whole_private_and_no_more_than_a_help(tmp_path: Path, store: RunDirectory) -> None:
    model = Served()
    asked = kept_broker(store, model, tmp_path / "kept")
    asked.complete("p", 0, 0, REQUEST)
    (file,) = (tmp_path / "kept").rglob("*.json")
    assert (file.stat().st_mode & 0o077, file.parent.stat().st_mode & 0o077) == (0, 0)
    assert "hello" not in file.read_text()
    for broken in ("", "{}", '{"completion": {"text": 1}, "cost_usd": 0}', "[" * 9):
        file.write_text(broken)
        asked.complete(f"q{len(model.keys)}", 0, 0, REQUEST)
    assert len(model.keys) == 5
    (tmp_path / "file").touch()
    kept_broker(store, model, tmp_path / "file").complete("r", 0, 0, REQUEST)  # a folder that can't be made
    assert len(model.keys) == 6


def test_a_key_in_a_completion_is_not_kept(tmp_path: Path, store: RunDirectory) -> None:
    secret = "sk-0123456789abcdef"
    model = Served(answer=Completion(f"key = {secret}", "m"))
    asked = kept_broker(store, model, tmp_path / "kept", keys=Keys({"A_KEY": secret}))
    asked.complete("p", 0, 0, REQUEST)
    (file,) = (tmp_path / "kept").rglob("*.json")
    assert secret not in file.read_text()


def test_runs_share_a_budget_over_sessions(tmp_path: Path) -> None:
    def opened(name: str) -> RunDirectory:
        return RunDirectory.open(tmp_path / name, {"identity": {"problem": "toy"}})

    model = Told()
    for session in range(2):
        shared = Shared(Budget(calls=3))
        with opened("a") as one, opened("b") as other:
            brokers = [broker(store, model, shared=shared) for store in (one, other)]
            if session == 0:
                brokers[0].complete("p0", 0, 0, REQUEST)
                brokers[1].complete("p0", 0, 0, REQUEST)
                brokers[0].complete("p1", 0, 0, REQUEST)
            for each in brokers:
                with pytest.raises(BudgetExhausted, match="3 calls"):
                    each.complete("p9", 0, 0, REQUEST)
    assert len(model.keys) == 3
    with opened("a") as one, pytest.raises(UsageError, match="price of model"):
        broker(one, Told(price=None), shared=Shared(Budget(usd=1)))


def test_a_bound_is_one_of_bytes_until_tokens_are_measured_also_by_an_earlier_session(
    store: RunDirectory,
) -> None:
    request = Request((Message("user", "x" * 1000),), 100)
    model = Told(answer=Completion("a", "m", usage=TokenUsage(250, 3)))
    asked = broker(store, model)
    for number in range(2):
        asked.complete(f"p{number}", 0, 0, request)
    with reopened(store) as later:
        broker(later, model).complete("p2", 0, 0, request)
        starts = [call for call in calls(later) if call.event == "started"]
    bounds = [call.measured["input_bound"] for call in starts]
    assert bounds == ["bytes", "estimated", "estimated"]
    assert [call.most_tokens for call in starts] == [1000 + 32 + 100, 300 + 32 + 100, 300 + 32 + 100]


def test_what_is_limited_waits_for_all(store: RunDirectory) -> None:
    waits: list[float] = []
    pacer = Pacer(clock=lambda: 0.0)
    asked = broker(
        store, Told([CallFailed("429", retry=True, retry_after_s=7.0, limited=True)]), waits, pacer=pacer
    )
    asked.complete("p", 0, 0, REQUEST)
    assert waits == [7.0, 7.0]  # as this clock stands still, the end point wants to be left alone still
    assert pacer.at("told").limit == 2.0  # one at a time, and one more for one that went well
