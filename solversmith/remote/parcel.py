"""What crosses from the host to a worker, and how a run's attempts are made up there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from solversmith.contract.problem import StandIn
from solversmith.isolation import Isolation
from solversmith.records.run import CandidateRecord, NoteRecord, RoundRecord
from solversmith.settings import RunSettings


@dataclass(frozen=True)
class Recipe:
    """All that a worker needs to evaluate for a run as the host would; paths are absolute.

    `isolation` and `environment` (interpreter and packages that programs see) are those that the run began
    with: losses and times of one run are comparable.
    """

    settings: RunSettings
    isolation: Isolation
    environment: Mapping[str, str]
    stand_ins: Mapping[str, StandIn]
    answers: bool  # what programs answer is kept, for a method that chooses by it
    digest: str  # of all of it: what a worker has opened, it finds again by this


@dataclass(frozen=True)
class Parcel:
    """One attempt: the task, its rounds, the texts that they cite, and the right to record."""

    ticket: str
    task: Any  # solversmith.search.proposals.Task
    rounds: tuple[RoundRecord, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Ending:
    """What an attempt comes back with: its last record, which the host appends, and the texts behind it."""

    record: CandidateRecord | NoteRecord
    texts: tuple[str, ...]
