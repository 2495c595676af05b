"""Poisson's equation on an L-shaped square."""
