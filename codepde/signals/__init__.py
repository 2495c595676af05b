"""Signals that need no reference: a program's answers to related inputs, held against each other.

Each is a relative difference, 0 for the exact solution. None can see that a program consistently solves
another equation.
"""
