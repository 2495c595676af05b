"""The service of the host: the searches of a run or a sweep, and the desk that their attempts ask."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from solversmith import session, stand_ins
from solversmith.bill import Bill
from solversmith.contract.problem import Problem, WithStandIns
from solversmith.contract.running import Pool, Sandbox
from solversmith.errors import SolversmithError
from solversmith.identity import solver_environment
from solversmith.isolation import isolation_of
from solversmith.pools import PoolFactory
from solversmith.ray_pool.failures import portable
from solversmith.ray_pool.host import Door
from solversmith.ray_pool.pool import RayPool
from solversmith.ray_pool.process import fleet, leave
from solversmith.records.codec import canonical_json, sha256
from solversmith.registry import parse_spec
from solversmith.remote.desk import Desk, DeskShipping
from solversmith.remote.far_sandbox import FarSandbox
from solversmith.remote.parcel import Recipe
from solversmith.remote.references import Shelf
from solversmith.remote.work import Attempts, SandboxKind
from solversmith.settings import RunSettings
from solversmith.sweeps.carrying import carried_out as sweep_carried_out
from solversmith.sweeps.spec import Sweep
from solversmith.sweeps.stopping import Stop

ATTEMPTS_EACH = 4  # under way for each slot, where nobody says how many: most of them wait for a model
_MOST_NEWS = 1000  # at once
TELL, BEGIN, OBSERVE, BILL, ENDED = "tell", "begin", "observe", "bill", "ended"
News = tuple[str, tuple[Any, ...]]


@dataclass
class _Consent:
    """The driver's answer to a bill."""

    given: threading.Event
    refusal: BaseException | None = None


class Conductor:
    """Made in the host's process; every public thing of it goes through `answer`."""

    def __init__(self, door: Door) -> None:
        """Wait for the first worker. Raises `MissingPrerequisite`."""
        self._ask, self._fleet = door.ask, fleet()
        self._desk, self._shelf = Desk(self._fleet.asking), Shelf()
        self._stop, self._news = Stop(), queue.SimpleQueue[News]()
        self._consent = _Consent(threading.Event())
        self._answers: Mapping[str, Callable[..., Any]] = {
            "complete": self._desk.complete,
            "record": self._desk.record,
            "text": self._desk.text,
            "put_array": self._desk.put_array,
            "array": self._desk.array,
            "references": self._shelf.references,
            "run": self._run,
            "sweep": self._sweep,
            "news": self._latest,
            "consent": self._consented,
            "halt": self._stop.set,
            "workers": self._fleet.about,
            "close": leave,
        }

    def answer(self, name: str, *arguments: Any) -> Any:
        """What a worker or the driver asks for."""
        return self._answers[name](*arguments)

    def _run(self, settings: RunSettings) -> None:
        """Begin to carry a run out."""
        watcher = session.Watcher(
            lambda *begun: self._news.put((BEGIN, begun)),
            lambda record: self._news.put((OBSERVE, (record,))),
            self._told,
            self._agreed,
        )
        self._in_the_background(lambda: session.carried_out(settings, watcher, self._means()))

    def _sweep(self, sweep: Sweep) -> None:
        """Begin to carry a sweep out."""
        workers = sweep.workers or ATTEMPTS_EACH * self._fleet.slots

        def work() -> Any:
            means = self._means()
            ended = sweep_carried_out(
                sweep, means, workers=workers, stop=self._stop, tell=self._told, alone=False
            )
            return ended, self._stop.reason

        self._in_the_background(work)

    def _means(self) -> session.Means:
        return session.Means(
            sandbox=self._sandbox, pool=self._pool, slots=self._fleet.slots, halted=self._stop
        )

    def _in_the_background(self, work: Callable[[], Any]) -> None:
        def carried() -> None:
            try:
                self._news.put((ENDED, (True, work())))
            except BaseException as error:  # noqa: BLE001 - raised again by the driver
                self._news.put((ENDED, (False, portable(error))))

        threading.Thread(target=carried, name="conductor", daemon=True).start()

    def _latest(self, timeout_s: float) -> list[News]:
        """What happened since last asked; waits for the first."""
        found: list[News] = []
        try:
            found.append(self._news.get(timeout=timeout_s))
            while len(found) < _MOST_NEWS:
                found.append(self._news.get_nowait())
        except queue.Empty:
            pass
        return found

    def _told(self, text: str) -> None:
        self._news.put((TELL, (text,)))

    def _agreed(self, bill: Bill) -> None:
        """Ask the driver, who may ask somebody. Raises what the driver says."""
        self._news.put((BILL, (bill,)))
        self._consent.given.wait()
        if self._consent.refusal is not None:
            raise self._consent.refusal

    def _consented(self, refusal: SolversmithError | None) -> None:
        self._consent.refusal = refusal
        self._consent.given.set()

    def _sandbox(self, problem: Problem, settings: RunSettings) -> AbstractContextManager[Sandbox]:
        return FarSandbox(self._fleet, SandboxKind.of(settings.scoring, problem.packages))

    def _pool(self, settings: RunSettings, problem: Problem, sandbox: Sandbox) -> PoolFactory:
        def build(work: Any, size: int) -> Pool[Any, Any]:
            recipe = recipe_of(settings, problem, sandbox, answers=work.evaluator.answers)
            self._shelf.put(recipe.digest, problem)
            shipping = DeskShipping(self._desk, work.broker)
            over = partial(self._shelf.drop, recipe.digest)
            return _Shelved(over, Attempts(recipe, self._ask), size, self._fleet, shipping)

        return build


class _Shelved(RayPool[Any, Any]):
    """A pool whose problem leaves the shelf when it is closed."""

    def __init__(self, over: Callable[[], None], *pool: Any) -> None:
        super().__init__(*pool)
        self._over = over

    def close(self) -> None:
        """Likewise, and nobody asks for references any more."""
        super().close()
        self._over()


def recipe_of(settings: RunSettings, problem: Problem, sandbox: Sandbox, *, answers: bool) -> Recipe:
    """What workers need for the attempts of this run."""
    found = dict(problem.stand_ins) if isinstance(problem, WithStandIns) else {}
    isolation, environment = isolation_of(sandbox), solver_environment(dict(sandbox.describe()))
    absolute = _absolute(settings)
    whole = [repr(absolute), repr(isolation), environment, stand_ins.recorded(found), answers]
    return Recipe(absolute, isolation, environment, found, answers, sha256(canonical_json(whole)))


def _absolute(settings: RunSettings) -> RunSettings:
    """The settings with paths that mean the same in whatever folder a worker stands."""
    scoring = settings.scoring
    scoring = replace(
        scoring,
        data=_absolute_path(scoring.data),
        cache=_absolute_path(scoring.cache),
        best_known=_absolute_path(scoring.best_known),
    )
    name, _ = parse_spec(settings.problem)
    problem = settings.problem
    if Path(name).expanduser().is_dir():
        problem = str(Path(name).expanduser().absolute()) + problem.removeprefix(name)
    return replace(settings, problem=problem, scoring=scoring)


def _absolute_path(path: Path | None) -> Path | None:
    return None if path is None else path.expanduser().absolute()
