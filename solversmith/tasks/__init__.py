"""Task folders of others: data files and a `config.py` with the published names.

The names are those of CO-Bench and FrontierCO: `DESCRIPTION`, `solve` (a skeleton), `load_data`, `eval_func`,
`norm_score`, `get_dev` and `norm_time`. Nothing of such a folder is imported here. Loading, solving and
judging are three jobs, each in a box of its own, so that the program's box has neither `config.py` nor the
data; what crosses between them does so in the encoding of `encoding.py`.
"""

from solversmith.tasks.module import TaskModule, is_task

__all__ = ["TaskModule", "is_task"]
