"""The doors: Protocols, and the frozen dataclasses that go through them."""

from sandbox.spec import ArraySpec, EndedBy, Job, JsonSpec, Limits, Outcome
from solversmith.contract.folder import ProblemFolder
from solversmith.contract.method import History, Proposal, SearchMethod, Signal
from solversmith.contract.model import (
    FREE,
    Completion,
    Message,
    Model,
    ModelModule,
    Price,
    Request,
    TokenUsage,
)
from solversmith.contract.problem import (
    DEV,
    SPLITS,
    TEST,
    Answer,
    Case,
    JsonAnswer,
    Parameter,
    Problem,
    ProblemModule,
    ProblemOptions,
    Solution,
)
from solversmith.contract.running import Failed, Lost, Pool, RunStore, Sandbox, Spent, StopCriterion
from solversmith.records.score import CaseScore, Score
from solversmith.records.verdict import Verdict

__all__ = [
    "DEV",
    "FREE",
    "SPLITS",
    "TEST",
    "Answer",
    "ArraySpec",
    "Case",
    "CaseScore",
    "Completion",
    "EndedBy",
    "Failed",
    "History",
    "Job",
    "JsonAnswer",
    "JsonSpec",
    "Limits",
    "Lost",
    "Message",
    "Model",
    "ModelModule",
    "Outcome",
    "Parameter",
    "Pool",
    "Price",
    "Problem",
    "ProblemFolder",
    "ProblemModule",
    "ProblemOptions",
    "Proposal",
    "Request",
    "RunStore",
    "Sandbox",
    "Score",
    "SearchMethod",
    "Signal",
    "Solution",
    "Spent",
    "StopCriterion",
    "TokenUsage",
    "Verdict",
]
