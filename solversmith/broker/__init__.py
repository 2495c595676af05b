"""The broker: the payment rule, budgets, retries and the ledger."""

from solversmith.broker.broker import Broker
from solversmith.broker.budget import Budget, Shared
from solversmith.broker.cache import CompletionCache, default_folder
from solversmith.broker.ledger import Ledger, Totals, ledger_of
from solversmith.broker.pace import Pace, Pacer
from solversmith.broker.requests import request_text
from solversmith.broker.retry import Retry

__all__ = [
    "Broker",
    "Budget",
    "CompletionCache",
    "Ledger",
    "Pace",
    "Pacer",
    "Retry",
    "Shared",
    "Totals",
    "default_folder",
    "ledger_of",
    "request_text",
]
