"""The only place that calls models, keeps budgets, keeps keys out of records and appends to the journal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from solversmith.broker.budget import Account, Budget, Shared
from solversmith.broker.cache import Bought, CompletionCache
from solversmith.broker.calls import call_id, completed, ended, kept, new_call, recorded, started
from solversmith.broker.clock import steady
from solversmith.broker.keys import Keys
from solversmith.broker.ledger import Ledger, ledger_of
from solversmith.broker.memory import Memory
from solversmith.broker.pace import Pacer
from solversmith.broker.requests import Most, most_cost, request_text
from solversmith.broker.retry import Retry, final_error
from solversmith.contract.model import Completion, Mixture, Model, Request
from solversmith.contract.running import RunStore, Spent
from solversmith.errors import (
    CallFailed,
    CallInDoubt,
    CallProblem,
    InternalFault,
    RequestRefused,
    SolversmithError,
    UsageError,
)
from solversmith.records.run import CallRecord, Record, RoundRecord

WRITER = "writer"


class Broker:
    """Answers from the record, or buys and records. Thread-safe; every answer is durable when it is given.

    The payment rule: a call is recorded as started before bytes leave, and its completion before anything
    uses it; a recorded completion is never asked for again; a try that ended without a whole answer is in
    doubt, is charged at its most, and the call is made again under the same idempotency key.
    """

    def __init__(
        self,
        store: RunStore,
        models: Mapping[str, Model],
        *,
        budget: Budget | None = None,
        shared: Shared | None = None,
        retry: Retry | None = None,
        cache: CompletionCache | None = None,
        pacer: Pacer | None = None,
        run_id: str = "",
        keys: Keys | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Go on from what the store holds; calls that were under way when it was left are now in doubt.

        Parameters
        ----------
        models
            By role; `writer` also serves every role that is not named.
        shared
            A budget that other runs pay out of, too.
        cache
            Where completions are kept; models that have an `endpoint` are looked up there.
        pacer
            How fast end points are asked; runs that share one keep to it together.
        run_id
            Stands before every idempotency key, so that two runs never share one.

        Raises
        ------
        UsageError
            A budget in USD, and a model without a price.
        """
        self._store, self._models = store, dict(models)
        self._budget, self._retry = budget or Budget(), retry or Retry()
        self._shared, self._cache, self._pacer = shared, cache, pacer or Pacer()
        self._check_prices()
        self._run_id, self._keys, self._sleep = run_id, keys or Keys(), sleep
        self._clock = clock or steady()
        self._lock = threading.RLock()
        self._call_locks: dict[str, threading.Lock] = {}
        self._reached: set[str] = set()  # models that answered anything in this session
        self._memory = Memory(store.records())
        self._start_s = self._clock()
        self._accounts = [Account(self._budget, self._charged)]
        if shared is not None:
            shared.join(self._charged, run_id)
            self._accounts.append(shared.account)
        for start in list(self._memory.pending.values()):
            self._end(start, "in_doubt", "the process that asked ended before it had an answer")

    def complete(self, proposal: str, round: int, step: int, request: Request) -> Completion:
        """The completion of (proposal, round, step): the recorded one if there is one, else bought now.

        Raises
        ------
        BudgetExhausted
            The call may cost more than is left; nothing was sent.
        ServerUnreachable
            No try reached the server.
        RequestRefused
            The server refuses this request for what it says; recorded, and never sent again.
        MissingPrerequisite, UsageError
            The server refuses, or no try got a whole answer; the message says what to do.
        """
        with self._alone(call_id(proposal, round, step)) as call:
            self._raise_refusal(call)
            if (known := self._memory.completed.get(call)) is not None:
                return recorded(known, self.text)
            model = self._model(request)
            sha = self.put_text(request_text(request))
            asked = new_call(proposal, round, step, sha, model.name)
            key = self._cache_key(model, request, round, step)
            if self._cache is not None and key and (bought := self._cache.get(key)) is not None:
                completion = self._keys.redacted(bought.completion)
                self.record(kept(asked, replace(bought, completion=completion), self.put_text))
                return completion
            return self._buy(asked, model, request, key)

    def record(self, record: Record) -> int:
        """Append a record, with the time under `measured`; its position in the journal, from 0."""
        stamped = replace(record, measured={"at_s": round(self._clock(), 3), **record.measured})
        self._keys.refuse(repr(stamped))
        position = self._store.append(stamped)  # without a lock: many wait for the disk together
        with self._lock:
            self._memory.add(stamped)
        return position

    def records(self, start: int = 0) -> Iterable[Record]:
        """The records from position `start` on, in journal order."""
        return self._store.records(start)

    def rounds(self, proposal: str) -> tuple[RoundRecord, ...]:
        """The recorded rounds of a proposal, in journal order."""
        with self._lock:
            return tuple(self._memory.rounds.get(proposal, ()))

    def put_text(self, text: str) -> str:
        """Keep a text; its SHA-256. Raises `InternalFault` if a key stands in it."""
        self._keys.refuse(text)
        return self._store.put_text(text)

    def text(self, sha: str) -> str:
        """A text by its SHA-256. Raises `KeyError`."""
        return self._store.text(sha)

    def put_array(self, array: NDArray[Any]) -> str:
        """Keep an array of ours; the SHA-256 of its file."""
        return self._store.put_array(array)

    def array(self, sha: str) -> NDArray[Any]:
        """An array by its SHA-256. Raises `KeyError`."""
        return self._store.array(sha)

    def spent(self) -> Spent:
        """What the run has used over all its sessions, calls under way and in doubt at their most."""
        calls, tokens, usd = self._accounts[0].set_aside()
        spent = self._charged()
        return replace(spent, calls=spent.calls + calls, tokens=spent.tokens + tokens, usd=spent.usd + usd)

    def close(self) -> None:
        """The run is over, or left: of a budget that others pay out of, too, it keeps what it has spent.

        Otherwise a sweep would have the journals of all of its runs in memory.
        """
        if self._shared is not None and self._run_id:
            self._shared.settle(self._run_id, self.spent())

    def ledger(self) -> Ledger:
        """What was asked, what came back and what it cost, in all and by model."""
        with self._lock:
            return ledger_of(self._memory.calls)

    def _charged(self) -> Spent:
        with self._lock:
            totals, memory = self._memory.totals, self._memory
            wall_s = memory.wall_before_s + self._clock() - self._start_s
            return Spent(totals.charged, totals.tokens, totals.usd, memory.cpu_s, wall_s)

    def _cache_key(self, model: Model, request: Request, round: int, step: int) -> str:
        """Empty where completions of this model are not kept."""
        endpoint = getattr(model, "endpoint", "")
        return self._cache.key(endpoint, request, round, step) if self._cache and endpoint else ""

    def _buy(self, call: CallRecord, model: Model, request: Request, key: str) -> Completion:
        problems: list[CallProblem] = []
        while True:
            try:
                return self._try(call, model, request, key)
            except CallProblem as problem:
                problems.append(problem)
            self._raise_refusal(call.id)
            if self._retry.is_over(problems, reached=model.name in self._reached):
                raise final_error(model.name, problems) from problems[-1]
            self._sleep(self._retry.wait_s(call.id, len(problems), problems[-1]))

    def _try(self, call: CallRecord, model: Model, request: Request, key: str) -> Completion:
        most = most_cost(request, model.price, self._memory.tokens_per_byte.get(model.name))
        with self._granted(most), self._in_turn(model, most) as used:
            with self._lock:
                attempt = self._memory.tries.get(call.id, 0) + 1
            start = started(call, attempt, most)
            self.record(start)
            begin_s = time.monotonic()
            completion = self._keys.redacted(self._ask(start, model, request))
            wall_s = time.monotonic() - begin_s
            end = completed(start, completion, model.price, self.put_text, wall_s)
            self.record(end)
            used.append(end.input_tokens + end.output_tokens)
        self._reached.add(model.name)
        if self._cache is not None and key:  # what is recorded is kept, never the other way round
            self._cache.put(key, Bought(completion, end.cost_usd))
        return completion

    @contextmanager
    def _granted(self, most: Most) -> Iterator[None]:
        """Set aside what a try can cost, in every budget that it counts in."""
        with ExitStack() as stack:
            for account in self._accounts:
                account.reserve(most)
                stack.callback(account.release, most)
            yield

    @contextmanager
    def _in_turn(self, model: Model, most: Most) -> Iterator[list[int]]:
        """Ask when the end point may be asked, and learn from how it answers. Takes the tokens used."""
        throttle = self._pacer.at(getattr(model, "endpoint", "") or model.name)
        wait_s, used = throttle.enter(most.tokens), list[int]()
        limited, after_s = False, None
        try:
            if wait_s > 0:
                self._sleep(wait_s)
            yield used
        except CallFailed as problem:
            limited, after_s = problem.limited, problem.retry_after_s
            raise
        finally:
            if after_s is not None:
                after_s = min(after_s, self._retry.most_after_s)
            throttle.leave(most.tokens - sum(used), limited=limited, wait_s=after_s)

    def _ask(self, start: CallRecord, model: Model, request: Request) -> Completion:
        key = f"{self._run_id}-{start.id}" if self._run_id else start.id
        try:
            return model.complete(request, key)
        except CallInDoubt as problem:
            self._keys.hide(problem)
            self._reached.add(model.name)
            self._end(start, "in_doubt", str(problem))
            raise
        except CallFailed as problem:
            self._keys.hide(problem)
            if problem.sent:
                self._reached.add(model.name)
            if problem.refused is not None and self._ends_attempt(start):
                self._end(start, "failed", problem.refused, charged=problem.charged, refused=True)
            else:
                self._end(start, "failed", str(problem), charged=problem.charged)
            raise
        except SolversmithError as error:  # nothing was asked: a script that has run out
            self._keys.hide(error)
            self._end(start, "failed", str(error), charged=False)
            raise
        except Exception as error:
            self._keys.hide(error)
            self._end(start, "in_doubt", f"{type(error).__name__}: {error}")
            raise InternalFault(f"model {model.name!r} failed: {type(error).__name__}: {error}") from error
        except BaseException as error:  # interrupted: whatever was bought is not seen
            self._end(start, "in_doubt", type(error).__name__)
            raise

    def _ends_attempt(self, start: CallRecord) -> bool:
        """Whether a refusal is about this request: a model that has answered is there, and set up well."""
        with self._lock:
            return start.round > 0 or (start.model or "") in self._memory.answered

    def _raise_refusal(self, call: str) -> None:
        if (known := self._memory.refused.get(call)) is not None:
            raise RequestRefused(known.error or "the server refuses the request")

    def _end(
        self, start: CallRecord, event: str, error: str, *, charged: bool = True, refused: bool = False
    ) -> None:
        self.record(ended(start, event, self._keys.redact(error), charged=charged, refused=refused))

    def _model(self, request: Request) -> Model:
        model = self._models.get(request.role) or self._models.get(WRITER)
        if model is None:
            raise InternalFault(f"there is no model for the role {request.role!r}")
        if not request.model:
            return model
        members = model.members if isinstance(model, Mixture) else {}
        if request.model not in members:
            raise InternalFault(f"{request.model!r} is no member of {model.name!r}")
        return members[request.model]

    def _check_prices(self) -> None:
        budgets = [self._budget, *([self._shared.budget] if self._shared is not None else [])]
        for model in self._models.values():
            if model.price is None and any(budget.usd is not None for budget in budgets):
                raise UsageError(
                    f"a budget in USD can't be kept: the price of model {model.name!r} is unknown; "
                    "give --price IN/OUT (USD per million tokens), or leave out --max-usd"
                )

    @contextmanager
    def _alone(self, call: str) -> Iterator[str]:
        """One thread at a time for each call: a second one gets the first one's answer."""
        with self._lock:
            lock = self._call_locks.setdefault(call, threading.Lock())
        with lock:
            yield call
