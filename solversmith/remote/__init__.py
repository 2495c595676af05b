"""Runs whose attempts are carried out by workers elsewhere: what crosses, and who answers.

    worker                             host (on the driver's node)              driver
    attempt, problem, evaluator,  -->  desk: brokers, journals, keys, budgets;  <--  progress, Ctrl-C
    sandbox slots                      the search of every run

Nothing here knows of Ray but `driving`: doors are functions.
"""
