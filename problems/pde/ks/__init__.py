"""Kuramoto-Sivashinsky."""
