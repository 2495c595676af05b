"""The catalogue entry; see `problem.py`."""
