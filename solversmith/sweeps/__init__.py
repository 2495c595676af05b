"""Many runs from one file: read, expanded, estimated, carried out, resumed.

    sweep = read(Path("sweeps/results.toml"), terms)     # every name and value is checked
    print(estimated(sweep).text)                         # runs, calls, largest cost, CPU hours
    ended = conducted(sweep, carry_out=..., tell=print)  # what is done already is only read

A run of a sweep is an ordinary run in a folder that its own values name: the file may grow, shrink or be put
in another order, and finds its runs again.
"""

from solversmith.sweeps.conduct import Ended, conducted
from solversmith.sweeps.estimate import Estimate, estimated
from solversmith.sweeps.reading import read
from solversmith.sweeps.spec import Planned, Sweep, Term
from solversmith.sweeps.standing import Row, rows

__all__ = ["Ended", "Estimate", "Planned", "Row", "Sweep", "Term", "conducted", "estimated", "read", "rows"]
