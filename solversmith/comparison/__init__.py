"""Solvers compared: runs grouped by what they differ in, and what their losses allow to conclude.

A *solver* is everything of a run but problem, seed and conditions: method, model, n and settings; or a human
program. Runs that were measured under other conditions than the first of their problem make a group of their
own, and no test or rank mixes the two.
"""
