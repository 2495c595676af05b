"""Korteweg-de Vries."""
