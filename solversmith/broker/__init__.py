"""The broker: the payment rule, budgets, retries and the ledger."""

from solversmith.broker.broker import Broker
from solversmith.broker.budget import Budget
from solversmith.broker.ledger import Ledger, Totals, ledger_of
from solversmith.broker.requests import request_text
from solversmith.broker.retry import Retry

__all__ = ["Broker", "Budget", "Ledger", "Retry", "Totals", "ledger_of", "request_text"]
