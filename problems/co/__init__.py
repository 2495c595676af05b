"""Combinatorial optimization."""
