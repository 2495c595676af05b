"""Runs programs that nobody trusts. Standard library only; knows nothing of problems or scores."""
